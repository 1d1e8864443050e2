"""What may pass is tried again by Dagster; what cannot fails the run at once."""

import errno
from pathlib import Path

import duckdb
import pytest
import requests
from dagster import DagsterInstance, ResourceParam, job, op

from dashboards.publishing.client import PublicationError
from pipelines.operations.backup.backup_contents import BackupError
from pipelines.operations.incidents.failures import failed_runs
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.runs import retries
from pipelines.orchestration.runs.retries import may_pass, trying_again_what_may_pass
from pipelines.warehouse.ducklake.catalog import CatalogUnreachable
from pipelines.warehouse.quarantine.replay import NothingToReplay


def as_publisher_says(cause: Exception) -> Exception:
    """The project's own sentence, raised from what happened."""
    try:
        raise PublicationError("Superset ne répond pas") from cause
    except PublicationError as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "a share that hiccups"),
        OSError(errno.ESTALE, "a share mounted again"),
        as_publisher_says(requests.ConnectionError()),
        duckdb.IOException("IO Error: Could not set lock on file"),
        CatalogUnreachable("PostgreSQL a redémarré"),
    ],
)
def test_this_may_pass(error: Exception) -> None:
    assert may_pass(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "a full disk"),
        PermissionError(errno.EACCES, "a missing right"),
        as_publisher_says(requests.HTTPError("400")),
        NothingToReplay("no such campaign"),
        ValueError("a fault of the program"),
        duckdb.IOException("IO Error: not a database file"),
    ],
)
def test_this_cannot(error: Exception) -> None:
    assert not may_pass(error)


def failing_job(home: Path, errors: list[Exception], tries: list[int]):
    @op
    def step(home: ResourceParam[HomeResource]) -> None:
        tries.append(len(tries))
        with home.writing("essai"):
            if len(tries) <= len(errors):
                raise errors[len(tries) - 1]

    @job(resource_defs={"home": HomeResource(root=str(home))})
    def essai() -> None:
        step()

    return essai


def test_a_hiccup_costs_a_wait_and_not_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAIT_SECONDS", 0.0)
    tries: list[int] = []
    with DagsterInstance.ephemeral() as instance:
        made = failing_job(tmp_path, [OSError(errno.EIO, "x")], tries)
        assert made.execute_in_process(instance=instance, raise_on_error=False).success
    assert len(tries) == 2


def test_a_hiccup_that_lasts_is_told_by_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAIT_SECONDS", 0.0)
    tries: list[int] = []
    with DagsterInstance.ephemeral() as instance:
        made = failing_job(tmp_path, [OSError(errno.EIO, "x")] * 9, tries)
        assert not made.execute_in_process(instance=instance, raise_on_error=False).success
        (failure,) = failed_runs(instance, 1)
    assert len(tries) == 1 + retries.RETRIES and failure.incident.code == "O0501"


def test_what_cannot_pass_is_tried_once(tmp_path: Path) -> None:
    tries: list[int] = []
    with DagsterInstance.ephemeral() as instance:
        made = failing_job(tmp_path, [BackupError("pas de dossier")] * 9, tries)
        assert not made.execute_in_process(instance=instance, raise_on_error=False).success
        (failure,) = failed_runs(instance, 1)
    assert len(tries) == 1 and failure.incident.code == "O0401" and failure.said == "pas de dossier"


def test_dagsters_own_signals_go_their_way() -> None:
    from dagster import Failure

    with pytest.raises(Failure), trying_again_what_may_pass():
        raise Failure("dit par l'étape") from OSError(errno.EIO, "x")
