"""A running ``up`` and its pieces: started, its processes told apart, killed, stopped, waited for.

Belongs here: the real command in a process of its own. Does not: which piece is killed when (``test_running``), what
must hold afterwards (``invariants``). Every process that descends from it carries a mark in its environment, so that
one that has lost its parents is found all the same.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.operations.ports import Ports
from pipelines.products.analysis.after_publication import is_due
from pipelines.products.exports.stamp import is_export_due
from pipelines.warehouse.publication import current_release
from sources.archive import archive
from sources.home.home import Home
from tests.bench.drops import Chart
from tests.faults.life import purpose_of_writer

MARK = "CARTOGRAPHIE_FAULTS_MARK"
READY_SECONDS, STOP_SECONDS = 600.0, 60.0
READY = "Tableaux de bord  "
"""What ``up`` announces once all answers."""

IDLE, STARTING = "au repos", "démarrage"

UP = "up"
RUN_WORKER = "processus d'exécution"
FORK_SERVER = "processus préchauffé"
READER = "processus de lecture"
CODE, DAEMON, WEBSERVER = "serveur de code", "démon", "serveur web"
SUPERSET, SUPERSET_WORKER = "Superset (maître)", "Superset (serveur)"
FIRST_PASS = "première passe"
EVERYTHING = "tout le groupe"
PIECES = (
    RUN_WORKER, FORK_SERVER, READER, CODE, DAEMON, WEBSERVER, SUPERSET, SUPERSET_WORKER, UP, EVERYTHING
)  # fmt: skip
"""What can be killed of a running ``up``; dbt runs in the run worker."""

SERVERS = tuple(piece for piece in PIECES if piece not in {RUN_WORKER, EVERYTHING})
"""What is there whether work is under way or not."""

_WORDS = {
    FORK_SERVER: "pipelines.orchestration.runs.warm_workers",
    READER: "sources.workbook.reader_process",
    CODE: "--location-name",
    DAEMON: "dagster-daemon",
    WEBSERVER: "pipelines.operations.dagster_page.serve",
    SUPERSET: "gunicorn",
    FIRST_PASS: "pipelines.cli run",
}
_OF_CODE_SERVER = "spawn_main"
"""A run that the code server started, where no preheated process answered."""


@dataclass(frozen=True)
class Process:
    """One process as ``/proc`` shows it."""

    number: int
    parent: int
    command: str

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)

    @property
    def resident_kib(self) -> int:
        found = re.search(r"^VmRSS:\s+(\d+)", _read(self.number, "status"), re.MULTILINE)
        return int(found[1]) if found else 0

    @property
    def open_files(self) -> int:
        with contextlib.suppress(OSError):
            return len(list(Path(f"/proc/{self.number}/fd").iterdir()))
        return 0


@dataclass
class Running:
    """``cartographie up`` on a home, started, killed and started again under the same ports."""

    home: Home
    ports: Ports
    output: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, without waiting; what it says of this start alone is in ``output``."""
        ports = ["--dagster-port", str(self.ports.dagster), "--superset-port", str(self.ports.superset)]
        command = [sys.executable, "-m", "pipelines.cli", "up", "--home", str(self.home.root), "--no-demo", *ports]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **self.variables, MARK: self.mark, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def number(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        """Until it has announced its addresses."""
        wait(lambda: not self.is_alive or READY in self.said(), READY_SECONDS, "up is not ready")
        assert self.is_alive, self.said()

    def processes(self) -> list[Process]:
        """All that carries the mark, ``up`` included; those that ended and wait to be reaped are left out."""
        wanted = f"{MARK}={self.mark}".encode()
        return [found for found in _all_processes() if wanted in _environment(found.number)]

    def pieces(self, name: str) -> list[Process]:
        """The processes of a piece."""
        everybody = self.processes()
        if name == EVERYTHING:
            return everybody
        if name == UP:
            return [found for found in everybody if found.number == self.number]
        if name == RUN_WORKER:
            warm = [found for found in everybody if _WORDS[FORK_SERVER] in found.command]
            forked = [found for found in warm if found.parent != self.number]
            return [*forked, *(found for found in everybody if _OF_CODE_SERVER in found.command)]
        if name == SUPERSET_WORKER:
            servers = [found for found in everybody if _WORDS[SUPERSET] in found.command]
            return [found for found in servers if found.parent != self.number]
        of_up = name not in {READER, FIRST_PASS}
        named = [found for found in everybody if _WORDS[name] in found.command]
        return [found for found in named if not of_up or found.parent == self.number]

    def kill(self, name: str) -> int:
        """kill -9 of every process of a piece (of one, where it is a server of Superset); how many there were."""
        found = self.pieces(name)
        for process in found[:1] if name == SUPERSET_WORKER else found:
            process.kill()
        if name == EVERYTHING:
            self.end()  # what was born meanwhile
        elif name == UP and self.process is not None:
            self.process.wait()
        return len(found)

    def stage(self) -> str:
        """Where the work stands: what the holder of the write lock does, else what runs without it."""
        if self.pieces(FIRST_PASS) or not self.pieces(DAEMON):
            return purpose_of_writer(self.home) or STARTING
        return purpose_of_writer(self.home) or ("entre deux étapes" if self.pieces(RUN_WORKER) else IDLE)

    def shows(self, name: str) -> bool:
        """Whether a chart shows the drop of this name; a server that does not answer shows nothing."""
        with contextlib.suppress(OSError):
            return Chart(self.home, self.ports.superset).shows(name)
        return False

    def stop(self) -> int:
        """As Ctrl-C does; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        while left := self.processes():
            for process in left:
                process.kill()
            time.sleep(0.05)
        if self.process is not None:
            self.process.wait()

    def start_again(self) -> None:
        """Once the children of the one that was killed, which the kernel tells to stop, have left their ports."""
        wait(lambda: not self.processes(), READY_SECONDS, "the children of a killed up do not stop", 0.2)
        self.start()

    def wait_until_whole(self) -> None:
        """Until every server is there, whatever was killed."""
        wait(lambda: all(self.pieces(server) for server in SERVERS), READY_SECONDS, "a piece is not started again", 0.2)


@contextmanager
def running(home: Home, output: Path, variables: Mapping[str, str] | None = None) -> Iterator[Running]:
    """An ``up`` on free ports, not started yet; nothing of it runs afterwards."""
    found = Running(home, Ports(_free_port(), _free_port()), output, variables or {})
    try:
        yield found
    finally:
        found.end()


def wait(condition: Callable[[], bool], seconds: float, vain: str, poll: float = 0.1) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{vain} after {seconds:.0f} s"
        time.sleep(poll)


def is_settled(home: Home, drops: int) -> bool:
    """Whether ``drops`` files were received, answered, published, analysed and exported, and nothing waits."""
    release = current_release(home)
    received = {found.number for found in archive.receptions(home) if found.file_name.startswith("panne-")}
    return (
        release is not None
        and len(received) == drops
        and received <= {*release.build.receptions, *release.build.set_aside}
        and not archive.lying(home)
        and not is_due(home)
        and not is_export_due(home)
        and purpose_of_writer(home) is None
    )


def wait_until_settled(home: Home, drops: int, seconds: float = 1500) -> None:
    """After failed runs in a row a sensor waits for minutes before it tries again."""
    wait(lambda: is_settled(home, drops), seconds, f"{drops} drops are not all published and described", 0.5)


def _all_processes() -> Iterator[Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        state, _, rest = _read(int(folder.name), "stat").rpartition(")")[2].strip().partition(" ")
        if state and state not in "ZX":
            command = _read(int(folder.name), "cmdline").replace("\0", " ")
            yield Process(int(folder.name), int(rest.split()[0]), command)


def _environment(number: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/environ").read_bytes()
    return b""


def _read(number: int, name: str) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/{name}").read_text(errors="replace")
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
