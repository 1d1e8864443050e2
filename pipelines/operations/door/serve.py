"""The resident reader of the door: workers that answer one request at a time, within limits, and are replaced.

Belongs here: the process under ``up``, its workers, their limits of memory and time. Does not: what they answer
(``desk``, ``tries``). Run as ``python -m pipelines.operations.door.serve HOME``.

Two sockets, so that a heavy workbook keeps nobody from seeing a receipt. A file that ends its worker ends that worker
alone: whoever asked sees the connection close, and another takes its place.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from pipelines.engines.instance import socket_path
from pipelines.operations.door.messages import BrokenMessage, receive, send
from sources.home.home import Home
from sources.workbook.pool import READERS

TRIES, DESK = "tries", "desk"
"""The two sockets: files to be judged; everything else."""

WORKERS = {TRIES: 2, DESK: 2}
MOST_SECONDS = {TRIES: 120, DESK: 60}
MOST_BYTES = 2 * 2**30
"""Of memory, beyond what the program itself takes (as ``quality.trial``)."""

MOST_REQUESTS = 200
"""A worker is replaced after so many: what leaks, leaks no further."""

_WORN_KIB = 600 * 2**10
_LOOK_SECONDS = 1.0
_PURGE_SECONDS = 600.0

Answer = Callable[[Home, dict[str, Any], bytes], tuple[dict[str, Any], bytes]]


def main(root: str) -> None:
    """Listen and keep the workers running until SIGTERM."""
    home = Home(Path(root))
    answers = _warm_up()
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    paths = {name: socket_path(home, name) for name in WORKERS}
    listeners = {name: _listener(path) for name, path in paths.items()}
    workers: dict[int, str] = {}
    purged_at = 0.0
    try:
        while not stopping:
            _reap(workers)
            READERS.start()  # again, if it was killed
            for name, listener in listeners.items():
                while list(workers.values()).count(name) < WORKERS[name]:
                    workers[_fork(home, name, listener, answers[name])] = name
            if time.monotonic() - purged_at > _PURGE_SECONDS or not purged_at:
                _purge(home)
                purged_at = time.monotonic()
            time.sleep(_LOOK_SECONDS / 4)
    finally:
        for process_id in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGTERM)
        for path in paths.values():
            path.unlink(missing_ok=True)


def _warm_up() -> dict[str, Answer]:
    """Import all that the workers need; nothing that starts threads runs here, for they would not survive a fork."""
    from pipelines.operations.door import desk, trying

    READERS.start()
    gc.collect()
    gc.freeze()
    return {TRIES: trying.answer, DESK: desk.answer}


def _listener(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(64)
    listener.settimeout(_LOOK_SECONDS)
    return listener


def _purge(home: Home) -> None:
    from pipelines.operations.door.waiting import purge_old

    purge_old(home)


def _reap(workers: dict[int, str]) -> None:
    for process_id in list(workers):
        if os.waitpid(process_id, os.WNOHANG)[0]:
            del workers[process_id]


def _fork(home: Home, name: str, listener: socket.socket, answer: Answer) -> int:
    process_id = os.fork()
    if process_id == 0:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _limit_memory()
            _work(home, listener, answer, MOST_SECONDS[name], os.getppid())
        except BaseException as problem:
            sys.stderr.write(f"{name} : {type(problem).__name__} {_place(problem)}\n")
            sys.stderr.flush()
        finally:
            os._exit(0)
    return process_id


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _work(home: Home, listener: socket.socket, answer: Answer, seconds: float, parent: int) -> None:
    """Serve until worn, or the parent is gone."""
    served = 0
    while served < MOST_REQUESTS and os.getppid() == parent:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        served += 1
        signal.setitimer(signal.ITIMER_REAL, seconds)  # Its signal ends the process, whatever it is doing.
        with connection:
            connection.settimeout(seconds)
            _serve(home, connection, answer)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _WORN_KIB:
            return


def _serve(home: Home, connection: socket.socket, answer: Answer) -> None:
    try:
        said, content = receive(connection)
        try:
            told, bytes_back = answer(home, said, content)
        except MemoryError:
            sys.stderr.write(f"{said.get('act')!s:.40} : mémoire\n")
            sys.stderr.flush()
            os._exit(0)  # as whoever is refused memory in a library ends: the connection closes
        except Exception as problem:
            # Its kind and place alone: a message may quote a cell.
            sys.stderr.write(f"{said.get('act')!s:.40} : {type(problem).__name__} {_place(problem)}\n")
            sys.stderr.flush()
            told, bytes_back = {"status": "failed"}, b""
        send(connection, told, bytes_back)
    except (BrokenMessage, OSError, ValueError) as problem:
        sys.stderr.write(f"connexion : {type(problem).__name__} {_place(problem)}\n")
        sys.stderr.flush()


def _place(problem: BaseException) -> str:
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


if __name__ == "__main__":
    main(sys.argv[1])
