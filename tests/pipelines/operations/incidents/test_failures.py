"""Why a run failed is told from Dagster's own log: a sentence and a remedy, no cell."""

import json
import logging
import os
import subprocess

import duckdb
import polars
import pytest
from dagster import (
    DagsterExecutionInterruptedError,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    Failure,
    asset,
    define_asset_job,
)
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.engines.instance import open_instance, prepare
from pipelines.engines.launcher import WORKER_TAG, identity, settle_lost_runs
from pipelines.operations.incidents.failures import explain_error, failed_runs
from pipelines.operations.incidents.incidents import incident_of
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.upkeep_jobs import comparison_job, upkeep_job
from pipelines.warehouse.publication import PublicationError
from pipelines.warehouse.quarantine.replay import NothingToReplay
from pipelines.warehouse.rebuild import BuildFailed
from pipelines.warehouse.rebuild_check import DifferentFromRebuild
from quality.verdicts.referential_guard import ReferentialInUseError
from sources.home.home import Home

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
        fail_with(PermissionError(13, "x", "/home/c/archive/receptions/000000029.json"), instance)
        fail_with(FileNotFoundError(2, "x", f"/home/c/intake/690781810/{SECRET_CELL}.xlsx"), instance)
        fail_with(ValueError(SECRET_CELL), instance)
        unknown, gone, closed, full = failed_runs(instance, 5)
    assert closed.cause.endswith("le système refuse : le droit manque (/home/c/archive/receptions/000000029.json)")
    assert gone.cause.endswith("le système refuse : rien ne porte ce nom (/home/c/intake/690781810)")
    assert full.incident.code == "O0501" and full.cause.endswith("le système refuse : le disque est plein")
    assert unknown.incident.code == "O0000"
    assert SECRET_CELL not in full.cause + unknown.cause + gone.cause


@pytest.mark.parametrize(
    ("kind", "otherwise"), [(duckdb.IOException, "O0502"), (polars.exceptions.ComputeError, "O0503")]
)
def test_a_full_disk_is_told_as_such_whoever_says_it(kind: type[Exception], otherwise: str) -> None:
    full, damaged = kind("a file: No space left on device (os error 28)"), kind("a file: not what it should be")
    with DagsterInstance.ephemeral() as instance:
        fail_with(damaged, instance)
        fail_with(full, instance)
        of_full, of_damaged = failed_runs(instance, 2)
    assert (of_full.incident.code, of_damaged.incident.code) == ("O0501", otherwise)
    assert of_full.cause.endswith("le système refuse : le disque est plein")
    assert explain_error(full).startswith("[O0501]") and explain_error(damaged).startswith(f"[{otherwise}]")


def test_the_place_of_what_a_library_or_a_copy_could_not_write_is_told() -> None:
    copying = OSError(28, "No space left on device", "/c/warehouse/warehouse.duckdb", None, "/c/published/w.duckdb")
    writing = PermissionError("Permission denied (os error 13): /c/lake/finess_sites/shipped.half")
    assert "le système refuse : le disque est plein (/c/published/w.duckdb) →" in explain_error(copying)
    assert "le système refuse : le droit manque (/c/lake/finess_sites/shipped.half) →" in explain_error(writing)


def test_status_tells_the_failure_and_monitoring_sees_it(home_copy: Home) -> None:
    prepare(home_copy)
    with open_instance(home_copy) as instance:
        fail_with(PublicationError("La copie publiée diffère de l'entrepôt."), instance)
    said = CliRunner().invoke(app, ["status", "--home", str(home_copy.root)])
    assert said.exit_code == 1
    assert "[O0204] : étape « publication » : La copie publiée diffère" in said.output and "→ relancez" in said.output
    facts = json.loads(CliRunner().invoke(app, ["status", "--json", "--home", str(home_copy.root)]).output)
    assert facts["exit_code"] == 1 and facts["failures"][0]["code"] == "O0204" and facts["up_since"] is None


def test_a_run_that_a_person_or_a_stop_interrupted_is_told_as_such() -> None:
    with DagsterInstance.ephemeral() as instance:
        fail_with(DagsterExecutionInterruptedError(), instance)
        (failure,) = failed_runs(instance, 1)
    assert failure.incident.code == "O0602" and "a été interrompue" in failure.cause


def test_a_failure_that_a_later_job_hides_is_still_told(home_copy: Home) -> None:
    """A clean-up that goes well says nothing of an intake that fails."""
    prepare(home_copy)
    with open_instance(home_copy) as instance:
        fail_with(PublicationError("La copie publiée diffère de l'entrepôt."), instance)
        for _ in range(8):
            assert upkeep_job.execute_in_process(
                instance=instance, resources={"home": HomeResource(root=str(home_copy.root))}
            ).success
    said = CliRunner().invoke(app, ["status", "--json", "--home", str(home_copy.root)])
    facts = json.loads(said.output)
    assert said.exit_code == 1 and facts["failing_jobs"] == ["prise_en_compte"]
    assert [failure["code"] for failure in facts["failures"]] == ["O0204"]


def test_drops_that_nobody_takes_ask_for_a_person(home_copy: Home) -> None:
    assert CliRunner().invoke(app, ["status", "--home", str(home_copy.root)]).exit_code == 0
    drop = home_copy.intake / "690781810" / "oublié.csv"
    drop.write_text("a;b\n")
    os.utime(drop, (1, 1))
    said = CliRunner().invoke(app, ["status", "--home", str(home_copy.root)])
    assert said.exit_code == 1 and "personne ne les prend" in said.output


@pytest.mark.parametrize("kind", [NothingToReplay, ReferentialInUseError, BuildFailed, DifferentFromRebuild])
def test_a_refusal_that_a_step_tells_in_words_keeps_its_code(kind: type[Exception]) -> None:
    """Dagster shows the words of a Failure; the code is that of the error it was raised from."""
    refusal = kind.__new__(kind)
    Exception.__init__(refusal, "la phrase")
    told = Failure("la phrase", allow_retries=False)
    told.__cause__ = refusal
    with DagsterInstance.ephemeral() as instance:
        fail_with(told, instance)
        (failure,) = failed_runs(instance, 1)
    assert failure.incident == incident_of(refusal) and failure.said == "la phrase"
    assert explain_error(told) == f"[{failure.incident.code}] {refusal} → {failure.incident.remedy}"


def test_the_log_of_a_failed_run_says_what_to_do(home_copy: Home) -> None:
    (home_copy.published / "current").unlink()
    with DagsterInstance.ephemeral() as instance:
        run = comparison_job.execute_in_process(
            instance=instance, raise_on_error=False, resources={"home": HomeResource(root=str(home_copy.root))}
        )
        said = [entry.user_message for entry in instance.all_logs(run.run_id) if entry.level == logging.ERROR]
    assert any(line.startswith("[O0211]") and "→ faites d'abord une passe" in line for line in said)


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
