"""Floods of connections as nobody in particular can send them: held open, never finished, endless.

Belongs here: opening and feeding them. Does not: what the server must still answer meanwhile (test_nobody.py).
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

Opening = Callable[[], bytes]
MIB = 2**20


def unfinished_head() -> bytes:
    return b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


def slow_body() -> bytes:
    return (
        b"POST /api/v1/security/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100000\r\n\r\n{"
    )


def slow_chunks() -> bytes:
    return (
        b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"
    )


def silence() -> bytes:
    return b""


def half_a_line() -> bytes:
    return b"GE"


HELD: dict[str, Opening] = {
    "unfinished heads": unfinished_head,
    "slow bodies": slow_body,
    "slow chunks": slow_chunks,
    "connections that say nothing": silence,
    "half a word": half_a_line,
}


@contextmanager
def held_open(host: str, port: int, opening: Opening, count: int) -> Iterator[None]:
    """``count`` connections that began and go on by one byte a second; one that is closed is opened again."""
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(host, port, opening, count, done))
    keeper.start()
    try:
        time.sleep(1.0)
        yield
    finally:
        done.set()
        keeper.join()


def _keep(host: str, port: int, opening: Opening, count: int, done: threading.Event) -> None:
    held: list[socket.socket] = []
    try:
        while not done.is_set():
            while len(held) < count and not done.is_set():
                with suppress(OSError):
                    held.append(_opened(host, port, opening()))
            held = [one for one in held if _goes_on(one, opening() != b"")]
            done.wait(1.0)
    finally:
        for one in held:
            one.close()


def _opened(host: str, port: int, first: bytes) -> socket.socket:
    opened = socket.create_connection((host, port), timeout=5)
    if first:
        opened.sendall(first)
    opened.setblocking(False)
    return opened


def _goes_on(connection: socket.socket, speaks: bool) -> bool:
    """Whether it is still open, after one more byte where it speaks at all."""
    try:
        if speaks:
            connection.send(b"a")
        if not connection.recv(1):
            connection.close()
            return False
    except BlockingIOError:
        pass
    except OSError:
        connection.close()
        return False
    return True


def send_until_closed(host: str, port: int, head: bytes, filling: bytes, most: int) -> bytes:
    """Send a head, then ``filling`` up to ``most`` bytes or until the server closes; what it said."""
    with closing(socket.create_connection((host, port), timeout=10)) as connection:
        with suppress(OSError):
            connection.sendall(head)
            for _ in range(most // len(filling)):
                connection.sendall(filling)
        with suppress(OSError):
            return connection.recv(4096)
    return b""


def endless_address(host: str, port: int) -> bytes:
    return send_until_closed(host, port, b"GET /login/?q=", b"a" * 65536, 20 * MIB)


def endless_body(host: str, port: int) -> bytes:
    head = (
        b"POST /api/v1/security/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: 2000000000\r\n\r\n"
    )
    return send_until_closed(host, port, head, b"a" * 65536, 200 * MIB)


def many_headers(host: str, port: int) -> bytes:
    return send_until_closed(host, port, b"GET /login/ HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 8000, 20 * MIB)
