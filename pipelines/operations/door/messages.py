"""What passes through the reader's sockets: one request and one answer a connection, JSON and bytes each.

Belongs here: the frame. Does not: what is asked (``desk``, ``tries``). The other side, which is Superset's, stands in
``dashboards/superset/door/reader.py``.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

HEADER = struct.Struct("!QQ")
"""The lengths of the JSON and of the bytes that follow it."""

MOST_BYTES = 64 * 2**20
"""Of one message: the largest upload, which the page refuses sooner and in words."""


class BrokenMessage(Exception):
    """A peer that went away, or that does not speak so."""


def send(connection: socket.socket, said: dict[str, Any], content: bytes = b"") -> None:
    """Send one message."""
    text = json.dumps(said, ensure_ascii=False, default=str).encode()
    connection.sendall(HEADER.pack(len(text), len(content)) + text)
    if content:  # The peer may have answered and gone: sending it nothing would break the pipe.
        connection.sendall(content)


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes]:
    """The next message; raises BrokenMessage."""
    text_length, content_length = HEADER.unpack(_exactly(connection, HEADER.size))
    if text_length + content_length > MOST_BYTES:
        raise BrokenMessage("too long")
    said = json.loads(_exactly(connection, text_length))
    if not isinstance(said, dict):
        raise BrokenMessage("no object")
    return said, _exactly(connection, content_length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    taken = bytearray()
    while len(taken) < length:
        part = connection.recv(min(length - len(taken), 2**20))
        if not part:
            raise BrokenMessage("cut short")
        taken += part
    return bytes(taken)
