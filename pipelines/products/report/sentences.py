"""What the report compares between two campaigns, and the sentences that the release says of itself.

Belongs here: what is said, and when it is left unsaid. Does not: reading figures, showing them, wording: the sentences
are those of ``mart_sentence``, which the pages show too.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.products.report.figures import Figures, Row
from pipelines.products.report.french import counted


def summary(figures: Figures) -> list[str]:
    """What a member of the committee should know before turning the page, in a few sentences."""
    return [*(row["sentence_text"] for row in figures.sentences), *filter(None, [_stalled(figures)])]


def moved(figures: Figures) -> list[tuple[Row, Row]]:
    """(before, now) of the use cases whose quadrant has changed since the previous campaign."""
    pairs = [
        (figures.previous_use_cases[row["use_case_code"]], row)
        for row in figures.use_cases
        if row["use_case_code"] in figures.previous_use_cases
    ]
    return [(before, now) for before, now in pairs if before["quadrant_code"] != now["quadrant_code"]]


def newly_assessed(figures: Figures) -> list[Row]:
    if figures.previous is None:
        return []
    before = {row["use_case_code"] for row in _assessed(figures.previous_use_cases.values())}
    return [row for row in _assessed(figures.use_cases) if row["use_case_code"] not in before]


def no_longer_assessed(figures: Figures) -> list[Row]:
    present = {row["use_case_code"] for row in _assessed(figures.use_cases)}
    return [row for row in _assessed(figures.previous_use_cases.values()) if row["use_case_code"] not in present]


def _assessed(rows: Iterable[Row]) -> list[Row]:
    """Those that somebody assessed: the matrix also holds what was described and not assessed."""
    return [row for row in rows if row["establishment_count"]]


def _stalled(figures: Figures) -> str:
    if not figures.stalled_count:
        return ""
    said = counted(figures.stalled_count, "projet n'avance", "projets n'avancent")
    return f"{said} plus."
