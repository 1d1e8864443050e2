"""A pass outside Dagster's daemon stands where its own would: under its job, in the timeline, found by its tags."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from dagster import DagsterInstance, RunsFilter, job

from pipelines.engines.instance import LOCATION, open_instance, write_settings
from pipelines.orchestration.assets.run_tags import MOST_TAGS, as_metadata, tag_run
from pipelines.orchestration.runs.one_pass import PASS_JOBS
from sources.archive.archive import Reception
from sources.home.home import Home


def test_each_run_of_a_pass_stands_under_its_job(demo_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(demo_home.dagster, home.dagster)
    write_settings(home)
    under_a_job = {".dagster/repository": f"__repository__@{LOCATION}"}
    with open_instance(home) as instance:
        runs = instance.get_runs(RunsFilter(tags=under_a_job))
        assert {run.job_name for run in runs} == set(PASS_JOBS)
        assert len(runs) == instance.get_runs_count()
    origins = [run.remote_job_origin for run in runs]
    assert {(origin.job_name, origin.location_name) for origin in origins if origin} == {
        (run.job_name, LOCATION) for run in runs
    }


@job
def nothing() -> None:
    pass


def _received(count: int) -> list[Reception]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Reception(number, f"69078181{number % 10}", "a.xlsx", f"{number:064x}", 10, at, 0)
        for number in range(1, count + 1)
    ]


def test_a_run_has_few_tags_and_its_materialization_names_every_file() -> None:
    with DagsterInstance.ephemeral() as instance:
        few = instance.create_run_for_job(nothing)
        many = instance.create_run_for_job(nothing)
        tag_run(instance, few.run_id, _received(2))
        tag_run(instance, many.run_id, _received(MOST_TAGS + 1))
        tagged = [instance.get_run_by_id(run.run_id) for run in (few, many)]
    ours = [[tag for tag in run.tags if tag.startswith("cartographie/")] for run in tagged if run]
    assert [len(tags) for tags in ours] == [4, 0]
    assert len(as_metadata(_received(40))["files"].value) == 40  # type: ignore[arg-type]
