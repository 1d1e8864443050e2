"""A word to systemd (``Type=notify``): ready, stopping. Nothing where nobody listens."""

from __future__ import annotations

import contextlib
import os
import socket

ADDRESS_VARIABLE = "NOTIFY_SOCKET"


def tell(state: str) -> None:
    """Send ``READY=1`` or ``STOPPING=1`` to the service manager that started this process, if one did."""
    address = os.environ.get(ADDRESS_VARIABLE)
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifying:
        notifying.sendto(state.encode(), address)
