"""The warm process starts runs, survives its workers, and is not missed where there is none."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance, DagsterRun, DagsterRunStatus
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.launcher import LaunchRunContext, WorkerStatus
from dagster._core.origin import DEFAULT_DAGSTER_ENTRY_POINT, JobPythonOrigin, RepositoryPythonOrigin

from pipelines.engines.instance import open_instance, prepare, socket_path
from pipelines.engines.launcher import WORKER_TAG, WarmRunLauncher, identity, is_alive
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import INTAKE_JOB
from sources.home.home import HOME_VARIABLE, Home

WAIT_SECONDS = 120


@pytest.fixture(scope="module")
def home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the demonstration's home, for all tests of this module."""
    copy = Home(tmp_path_factory.mktemp("launcher") / "home")
    shutil.copytree(demo_home.root, copy.root, symlinks=True)
    prepare(copy)
    return copy


@pytest.fixture(scope="module")
def warm_process(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    path = socket_path(home, "workers")
    variables = {**os.environ, HOME_VARIABLE: str(home.root)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.orchestration.runs.warm_workers", str(path)], env=variables
    )
    _wait(lambda: path.exists() or process.poll() is not None)
    assert process.poll() is None
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not path.exists()


@pytest.fixture
def instance(home: Home) -> Iterator[DagsterInstance]:
    with open_instance(home) as instance:
        yield instance


def test_runs_succeed_in_forked_workers(
    home: Home, warm_process: subprocess.Popen[bytes], instance: DagsterInstance
) -> None:
    for _ in range(3):
        run = _new_run(home, instance)
        instance.run_launcher.launch_run(LaunchRunContext(run, None))
        finished = _finished(instance, run)
        assert finished.status == DagsterRunStatus.SUCCESS
        assert WORKER_TAG in finished.tags
        _wait(lambda worker=finished.tags[WORKER_TAG]: not is_alive(worker))


def test_a_killed_worker_is_found_out(
    home: Home, warm_process: subprocess.Popen[bytes], instance: DagsterInstance
) -> None:
    launcher = instance.run_launcher
    assert isinstance(launcher, WarmRunLauncher)
    run = _new_run(home, instance)
    launcher.launch_run(LaunchRunContext(run, None))
    worker = _stored(instance, run).tags[WORKER_TAG]
    os.kill(int(worker.split(":")[0]), signal.SIGKILL)
    _wait(lambda: not is_alive(worker))
    assert launcher.check_run_worker_health(_stored(instance, run)).status == WorkerStatus.FAILED
    assert warm_process.poll() is None


def test_a_worker_that_its_launcher_left_before_noting_it_runs_nothing(
    home: Home, warm_process: subprocess.Popen[bytes], instance: DagsterInstance
) -> None:
    """Nobody could find it lost; and a launcher that gave up has started the run elsewhere."""
    launcher = instance.run_launcher
    assert isinstance(launcher, WarmRunLauncher)
    run = _new_run(home, instance)
    asked = launcher._ask_for_worker(run)
    assert asked is not None
    worker, connection = asked
    assert is_alive(worker)
    connection.close()
    _wait(lambda: not is_alive(worker))
    assert _stored(instance, run).status == DagsterRunStatus.STARTING
    assert warm_process.poll() is None


def test_a_run_can_be_stopped(home: Home, warm_process: subprocess.Popen[bytes], instance: DagsterInstance) -> None:
    run = _new_run(home, instance)
    instance.run_launcher.launch_run(LaunchRunContext(run, None))
    assert instance.run_launcher.terminate(run.run_id)
    worker = _stored(instance, run).tags[WORKER_TAG]
    _wait(lambda: not is_alive(worker))


def test_an_identity_tells_a_process_from_a_later_one_with_its_number() -> None:
    assert is_alive(identity(os.getpid()))
    assert not is_alive(f"{os.getpid()}:1")


def _new_run(home: Home, instance: DagsterInstance) -> DagsterRun:
    """A run of the publication alone, as the webserver would ask for it."""
    pointer = ModuleCodePointer("pipelines.orchestration.definitions", "defs", str(Path.cwd()))
    repository = RepositoryPythonOrigin(
        sys.executable, pointer, entry_point=DEFAULT_DAGSTER_ENTRY_POINT, container_image=None, container_context=None
    )
    selection = frozenset({AssetKey("publication")})
    job = build_defs(home).resolve_job_def(INTAKE_JOB).get_subset(asset_selection=selection)
    return instance.create_run_for_job(
        job,
        asset_selection=selection,
        status=DagsterRunStatus.STARTING,
        job_code_origin=JobPythonOrigin(INTAKE_JOB, repository),
    )


def _stored(instance: DagsterInstance, run: DagsterRun) -> DagsterRun:
    stored = instance.get_run_by_id(run.run_id)
    assert stored is not None
    return stored


def _finished(instance: DagsterInstance, run: DagsterRun) -> DagsterRun:
    _wait(lambda: _stored(instance, run).is_finished)
    return _stored(instance, run)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
