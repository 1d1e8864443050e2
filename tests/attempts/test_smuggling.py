"""Requests that two programs may read in two ways, sent through the nginx that ``install`` writes.

Belongs here: what nginx lets through to the server behind it, which writes down all that it is sent. Does not: the
headers that the server believes (``test_proxies``).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import needs
from tests.attempts.behind_nginx import DAGSTER_HOST, behind_nginx

pytestmark = needs.nginx

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\n"

AMBIGUOUS = {
    "a length and chunks": POST + b"Content-Length: 48\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 43\r\n\r\n" + HIDDEN,
    "a length with a sign": POST + b"Content-Length: +0\r\n\r\n" + HIDDEN,
    "chunks by another name": POST + b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "chunks, said twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks behind a tab": POST + b"Transfer-Encoding:\tchunked\x0b\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "a blank before the colon": POST + b"Transfer-Encoding : chunked\r\nContent-Length: 43\r\n\r\n" + HIDDEN,
    "a line folded": POST + b"X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 43\r\n\r\n" + HIDDEN,
    "a header cut by a line feed": b"GET /open HTTP/1.1\r\nHost: localhost\r\nX: y\nGET /hidden HTTP/1.1\r\n\r\n",
    "a line end in the address": b"GET /open%0d%0aX:%20y%0d%0a%0d%0aGET%20/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a chunk longer than it says": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n" + HIDDEN,
    "a size of chunk past all": POST + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + HIDDEN,
    "protocol asked to change": b"GET /open HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
}


@dataclass
class Backend:
    """A server that answers anything with an empty 200, keeps the connection open and remembers each connection."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._hear, args=[connection], daemon=True).start()

    def _hear(self, connection: socket.socket) -> None:
        place = len(self.heard)
        self.heard.append(b"")
        with connection:
            connection.settimeout(2)
            try:
                while said := connection.recv(65536):
                    self.heard[place] += said
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                return


@pytest.fixture
def backend() -> Iterator[Backend]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Backend(listening.getsockname()[1])
        threading.Thread(target=made.serve, args=[listening], daemon=True).start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)


def sent(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        connection.sendall(raw)
        said = b""
        try:
            while more := connection.recv(65536):
                said += more
        except OSError:
            pass
    return said


@pytest.mark.parametrize("attempt", AMBIGUOUS)
def test_no_request_travels_in_the_body_of_another(backend: Backend, tmp_path: Path, attempt: str) -> None:
    """Would have put a request of one's own before that of the next person on the same connection."""
    with behind_nginx(backend.port, tmp_path) as port:
        sent(port, AMBIGUOUS[attempt])
    for heard in backend.heard:
        head, _, rest = heard.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        assert not any(line.startswith(b"GET /hidden") for line in lines[1:]), heard
        assert not any(b"upgrade" in line.lower() for line in lines), heard
        assert head.lower().count(b"content-length:") + head.lower().count(b"transfer-encoding:") <= 1, heard
        assert len(rest) == _length_of(lines), heard


def _length_of(lines: list[bytes]) -> int:
    """The length that a head says of its body: nginx sends each whole, with its length."""
    said = [line.partition(b":")[2] for line in lines if line.lower().startswith(b"content-length:")]
    return int(said[0]) if said else 0


FORGED = {
    "the address of another": b"X-Forwarded-For: 10.9.8.7\r\n",
    "another name of the server": b"X-Forwarded-Proto: http\r\n",
    "with a line below": b"X_Forwarded_For: 10.9.8.7\r\nX_Forwarded_Proto: http\r\n",
}


@pytest.mark.parametrize("attempt", FORGED)
def test_what_a_client_says_in_the_proxys_name_is_replaced(backend: Backend, tmp_path: Path, attempt: str) -> None:
    """Would have let a person write another's address into the journal, and slow down another's logins."""
    with behind_nginx(backend.port, tmp_path) as port:
        sent(port, b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + FORGED[attempt] + b"\r\n")
    [heard] = backend.heard
    assert b"X-Forwarded-For: 127.0.0.1\r\n" in heard and b"X-Forwarded-Proto: https\r\n" in heard
    assert b"10.9.8.7" not in heard and b": http\r\n" not in heard


HOSTS = {
    "the other's in the address": f"GET http://{DAGSTER_HOST}/x HTTP/1.1\r\nHost: localhost\r\n",
    "two": f"GET /x HTTP/1.1\r\nHost: localhost\r\nHost: {DAGSTER_HOST}\r\n",
    "none": "GET /x HTTP/1.1\r\n",
}


@pytest.mark.parametrize("attempt", HOSTS)
def test_one_name_leads_to_one_server(backend: Backend, tmp_path: Path, attempt: str) -> None:
    """Would have reached Dagster's page under the name of the pages, past the password that stands before it."""
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        behind_nginx(backend.port, tmp_path, other.getsockname()[1]) as port,
    ):
        threading.Thread(target=(dagster := Backend()).serve, args=[other], daemon=True).start()
        sent(port, HOSTS[attempt].encode() + b"Connection: close\r\n\r\n")
        other.shutdown(socket.SHUT_RDWR)
    names = {f"Host: {name}\r\n".encode() for name in ("localhost", DAGSTER_HOST)}
    assert not any(DAGSTER_HOST.encode() in heard for heard in backend.heard)
    assert not any(b"Host: localhost" in heard for heard in dagster.heard)
    assert all(sum(heard.count(name) for name in names) == 1 for heard in [*backend.heard, *dagster.heard])


UPGRADES = {
    "HTTP/2 in the clear": b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n",
    "two protocols": b"Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n",
    "TLS": b"Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n",
}


@pytest.mark.parametrize("attempt", [*UPGRADES, "a WebSocket"])
def test_no_other_protocol_than_a_websocket_is_let_through(backend: Backend, tmp_path: Path, attempt: str) -> None:
    """Would have been a pipe to Dagster's page, in which nothing looks at the requests that follow."""
    said = UPGRADES.get(attempt, b"Upgrade: WebSocket\r\nConnection: Upgrade\r\n")
    with behind_nginx(backend.port, tmp_path, backend.port) as port:
        sent(port, f"GET /x HTTP/1.1\r\nHost: {DAGSTER_HOST}\r\n".encode() + said + b"\r\n")
    [heard] = backend.heard
    told = [line for line in heard.lower().split(b"\r\n") if line.startswith((b"upgrade:", b"connection:"))]
    is_websocket = attempt == "a WebSocket"
    assert sorted(told) == ([b"connection: upgrade", b"upgrade: websocket"] if is_websocket else [b"connection: close"])
