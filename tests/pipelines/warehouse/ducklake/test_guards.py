"""What DuckLake is refused for, before anything is written: each with its code, its cause and its remedy."""

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from pipelines.operations.incidents.failures import explain_error
from pipelines.warehouse import warehouse
from pipelines.warehouse.dbt_manifest import CHECKSUM, DBT_PROJECT, ProjectError, project_checksum
from pipelines.warehouse.ducklake import extensions
from pipelines.warehouse.ducklake.catalog import SCHEMA, Catalog, CatalogUnreachable, catalog_of
from pipelines.warehouse.ducklake.extensions import ExtensionMissing
from pipelines.warehouse.ducklake.guards import CatalogUnfit, asking, check
from pipelines.warehouse.ducklake.holding import CatalogBusy, holding, is_as_noted, noted_snapshot
from pipelines.warehouse.ducklake.storage import StorageRefused
from pipelines.warehouse.ducklake.tidying import empty, tidy
from pipelines.warehouse.publication import PublicationError, built_row_counts
from pipelines.warehouse.warehouse import BuildResult
from sources.home.home import Home
from tests import needs
from tests.postgres import Cluster

pytestmark = needs.postgresql


@pytest.fixture
def catalog(on_ducklake: Home) -> Catalog:
    found = catalog_of(on_ducklake)
    assert found is not None
    return found


def ask(catalog: Catalog, sql: str) -> list[tuple[object, ...]]:
    with asking(catalog) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def write(catalog: Catalog, sql: str) -> None:
    with catalog.attached() as connection:
        connection.execute(sql)


def parquet_files(catalog: Catalog) -> list[Path]:
    return sorted(catalog.data_path.rglob("*.parquet"))


def test_a_home_made_apart_is_a_file_whatever_is_configured(on_ducklake: Home, catalog: Catalog) -> None:
    assert catalog_of(Home(on_ducklake.root, is_apart=True)) is None
    assert "secret" not in repr(catalog)


