"""Dagster's metadata in a real PostgreSQL: made, read again, backed up; stopped, it is said, and it comes back."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.engines.instance import (
    MetadataError,
    check_postgres_answers,
    is_prepared,
    open_instance,
    postgres_url,
    prepare,
)
from pipelines.operations.backup.backup import back_up
from pipelines.operations.backup.backup_contents import database_copies
from pipelines.operations.backup.restore import restore
from pipelines.orchestration.upkeep_jobs import upkeep_job
from sources.home.home import Home
from sources.home.home_layout import ensure_layout
from tests import needs
from tests.postgres import Cluster, running_cluster

pytestmark = needs.postgresql


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


def test_metadata_are_kept_in_postgres_and_its_absence_is_said(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_METADATA__POSTGRES_URL", cluster.url)
    monkeypatch.setenv("CARTOGRAPHIE_HOME", str(tmp_path))
    home = Home(tmp_path)
    assert not is_prepared(home)
    prepare(home)
    assert is_prepared(home) and not list(home.dagster.rglob("*.db"))
    with open_instance(home) as instance:
        instance.create_run_for_job(upkeep_job)
    with open_instance(home) as instance:
        assert instance.get_runs_count() == 1
    (tmp_path / "copies").mkdir()
    dumps = {name: copy.stat().st_size for name, copy in database_copies(home, tmp_path / "copies")}
    assert dumps["postgres/metadata.dump"] > 1000

    cluster.stop()
    with pytest.raises(MetadataError, match="ne répond pas") as refusal:
        check_postgres_answers(home)
    assert "secret" not in str(refusal.value)
    cluster.start()
    check_postgres_answers(home)
    with open_instance(home) as instance:
        assert instance.get_runs_count() == 1


def test_metadata_come_back_from_a_back_up_in_another_base(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/exploitation.md says: the dump lies in the restored home, and one command loads it."""
    monkeypatch.setenv("CARTOGRAPHIE_METADATA__POSTGRES_URL", cluster.url)
    home = Home(tmp_path / "home")
    ensure_layout(home)
    prepare(home)
    with open_instance(home) as instance:
        run_id = instance.create_run_for_job(upkeep_job).run_id
    back_up(home, tmp_path / "copies")

    dump = restore(tmp_path / "copies", Home(tmp_path / "other")).postgres_dump
    assert dump is not None
    cluster.run("createdb", "-h", str(cluster.folder), "-p", str(cluster.port), "-U", "cartographie", "elsewhere")
    monkeypatch.setenv("CARTOGRAPHIE_METADATA__POSTGRES_URL", cluster.url.removesuffix("cartographie") + "elsewhere")
    elsewhere = postgres_url(home)
    assert elsewhere is not None and needs.POSTGRES_PROGRAMS is not None
    pg_restore = str(needs.POSTGRES_PROGRAMS / "pg_restore")
    subprocess.run([pg_restore, "--clean", "--if-exists", "-d", elsewhere, str(dump)], check=True)
    prepare(Home(tmp_path / "other"))
    with open_instance(Home(tmp_path / "other")) as instance:
        assert instance.get_run_by_id(run_id) is not None
