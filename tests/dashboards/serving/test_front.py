"""A process that leaves answers everybody whom it let in: who connected and was about to ask, and who asked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dashboards.serving.environment import ROOT, ensure_environment

pytestmark = pytest.mark.superset

SCRIPT = """
import os, socket, threading, time, types
from http.client import HTTPResponse

from dashboards.superset.front import connections as front
from flask import Flask

app = Flask(__name__)
app.secret_key = "of this test"


@app.get("/slow")
def slow():
    time.sleep(0.5)
    return "late"


@app.get("/")
def quick():
    return "x" * LENGTH


def worker():
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    made = front.FrontWorker.__new__(front.FrontWorker)
    made.cfg = types.SimpleNamespace(threads=2, graceful_timeout=5)
    made.alive, made.ppid, made.sockets, made.wsgi = True, os.getppid(), [listener], app
    made.notify = lambda: None
    running = threading.Thread(target=made.run, daemon=True)
    running.start()
    return made, running, listener.getsockname()


def connected(place):
    found = socket.create_connection(place, timeout=10)
    time.sleep(0.2)  # let in
    return found


def ask(connection, path):
    connection.sendall(f"GET {path} HTTP/1.1\\r\\nHost: here\\r\\n\\r\\n".encode())


def answer(connection):
    said = HTTPResponse(connection)
    said.begin()
    return len(said.read())
"""

LEAVING = """
LENGTH = 3
made, running, place = worker()
silent, halfway, asking, idle = (connected(place) for _ in range(4))
ask(idle, "/")
assert answer(idle) == LENGTH
halfway.sendall(b"GET / HTTP/1.1\\r\\n")
ask(asking, "/slow")
time.sleep(0.2)
made.alive = False
time.sleep(0.3)
ask(silent, "/")
halfway.sendall(b"Host: here\\r\\n\\r\\n")
assert [answer(one) for one in (silent, halfway, asking)] == [LENGTH, LENGTH, len("late")]
assert idle.recv(1) == b""
running.join(5)
assert not running.is_alive()
"""

CROWDED = """
LENGTH = 60 * 2**20
front.CONNECTIONS, front.AT_ONCE = 3, 1
made, running, place = worker()
reading = connected(place)
ask(reading, "/")
time.sleep(1)  # answered, and not read yet
others = [connected(place) for _ in range(6)]
assert answer(reading) == LENGTH
ask(others[-1], "/slow")
assert answer(others[-1]) == len("late")
made.alive = False
running.join(10)
"""

DEAF = """
def fails(server):
    raise MemoryError


LENGTH = 3
made, running, place = worker()
time.sleep(0.2)
front.BoundedServer.handle_accept = fails
connected(place)
running.join(10)
assert not running.is_alive(), "no new process takes the place of one that hears nobody"
"""


@pytest.mark.parametrize("case", [LEAVING, CROWDED, DEAF], ids=["leaves", "more than are kept", "deaf"])
def test_nobody_is_closed_on_who_is_still_owed_an_answer(case: str, tmp_path: Path) -> None:
    """A person saw « connexion interrompue » whenever a process made room for a fresh one, or many came at once."""
    variables = {"PYTHONPATH": str(ROOT), "CARTOGRAPHIE_SUPERSET_HOME": str(tmp_path)}
    done = subprocess.run(
        [str(ensure_environment(print)), "-c", SCRIPT + case],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
