"""Headings written twice: the rows in which the two columns differ are refused, and told once."""

from __future__ import annotations

import pytest

from quality.reading.headings.doubled_headings import doubled
from quality.reading.headings.headings import find_headings
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout

HEADINGS = ["evaluateur", "role", "cas_usage", "IMP_1_1", "commentaire", "IMP_1_1", "commentaire"]


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        (("Fort", "utile"), ("", ""), []),
        (("Fort", "utile"), ("FORT ", "Utile"), []),
        (("Fort", "utile"), ("Moyen", ""), ["E0396"]),
        (("", "utile"), ("Moyen", ""), ["E0396"]),
        (("Fort", "utile"), ("", "autre chose"), ["W0398"]),
        (("Fort", "utile"), ("Moyen", "autre chose"), ["E0396", "W0398"]),
    ],
)
def test_the_second_column_is_told_where_it_says_something_else(
    first: tuple[str, str], second: tuple[str, str], rules: list[str], referential: Referential
) -> None:
    sheet = workbook_layout(referential)[-1]
    rows = [["MED-01", "Médecin", "CAT-001", *first, *second], ["MED-02", "Médecin", "CAT-001", "Fort", "", "Fort", ""]]
    raw = RawSheet(sheet.label, [HEADINGS, *rows])
    found = doubled(sheet.label, sheet, find_headings(raw, sheet), list(enumerate(rows, start=2)))
    assert [problem.rule_code for problem in found.problems] == rules
    assert found.refused == ({2} if "E0396" in rules else frozenset())
