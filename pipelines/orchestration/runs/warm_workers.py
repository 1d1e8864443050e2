"""The warm process: its imports are done, and it forks a worker for each run that it is asked for.

Belongs here: listening, forking, reaping. Does not: Dagster's launcher (``launcher``), what a run does.
Run as ``python -m pipelines.orchestration.runs.warm_workers SOCKET``. It never runs dbt, polars or DuckDB itself: a
child forked from their threads would inherit locks that nobody opens, and hang. The few threads that their imports
start (memory allocators) are made for forks; one more than those, and no worker is forked any more.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psutil

from pipelines.engines.dagster_programs import LOADED_BY_A_RUN, execute_run
from pipelines.engines.launcher import BEGIN, identity
from sources.home.home import Home
from sources.workbook.pool import READERS

# What a run imports on its way; the definitions import the rest.
_IMPORTED_BEFOREHAND = (
    *LOADED_BY_A_RUN,
    "duckdb",
    "google.protobuf.json_format",
    "polars",
    "pandera.polars",
    "quality.batch.batch",
)
_POLL_SECONDS = 0.5
_STOP_SECONDS = 15.0
_BEGIN_SECONDS = 60.0


def main(socket_path: str) -> None:
    """Import, listen, fork a worker a request, until SIGTERM; then stop the workers."""
    _warm_up()
    threads_of_imports = thread_count()
    path = Path(socket_path)
    path.unlink(missing_ok=True)
    workers: set[int] = set()
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
        while not stopping:
            _reap(workers)
            READERS.start()  # again, if it was killed
            readable, _, _ = select.select([listener], [], [], _POLL_SECONDS)
            if readable and not stopping:
                _answer(listener, workers, may_fork=thread_count() <= threads_of_imports)
    path.unlink(missing_ok=True)
    _stop_workers(workers)


def _warm_up() -> None:
    """Import all that a run needs, the definitions included, whose manifest another process makes."""
    subprocess.run([sys.executable, "-m", "pipelines.warehouse.dbt_manifest"], check=True)
    for name in _IMPORTED_BEFOREHAND:
        importlib.import_module(name)
    from pipelines.orchestration.definitions import defs
    from pipelines.warehouse.dbt_manifest import preload

    preload(Home.locate())
    for job in defs().get_repository_def().get_all_jobs():
        job.describe_target()
    READERS.start()  # Every worker reads through this one process, ready before the first file.
    gc.collect()
    gc.freeze()


def thread_count() -> int:
    """Threads of this process, native ones included."""
    return psutil.Process().num_threads()


def _answer(listener: socket.socket, workers: set[int], may_fork: bool) -> None:
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError, ValueError, KeyError):
        connection.settimeout(5)
        with connection.makefile("r") as request:
            arguments = json.loads(request.readline())["arguments"]
        if not may_fork:
            # No answer, and the launcher falls back on Dagster's own way.
            sys.stderr.write("Le processus préchauffé a plusieurs fils d'exécution : il ne peut plus se dédoubler.\n")
            return
        process_id = os.fork()
        if process_id == 0:
            listener.close()
            _work(arguments, connection)
        workers.add(process_id)
        connection.sendall(json.dumps({"worker": identity(process_id)}).encode() + b"\n")


def _work(arguments: str, connection: socket.socket) -> None:
    """In the child: execute the run, as ``dagster api execute_run`` does, and leave without going back.

    It begins when the launcher has written down who executes the run; a launcher that was killed, or has given up and
    launched it otherwise, never says so.
    """
    code = 1
    try:
        os.setsid()
        with connection:
            connection.settimeout(_BEGIN_SECONDS)
            if connection.recv(len(BEGIN), socket.MSG_WAITALL) != BEGIN:
                return
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        execute_run(arguments)
        code = 0
    except SystemExit as exit_request:
        code = exit_request.code if isinstance(exit_request.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _reap(workers: set[int]) -> None:
    for process_id in list(workers):
        if os.waitpid(process_id, os.WNOHANG)[0]:
            workers.discard(process_id)


def _stop_workers(workers: set[int]) -> None:
    """Ask the workers to stop, and end those that have not after a while."""
    for process_id in workers:
        os.kill(process_id, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while workers and time.monotonic() < deadline:
        _reap(workers)
        time.sleep(0.05)
    for process_id in workers:
        os.kill(process_id, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
