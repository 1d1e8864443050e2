"""The append-only records of receptions: one file each, numbered, never changed.

Belongs here: what a record says, reading records, giving the next number. Does not: taking drops (``archive``),
references (``archive_references``) or responses (``archive_responses``) in.

Drops and references are numbered in one sequence, by whoever holds the home's write lock, so that a number tells what
was known when. Their records stand in two folders, so that the files of establishments are listed without opening any.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sources.drops import DropSignature
from sources.durable import NewFile, create_together
from sources.home import Home

SUBMISSION = "submission"


@dataclass(frozen=True)
class Reception:
    """One drop: which bytes arrived, in which folder, under which name. ``received_at`` is in UTC.

    One response of a form's export is a reception of its own, ``derived_from`` that of the export. ``kind`` tells the
    files of establishments from what they are judged and compared by (``archive_references``).
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

    @property
    def signature(self) -> DropSignature:
        return (self.folder, self.file_name, self.modified_ns, self.byte_count)


def receptions(home: Home) -> list[Reception]:
    """All receptions, by number."""
    return [reception(home, number) for number in reception_numbers(home)]


def reception_numbers(home: Home) -> list[int]:
    """The numbers of all receptions, in order, without opening their records."""
    return _numbers(_folder(home, SUBMISSION))


def reception(home: Home, number: int) -> Reception:
    """The reception with this number."""
    return _read(_folder(home, SUBMISSION), number)


def references(home: Home) -> list[Reception]:
    """All references received, by number."""
    folder = _folder(home, "")
    return [_read(folder, number) for number in _numbers(folder)]


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
                json.dumps(vars(record), default=str).encode(),
            )
            for record in records
        ]
    )


def _read(folder: Path, number: int) -> Reception:
    record = json.loads((folder / f"{number:09d}.json").read_text())
    return Reception(**{**record, "received_at": datetime.fromisoformat(record["received_at"])})


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("[0-9]*.json"))


def _folder(home: Home, kind: str) -> Path:
    return home.archive / ("receptions" if kind == SUBMISSION else "references")
