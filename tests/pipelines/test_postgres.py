"""Dagster's metadata in a real PostgreSQL: made, read again, backed up; stopped, it is said, and it comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.backup_contents import database_copies
from pipelines.instance import MetadataError, check_postgres_answers, is_prepared, open_instance, prepare
from pipelines.upkeep_jobs import upkeep_job
from sources.home import Home
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
