"""Dagster's metadata in a real PostgreSQL: made, read again, backed up; stopped, it is said, and it comes back."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.backup_contents import database_copies
from pipelines.instance import MetadataError, check_postgres_answers, is_prepared, open_instance, prepare
from pipelines.upkeep_jobs import upkeep_job
from sources.home import Home
from tests import needs

pytestmark = needs.postgresql


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


@pytest.fixture
def cluster() -> Iterator[Cluster]:
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


def test_metadata_are_kept_in_postgres_and_its_absence_is_said(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_METADATA__POSTGRES_URL", cluster.url)
    monkeypatch.setenv("CARTOGRAPHIE_HOME", str(tmp_path))
    home = Home(tmp_path)
    assert not is_prepared(home)
    prepare(home)
    assert is_prepared(home) and not list(home.dagster.rglob("*.db"))
    with open_instance(home) as instance:
        instance.create_run_for_job(upkeep_job)
    with open_instance(home) as instance:
        assert instance.get_runs_count() == 1
    (tmp_path / "copies").mkdir()
    dumps = {name: copy.stat().st_size for name, copy in database_copies(home, tmp_path / "copies")}
    assert dumps["postgres/metadata.dump"] > 1000

    cluster.stop()
    with pytest.raises(MetadataError, match="ne répond pas") as refusal:
        check_postgres_answers(home)
    assert "secret" not in str(refusal.value)
    cluster.start()
    check_postgres_answers(home)
    with open_instance(home) as instance:
        assert instance.get_runs_count() == 1
