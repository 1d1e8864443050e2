"""Why a run failed is told from Dagster's own log: a sentence and a remedy, no cell."""

import json

from dagster import DagsterInstance, Definitions, asset, define_asset_job
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.failures import failed_runs
from pipelines.instance import open_instance, prepare
from pipelines.publication import PublicationError
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
