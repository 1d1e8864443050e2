"""The nightly comparison: a published table that a build from nothing does not give is named, and fails the run."""

import json

import pytest
from dagster import DagsterInstance

from pipelines.operations.incidents.failures import failed_runs
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.upkeep_jobs import COMPARISON_JOB
from pipelines.warehouse.build_stamp import read_stamp, remove_stamp, write_stamp
from pipelines.warehouse.rebuild_check import FOLDER, NothingToCompareError, compare_with_rebuild
from sources.home.home import Home


def test_the_job_names_the_table_that_differs_and_no_other(home_copy: Home) -> None:
    record = home_copy.published / "current" / "release.json"
    release = json.loads(record.read_text())
    release["checksums"]["fct_assessment"] = "1:1"
    record.chmod(0o600)
    record.write_text(json.dumps(release))
    job = build_defs(home_copy).resolve_job_def(COMPARISON_JOB)
    with DagsterInstance.ephemeral() as instance:
        assert not job.execute_in_process(instance=instance, raise_on_error=False).success
        (failure,) = failed_runs(instance, 1)
    assert failure.said == "1 table(s) publiée(s) diffèrent d'une reconstruction : fct_assessment."
    assert failure.incident.code == "O0212"
    assert not (home_copy.root / FOLDER).exists()


def test_a_warehouse_on_its_way_is_not_compared(home_copy: Home) -> None:
    stamp = read_stamp(home_copy)
    assert stamp is not None
    remove_stamp(home_copy)
    with pytest.raises(NothingToCompareError, match="cartographie run"):
        compare_with_rebuild(home_copy)
    write_stamp(home_copy, type(stamp)(**{**vars(stamp), "build_id": "another"}))
    with pytest.raises(NothingToCompareError):
        compare_with_rebuild(home_copy)
