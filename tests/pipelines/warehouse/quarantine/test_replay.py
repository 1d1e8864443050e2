"""A campaign or a file taken again from the archive: everything equal to a home that was never touched."""

from pathlib import Path

from dagster import DagsterInstance

from pipelines.orchestration.assets.run_tags import ESTABLISHMENT_TAG, RECEPTION_TAG
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import REPLAY_JOB
from pipelines.warehouse.publication import current_release
from sources.archive import archive
from tests.pipelines.conftest import LYON, Installation
from tests.pipelines.operations.backup.test_backup import lake_sums, table_sums


def take_again(installation: Installation, **config: object) -> bool:
    job = build_defs(installation.home).resolve_job_def(REPLAY_JOB)
    run_config = {"ops": {"submissions": {"config": config}}}
    with DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False, run_config=run_config).success


def test_a_campaign_taken_again_changes_nothing(installation: Installation) -> None:
    home = installation.home
    lake_before, tables_before, release = lake_sums(home), table_sums(home), current_release(home)
    marks = {path: path.stat().st_mtime_ns for path in (home.lake / "receptions").glob("r*")}
    assert take_again(installation, campaign_code="DEMO-2026")
    assert {path: path.stat().st_mtime_ns for path in (home.lake / "receptions").glob("r*")} != marks
    assert lake_sums(home) == lake_before and table_sums(home) == tables_before
    assert current_release(home) != release


def test_what_is_not_there_is_refused_before_anything_is_forgotten(installation: Installation) -> None:
    before = sorted(installation.home.lake.rglob("*.parquet"))
    assert not take_again(installation, reception_number=999)
    assert not take_again(installation, campaign_code="2099-1")
    assert sorted(installation.home.lake.rglob("*.parquet")) == before


def test_a_run_is_found_by_establishment_and_file(installation: Installation) -> None:
    installation.drop("etiquettes", "étiqueté.xlsx", assessor="MED-61")
    job = build_defs(installation.home).resolve_job_def("prise_en_compte").get_subset(op_selection=["receptions"])
    with DagsterInstance.ephemeral() as instance:
        run = instance.get_run_by_id(job.execute_in_process(instance=instance).run_id)
    assert run is not None and run.tags[f"{ESTABLISHMENT_TAG}{LYON}"] == "1"
    reception = archive.receptions(installation.home)[-1]
    assert run.tags[f"{RECEPTION_TAG}{reception.number}"] == reception.content_sha256[:12]
    assert Path(reception.file_name).stem not in str(run.tags)
