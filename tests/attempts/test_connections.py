"""Connections to Dagster's page that never ask anything: two hundred of them, and everybody was told to come later."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from pipelines.operations.dagster_page import connections
from pipelines.operations.dagster_page.connections import BoundedConnection

UNFINISHED = b"GET / HTTP/1.1\r\nHost: x\r\n"
WHOLE = UNFINISHED + b"\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A page behind uvicorn as ``serve`` sets it, that closes after a second what it would after fifteen."""
    monkeypatch.setattr(connections, "SILENT_SECONDS", 1.0)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        settings = uvicorn.Config(
            PlainTextResponse("ici"),
            http=BoundedConnection,
            limit_concurrency=200,
            timeout_keep_alive=5,
            log_level="error",
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def opened(stack: ExitStack, port: int, said: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
    connection.sendall(said)
    return connection


def answer(port: int) -> bytes:
    with ExitStack() as stack:
        return opened(stack, port, WHOLE).recv(15)


@pytest.mark.parametrize("said", [b"", UNFINISHED, WHOLE + UNFINISHED])
def test_more_silent_connections_than_are_kept(port: int, said: bytes) -> None:
    """A page that answers 503 for as long as somebody likes."""
    with ExitStack() as stack:
        for _ in range(260):
            opened(stack, port, said)
        assert answer(port) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("said", [b"", UNFINISHED, WHOLE + UNFINISHED])
def test_a_silent_connection_is_closed(port: int, said: bytes) -> None:
    with ExitStack() as stack:
        held = opened(stack, port, said)
        try:
            while held.recv(4096):
                pass
        except ConnectionResetError:
            pass
    assert answer(port) == b"HTTP/1.1 200 OK"
