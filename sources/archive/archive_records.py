"""The append-only records of receptions: one file each, numbered, never changed.

Belongs here: what a record says, reading records, giving the next number. Does not: taking drops (``archive``),
references (``archive_references``) or responses (``archive_responses``) in.

Drops and references are numbered in one sequence, by whoever holds the home's write lock, so that a number tells what
was known when. Their records stand in two folders, so that the files of establishments are listed without opening any.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sources.archive.drops import DropSignature
from sources.home.durable import NewFile, create_together, write_whole
from sources.home.handles import own_names
from sources.home.home import Home

SUBMISSION = "submission"

NameMask = Callable[[str], tuple[str, bool]]
"""A name fit to be kept, and whether it held personal data; given by who can tell (``quality.privacy``)."""

RECORD_NAMES = re.compile(r"\d{9,18}\.json")
"""The records of the archive, events too; anything else in their folders was laid there by somebody else."""


@dataclass(frozen=True)
class Reception:
    """One drop: which bytes arrived, in which folder, under which name. ``received_at`` is in UTC.

    One response of a form's export is a reception of its own, ``derived_from`` that of the export. ``kind`` tells the
    files of establishments from what they are judged and compared by (``archive_references``). ``note``, in French,
    is what somebody should know of it later, as that it was taken in spite of a doubt. ``inode`` and ``changed_ns``
    tell a drop that still lies there from one laid again; ``is_whole`` is false for a file beyond what is read:
    the archive then holds a statement about it, not its bytes. ``is_name_masked``: the file bore another name, which
    held personal data. ``sent_by``: the account that sent it through the page, where it came that way.
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
    kind: str = SUBMISSION
    note: str = ""
    inode: int = 0
    changed_ns: int = 0
    is_whole: bool = True
    is_name_masked: bool = False
    sent_by: str = ""

    @property
    def signature(self) -> DropSignature:
        return DropSignature(self.folder, self.modified_ns, self.byte_count, self.inode, self.changed_ns)


def as_it_is(name: str) -> tuple[str, bool]:
    """The mask of names among which none holds personal data."""
    return name, False


def with_masked_name(record: Reception, mask: NameMask) -> Reception:
    """The same reception, its name masked where it holds personal data."""
    name, is_personal = mask(record.file_name)
    return replace(record, file_name=name, is_name_masked=True) if is_personal else record


def receptions(home: Home) -> list[Reception]:
    """All receptions, by number."""
    return list(readable_receptions(home, reception_numbers(home)))


def readable_receptions(home: Home, numbers: Iterable[int]) -> Iterator[Reception]:
    """The receptions of these numbers; a record that cannot be read stops nobody, ``doctor`` tells it."""
    return _readable(_folder(home, SUBMISSION), numbers)


def reception_numbers(home: Home) -> list[int]:
    """The numbers of all receptions, in order, without opening their records."""
    return _numbers(_folder(home, SUBMISSION))


def reception(home: Home, number: int) -> Reception:
    """The reception with this number."""
    return _read(_folder(home, SUBMISSION), number)


def references(home: Home) -> list[Reception]:
    """All references received, by number."""
    folder = _folder(home, "")
    return list(_readable(folder, _numbers(folder)))


def last_number(home: Home) -> int:
    """The highest number given, to a drop or to a reference; 0 before the first."""
    return max((*_numbers(_folder(home, SUBMISSION)), *_numbers(_folder(home, ""))), default=0)


def write_record(home: Home, record: Reception) -> None:
    """Write the record of a reception; raises ``FileExistsError`` when its number is taken."""
    if not write_records(home, [record]):
        raise FileExistsError(record.number)


def write_records(home: Home, records: Sequence[Reception]) -> int:
    """Write records in order, synced together, up to the first whose number is taken; returns how many were written."""
    return create_together(
        [
            NewFile(
                _folder(home, record.kind) / f"{record.number:09d}.json",
                _written(record),
            )
            for record in records
        ]
    )


def mask_recorded_name(home: Home, record: Reception, mask: NameMask) -> None:
    """Mask the name in a record of before names were masked: with its file purged, nothing personal stays."""
    masked = with_masked_name(record, mask)
    if masked != record:
        path = _folder(home, record.kind) / f"{record.number:09d}.json"
        write_whole(path, _written(masked), stat.S_IMODE(path.stat().st_mode))


def unreadable_records(home: Home) -> list[Path]:
    """The records of receptions and references, named as ours and of our owner, that cannot be read."""
    return [
        folder / f"{number:09d}.json"
        for folder in (_folder(home, SUBMISSION), _folder(home, ""))
        for number in _numbers(folder)
        if not list(_readable(folder, [number]))
    ]


def _written(record: Reception) -> bytes:
    return json.dumps(vars(record), default=str).encode()


def _readable(folder: Path, numbers: Iterable[int]) -> Iterator[Reception]:
    for number in numbers:
        with suppress(ValueError, TypeError, KeyError, OSError):
            yield _read(folder, number)


def _read(folder: Path, number: int) -> Reception:
    record = json.loads((folder / f"{number:09d}.json").read_text())
    found = Reception(**{**record, "received_at": datetime.fromisoformat(record["received_at"])})
    if found.number != number:
        raise ValueError(f"le nom {number} et le numéro {found.number} diffèrent")
    return found


def _numbers(folder: Path) -> list[int]:
    return sorted(int(name.removesuffix(".json")) for name in own_names(folder, RECORD_NAMES))


def _folder(home: Home, kind: str) -> Path:
    return home.archive / ("receptions" if kind == SUBMISSION else "references")
