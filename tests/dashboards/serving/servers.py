"""A Superset started for a test, on a port of its own, and stopped with all its processes.

Belongs here: starting and stopping. Does not: what is published on it.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dashboards.serving.server import server_command, wait_until_ready


@contextmanager
def serving(
    superset_home: Path, published: Path, log: Path, variables: dict[str, str] | None = None, port: int | None = None
) -> Iterator[str]:
    """The address of a Superset on prepared metadata; `variables` complete its environment."""
    port = port or free_port()
    command, environment = server_command(superset_home, published, port)
    with log.open("ab") as journal:
        process = subprocess.Popen(
            command, env=environment | (variables or {}), stdout=journal, stderr=journal, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, is_alive=lambda: process.poll() is None)
        yield url
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
