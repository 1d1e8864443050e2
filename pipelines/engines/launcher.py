"""A run launcher that asks a warm process for a worker: a run starts in tenths of a second instead of six.

Belongs here: Dagster's side of it (launch, terminate, health). Does not: the warm process (``warm_workers``). Where
no warm process answers, runs start as Dagster's own launcher starts them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import DagsterInstance, DagsterRun, Field, RunsFilter, String

from pipelines.engines.dagster_names import (
    ACTIVE_RUN_STATUSES,
    CheckRunHealthResult,
    ConfigurableClassData,
    DefaultRunLauncher,
    ExecuteRunArgs,
    LaunchRunContext,
    WorkerStatus,
    serialize_value,
)
from pipelines.engines.instance import LOCATION

WORKER_TAG = "cartographie/worker"
"""``<process id>:<start time in clock ticks>``; both, since a process id is used again."""

SUPERVISOR_TAG = "cartographie/superviseur"
"""The same of the process that holds all servers, on runs that the code server started: they do not outlive it."""

ANSWER_SECONDS = 10.0
BEGIN = b"begin\n"
"""What a worker waits for before it executes its run."""


class WarmRunLauncher(DefaultRunLauncher):
    """Launches each run in a process forked from one whose imports are done.

    Its configuration is the path of the Unix socket on which the warm process listens.
    """

    def __init__(self, socket: str, inst_data: ConfigurableClassData | None = None):
        self._socket = socket
        super().__init__(inst_data)

    @classmethod
    def config_type(cls) -> Any:
        return {"socket": Field(String, description="Unix socket of the warm process.")}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> WarmRunLauncher:
        return cls(inst_data=inst_data, **config_value)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start the run's worker; without a warm process, as Dagster does by default."""
        run = context.dagster_run
        if run.remote_job_origin is not None and run.remote_job_origin.location_name != LOCATION:
            # Where its code server stands, perhaps another host: no process of this one is asked, or vouches for it.
            super().launch_run(context)
            return
        asked = self._ask_for_worker(run)
        if asked is None:
            self._instance.report_engine_event(
                "Aucun processus préchauffé ne répond : exécution lancée par le serveur de code.", run
            )
            self._instance.add_run_tags(run.run_id, {SUPERVISOR_TAG: identity(os.getppid())})
            super().launch_run(context)
        else:
            worker, connection = asked
            # A worker begins once its run says who it is: one that nobody knows of would never be found lost.
            with connection, contextlib.suppress(OSError):
                self._instance.add_run_tags(run.run_id, {WORKER_TAG: worker})
                connection.sendall(BEGIN)

    def _ask_for_worker(self, run: DagsterRun) -> tuple[str, socket.socket] | None:
        """A worker that waits to begin, and the connection by which it is told; None when nobody answers."""
        origin = run.job_code_origin
        if origin is None:
            return None
        arguments = ExecuteRunArgs(origin, run.run_id, self._instance.get_ref(), set_exit_code_on_failure=True)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(self._socket)
            connection.sendall(json.dumps({"arguments": serialize_value(arguments)}).encode() + b"\n")
            with connection.makefile("r") as answer:
                return json.loads(answer.readline())["worker"], connection
        except (OSError, ValueError, KeyError):
            connection.close()
            return None

    def terminate(self, run_id: str) -> bool:
        """Ask the worker to stop; it reports its run as cancelled itself."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or WORKER_TAG not in run.tags:
            return super().terminate(run_id)
        self._instance.report_run_canceling(run)
        worker = run.tags[WORKER_TAG]
        if not is_alive(worker):
            return False
        os.kill(_process_id(worker), signal.SIGTERM)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the worker's process lives; of a run that the code server started, whether all servers still do."""
        if is_lost(run):
            stopped = "Le processus de cette exécution s'est arrêté brutalement."
            return CheckRunHealthResult(WorkerStatus.FAILED, stopped)
        return CheckRunHealthResult(WorkerStatus.RUNNING)


def is_lost(run: DagsterRun) -> bool:
    """Whether the process that executed this run ended without saying so."""
    known = [run.tags[tag] for tag in (WORKER_TAG, SUPERVISOR_TAG) if tag in run.tags]
    return not run.is_finished and any(not is_alive(process) for process in known)


def settle_lost_runs(instance: DagsterInstance) -> int:
    """Say of each lost run that it failed, where no daemon does: else it would seem under way for ever."""
    lost = [run for run in instance.get_runs(RunsFilter(statuses=ACTIVE_RUN_STATUSES)) if is_lost(run)]
    for run in lost:
        instance.report_run_failed(run, "Le processus de cette exécution s'est arrêté brutalement.")
    return len(lost)


def identity(process_id: int) -> str:
    """What tells this process from a later one with the same number."""
    return f"{process_id}:{_start_time(process_id)}"


def is_alive(worker: str) -> bool:
    """Whether the process of an ``identity`` still runs; one that ended and waits to be reaped does not."""
    return identity(_process_id(worker)) == worker


def _process_id(worker: str) -> int:
    return int(worker.split(":")[0])


def _start_time(process_id: int) -> str:
    """In ticks since the machine started: psutil gives it by the clock, and another number once the clock was set."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "gone"
    return "gone" if fields[0] in "ZX" else fields[19]
