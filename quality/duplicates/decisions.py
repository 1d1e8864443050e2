"""What coordinators decided on pairs of use cases: append-only records in the archive, of which the lake has a table.

Belongs here: recording decisions and reading them back. Does not: the workbook in which they are taken (``workbook``),
nor what the models make of them. A decision is about codes, so it holds when files are sent again; a later one on the
same pair replaces it, and « différents » undoes a merge.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from quality.privacy.guard import shown_name
from sources.archive import archive
from sources.archive.archive_records import RECORD_NAMES
from sources.home.durable import create_whole
from sources.home.handles import own_names
from sources.home.home import Home
from sources.lake import lake

SAME, DIFFERENT, LATER = "meme", "different", "plus_tard"

DECISION_LABELS = {SAME: "même cas d'usage", DIFFERENT: "différents", LATER: "plus tard"}


@dataclass(frozen=True)
class Decision:
    """One decision on one pair; the smaller code stands first, since a pair has no order."""

    use_case_code: str
    other_code: str
    decision_code: str
    decided_by: str
    decided_on: dt.date
    reason: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.use_case_code, self.other_code


def record(home: Home, content: bytes, file_name: str, decisions: list[Decision]) -> int:
    """Archive a workbook of decisions and what it decides, the bytes first; return the record's number.

    ``after_reception`` in the record is the last number given before it: numbers order, the clock does not.
    """
    sha256 = archive.keep_content(home, content)
    number = max(_numbers(home), default=0) + 1
    while True:
        event = {
            "decision_number": number,
            "after_reception": archive.last_number(home),
            "file_name": shown_name(file_name)[0],
            "content_sha256": sha256,
            "byte_count": len(content),
            "received_at": dt.datetime.now(dt.UTC).isoformat(),
            "decisions": [asdict(decision) for decision in decisions],
        }
        try:
            create_whole(_record(home, number), json.dumps(event, indent=1, ensure_ascii=False, default=str).encode())
            return number
        except FileExistsError:
            number += 1


def current_decisions(home: Home) -> dict[tuple[str, str], Decision]:
    """Pair of codes → the latest decision on it."""
    return {decision.pair: decision for _, decision in _all(home)}


def decisions_in_lake(folder: Path) -> dict[tuple[str, str], Decision]:
    """Pair of codes → the latest decision on it, of those that the lake ``folder`` holds."""
    rows = lake.read(folder, "duplicate_decisions").sort("decision_number", maintain_order=True)
    decisions = (Decision(**row) for row in rows.drop("decision_number").iter_rows(named=True))
    return {decision.pair: decision for decision in decisions}


def write_lake(home: Home) -> None:
    """Lay every decision in the lake, from the archive's records."""
    rows = [{"decision_number": number, **asdict(decision)} for number, decision in _all(home)]
    schema = lake.LAKE_TABLES["duplicate_decisions"]
    lake.write(home.lake, "duplicate_decisions", "current", pl.DataFrame(rows, schema=dict(schema)))


def _all(home: Home) -> Iterator[tuple[int, Decision]]:
    for number in _numbers(home):
        for row in json.loads(_record(home, number).read_text())["decisions"]:
            yield number, Decision(**{**row, "decided_on": dt.date.fromisoformat(row["decided_on"])})


def _numbers(home: Home) -> list[int]:
    return sorted(int(name.removesuffix(".json")) for name in own_names(_folder(home), RECORD_NAMES))


def _record(home: Home, number: int) -> Path:
    return _folder(home) / f"{number:09d}.json"


def _folder(home: Home) -> Path:
    return home.archive / "decisions" / "duplicates"