def test_a_wheel_that_is_missing_is_named_with_its_version(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(
        ExtensionMissing, match=rf"duckdb-extension-ducklake en version {duckdb.__version__}"
    ) as refusal:
        check(catalog)
    assert explain_error(refusal.value).startswith("[O0114]") and "--group ducklake" in explain_error(refusal.value)


def test_a_folder_that_holds_something_is_not_taken_over(catalog: Catalog) -> None:
    """What is no file of the catalog is thrown away with what was left behind: nobody else's may stand there."""
    catalog.data_path.mkdir(parents=True)
    other = catalog.data_path / "autre.parquet"
    other.touch()
    with pytest.raises(StorageRefused, match="n'est pas vide") as refusal:
        check(catalog)
    assert explain_error(refusal.value).startswith("[O0117]")
    other.unlink()
    check(catalog)
    check(catalog)


def test_storage_that_cannot_be_written_is_refused(catalog: Catalog) -> None:
    with pytest.raises(StorageRefused, match="/proc/cartographie"):
        check(Catalog(**{**vars(catalog), "data_path": Path("/proc/cartographie")}))


def test_a_catalog_of_another_folder_or_another_format_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    check(catalog)
    with pytest.raises(CatalogUnfit, match="autre dossier"):
        check(Catalog(**{**vars(catalog), "data_path": tmp_path}))
    ask(catalog, f"update {SCHEMA}.ducklake_metadata set value = '9.0' where key = 'version'")
    with pytest.raises(CatalogUnfit, match=r"au format 9\.0, ce programme connaît le format 1\.0\)") as refusal:
        check(catalog)
    assert explain_error(refusal.value).startswith("[O0116]")
    ask(catalog, f"update {SCHEMA}.ducklake_metadata set value = '1.0' where key = 'version'")
    check(catalog)


def test_one_writer_at_a_time_whichever_home_it_is_of(on_ducklake: Home, tmp_path: Path) -> None:
    held_by = pytest.raises(CatalogBusy, match=rf"\({socket.gethostname()[:20]} .*{str(on_ducklake.root)[-20:]}\)")
    with holding(on_ducklake), held_by as refusal, holding(Home(tmp_path)):
        pass
    assert explain_error(refusal.value).startswith("[O0118]")
    with holding(Home(tmp_path)):
        pass


def test_what_another_wrote_since_is_not_gone_on_from(on_ducklake: Home, catalog: Catalog) -> None:
    with holding(on_ducklake) as held:
        assert held is not None
        held.note()
        held.check_nobody_wrote()
    assert is_as_noted(on_ducklake)
    write(catalog, "create table warehouse.main.elsewhere as from range(3)")
    assert not is_as_noted(on_ducklake)
    with holding(on_ducklake) as held, pytest.raises(CatalogBusy, match="La prochaine passe refait tout"):
        assert held is not None
        held.check_nobody_wrote()


@pytest.mark.parametrize(("options", "stands"), [({"selection": ["x"]}, True), ({"full_refresh": True}, False)])
def test_models_that_fail_beside_the_warehouse_leave_it_standing(
    on_ducklake: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, options: Any, stands: bool
) -> None:
    """A rule of the analyses that is broken takes them away, and the next build of theirs goes on."""

    def fails(*_: object) -> tuple[BuildResult, object]:
        write(catalog, "create or replace table warehouse.main.half as select 1 as n")
        return BuildResult(), SimpleNamespace(success=False, exception=None, result=None)

    with holding(on_ducklake) as held:
        assert held is not None
        held.note()
    monkeypatch.setattr(warehouse, "_run", fails)
    manifest = {"metadata": {CHECKSUM: project_checksum(DBT_PROJECT)}}
    with pytest.raises(ProjectError):
        warehouse.build(on_ducklake, manifest, **options)
    assert is_as_noted(on_ducklake) is stands


def test_small_tables_are_files_too(on_ducklake: Home, catalog: Catalog) -> None:
    """Rows kept in the catalog itself have faults of their own (ducklake issue 917)."""
    write(catalog, "create or replace table warehouse.main.small as select 1 as n")
    write(catalog, "insert into warehouse.main.small values (2)")
    inlined = ask(catalog, f"select table_name from {SCHEMA}.ducklake_inlined_data_tables")
    assert inlined == []


def test_what_is_tidied_holds_the_same_rows_in_fewer_files(on_ducklake: Home, catalog: Catalog) -> None:
    write(catalog, "create or replace table warehouse.main.kept as select 0 as n")
    for number in range(1, 6):
        write(catalog, f"insert into warehouse.main.kept values ({number}), ({number})")
        write(catalog, f"delete from warehouse.main.kept where n = {number - 1}")
    with holding(on_ducklake) as held:
        assert held is not None
        held.note()
    before, snapshot = parquet_files(catalog), noted_snapshot(on_ducklake)
    tidy(on_ducklake)
    assert len(parquet_files(catalog)) < len(before)
    assert is_as_noted(on_ducklake) and built_row_counts(on_ducklake)["kept"] == 2
    assert ask(catalog, f"select count(*) from {SCHEMA}.ducklake_snapshot") == [(1,)]
    assert snapshot is not None


def test_what_is_emptied_leaves_no_file(on_ducklake: Home, catalog: Catalog) -> None:
    """A purge takes the warehouse away: what was received must not stay in the files of before."""
    write(catalog, "create or replace table warehouse.main.purged as from range(1000)")
    write(catalog, "create or replace view warehouse.main.shown as from warehouse.main.purged")
    assert parquet_files(catalog)
    empty(on_ducklake)
    assert parquet_files(catalog) == []
    assert not is_as_noted(on_ducklake)


def test_nothing_is_published_of_another_catalog(
    on_ducklake: Home, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holding(on_ducklake) as held:
        assert held is not None
        held.note()
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", cluster.url.removesuffix("cartographie") + "postgres")
    with pytest.raises(PublicationError, match="n'est pas celui où l'entrepôt a été construit"):
        built_row_counts(on_ducklake)


def test_a_catalog_that_stopped_is_said_and_its_return_does_not_hide_it(
    on_ducklake: Home, catalog: Catalog, cluster: Cluster
) -> None:
    with holding(on_ducklake) as held:
        assert held is not None
        cluster.stop()
        with pytest.raises(CatalogUnreachable) as lost:
            check(catalog)
        cluster.start()
        with pytest.raises(CatalogUnreachable, match="aucun dépôt n'est en cause"):
            held.check_still_held()
    assert "secret" not in str(lost.value)
    assert explain_error(lost.value).startswith("[O0115]")
    check(catalog)
