"""What establishments suggest of pairs of use cases: append-only records in the archive, which coordinators decide on.

Belongs here: recording suggestions, reading them back, saying them. Does not: deciding (``decisions``); a suggestion
merges nothing. The latest of an establishment on a pair replaces its earlier one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from quality.duplicates import numbered
from quality.duplicates.decisions import DECISION_LABELS, DIFFERENT, SAME, decided_at
from sources.home.home import Home
from sources.lake import lake

Pair = tuple[str, str]

KINDS = (SAME, DIFFERENT)
"""What may be suggested of a pair, by the codes of the decisions that it asks for."""

_KIND = "suggestions"
_TABLE = "duplicate_suggestions"


@dataclass(frozen=True)
class Suggestion:
    """What one establishment says of one pair, the smaller code first; ``suggested_on`` is a day in Paris."""

    organisation_code: str
    use_case_code: str
    other_code: str
    decision_code: str
    reason: str
    suggested_on: dt.date

    @property
    def pair(self) -> Pair:
        return self.use_case_code, self.other_code


def record(home: Home, suggestion: Suggestion, sent_by: str) -> int:
    """Archive a suggestion and who sent it; return the record's number."""
    said = {"suggestion": asdict(suggestion), "sent_by": sent_by}
    return numbered.record(home, _KIND, json.dumps(said, ensure_ascii=False, default=str).encode(), said)


def current_suggestions(home: Home) -> dict[Pair, list[Suggestion]]:
    """Pair of codes → the latest of each establishment on it, the oldest first."""
    return _by_pair(suggestion for _, suggestion, _ in _all(home))


def waiting_suggestions(home: Home) -> list[Suggestion]:
    """Those on whose pair nothing was decided since, the oldest first."""
    decided = decided_at(home)
    latest = {(one.organisation_code, *one.pair): (one, received) for _, one, received in _all(home)}
    return [one for one, received in latest.values() if decided.get(one.pair, "") < received]


def count_of_day(home: Home, suggestion: Suggestion) -> int:
    """How many the archive holds of the same establishment, pair and day."""

    def whose(one: Suggestion) -> tuple[str, Pair, dt.date]:
        return one.organisation_code, one.pair, one.suggested_on

    return sum(whose(one) == whose(suggestion) for _, one, _ in _all(home))


def suggestions_in_lake(folder: Path) -> dict[Pair, list[Suggestion]]:
    """The same as ``current_suggestions``, of those that the lake ``folder`` holds."""
    rows = lake.read(folder, _TABLE).sort("suggestion_number", maintain_order=True)
    return _by_pair(Suggestion(**row) for row in rows.drop("suggestion_number").iter_rows(named=True))


def write_lake(home: Home) -> None:
    """Lay every suggestion in the lake, from the archive's records."""
    rows = [{"suggestion_number": number, **asdict(suggestion)} for number, suggestion, _ in _all(home)]
    lake.write(home.lake, _TABLE, "current", pl.DataFrame(rows, schema=dict(lake.LAKE_TABLES[_TABLE])))


def said(suggestions: Iterable[Suggestion], organisations: Mapping[str, str]) -> str:
    """« CHU de Lyon : différents, le 03/03/2026 (deux organes) », one line each."""
    return "\n".join(
        f"{organisations.get(one.organisation_code, one.organisation_code)} : {said_by_one(one)}" for one in suggestions
    )


def said_by_one(suggestion: Suggestion) -> str:
    """« différents, le 03/03/2026 (deux organes) »."""
    reason = f" ({suggestion.reason})" if suggestion.reason else ""
    return f"{DECISION_LABELS[suggestion.decision_code]}, le {suggestion.suggested_on:%d/%m/%Y}{reason}"


def _by_pair(suggestions: Iterable[Suggestion]) -> dict[Pair, list[Suggestion]]:
    latest: dict[tuple[str, ...], Suggestion] = {}
    for one in suggestions:
        key = (one.organisation_code, *one.pair)
        latest.pop(key, None)
        latest[key] = one
    found: dict[Pair, list[Suggestion]] = {}
    for one in latest.values():
        found.setdefault(one.pair, []).append(one)
    return found


def _all(home: Home) -> Iterable[tuple[int, Suggestion, str]]:
    for number, told in numbered.records(home, _KIND):
        row = told["suggestion"]
        on = dt.date.fromisoformat(row["suggested_on"])
        yield number, Suggestion(**{**row, "suggested_on": on}), told["received_at"]
