"""What coordinators decided on pairs of use cases: append-only records in the archive, of which the lake has a table.

Belongs here: recording decisions and reading them back. Does not: the workbook in which they are taken (``workbook``),
nor what the models make of them. A decision is about codes, so it holds when files are sent again; a later one on the
same pair replaces it, and « différents » undoes a merge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from quality.duplicates import numbered
from quality.privacy.guard import shown_name
from sources.home.home import Home
from sources.lake import lake

_KIND = "duplicates"

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
    """Archive a workbook of decisions and what it decides; return the record's number."""
    said = {"file_name": shown_name(file_name)[0], "decisions": [asdict(decision) for decision in decisions]}
    return numbered.record(home, _KIND, content, said)


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


def decided_at(home: Home) -> dict[tuple[str, str], str]:
    """Pair of codes → when it was last merged or kept apart (ISO 8601, UTC); « plus tard » decides nothing."""
    return {
        (row["use_case_code"], row["other_code"]): told["received_at"]
        for _, told in numbered.records(home, _KIND)
        for row in told["decisions"]
        if row["decision_code"] != LATER
    }


def _all(home: Home) -> Iterator[tuple[int, Decision]]:
    for number, told in numbered.records(home, _KIND):
        for row in told["decisions"]:
            yield number, Decision(**{**row, "decided_on": dt.date.fromisoformat(row["decided_on"])})
