"""A submission that breaks the models is set aside, alone, and a broken project stops nothing that is published."""

import re
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance

from pipelines.operations.alerts.events import current_alerts
from pipelines.operations.alerts.state import AlertState
from pipelines.warehouse import rebuild
from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.dbt_manifest import DBT_PROJECT
from pipelines.warehouse.publication import current_release
from sources.archive import archive
from sources.home.home import Home
from tests.pipelines.conftest import LYON, Installation

# Stands for any test of the models that the rules of the intake did not foresee.
RULE = """
select submission_key from {{ ref('fct_submission') }} where submission_key like '%|piege-%'
"""
START_OF_ALERTS = "2026-01-01T00:00:00+00:00"
ASSESSORS = "select distinct assessor_code from fct_assessment where assessor_code like '%MED-7_' order by 1"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the dbt project with one more test."""
    left_out = shutil.ignore_patterns("target", "logs")
    copy = Path(shutil.copytree(DBT_PROJECT, tmp_path / "dbt_project", ignore=left_out))
    (copy / "tests" / "no_trap.sql").write_text(RULE)
    return copy


def test_the_offender_is_set_aside_and_the_others_published(installation: Installation, project: Path) -> None:
    """Which of many are to blame is ``test_setting_aside``'s; here one of two, on the real models."""
    installation.project = project
    told_before = AlertState(since_reception=archive.last_number(installation.home), since=START_OF_ALERTS)
    installation.drop("piege-1", "mauvais.xlsx", assessor="MED-71")
    installation.drop("deux", "bon.xlsx", assessor="MED-72")
    assert installation.run().success

    numbers = {reception.file_name: reception.number for reception in archive.receptions(installation.home)}
    aside = archive.quarantined_numbers(installation.home)
    assert list(aside) == [numbers["mauvais.xlsx"]]
    assert "no_trap" in aside[numbers["mauvais.xlsx"]]
    assert [code[-6:] for (code,) in installation.query(ASSESSORS)] == ["MED-72"]
    release = current_release(installation.home)
    assert release is not None and release.build.set_aside == list(aside)
    assert numbers["bon.xlsx"] in release.build.receptions and numbers["mauvais.xlsx"] not in release.build.receptions
    assert "Mis de côté" in installation.receipts_of("mauvais.xlsx")[0].read_text()
    assert "Mis de côté" not in installation.receipts_of("bon.xlsx")[0].read_text()
    [(key, told)] = files_told(installation.home, told_before)
    assert key == f"aside:{numbers['mauvais.xlsx']}" and "« mauvais.xlsx »" in told and LYON in told

    installation.drop("trois", "suivant.xlsx", assessor="MED-73")
    assert installation.run().success
    assert [code[-6:] for (code,) in installation.query(ASSESSORS)] == ["MED-72", "MED-73"]


def files_told(home: Home, state: AlertState) -> list[tuple[str, str]]:
    """Key and line of the alerts about files, as the sensor looks for them."""
    with DagsterInstance.ephemeral() as instance:
        found = list(current_alerts(home, instance, state, datetime.now(UTC)))
    return [(alert.key, alert.line) for alert in found if alert.key.startswith(("refused:", "aside:"))]


def test_a_project_broken_by_itself_leaves_the_last_publication(installation: Installation, project: Path) -> None:
    before = current_release(installation.home)
    (project / "tests" / "no_trap.sql").write_text("select axis_code from {{ ref('dim_axis') }}")
    (project / "tests" / "no_column.sql").write_text("select unheard_of from {{ ref('dim_axis') }}")
    (project / "tests" / "no_number.sql").write_text(
        "select 1 from {{ ref('dim_axis') }} where axis_label::integer > 0"
    )
    installation.project = project
    installation.drop("essai", "bon.xlsx", assessor="MED-71")

    result = installation.run()
    assert not result.success
    said = next(e.step_failure_data for e in result.all_events if e.is_step_failure).user_failure_data
    assert said is not None and "dim_axis" in (said.description or "")
    assert "no_trap" in (said.description or "") and "9 ligne(s)" in (said.description or "")
    # What the SQL itself has wrong is quoted; what a value has wrong would quote the value.
    assert 'no_column : la requête échoue, Binder Error: Referenced column "unheard_of"' in (said.description or "")
    assert re.search(r"no_number : la requête échoue( ;|\))", said.description or "")
    assert current_release(installation.home) == before
    assert read_stamp(installation.home) is None
    assert archive.quarantined_numbers(installation.home) == {}
    assert len(installation.receipts_of("bon.xlsx")) == 1

    installation.project = DBT_PROJECT
    assert installation.run().success
    assert [code[-6:] for (code,) in installation.query(ASSESSORS)] == ["MED-71"]


def test_a_disk_that_refuses_during_the_build_puts_the_blame_on_no_submission(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes files again an instant later: a trial without the submission would succeed, and so accuse it."""
    before = current_release(installation.home)
    installation.drop("essai", "bon.xlsx", assessor="MED-71")
    builds = 0

    def build_on_a_full_disk_first(*arguments: Any, **options: Any) -> Any:
        nonlocal builds
        builds += 1
        if builds > 1:
            return build(*arguments, **options)
        with files_of_at_most(16 * 2**10):
            return build(*arguments, **options)

    build = rebuild.build
    with monkeypatch.context() as patched:
        patched.setattr(rebuild, "build", build_on_a_full_disk_first)
        result = installation.run()
    assert not result.success
    said = next(e.step_failure_data for e in result.all_events if e.is_step_failure).user_failure_data
    assert said is not None and "aucun dépôt n'est en cause" in (said.description or "")
    assert (builds, archive.quarantined_numbers(installation.home)) == (1, {})
    assert current_release(installation.home) == before

    assert installation.run().success
    assert [code[-6:] for (code,) in installation.query(ASSESSORS)] == ["MED-71"]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system then refuses a write past it, as it does where the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
