"""Connections to Dagster's page: one that asks nothing is closed in time, and never keeps another from being taken.

Belongs here: how long a connection may say nothing, and which gives way. Does not: what is asked (``guard``).

uvicorn bounds the time between two requests alone: who never ends a first one holds a connection for ever, and past
``limit_concurrency`` everybody is told that the service is unavailable.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from uvicorn.protocols.http.auto import AutoHTTPProtocol

SILENT_SECONDS = 15.0
MOST_CONNECTIONS = 150
"""Past it, the oldest that ask nothing are closed; below ``limit_concurrency``, which counts work too."""


class _Cycle(Protocol):
    response_complete: bool


class BoundedConnection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's connection, closed when it asked nothing whole between two looks."""

    cycle: _Cycle | None
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._since = time.monotonic()
        self._answered_before: _Cycle | None = None
        self._next_look = self.loop.call_later(SILENT_SECONDS, self._look)
        self._make_room()

    def connection_lost(self, problem: Exception | None) -> None:
        self._next_look.cancel()
        super().connection_lost(problem)

    @property
    def asks_nothing(self) -> bool:
        """Whether no question that arrived with its whole head waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

    def _look(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # A WebSocket by now.
        if self.asks_nothing and self.cycle is self._answered_before:
            self.transport.abort()
            return
        self._answered_before = self.cycle if self.asks_nothing else None
        self._next_look = self.loop.call_later(SILENT_SECONDS, self._look)

    def _make_room(self) -> None:
        others: list[Any] = [one for one in self.connections if isinstance(one, BoundedConnection) and one is not self]
        if len(others) < MOST_CONNECTIONS:
            return
        oldest = min((one for one in others if one.asks_nothing), key=lambda one: one._since, default=None)
        if oldest is not None:
            self.connections.discard(oldest)
            oldest.transport.abort()
