"""Why a run failed is told from Dagster's own log: a sentence and a remedy, no cell."""

import json
import os
import subprocess

from dagster import DagsterInstance, DagsterRunStatus, Definitions, asset, define_asset_job
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.failures import failed_runs
from pipelines.instance import open_instance, prepare
from pipelines.launcher import WORKER_TAG, identity, settle_lost_runs
from pipelines.publication import PublicationError
from pipelines.upkeep_jobs import upkeep_job
from sources.home import Home

SECRET_CELL = "Madame Untel"


def fail_with(error: Exception, instance: DagsterInstance) -> None:
    @asset
    def publication() -> None:
        raise error

    job = define_asset_job("prise_en_compte")
    definitions = Definitions(assets=[publication], jobs=[job])
    definitions.resolve_job_def("prise_en_compte").execute_in_process(instance=instance, raise_on_error=False)


def test_an_error_of_the_project_is_quoted_with_its_remedy() -> None:
    with DagsterInstance.ephemeral() as instance:
        fail_with(PublicationError("La copie publiée diffère de l'entrepôt."), instance)
        (failure,) = failed_runs(instance, 5)
    assert failure.step == "publication" and failure.incident.code == "O0204"
    assert failure.cause == "étape « publication » : La copie publiée diffère de l'entrepôt."


def test_of_other_errors_only_the_kind_is_told() -> None:
    with DagsterInstance.ephemeral() as instance:
        fail_with(OSError(28, f"No space left on device {SECRET_CELL}"), instance)
        fail_with(ValueError(SECRET_CELL), instance)
        unknown, full = failed_runs(instance, 5)
    assert full.incident.code == "O0501" and "place" in full.cause
    assert unknown.incident.code == "O0000"
    assert SECRET_CELL not in full.cause + unknown.cause


def test_status_tells_the_failure_and_monitoring_sees_it(home_copy: Home) -> None:
    prepare(home_copy)
    with open_instance(home_copy) as instance:
        fail_with(PublicationError("La copie publiée diffère de l'entrepôt."), instance)
    said = CliRunner().invoke(app, ["status", "--home", str(home_copy.root)])
    assert said.exit_code == 1
    assert "[O0204] : étape « publication » : La copie publiée diffère" in said.output and "→ relancez" in said.output
    facts = json.loads(CliRunner().invoke(app, ["status", "--json", "--home", str(home_copy.root)]).output)
    assert facts["exit_code"] == 1 and facts["failures"][0]["code"] == "O0204" and facts["up_since"] is None


def test_a_killed_pass_is_told_from_one_under_way_and_ended() -> None:
    """Else the queue, which lets one writer through, would wait for it for ever."""
    gone = subprocess.Popen(["sleep", "60"])
    identities = {"under way": identity(os.getpid()), "killed": identity(gone.pid)}
    gone.kill()
    gone.wait()
    with DagsterInstance.ephemeral() as instance:
        runs = {
            name: instance.create_run_for_job(
                upkeep_job, status=DagsterRunStatus.STARTED, tags={WORKER_TAG: process}
            ).run_id
            for name, process in identities.items()
        }
        assert settle_lost_runs(instance) == 1
        ended = {name: getattr(instance.get_run_by_id(run_id), "is_finished", None) for name, run_id in runs.items()}
    assert ended == {"under way": False, "killed": True}
