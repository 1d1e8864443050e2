"""How much of bodies a process keeps on disk at once: each connection may hold one, and there are a thousand of them.

A body that does not fit is taken to its end and thrown away, so that its sender sees the answer.

Belongs here: the sum, of all and of one sender. Does not: how long one body may be (connections.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LARGE = 2**20
"""Bytes below which a body is not counted: a thousand of them fit."""
MOST_OF_ONE, MOST_OF_ALL = 64 * 2**20, 512 * 2**20


def has_room(asking: Any, channels: Iterable[Any]) -> bool:
    """Whether the body that `asking` announces fits beside those that other connections hold or announced."""
    wanted = announced(asking)
    if wanted <= LARGE:
        return True
    others = [one for channel in list(channels) for one in (channel.request, *channel.requests) if one is not asking]
    kept = [(one.who, size) for one in others if one is not None and (size := announced(one)) > LARGE]
    of_one = sum(size for who, size in kept if who == asking.who)
    return of_one + wanted <= MOST_OF_ONE and sum(size for _, size in kept) + wanted <= MOST_OF_ALL


def announced(asked: Any) -> int:
    """Bytes that a question's body may come to: what its head says, and for chunks, which say nothing, the most."""
    if asked.body_rcv is None or asked.unkept is not None:
        return 0
    return int(asked.longest if asked.chunked else min(asked.content_length, asked.longest))
