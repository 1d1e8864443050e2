"""Child processes of ``cartographie up``: started, watched, started again, stopped together.

Belongs here: processes, their logs, ports. Does not: which processes ``up`` needs and in which order (``up``).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from pipelines.operations.service_manager import ADDRESS_VARIABLE
from sources.home.system_errors import system_reason

LOG_BYTES_KEPT = 5_000_000
LOG_LOOK_SECONDS = 60.0
LOOK_SECONDS = 0.5
STOP_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
WELL_SECONDS = 600.0
"""The pause of one that ran for so long is the first again: what ended it before is forgotten."""

_PR_SET_PDEATHSIG = 1
try:
    _LIBC: ctypes.CDLL | None = ctypes.CDLL("libc.so.6")
except OSError:
    _LIBC = None


class PortTaken(Exception):
    """Another program listens on a port that is needed; the message says which option changes it."""


@dataclass
class Child:
    """One process to keep running: its name in messages, its command, its log."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    log_bytes_kept: int | None = None
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    starts_again_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C reaches only ``up``, and let it die with ``up``."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.put_long_log_aside()
        self.started_at = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=_without_the_service_manager({**os.environ, **self.environment}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def put_long_log_aside(self) -> None:
        """Copy a long log and empty it in place: a running child keeps writing at its end, which is now its start."""
        with contextlib.suppress(OSError):
            if self.log.exists() and self.log.stat().st_size > (self.log_bytes_kept or LOG_BYTES_KEPT):
                shutil.copyfile(self.log, self.log.with_suffix(".1.log"))
                os.truncate(self.log, 0)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def has_failed(self) -> bool:
        """Whether it ended by itself with an error, which its log says: not killed, nor asked to stop."""
        return self.process is not None and (self.process.poll() or 0) > 0


def _without_the_service_manager(variables: Mapping[str, str]) -> dict[str, str]:
    """Only ``up`` says when all is ready: gunicorn would speak for itself alone."""
    return {name: value for name, value in variables.items() if name != ADDRESS_VARIABLE}


def _die_with_parent() -> None:
    """In the child, before its program: be told to stop when the parent's thread ends, even killed (Linux only).

    Where ``up`` was started in the background of a script, its children would inherit a deaf ear to Ctrl-C, and
    Dagster's then ignore SIGTERM too.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps its children running until told to stop."""

    def __init__(self, say: Callable[[str], None]):
        self._say = say
        self._children: list[Child] = []
        self._stopping = False
        self._logs_looked_at = time.monotonic()

    def start(self, child: Child) -> Child:
        self._children.append(child)
        child.start()
        return child

    def watch(self) -> None:
        """Start again whatever has ended, after a pause that doubles; returns at ``ask_to_stop``."""
        while not self._stopping:
            self._look_after_children()
            time.sleep(LOOK_SECONDS)

    def watch_until_done(self, *works: Future[Any]) -> None:
        """As ``watch``, until works that go on beside have ended; raises what the first of them raised that failed."""
        left = set(works)
        while left:
            self._look_after_children()
            ended, left = wait(left, LOOK_SECONDS, FIRST_EXCEPTION)
            for work in ended:
                work.result()

    def _look_after_children(self) -> None:
        for child in self._children:
            self._revive(child)
        self._look_at_logs()

    def _look_at_logs(self) -> None:
        if time.monotonic() >= self._logs_looked_at + LOG_LOOK_SECONDS:
            self._logs_looked_at = time.monotonic()
            for child in self._children:
                child.put_long_log_aside()

    def ask_to_stop(self) -> None:
        self._stopping = True

    @property
    def is_stopping(self) -> bool:
        return self._stopping

    def _revive(self, child: Child) -> None:
        if child.is_alive:
            return
        now = time.monotonic()
        if not child.starts_again_at:
            if now - child.started_at > WELL_SECONDS:
                child.deaths = 0
            pause = min(FIRST_PAUSE_SECONDS * 2**child.deaths, LONGEST_PAUSE_SECONDS)
            child.deaths += 1
            child.starts_again_at = now + pause
            self._say(f"{child.name} s'est arrêté ; nouveau démarrage dans {pause:.0f} s (journal : {child.log})")
        elif now >= child.starts_again_at:
            child.starts_again_at = 0.0
            child.start()

    def stop(self) -> None:
        """Ask all children to stop, the last started first, and end those that have not after a while."""
        self._stopping = True
        alive = [child for child in reversed(self._children) if child.is_alive]
        for child in alive:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in alive:
            assert child.process is not None
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(child, signal.SIGKILL)
                child.process.wait()
        for child in alive:
            _signal_group(child, signal.SIGKILL)


def _signal(child: Child, number: int) -> None:
    if child.process is not None and child.is_alive:
        child.process.send_signal(number)


def _signal_group(child: Child, number: int) -> None:
    """Reach what the child left in its session; nothing left is well."""
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, number)


def end_helpers() -> None:
    """Ask what this process started and still waits for to stop."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()


def check_port_is_free(port: int, service: str, option: str, host: str = "127.0.0.1") -> None:
    """Raise ``PortTaken`` when ``host``:``port`` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortTaken(
                    f"{service} ne peut pas écouter à l'adresse {host}, port {port} ({system_reason(error.errno)}). "
                    "Corrigez [servers] host, ou prenez un port au-dessus de 1023."
                ) from None
            raise PortTaken(
                f"Le port {port}, prévu pour {service}, est déjà pris par un autre programme. "
                f"Arrêtez-le, ou choisissez un autre port avec {option}."
            ) from None
