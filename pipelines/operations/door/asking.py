"""Whether the resident reader answers: for ``status`` and ``doctor``. Imports nothing heavy."""

from __future__ import annotations

import socket

from pipelines.engines.instance import socket_path
from pipelines.operations.door.messages import BrokenMessage, receive, send
from sources.home.home import Home


def is_answering(home: Home, seconds: float) -> bool:
    """Ask the desk; nothing is read for it."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(str(socket_path(home, "desk")))
            send(connection, {"act": "ping"})
            return receive(connection)[0] == {"status": "ok"}
    except (OSError, BrokenMessage, ValueError):
        return False
