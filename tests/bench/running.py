"""``cartographie up`` on a home, started and stopped by a bench.

Belongs here: starting, waiting for both pages, stopping. Does not: what is measured (``operations``, ``burst``).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sources.home.home import Home

START_SECONDS = 400.0
_READY = "Ctrl-C arrête tout"
"""The last words of a start: both servers answer and the pages are published."""


@dataclass(frozen=True)
class Running:
    """An ``up`` whose two pages answer; seconds from its start to that."""

    process_id: int
    superset_port: int
    seconds: float


@contextmanager
def running(home: Home) -> Iterator[Running]:
    """Start ``up`` without a demonstration, wait until Dagster's page and Superset's login answer and its pages are
    published; stop it at the end. Its words go to ``bench-up.log`` in the home.
    """
    dagster, superset = _free_port(), _free_port()
    command = [sys.executable, "-m", "pipelines.cli", "up", "--home", str(home.root), "--no-demo"]
    command += ["--dagster-port", str(dagster), "--superset-port", str(superset)]
    home.root.mkdir(parents=True, exist_ok=True)
    log = home.root / "bench-up.log"
    with log.open("wb") as stream:
        started = time.monotonic()
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, start_new_session=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
    try:
        for url in (f"http://127.0.0.1:{dagster}/", f"http://127.0.0.1:{superset}/login/"):
            while not _answers(url):
                if process.poll() is not None or time.monotonic() - started > START_SECONDS:
                    raise SystemExit(f"up did not start: see {log}")
                time.sleep(0.1)
        seconds = time.monotonic() - started
        while _READY not in log.read_text():
            time.sleep(0.1)
        yield Running(process.pid, superset, seconds)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=90)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
