"""Series that a spreadsheet made of a dragged cell: a doubt on the first row, never a refusal."""

from __future__ import annotations

import datetime as dt

import pytest

from quality.reading.sheets.structure import find_structure
from quality.verdicts.validation import validate
from sources.referential.loader import load_referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout
from tests.quality.conftest import CAMPAIGN, LYON

REFERENTIAL = load_referential()
LAYOUT = workbook_layout(REFERENTIAL)
RECEIVED = dt.date(2026, 11, 28)
ENVELOPE = RawSheet("Établissement", [["N° FINESS juridique ou code", "Campagne"], [LYON, CAMPAIGN]])


def told(sheet: str, headings: list[str], rows: list[list[str]]) -> list[str | None]:
    found = find_structure([ENVELOPE, RawSheet(sheet, [headings, *rows])], LAYOUT)
    batch = validate({0: found}, LAYOUT, REFERENTIAL, {}, {0: RECEIVED})
    return [problem.cell for problem in batch.problems[0] if problem.rule_code == "W0376"]


def people(*values: str) -> list[str | None]:
    rows = [[f"{LYON}-{number}", f"Cas {number}", value] for number, value in enumerate(values, 1)]
    return told("cas_usage", ["cas_usage", "nom", "personnes"], rows)


@pytest.mark.parametrize(
    ("values", "cell"),
    [
        (["5", "6", "7", "8"], "C2"),
        (["8", "7", "6", "5"], "C2"),
        (["10", "20", "30", "40", "50"], "C2"),
        (["", "5", "", "6", "7", "8"], "C3"),
        (["5", "6", "7"], None),
        (["5", "5", "5", "5"], None),
        (["5", "6", "7", "9"], None),
        (["5", "6", "7", "huit"], None),
    ],
)
def test_numbers_that_all_follow_one_another_are_doubted_once(values: list[str], cell: str | None) -> None:
    assert people(*values) == ([cell] if cell else [])


@pytest.mark.parametrize(
    ("days", "is_told"),
    [
        (["01/07/2026", "02/07/2026", "03/07/2026", "04/07/2026"], True),
        (["01/07/2026", "08/07/2026", "15/07/2026", "22/07/2026"], False),
        (["01/07/2026", "01/07/2026", "01/07/2026", "01/07/2026"], False),
    ],
)
def test_days_are_doubted_where_each_is_the_next(days: list[str], is_told: bool) -> None:
    rows = [[f"M{number}", "Médecin", "CAT-001", day] for number, day in enumerate(days)]
    assert told("evaluations", ["evaluateur", "role", "cas_usage", "date"], rows) == (["D2"] if is_told else [])


@pytest.mark.parametrize(
    ("assessors", "use_cases", "is_told"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], False),
        ([1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6], False),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 7], False),
        ([1, 2, 3], [1, 2, 3], False),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], True),
    ],
)
def test_codes_may_count_but_not_both_together(assessors: list[int], use_cases: list[int], is_told: bool) -> None:
    rows = [[f"M{one}", "Médecin", f"CAT-00{other}"] for one, other in zip(assessors, use_cases, strict=True)]
    assert told("evaluations", ["evaluateur", "role", "cas_usage"], rows) == (["A2"] if is_told else [])
