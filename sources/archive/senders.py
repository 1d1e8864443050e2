"""Who sent a file through the page « Mes envois »: noted beside the intake, carried into the file's record.

Belongs here: the note, written before the file is laid down, found again by what cannot be forged there (the file's
inode and bytes), gone once it is in the record. Does not: laying the file down (``pipelines.door``).
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

from sources.home.durable import write_whole
from sources.home.home import Home

_FOLDER = "senders"
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Sender:
    """The file (its folder, inode, bytes) and who sent it, as the record will say it."""

    folder: str
    inode: int
    content_sha256: str
    sent_by: str


def note(home: Home, sender: Sender) -> None:
    """Keep who sends a file that is about to be laid in the intake."""
    path = home.root / _FOLDER / f"{sender.content_sha256}-{sender.inode}.json"
    write_whole(path, json.dumps(asdict(sender)).encode(), mode=0o600)


def sender_of(home: Home, folder: str, inode: int, content_sha256: str) -> str:
    """Who sent it; nothing for a file that came by the folder itself."""
    try:
        said = Sender(**json.loads((home.root / _FOLDER / f"{content_sha256}-{inode}.json").read_text()))
    except (OSError, ValueError, TypeError):
        return ""
    return said.sent_by if said.folder == folder else ""


def forget_old(home: Home) -> None:
    """Remove the notes of more than a day: their file is recorded, or never came."""
    folder = home.root / _FOLDER
    for path in folder.glob("*.json") if folder.is_dir() else ():
        if path.stat().st_mtime < time.time() - _KEPT_SECONDS:
            path.unlink(missing_ok=True)
