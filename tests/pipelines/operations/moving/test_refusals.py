"""A move that is refused says why, and leaves the home as it was."""

import json
from pathlib import Path

import pytest

from pipelines.operations.incidents.incidents import incident_of
from pipelines.operations.moving import move as moving
from pipelines.operations.moving.move import DifferentOnTheOtherSide, MoveRefused, forget_other, move
from pipelines.warehouse.build_stamp import remove_stamp
from pipelines.warehouse.publication import current_release
from pipelines.warehouse.rebuild_check import NothingToCompareError
from sources.home.configuration import FILE_NAME
from sources.home.home import Home
from tests import needs
from tests.postgres import Cluster


def settings_of(home: Home, data_path: Path) -> None:
    (home.root / FILE_NAME).write_text(f'[warehouse]\ndata_path = "{data_path}"\n')


def test_ducklake_needs_its_settings_first(home_copy: Home) -> None:
    with pytest.raises(MoveRefused, match=r"data_path dans cartographie\.toml") as refusal:
        move(home_copy, "ducklake")
    assert incident_of(refusal.value).code == "O0119"


def test_a_variable_wins_over_the_file_that_would_be_written(home_copy: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__TARGET", "file")
    with pytest.raises(MoveRefused, match="CARTOGRAPHIE_WAREHOUSE__TARGET l'emporte"):
        move(home_copy, "ducklake")


def test_a_warehouse_that_is_there_stays_and_is_published(home_copy: Home) -> None:
    before = current_release(home_copy)
    done = move(home_copy, "file")
    assert done.release == before and done.table_count == 0 and done.settings_file is None
    assert not (home_copy.root / FILE_NAME).exists()
    with pytest.raises(MoveRefused, match="rien n'a été supprimé"):
        forget_other(home_copy, "ducklake")
    assert home_copy.warehouse.exists()


@needs.postgresql
def test_another_s_catalog_and_an_unfinished_pass_are_refused(
    home_copy: Home,
    tmp_path: Path,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_of(home_copy, tmp_path / "data")
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", cluster.url)
    catalog = moving.configured_catalog(home_copy)
    assert catalog is not None
    with catalog.attached() as connection:
        connection.execute("create table warehouse.main.other as select 1 as n")
    with pytest.raises(MoveRefused, match="que cette installation n'a pas fait") as refusal:
        move(home_copy, "ducklake")
    assert "secret" not in str(refusal.value)
    with catalog.attached() as connection:
        assert connection.execute("from warehouse.main.other").fetchall() == [(1,)]
        connection.execute("drop table warehouse.main.other")
    remove_stamp(home_copy)
    with pytest.raises(NothingToCompareError):
        move(home_copy, "ducklake")


@needs.postgresql
def test_what_differs_is_named_and_nothing_is_switched(
    home_copy: Home,
    tmp_path: Path,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_of(home_copy, tmp_path / "other")
    said = (home_copy.root / FILE_NAME).read_text()
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", cluster.url.removesuffix("cartographie") + "postgres")
    record = home_copy.published / "current" / "release.json"
    release = json.loads(record.read_text())
    release["checksums"]["fct_assessment"] = "1:1"
    record.chmod(0o600)
    record.write_text(json.dumps(release))
    monkeypatch.setattr(moving, "_build_apart", lambda home, _target: Home(home.root, target="file"))
    with pytest.raises(DifferentOnTheOtherSide, match=r"^1 table\(s\) .* : fct_assessment\. Rien n'a changé") as found:
        move(home_copy, "ducklake")
    assert incident_of(found.value).code == "O0214"
    assert (home_copy.root / FILE_NAME).read_text() == said
