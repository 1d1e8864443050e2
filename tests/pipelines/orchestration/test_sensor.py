"""The sensor: one run for what waits, none beside another, and longer pauses after failures."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunRequest, SkipReason, build_sensor_context
from dagster._core.test_utils import create_run_for_test

from pipelines.engines.instance import WRITER_TAG
from pipelines.orchestration import sensors
from pipelines.orchestration.jobs import INTAKE_JOB, NIGHTLY_JOB
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.sensors import (
    FIRST_WAIT_SECONDS,
    LONGEST_WAIT_SECONDS,
    analysis_sensor,
    intake_sensor,
    seconds_to_wait,
)
from sources.archive import archive
from sources.home.home import Home


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture(autouse=True)
def _one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "WATCH_SECONDS", 0.0)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    (home.intake / "690781810").mkdir(parents=True)
    return home


def drop(home: Home) -> Path:
    """A file that arrived a minute ago."""
    file = home.intake / "690781810" / "envoi.xlsx"
    file.write_bytes(b"whatever it is")
    os.utime(file, (time.time() - 60, time.time() - 60))
    return file


def tick(home: Home, instance: DagsterInstance) -> Any:
    context = build_sensor_context(instance=instance, resources={"home": HomeResource(root=str(home.root))})
    return intake_sensor(context)


def test_nothing_new_starts_nothing(home: Home, instance: DagsterInstance) -> None:
    assert isinstance(tick(home, instance), SkipReason)


def test_a_drop_starts_a_run(home: Home, instance: DagsterInstance) -> None:
    drop(home)
    assert isinstance(tick(home, instance), RunRequest)


def test_a_drop_that_arrives_while_it_watches_starts_a_run(
    home: Home, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensors, "WATCH_SECONDS", 60.0)
    looks: list[float] = []
    monkeypatch.setattr(sensors.time, "sleep", lambda seconds: (looks.append(seconds), drop(home)))
    assert isinstance(tick(home, instance), RunRequest)
    assert looks == [sensors.LOOK_SECONDS]


def test_a_home_without_intake_starts_nothing(home: Home, instance: DagsterInstance) -> None:
    shutil.rmtree(home.intake)
    assert isinstance(tick(home, instance), SkipReason)


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED])
def test_no_run_beside_another(home: Home, instance: DagsterInstance, status: DagsterRunStatus) -> None:
    drop(home)
    create_run_for_test(instance, job_name=INTAKE_JOB, status=status)
    assert isinstance(tick(home, instance), SkipReason)


def test_a_failed_run_is_tried_again_later(home: Home, instance: DagsterInstance) -> None:
    drop(home)
    run = create_run_for_test(instance, job_name=INTAKE_JOB, status=DagsterRunStatus.STARTED)
    instance.report_run_failed(run)
    said = tick(home, instance)
    assert isinstance(said, SkipReason) and "nouvel essai" in (said.skip_message or "")


def test_what_a_failed_run_left_on_its_way_is_tried_again(
    home: Home, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files were answered and moved: no new drop tells of them."""
    monkeypatch.setattr(sensors, "FIRST_WAIT_SECONDS", 0)
    drop(home)
    [reception] = archive.receive(home).received
    archive.mark_answered(home, reception)
    tags = {WRITER_TAG: "home"}
    run = create_run_for_test(instance, job_name=NIGHTLY_JOB, status=DagsterRunStatus.STARTED, tags=tags)
    create_run_for_test(instance, job_name="nettoyage", status=DagsterRunStatus.SUCCESS, tags=tags)
    assert isinstance(tick(home, instance), SkipReason)
    instance.report_run_failed(run)
    assert isinstance(tick(home, instance), RunRequest)
    create_run_for_test(instance, job_name=INTAKE_JOB, status=DagsterRunStatus.SUCCESS, tags=tags)
    assert isinstance(tick(home, instance), SkipReason)


def analysis_tick(home: Home, instance: DagsterInstance) -> Any:
    context = build_sensor_context(instance=instance, resources={"home": HomeResource(root=str(home.root))})
    return analysis_sensor(context)


def test_a_described_release_starts_no_analysis(demo_home: Home, instance: DagsterInstance) -> None:
    assert isinstance(analysis_tick(demo_home, instance), SkipReason)


def test_a_release_not_described_starts_one_analysis_after_the_drops(
    home_copy: Home, instance: DagsterInstance
) -> None:
    (home_copy.analysis / "state.json").unlink()
    assert isinstance(analysis_tick(home_copy, instance), RunRequest)
    create_run_for_test(instance, job_name=INTAKE_JOB, status=DagsterRunStatus.STARTED)
    assert isinstance(analysis_tick(home_copy, instance), SkipReason)


def records(*statuses: DagsterRunStatus, end_time: float) -> Any:
    """Runs, the newest first; only what the rule reads of them."""
    return [SimpleNamespace(dagster_run=SimpleNamespace(status=status), end_time=end_time) for status in statuses]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], 0),
        ([DagsterRunStatus.SUCCESS], 0),
        ([DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE], 0),
        ([DagsterRunStatus.FAILURE, DagsterRunStatus.SUCCESS], FIRST_WAIT_SECONDS),
        ([DagsterRunStatus.FAILURE] * 3, 4 * FIRST_WAIT_SECONDS),
        ([DagsterRunStatus.FAILURE] * 8, LONGEST_WAIT_SECONDS),
    ],
)
def test_the_pause_doubles_with_each_failure(statuses: list[DagsterRunStatus], expected: float) -> None:
    assert seconds_to_wait(records(*statuses, end_time=1000.0), now=1000.0) == expected


def test_the_pause_ends() -> None:
    failed = records(DagsterRunStatus.FAILURE, end_time=1000.0)
    assert seconds_to_wait(failed, now=1000.0 + FIRST_WAIT_SECONDS) == 0
