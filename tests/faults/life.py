"""The life of a home that is disturbed: what is dropped in it, and passes that are killed at a chosen moment.

Belongs here: starting a pass, knowing in which stage it is, killing its whole process group. Does not: what must hold
afterwards (``invariants``), other breakages than kills.

A pass is the product's own ``run_once`` in a process of its own, forked from one whose imports are done, as ``up``
starts them: a kill costs what it interrupts, not four seconds of imports.
"""

import ctypes
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from pipelines.commands.terminal.common import failures_as_sentences
from pipelines.orchestration.jobs import ANALYSIS_JOB, EXPORTS_JOB, INTAKE_JOB
from pipelines.orchestration.runs.one_pass import PASS_JOBS, run_once
from sources.home.home import Home
from sources.referential.loader import load_referential
from tests.pipelines.conftest import Installation

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "pipelines.orchestration.definitions",
        "dbt.cli.main",
        "dbt.adapters.duckdb",
        "dagster_dbt.core.dbt_cli_event",
        "pandera.polars",
    ]
)
BETWEEN = "entre deux étapes"
_POLL_SECONDS = 0.002
_SHORT_SECONDS = 0.5

_OVERRIDES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, of linux/capability.h."""
_CAPABILITY_VERSION = 0x20080522
_PR_CAPBSET_DROP = 24


@dataclass(frozen=True)
class Stage:
    """A stage of a pass: its job, its name among the phases of a pass, what the holder of the write lock then says.

    A stage without a lock reads only, and is reached by time.
    """

    job: str
    phase: str
    purpose: str | None


STAGES = (
    Stage(INTAKE_JOB, "réception", "réception des dépôts"),
    Stage(INTAKE_JOB, "référentiel", "référentiel"),
    Stage(INTAKE_JOB, "lecture et contrôle", "lecture et contrôle des dépôts"),
    Stage(INTAKE_JOB, "entrepôt", "construction de l'entrepôt"),
    Stage(INTAKE_JOB, "publication", "publication"),
    Stage(ANALYSIS_JOB, "analyses", None),
    Stage(ANALYSIS_JOB, "tables des analyses", "tables des analyses"),
    Stage(ANALYSIS_JOB, "publication des analyses", "publication des analyses"),
    Stage(EXPORTS_JOB, "exports", None),
)


@dataclass
class Pass:
    """A pass in a process of its own; ``said`` and ``seconds`` (by phase) are there once it has ended by itself."""

    process: multiprocessing.process.BaseProcess
    said_file: Path

    @property
    def is_alive(self) -> bool:
        return self.process.is_alive()

    def end(self) -> tuple[int | None, str, dict[str, float]]:
        """Wait for its end: exit code (negative: the signal that killed it), what it said, seconds by phase."""
        self.process.join()
        said = self.said_file.read_text() if self.said_file.exists() else ""
        lines = said.splitlines()
        seconds = json.loads(lines[-1]) if lines and self.process.exitcode == 0 else {}
        return self.process.exitcode, said, seconds

    def kill(self) -> None:
        """kill -9 of the process and of all that it started."""
        pid = self.process.pid
        assert pid is not None
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            self.process.kill()
        self.process.join()


def start_pass(home: Home, said_file: Path, jobs: Sequence[str] = PASS_JOBS) -> Pass:
    """Start a pass on ``home``; even root then obeys the rights of files."""
    process = _FORKS.Process(target=_work, args=(str(home.root), str(said_file), tuple(jobs)))
    process.start()
    return Pass(process, said_file)


def finish_pass(home: Home, said_file: Path, jobs: Sequence[str] = PASS_JOBS) -> dict[str, float]:
    """A pass that must succeed; seconds by phase."""
    code, said, seconds = start_pass(home, said_file, jobs).end()
    assert code == 0, said
    return seconds


def _work(root: str, said_file: str, jobs: Sequence[str]) -> None:
    os.setsid()
    _obey_rights()
    output = os.open(said_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        with failures_as_sentences():
            report = run_once(Home(Path(root)), False, lambda said: print(said, flush=True), jobs)
    except typer.Exit as stopped:
        sys.exit(stopped.exit_code)
    print(json.dumps(report.phase_seconds), flush=True)


def _obey_rights() -> None:
    """Give up, for this process and those that it starts, the capabilities by which root reads and writes all."""
    if os.getuid():
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in _OVERRIDES:
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    for index in (0, 1):  # effective, permitted: the low words
        held[index] &= ~sum(1 << capability for capability in _OVERRIDES)
    assert libc.capset(header, held) == 0


def kill_in(home: Home, stage: Stage, moment: float, seconds: dict[str, float], said_file: Path) -> str | None:
    """Start the stage's job and kill it in that stage, at ``moment`` (0 to 1) of the ``seconds`` that it takes.

    Returns the stage that it was really in, None when it had ended.
    """
    started = start_pass(home, said_file, [stage.job])
    wait_for(stage, home, started, seconds)
    # a short stage would be over before a moment drawn in its step: it is killed as soon as it is seen
    delay = moment * seconds[stage.phase] if seconds[stage.phase] > _SHORT_SECONDS else 0.0
    _wait(delay, started, lambda: stage.purpose not in {None, purpose_of_writer(home)})
    if not started.is_alive:
        started.end()
        return None
    purpose = purpose_of_writer(home)
    started.kill()
    if purpose is None:
        return stage.phase if stage.purpose is None else BETWEEN
    return stage_of(purpose)


def wait_for(stage: Stage, home: Home, started: Pass, seconds: dict[str, float]) -> None:
    """Until the pass is in that stage, or has ended."""
    if stage.purpose is None:
        _wait(seconds["préparation"], started, lambda: False)
    else:
        _wait(60, started, lambda: purpose_of_writer(home) == stage.purpose)


def _wait(seconds: float, started: Pass, is_over: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while started.is_alive and not is_over() and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def purpose_of_writer(home: Home) -> str | None:
    """What the holder of the write lock says that it does; one that was killed says nothing any more."""
    try:
        holder = json.loads((home.root / "writer.lock").read_text())
        os.kill(holder["pid"], 0)
        return str(holder["purpose"])
    except (OSError, ValueError, KeyError):
        return None


def stage_of(purpose: str) -> str:
    """The stage of this purpose, as ``STAGES`` names it."""
    return next((known.phase for known in STAGES if known.purpose == purpose), purpose)


def name_of(number: int) -> str:
    """The name of a drop; names order as numbers do."""
    return f"panne-{number:04d}.xlsx"


def drop(home: Home, number: int, name: str | None = None) -> Path:
    """The drop of this number: the same in every home, whatever its name."""
    name = name or name_of(number)
    return Installation(home, load_referential()).drop(f"panne-{number}", name, assessor=f"MED-{number + 10}")
