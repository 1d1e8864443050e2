"""The archive: the first act on any dropped file, and the only layer that is not rebuilt from another.

Belongs here: taking drops out of the intake, keeping their bytes by content, and the append-only records of
receptions. Does not: telling what is a drop (``drops``), later events (``archive_events``), understanding what a file
says (``sources.workbook``, ``quality``).

A reception's number orders everything; the clock orders nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sources.archive_events import purged_contents, set_aside, set_aside_numbers
from sources.drops import ANSWERED_FOLDER, DropSignature, LeftAlone, drop_signature, drops_lying, look
from sources.durable import copy_whole, create_whole, syncing_folders_once
from sources.home import Home

__all__ = [
    "ANSWERED_FOLDER", "LeftAlone", "Reception", "ReceptionReport", "answered_copies", "content_path",
    "has_new_drops", "keep_content", "left_alone", "lying", "mark_answered", "receive", "reception",
    "reception_numbers", "receptions", "remove_drop", "restrict", "set_aside", "set_aside_numbers",
]  # fmt: skip

_READ_WHOLE_BYTES = 8 * 2**20
"""Larger drops are copied as a stream, whatever their size."""

_LONGEST_NAME_BYTES = 255
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Reception:
    """One drop: which bytes arrived, in which folder, under which name. ``received_at`` is in UTC.

    One response of a form's export is a reception of its own, ``derived_from`` that of the export.
    """

    number: int
    folder: str
    file_name: str
    content_sha256: str
    byte_count: int
    received_at: datetime
    modified_ns: int
    derived_from: int | None = None
    response_id: str | None = None

    @property
    def signature(self) -> DropSignature:
        return (self.folder, self.file_name, self.modified_ns, self.byte_count)


@dataclass(frozen=True)
class ReceptionReport:
    received: list[Reception]
    left_alone: list[LeftAlone]


def receive(home: Home) -> ReceptionReport:
    """Archive every drop of the intake that has no reception yet, in order of folder and name.

    Files stay where they are until they are answered (``mark_answered``).
    """
    drops, left_alone = _look(home)
    received: list[Reception] = []
    purged = purged_contents(home) if drops else set()
    with syncing_folders_once():
        number = max(reception_numbers(home), default=0)
        for path in drops:
            kept = _keep_drop(home, path, purged)
            if kept is None:
                reason = "le fichier a disparu ou ne peut pas être lu ; il sera repris s'il revient"
                left_alone.append(LeftAlone(path, reason))
                continue
            reception = _record(home, path, *kept, after=number)
            number = reception.number
            received.append(reception)
    return ReceptionReport(received, left_alone)


def has_new_drops(home: Home) -> bool:
    """Whether ``receive`` would find something; does not read contents."""
    return bool(_look(home)[0])


def left_alone(home: Home) -> list[LeftAlone]:
    """What lies in the intake and is not taken, with the reason."""
    return _look(home)[1]


def receptions(home: Home) -> list[Reception]:
    """All receptions, by number."""
    return [reception(home, number) for number in reception_numbers(home)]


def reception_numbers(home: Home) -> list[int]:
    """The numbers of all receptions, in order, without opening their records."""
    return sorted(int(path.stem) for path in _records(home).glob("*.json"))


def reception(home: Home, number: int) -> Reception:
    """The reception with this number."""
    record = json.loads((_records(home) / f"{number:09d}.json").read_text())
    return Reception(**{**record, "received_at": datetime.fromisoformat(record["received_at"])})


def lying(home: Home) -> list[Reception]:
    """The receptions whose file still lies in the intake, unchanged."""
    there = drops_lying(home)
    return [reception for reception in receptions(home) if reception.signature in there] if there else []


def content_path(home: Home, sha256: str) -> Path:
    """Where the bytes with this SHA-256 stand."""
    return home.archive / "content" / sha256[:2] / sha256


def keep_content(home: Home, content: bytes) -> str:
    """Keep bytes in the archive, once, and return their SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not _is_kept(home, sha256):
        create_whole(content_path(home, sha256), content, mode=0o440)
    return sha256


def restrict(home: Home, sha256: str) -> None:
    """Let only the owner of the archive read these bytes."""
    content_path(home, sha256).chmod(0o400)


def mark_answered(home: Home, reception: Reception) -> None:
    """Move the answered file to ``traités/`` beside it; a file changed since, or a folder not writable, stays.

    The reception record already keeps a file that stays from being received twice.
    """
    source = home.intake / reception.folder / reception.file_name
    try:
        if source.lstat().st_mtime_ns != reception.modified_ns:
            return
        answered = source.parent / ANSWERED_FOLDER
        answered.mkdir(exist_ok=True)
        source.replace(answered / _answered_name(reception))
    except OSError:
        return


def answered_copies(home: Home, reception: Reception) -> list[Path]:
    """The copies of an answered file in ``traités/``."""
    folder = home.intake / reception.folder / ANSWERED_FOLDER
    return sorted(folder.glob(f"{reception.number:06d}_*"))


def remove_drop(home: Home, reception: Reception) -> None:
    """Remove a file that still lies in the intake as it was received."""
    path = home.intake / reception.folder / reception.file_name
    if drop_signature(home, path) == reception.signature:
        path.unlink()


def _look(home: Home) -> tuple[list[Path], list[LeftAlone]]:
    return look(home, lambda: {reception.signature for reception in receptions(home)})


def _keep_drop(home: Home, path: Path, purged: Collection[str]) -> tuple[str, int, int] | None:
    """Keep a drop's bytes: SHA-256, size, modification time; None when it went away or became a link meanwhile.

    Bytes that were purged are named and not kept again.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > _READ_WHOLE_BYTES:
            sha256, size = _keep_stream(home, stream, purged)
            return sha256, size, status.st_mtime_ns
        content = stream.read()
    if purged and (sha256 := hashlib.sha256(content).hexdigest()) in purged:
        return sha256, len(content), status.st_mtime_ns
    return keep_content(home, content), len(content), status.st_mtime_ns


def _keep_stream(home: Home, stream: BinaryIO, purged: Collection[str]) -> tuple[str, int]:
    def place(sha256: str) -> Path | None:
        return None if sha256 in purged or _is_kept(home, sha256) else content_path(home, sha256)

    return copy_whole(stream, home.archive / "content", place, mode=0o440)


def _is_kept(home: Home, sha256: str) -> bool:
    """Whether these bytes stand in the archive; a damaged copy is taken away."""
    target = content_path(home, sha256)
    if not target.exists():
        return False
    with target.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() == sha256:
            return True
    target.unlink()
    return False


def _record(home: Home, path: Path, sha256: str, byte_count: int, modified_ns: int, after: int) -> Reception:
    folder = drop_signature(home, path)[0]
    number = after + 1
    while True:
        reception = Reception(number, folder, path.name, sha256, byte_count, datetime.now(UTC), modified_ns)
        record = json.dumps(asdict(reception), indent=1, default=str).encode()
        try:
            create_whole(_records(home) / f"{number:09d}.json", record)
            return reception
        except FileExistsError:
            number += 1


def _answered_name(reception: Reception) -> str:
    """``<number>_<name>``: characters that do not show are underscores, and a long name keeps its suffix."""
    name = _CONTROLS.sub("_", reception.file_name)
    number = f"{reception.number:06d}_"
    suffix = Path(name).suffix[:20]
    stem = name.removesuffix(suffix)
    while len(os.fsencode(number + stem + suffix)) > _LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return number + stem + suffix


def _records(home: Home) -> Path:
    return home.archive / "receptions"
