"""A sign too many in the line of titles: behind the last one it shifts nothing, elsewhere it is named."""

from __future__ import annotations

import pytest

from quality.reading.sheets.text_rows import shifted_rows
from sources.workbook.reading import RawSheet

TITLES = ["Code", "Rôle", "Note"]


def told(titles: list[str], *rows: list[str]) -> list[tuple[str, int | None, str | None]]:
    raw = RawSheet("csv", [titles, *rows], is_text=True)
    numbers = range(2, len(rows) + 2)
    return [(each.rule_code, each.row, each.expected) for each in shifted_rows(raw, range(1), list(numbers))]


def test_a_sign_behind_the_last_title_and_behind_no_row_costs_nothing() -> None:
    assert told([*TITLES, ""], ["A", "x", "1"], ["B", "", "2"]) == []


@pytest.mark.parametrize("short", [["B", "x", ""], ["B", "2"]])
def test_a_row_that_may_have_lost_a_sign_is_refused_all_the_same(short: list[str]) -> None:
    assert ("E0243", 3) in {(rule, row) for rule, row, _ in told([*TITLES, ""], ["A", "x", "1"], short)}
    assert told([*TITLES, ""], ["A", "x", "1", ""], ["B", "x", "2"]) == [("E0243", 3, "4 cellules")]


def test_a_sign_among_the_titles_is_named_by_its_column() -> None:
    said = "4 cellules (colonne B sans titre : un séparateur de trop ?)"
    rows = [["A", "x", "1"], ["B", "y", "2"]]
    assert told(["Code", "", "Rôle", "Note"], *rows) == [("E0243", 2, said), ("E0243", 3, said)]
