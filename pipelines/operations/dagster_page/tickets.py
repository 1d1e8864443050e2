"""A page opened on purpose: an address that lets one browser in, once, within a few minutes.

Belongs here: making a ticket and taking it back. Does not: the sign-in by Superset (``sign_in``), cookies (``guard``).

Whoever can write in the home's Dagster folder owns the installation already: a ticket gives nothing more. It works
when Superset does not answer, which is when Dagster is needed most.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from pathlib import Path

from sources.home.home import Home

LIVES_SECONDS = 300
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_ticket(home: Home) -> str:
    """A ticket for the page of this home; only its fingerprint is written."""
    folder = _folder(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old(folder)
    ticket = secrets.token_urlsafe(32)
    _file(folder, ticket).touch(mode=0o600)
    return ticket


def take(home: Home, ticket: str) -> bool:
    """Whether the ticket was one, not yet used and not too old; it is none afterwards."""
    if not _SHAPE.fullmatch(ticket):
        return False
    path = _file(_folder(home), ticket)
    try:
        made = path.lstat().st_mtime
        path.unlink()
    except FileNotFoundError:
        return False
    return 0 <= time.time() - made <= LIVES_SECONDS


def _forget_old(folder: Path) -> None:
    for path in folder.iterdir():
        if time.time() - path.lstat().st_mtime > LIVES_SECONDS:
            path.unlink(missing_ok=True)


def _folder(home: Home) -> Path:
    return home.dagster / "tickets"


def _file(folder: Path, ticket: str) -> Path:
    return folder / hashlib.sha256(ticket.encode()).hexdigest()
