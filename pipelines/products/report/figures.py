"""What the report says, as it is handed on to whoever writes it.

Belongs here: the shapes. Does not: the queries (``reading``), sentences (``sentences``), charts, layout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

NOT_EVALUATED = "non_evalue"


class NothingToReport(Exception):
    """The release holds nothing for what was asked; the message, in French, says what it does hold."""


@dataclass(frozen=True)
class Scope:
    """What the report is about: campaign, weight profile and perimeter, with the words that readers know them by."""

    campaign_code: str
    campaign_label: str
    profile_code: str
    profile_label: str
    perimeter_code: str
    perimeter_label: str
    is_demonstration: bool

    @property
    def parameters(self) -> dict[str, str]:
        return {"campaign": self.campaign_code, "profile": self.profile_code, "perimeter": self.perimeter_code}


@dataclass(frozen=True)
class Figures:
    """Everything that the report shows; each row is a dictionary by column of the mart that it comes from.

    ``use_cases`` are in the order of their priority, those without a score last; ``costs`` by use case. What a release
    of before does not hold is an empty list. ``duplicates`` and ``stalled`` are the first of as many as is counted.
    """

    scope: Scope
    previous: Scope | None
    use_cases: list[Row]
    previous_use_cases: dict[str, Row]
    quadrants: list[Row]
    thresholds: dict[str, float]
    assessor_count: int
    establishment_count: int
    key_figures: list[Row]
    criteria: list[Row]
    notice: str
    robustness: dict[str, Row] = field(default_factory=dict)
    scenarios: list[Row] = field(default_factory=list)
    selection: list[Row] = field(default_factory=list)
    frontier: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    departures: list[Row] = field(default_factory=list)
    participation: list[Row] = field(default_factory=list)
    duplicates: list[Row] = field(default_factory=list)
    duplicate_count: int = 0
    stalled: list[Row] = field(default_factory=list)
    stalled_count: int = 0
    costs: dict[str, Row] = field(default_factory=dict)
    outcomes: list[Row] = field(default_factory=list)
    sentences: list[Row] = field(default_factory=list)

    def in_quadrant(self, code: str) -> list[Row]:
        return [row for row in self.use_cases if row["quadrant_code"] == code]
