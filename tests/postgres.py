"""A PostgreSQL of its own for a test, made and removed with its data.

Belongs here: the server. Does not: what is kept in it.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import needs


@dataclass
class Cluster:
    """A server of its own, which root starts as the user postgres."""

    folder: Path
    port: int

    def run(self, program: str, *arguments: str) -> None:
        assert needs.POSTGRES_PROGRAMS is not None
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_postgres, str(needs.POSTGRES_PROGRAMS / program), *arguments]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            subprocess.run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=True, cwd="/")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")

    @property
    def url(self) -> str:
        return f"postgresql://cartographie:secret@127.0.0.1:{self.port}/cartographie"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="cartographie-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Cluster(folder, port)
    made.run("initdb", "-D", f"{folder}/data", "--auth=trust", "-U", "cartographie")
    made.start()
    try:
        made.run("createdb", "-h", str(folder), "-p", str(port), "-U", "cartographie", "cartographie")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
