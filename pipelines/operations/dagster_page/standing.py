"""A WebSocket stands as long as what opened it: a session that ends, or an account that is closed, cuts it.

Belongs here: asking again while a connection is open, and cutting it. Does not: who may (``sign_in``).

Dagster's page listens to events over one connection for hours; asked once, when it opens, the guard would let it tell
them on to whoever has logged out, or has no account any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOK_SECONDS = 10.0
"""Between two looks; with what ``sign_in`` remembers, a connection outlives its session by half a minute at most."""
POLICY_VIOLATION = 1008


class Standing:
    """One WebSocket, cut once ``may_still`` says no: it is asked in time, and at each message that comes in."""

    def __init__(self, receive: Receive, send: Send, may_still: Callable[[], Awaitable[bool]]) -> None:
        self._receive = receive
        self._send = send
        self._may_still = may_still
        self._ended = asyncio.Event()

    async def serve(self, app: ASGIApp, scope: Scope) -> None:
        """Hand the connection on to ``app`` until either ends it."""
        looking = asyncio.create_task(self._look())
        try:
            await app(scope, self._receiving, self._sending)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        while not self._ended.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            await self._cut_unless_it_may()

    async def _cut_unless_it_may(self) -> None:
        if await self._may_still() or self._ended.is_set():
            return
        self._ended.set()
        with suppress(OSError, RuntimeError):  # Whoever is gone already is told nothing.
            await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})

    async def _receiving(self) -> Message:
        message = await self._next()
        if message is not None and message["type"] == "websocket.receive":
            await self._cut_unless_it_may()
        if message is None or self._ended.is_set():
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        return message

    async def _next(self) -> Message | None:
        """What comes in next; None when the connection is cut before anything does."""
        message, ended = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait([message, ended], return_when=asyncio.FIRST_COMPLETED)
            return None if self._ended.is_set() else message.result()
        finally:
            message.cancel()
            ended.cancel()

    async def _sending(self, message: Message) -> None:
        if not self._ended.is_set():
            await self._send(message)
