"""Bodies of 25 MiB that begin and never end: each holds its place on the disk for as long as it may arrive.

Belongs here: how many of them there may be at once. Does not: connections without a body (``test_nobody``).
"""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from dashboards.superset.front.room import MOST_OF_ALL, MOST_OF_ONE, has_room
from tests.attempts.test_roles import signed_in
from tests.dashboards.conftest import Server

MIB = 2**20
BODY = 25 * MIB


def asked(who: str, size: int, chunked: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        who=who, body_rcv=object(), unkept=None, longest=26 * MIB, chunked=chunked, content_length=size
    )


def beside(*others: SimpleNamespace) -> list[SimpleNamespace]:
    return [SimpleNamespace(request=one, requests=[]) for one in others]


def test_one_account_holds_so_much_and_all_together_too() -> None:
    """A thousand connections of one depositor would have held 25 GiB in the folder of temporary files."""
    own = [asked("account 1", BODY) for _ in range(MOST_OF_ONE // BODY)]
    assert has_room(own[0], beside(*own))
    assert not has_room(asked("account 1", BODY), beside(*own))
    assert not has_room(asked("account 1", 0, chunked=True), beside(*own)), "chunks say nothing of their length"
    assert has_room(asked("account 2", BODY), beside(*own)) and has_room(asked("account 1", MIB), beside(*own))
    everybody = [asked(f"account {at}", BODY) for at in range(MOST_OF_ALL // BODY)]
    assert not has_room(asked("account x", BODY), beside(*everybody))
    for one in everybody:
        one.unkept = BODY
    assert has_room(asked("account x", BODY), beside(*everybody)), "what is thrown away takes no room"


def whole(connection: socket.socket) -> bytes:
    """An answer to its end: its head and its words may come in two pieces."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.superset
def test_a_body_too_many_is_refused_in_words_while_the_others_go_on(server: Server) -> None:
    """Of five, one of the server's two processes has three at least."""
    place = urlsplit(server.url)
    browser = signed_in(server, "coordination", "")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = (
        f"POST /mes-envois/690781810/essais HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {BODY}\r\nConnection: close\r\n\r\n"
    )
    with ExitStack() as stack:
        held = []
        for _ in range(5):
            one = stack.enter_context(socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=20))
            one.sendall(head.encode() + b"x" * (2 * MIB))
            held.append(one)
        answers = []
        for one in held:
            with suppress(OSError):
                one.sendall(b"x" * (BODY - 2 * MIB))
                answers.append(whole(one))
    refused = [said for said in answers if said.startswith(b"HTTP/1.1 503")]
    assert 1 <= len(refused) <= 3 and all("en même temps".encode() in said for said in refused)
