"""The archive: the first act on any dropped file, and the only layer that is not rebuilt from another.

Belongs here: taking drops out of the intake. Does not: telling what is a drop (``drops``), what becomes of it once
it is answered (``answered``), the bytes (``archive_content``), the records (``archive_records``), what is no submission
(``archive_references``), later events (``archive_events``), understanding what a file says (``sources.workbook``,
``quality``).

A reception's number orders everything; the clock orders nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import BinaryIO, NamedTuple

from sources.archive.answered import answered_copies, mark_answered, remove_answered_copies, remove_drop
from sources.archive.archive_content import content_path, keep_content, keep_contents, keep_stream, restrict
from sources.archive.archive_events import purged_contents, quarantined_numbers, set_aside
from sources.archive.archive_records import (
    NameMask,
    Reception,
    as_it_is,
    last_number,
    readable_receptions,
    reception,
    reception_numbers,
    receptions,
    with_masked_name,
    write_records,
)
from sources.archive.archive_references import current_references, receive_reference
from sources.archive.drops import ANSWERED_FOLDER, Entry, LeftAlone, drops_lying, look, signature, way
from sources.archive.senders import sender_of
from sources.home.durable import UpTo, syncing_folders_once
from sources.home.handles import folder_below, open_plain
from sources.home.home import Home
from sources.workbook.filetype import MAX_FILE_BYTES

__all__ = [
    "ANSWERED_FOLDER",
    "LeftAlone",
    "Reception",
    "ReceptionReport",
    "answered_copies",
    "content_path",
    "current_references",
    "has_new_drops",
    "keep_content",
    "last_number",
    "left_alone",
    "lying",
    "mark_answered",
    "quarantined_numbers",
    "readable_receptions",
    "receive",
    "receive_reference",
    "reception",
    "reception_numbers",
    "receptions",
    "remove_answered_copies",
    "remove_drop",
    "restrict",
    "set_aside",
]  # fmt: skip

_READ_WHOLE_BYTES = 8 * 2**20
"""Larger drops are copied as a stream, whatever their size."""

_BEGINNING_BYTES = 2**20
_DROPS_AT_ONCE = 1000
_GONE = "le fichier a changé, a disparu ou ne peut pas être lu ; il sera repris s'il revient"


@dataclass(frozen=True)
class ReceptionReport:
    received: list[Reception]
    left_alone: list[LeftAlone]


class KeptDrop(NamedTuple):
    """A drop whose bytes are in the archive, or, where it is too large to be read at all, what is said of them."""

    entry: Entry
    sha256: str
    is_whole: bool = True


def receive(home: Home, mask_name: NameMask = as_it_is, received_at: datetime | None = None) -> ReceptionReport:
    """Archive every drop of the intake that has no reception yet, in order of folder and name.

    A name that holds personal data is recorded as ``mask_name`` gives it: records are kept for ever. Files stay
    where they are until they are answered (``mark_answered``). ``received_at``, in UTC, is now for everybody but the
    demonstration, which tells of an earlier year.
    """
    drops, left_alone = _look(home)
    received: list[Reception] = []
    purged = purged_contents(home) if drops else set()
    for group in _groups(drops):
        kept, gone = _keep_drops(home, group, purged)
        left_alone += [LeftAlone(drop.path(home), _GONE) for drop in gone]
        received += _record(home, kept, mask_name, received_at)
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


def _look(home: Home) -> tuple[list[Entry], list[LeftAlone]]:
    return look(home, lambda: {reception.signature for reception in receptions(home)})


def _groups(drops: list[Entry]) -> Iterator[list[Entry]]:
    """Drops whose records are written together, and the folders of their bytes synced once."""
    return (drops[start : start + _DROPS_AT_ONCE] for start in range(0, len(drops), _DROPS_AT_ONCE))


def _keep_drops(home: Home, drops: list[Entry], purged: Collection[str]) -> tuple[list[KeptDrop], list[Entry]]:
    """Keep the bytes of drops, on disk with their folders; those that changed, went away or are links are told apart.

    Bytes that were purged are named and not kept again.
    """
    kept: list[KeptDrop] = []
    gone: list[Entry] = []
    contents: dict[str, bytes] = {}
    with syncing_folders_once():
        for drop, stream in _opened(home, drops):
            found = _keep_drop(home, drop, stream, purged, contents) if stream else None
            if found is None:
                gone.append(drop)
                continue
            kept.append(found)
            if sum(map(len, contents.values())) > _READ_WHOLE_BYTES:
                keep_contents(home, contents)
                contents.clear()
        keep_contents(home, contents)
    return kept, gone


def _opened(home: Home, drops: list[Entry]) -> Iterator[tuple[Entry, BinaryIO | None]]:
    """Each drop with its file, open to be read; None where it cannot be. A folder is opened once for its drops."""
    for folder, group in groupby(drops, key=lambda drop: drop.folder):
        with ExitStack() as opened:
            handle: int | None = None
            with suppress(OSError):
                handle = opened.enter_context(folder_below(home.intake, *way(folder)))
            for drop in group:
                stream = None if handle is None else _open(drop, handle)
                yield drop, stream
                if stream:
                    stream.close()


def _open(drop: Entry, folder: int) -> BinaryIO | None:
    try:
        return os.fdopen(open_plain(drop.name, folder), "rb", buffering=0)
    except OSError:
        return None


def _keep_drop(
    home: Home, drop: Entry, stream: BinaryIO, purged: Collection[str], contents: dict[str, bytes]
) -> KeptDrop | None:
    """Add a drop's bytes to ``contents``, to be kept; a large one is kept at once.

    None when it is not what was looked at, or was written to meanwhile.
    """
    if not _is_still(drop, stream):
        return None
    size = drop.signature.byte_count
    if size > MAX_FILE_BYTES:
        content, is_whole = _said_of(size, stream.read(_BEGINNING_BYTES)), False
    elif size > _READ_WHOLE_BYTES:
        sha256, _ = keep_stream(home, UpTo(stream, size), purged)
        return KeptDrop(drop, sha256) if _is_still(drop, stream) else None
    else:
        content, is_whole = stream.read(size), True
    if not _is_still(drop, stream):
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in purged:
        contents[sha256] = content
    return KeptDrop(drop, sha256, is_whole)


def _is_still(drop: Entry, stream: BinaryIO) -> bool:
    """Whether the file that is open is the drop as it was looked at, under this one name."""
    status = os.fstat(stream.fileno())
    return status.st_nlink == 1 and signature(drop.folder, status) == drop.signature


def _said_of(byte_count: int, beginning: bytes) -> bytes:
    """What the archive keeps of a drop that nobody will read: its size, and the SHA-256 of its first bytes."""
    said = {"byte_count": byte_count, "beginning_sha256": hashlib.sha256(beginning).hexdigest()}
    return json.dumps(said | {"beginning_byte_count": len(beginning)}, indent=1).encode()


def _record(home: Home, kept: list[KeptDrop], mask_name: NameMask, received_at: datetime | None) -> list[Reception]:
    """The receptions of drops whose bytes are kept, their records written in order."""
    received: list[Reception] = []
    while len(received) < len(kept):
        start = last_number(home) + 1
        now = received_at or datetime.now(UTC)
        due = [
            with_masked_name(_reception(home, number, drop, now), mask_name)
            for number, drop in enumerate(kept[len(received) :], start)
        ]
        received += due[: write_records(home, due)]
    return received


def _reception(home: Home, number: int, drop: KeptDrop, received_at: datetime) -> Reception:
    seen = drop.entry.signature
    return Reception(
        number, seen.folder, drop.entry.name, drop.sha256, seen.byte_count, received_at, seen.modified_ns,
        inode=seen.inode, changed_ns=seen.changed_ns, is_whole=drop.is_whole,
        sent_by=sender_of(home, seen.folder, seen.inode, drop.sha256),
    )  # fmt: skip
