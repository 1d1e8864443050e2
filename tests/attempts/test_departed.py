"""What an engineer who has left could go on hearing: the page's open connection, after the session that opened it.

Belongs here: connections that last. Does not: what is asked once (``test_engineer``).
"""

from __future__ import annotations

import threading
import time

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from dashboards.serving.access import ENGINEER_ROLE, SESSION_COOKIE
from pipelines.operations.dagster_page import sign_in, standing
from pipelines.operations.dagster_page.guard import COOKIE, Guard
from pipelines.operations.dagster_page.sign_in import SignIn
from tests.dashboards.serving.servers import free_port


class Departing:
    """A page that echoes over WebSockets behind the guard; who is signed in is said by ``roles``."""

    def __init__(self, port: int) -> None:
        self.roles = {"ingenieur": ENGINEER_ROLE}
        self.heard: list[str] = []
        self.sign_in = SignIn("http://127.0.0.1:1")
        self.sign_in._ask = lambda session: self.roles.get(session) == ENGINEER_ROLE  # type: ignore[method-assign]
        hosts = frozenset({f"127.0.0.1:{port}"})
        self.guard = Guard(self._echo, hosts, self.sign_in, lambda _ticket: False, "http://127.0.0.1:1")

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message["text"])
            await send({"type": "websocket.send", "text": message["text"]})
        # What a subscription still has to tell when its listener is gone.
        await send({"type": "websocket.send", "text": "late"})


@pytest.mark.parametrize("cookie", [SESSION_COOKIE, COOKIE])
@pytest.mark.parametrize("is_talking", [True, False])
def test_a_web_socket_ends_with_its_session(monkeypatch: pytest.MonkeyPatch, cookie: str, is_talking: bool) -> None:
    """Whoever logged out, or whose account was closed, went on hearing every event of every run."""
    port = free_port()
    page = Departing(port)
    monkeypatch.setattr(sign_in, "REMEMBERED_SECONDS", 0.0)
    monkeypatch.setattr(standing, "LOOK_SECONDS", 60.0 if is_talking else 0.2)
    value = "ingenieur" if cookie == SESSION_COOKIE else page.sign_in.open_for_ticket()
    server = uvicorn.Server(uvicorn.Config(page.guard, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        with connect(
            f"ws://127.0.0.1:{port}/graphql",
            origin=Origin(f"http://127.0.0.1:{port}"),
            additional_headers={"Cookie": f"{cookie}={value}"},
        ) as socket_to_page:
            socket_to_page.send("first")
            assert socket_to_page.recv(timeout=10) == "first"
            page.roles.clear()
            page.sign_in._opened.answers.clear()
            if is_talking:
                socket_to_page.send("second")
            with pytest.raises(ConnectionClosed) as cut:
                socket_to_page.recv(timeout=10)
    finally:
        server.should_exit = True
        thread.join(20)
    assert cut.value.rcvd is not None and cut.value.rcvd.code == standing.POLICY_VIOLATION
    assert page.heard == ["first"]
