"""« Décisions demandées »: what the committee is asked to decide, with a proposal and what it rests on.

Belongs here: which use cases, the proposal, its reasons. Does not: deciding, reading figures, showing them.

The proposal follows from the quadrant alone (``proposed``, to be confirmed by the GCS); what weakens it is said beside.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.products.report.figures import NOT_EVALUATED, Figures, Row
from pipelines.products.report.french import day, percent

MOST_REQUESTS = 10

_WORTH_IT, _LATER, _NOT_WORTH_IT, _TO_COMPLETE = "retenu", "reporte", "ecarte", "a_completer"


@dataclass(frozen=True)
class Request:
    """A use case of the matrix, the code of the outcome proposed, and the reasons, which may weaken it."""

    use_case: Row
    proposal_code: str
    reasons: list[str]


def requests(figures: Figures) -> list[Request]:
    """The first use cases by priority on which nothing is decided, or whose decision is to be taken again."""
    decided = {row["use_case_code"]: row for row in figures.decisions}
    open_ones = [
        row
        for row in figures.use_cases
        if row["quadrant_code"] != NOT_EVALUATED
        and (row["use_case_code"] not in decided or decided[row["use_case_code"]]["is_review_due"])
    ]
    return [_request(row, figures, decided.get(row["use_case_code"])) for row in open_ones[:MOST_REQUESTS]]


def is_told_by_one(row: Row, figures: Figures) -> bool:
    """Whether a single establishment speaks for a perimeter of several: its view weighs like everybody's."""
    return row["establishment_count"] == 1 and figures.establishment_count > 1


def _request(row: Row, figures: Figures, before: Row | None) -> Request:
    reasons = [] if row["is_certain"] else ["quadrant incertain"]
    if row["is_borderline"]:
        reasons.append("proche d'un seuil")
    if row["is_incomplete"]:
        reasons.append("à compléter")
    if is_told_by_one(row, figures):
        reasons.append("évalué par 1 établissement")
    if share := _steady_share(row, figures):
        reasons.append(share)
    if before:
        reasons.append(f"{before['outcome_label'].lower()} le {day(before['committee_on'])}, à revoir")
    return Request(row, _proposal(row, figures), reasons)


def _proposal(row: Row, figures: Figures) -> str:
    [quadrant] = [one for one in figures.quadrants if one["quadrant_code"] == row["quadrant_code"]]
    if row["is_incomplete"]:
        return _TO_COMPLETE
    if quadrant["is_impact_high"]:
        return _WORTH_IT
    return _NOT_WORTH_IT if quadrant["is_effort_high"] else _LATER


def _steady_share(row: Row, figures: Figures) -> str:
    drawn = figures.robustness.get(row["use_case_code"], {})
    share = drawn.get(f"{row['quadrant_code']}_share")
    return "" if share is None else f"{percent(share)} des tirages"
