"""Asks the resident reader of the pipeline, over its sockets: this process opens no workbook and no file of the home.

Belongs here: one request, one answer. Does not: who may ask what (door/access.py). The other side is
``pipelines/operations/door``.
"""

import json
import os
import socket
import struct
from typing import Any

TRIES, DESK = "CARTOGRAPHIE_DOOR_TRIES", "CARTOGRAPHIE_DOOR_DESK"
"""Variables that hold the addresses of the two sockets; ``up`` sets them."""
SECONDS = {TRIES: 130, DESK: 65}
_HEADER = struct.Struct("!QQ")


class ReaderSilent(Exception):
    """The reader is not there."""


class ReaderEnded(Exception):
    """The reader closed without an answer: what was asked of it took more memory or time than it may."""


def ask(place: str, act: str, content: bytes = b"", /, **said: Any) -> tuple[dict[str, Any], bytes]:
    """The reader's answer: a dictionary and bytes."""
    try:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS[place])
        connection.connect(os.environ[place])
    except (OSError, KeyError) as problem:
        raise ReaderSilent from problem
    with connection:
        try:
            text = json.dumps({**said, "act": act}).encode()
            connection.sendall(_HEADER.pack(len(text), len(content)) + text)
            if content:  # The reader may have answered and gone: sending it nothing would break the pipe.
                connection.sendall(content)
            text_length, content_length = _HEADER.unpack(_exactly(connection, _HEADER.size))
            told = json.loads(_exactly(connection, text_length))
            return told, _exactly(connection, content_length)
        except (OSError, EOFError) as problem:
            raise ReaderEnded from problem


def _exactly(connection: socket.socket, length: int) -> bytes:
    taken = bytearray()
    while len(taken) < length:
        part = connection.recv(min(length - len(taken), 2**20))
        if not part:
            raise EOFError
        taken += part
    return bytes(taken)
