"""The archive: the first act on any dropped file, and the only layer that is not rebuilt from another.

Belongs here: taking drops out of the intake, and what becomes of them there once they are answered.
Does not: telling what is a drop (``drops``), the bytes (``archive_content``), the records (``archive_records``), what
is not a submission (``archive_references``), later events (``archive_events``), understanding what a file says
(``sources.workbook``, ``quality``).

A reception's number orders everything; the clock orders nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sources.archive_content import content_path, keep_content, keep_contents, keep_stream, restrict
from sources.archive_events import purged_contents, set_aside, set_aside_numbers
from sources.archive_records import Reception, last_number, reception, reception_numbers, receptions, write_records
from sources.archive_references import current_references, receive_reference
from sources.drops import ANSWERED_FOLDER, LeftAlone, drop_folder, drop_signature, drops_lying, look
from sources.durable import syncing_folders_once
from sources.home import Home

__all__ = [
    "ANSWERED_FOLDER", "LeftAlone", "Reception", "ReceptionReport", "answered_copies", "content_path",
    "current_references", "has_new_drops", "keep_content", "last_number", "left_alone", "lying", "mark_answered",
    "receive", "receive_reference", "reception", "reception_numbers", "receptions", "remove_drop", "restrict",
    "set_aside", "set_aside_numbers",
]  # fmt: skip

_READ_WHOLE_BYTES = 8 * 2**20
"""Larger drops are copied as a stream, whatever their size."""

_DROPS_AT_ONCE = 1000
_GONE = "le fichier a disparu ou ne peut pas être lu ; il sera repris s'il revient"

_LONGEST_NAME_BYTES = 255
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class ReceptionReport:
    received: list[Reception]
    left_alone: list[LeftAlone]


class KeptDrop(NamedTuple):
    """A drop whose bytes are in the archive; its modification time is in nanoseconds."""

    path: Path
    sha256: str
    byte_count: int
    modified_ns: int


def receive(home: Home) -> ReceptionReport:
    """Archive every drop of the intake that has no reception yet, in order of folder and name.

    Files stay where they are until they are answered (``mark_answered``).
    """
    drops, left_alone = _look(home)
    received: list[Reception] = []
    purged = purged_contents(home) if drops else set()
    for group in _groups(drops):
        kept, gone = _keep_drops(home, group, purged)
        left_alone += [LeftAlone(path, _GONE) for path in gone]
        received += _record(home, kept)
    return ReceptionReport(received, left_alone)


def has_new_drops(home: Home) -> bool:
    """Whether ``receive`` would find something; does not read contents."""
    return bool(_look(home)[0])


def left_alone(home: Home) -> list[LeftAlone]:
    """What lies in the intake and is not taken, with the reason."""
    return _look(home)[1]


def lying(home: Home, just_received: Sequence[Reception] = ()) -> list[Reception]:
    """The receptions whose file still lies in the intake, unchanged.

    Records are opened only when ``just_received`` does not tell all that lies there.
    """
    there = drops_lying(home)
    found = [reception for reception in just_received if reception.signature in there]
    if {reception.signature for reception in found} == there:
        return found
    return [reception for reception in receptions(home) if reception.signature in there]


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


def _groups(drops: list[Path]) -> Iterator[list[Path]]:
    """Drops whose records are written together, and the folders of their bytes synced once."""
    return (drops[start : start + _DROPS_AT_ONCE] for start in range(0, len(drops), _DROPS_AT_ONCE))


def _keep_drops(home: Home, drops: list[Path], purged: Collection[str]) -> tuple[list[KeptDrop], list[Path]]:
    """Keep the bytes of drops, on disk with their folders; those that went away or became links are told apart.

    Bytes that were purged are named and not kept again.
    """
    kept: list[KeptDrop] = []
    gone: list[Path] = []
    contents: dict[str, bytes] = {}
    byte_count = 0
    with syncing_folders_once():
        for path in drops:
            drop = _keep_drop(home, path, purged, contents)
            if drop is None:
                gone.append(path)
                continue
            kept.append(drop)
            byte_count += drop.byte_count
            if byte_count > _READ_WHOLE_BYTES:
                keep_contents(home, contents)
                contents.clear()
                byte_count = 0
        keep_contents(home, contents)
    return kept, gone


def _keep_drop(home: Home, path: Path, purged: Collection[str], contents: dict[str, bytes]) -> KeptDrop | None:
    """Add a drop's bytes to ``contents``, to be kept; a large one is kept at once. None when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > _READ_WHOLE_BYTES:
            sha256, size = keep_stream(home, stream, purged)
            return KeptDrop(path, sha256, size, status.st_mtime_ns)
        content = stream.read()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in purged:
        contents[sha256] = content
    return KeptDrop(path, sha256, len(content), status.st_mtime_ns)


def _record(home: Home, kept: list[KeptDrop]) -> list[Reception]:
    """The receptions of drops whose bytes are kept, their records written in order."""
    received: list[Reception] = []
    while len(received) < len(kept):
        start = last_number(home) + 1
        now = datetime.now(UTC)
        due = [
            Reception(
                number, drop_folder(home, drop.path), drop.path.name, drop.sha256, drop.byte_count, now,
                drop.modified_ns,
            )
            for number, drop in enumerate(kept[len(received) :], start)
        ]  # fmt: skip
        received += due[: write_records(home, due)]
    return received


def _answered_name(reception: Reception) -> str:
    """``<number>_<name>``: characters that do not show are underscores, and a long name keeps its suffix."""
    name = _CONTROLS.sub("_", reception.file_name)
    number = f"{reception.number:06d}_"
    suffix = Path(name).suffix[:20]
    stem = name.removesuffix(suffix)
    while len(os.fsencode(number + stem + suffix)) > _LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return number + stem + suffix
