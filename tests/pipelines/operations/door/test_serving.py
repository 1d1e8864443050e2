"""The resident reader under limits: it answers, is replaced when a worker ends, and leaves with whoever started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.engines.instance import socket_path
from pipelines.operations.doctor.door import examine_door
from pipelines.operations.door import waiting
from pipelines.operations.door.asking import is_answering
from pipelines.operations.door.messages import BrokenMessage, receive, send
from pipelines.operations.door.waiting import Try
from pipelines.operations.templates import write_all_templates
from quality.answers.receipt_folders import foreign
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import load_referential
from tests.quality.conftest import GRENOBLE, LYON


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.dagster.mkdir(parents=True)
    return home


@pytest.fixture
def reader(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "pipelines.operations.door.serve", str(home.root)])
    try:
        wait_until(lambda: is_answering(home, 5))
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def asked(home: Home, place: str, said: dict[str, Any], content: bytes = b"") -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(socket_path(home, place)))
        send(connection, said, content)
        return receive(connection)[0]


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_workers_that_end_are_replaced_and_a_cut_request_leaves_nothing(
    home: Home, reader: subprocess.Popen[bytes]
) -> None:
    """Would have let one file that ends its reader close the door for all."""
    told = asked(home, "tries", {"act": "try", "establishment": LYON, "account": "a",
                                 "files": [{"name": "~$x.xlsx", "size": 1}]}, b"x")  # fmt: skip
    assert told["status"] == "refused" and waiting.count(home) == 0
    for worker in workers(reader):
        if "door.serve" in Path(f"/proc/{worker}/cmdline").read_text():
            os.kill(worker, signal.SIGKILL)
    wait_until(lambda: is_answering(home, 5))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(socket_path(home, "tries")))
        connection.sendall(b"\0" * 12)
    assert is_answering(home, 5) and waiting.count(home) == 0
    assert asked(home, "desk", {"act": "nothing"}) == {"status": "missing"}


def test_a_message_longer_than_any_upload_is_not_taken(home: Home, reader: subprocess.Popen[bytes]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(socket_path(home, "desk")))
        connection.sendall(b"\x7f" * 16)
        with pytest.raises((BrokenMessage, OSError)):
            receive(connection)


def test_the_sockets_are_for_the_account_that_runs_them(home: Home, reader: subprocess.Popen[bytes]) -> None:
    for place in ("tries", "desk"):
        assert socket_path(home, place).stat().st_mode & 0o077 == 0


def test_doctor_tells_tries_past_their_day_and_removes_them(home: Home) -> None:
    number = waiting.new_number()
    waiting.folder_of(home, number).mkdir(parents=True)
    waiting.keep(home, Try(number, "a", LYON, time.time()))
    assert [found.level for found in examine_door(home)] == [0]
    old = time.time() - waiting.KEPT_SECONDS - 60
    os.utime(waiting.folder_of(home, number), (old, old))
    [found] = examine_door(home)
    assert found.code == "D0603" and found.repair is not None
    found.repair()
    assert waiting.count(home) == 0


def test_every_expected_establishment_finds_its_workbook_beside_its_answers(home: Home) -> None:
    referential = load_referential()
    lake.ensure_schemas(home.lake)
    paths = list(write_all_templates(home, referential, "DEMO-2025"))
    expected = referential.table("campaign_organisations").select("campaign_code", "organisation_code").iter_rows()
    assert sorted(path.parent.name for path in paths) == sorted(code for name, code in expected if name == "DEMO-2025")
    assert {LYON, GRENOBLE} <= {path.parent.name for path in paths}
    assert all(path.read_bytes().startswith(b"PK") and foreign(path.parent) == [] for path in paths)
