"""Identical problems told once, with their rows."""

from __future__ import annotations

import pytest

from quality.rules.grouping import group_problems, said_rows
from quality.rules.rules import Problem


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ""),
        ([4], "ligne 4"),
        ([4, 5], "lignes 4, 5"),
        ([12, 4, 7, 8, 9, 10, 11], "lignes 4, 7 à 12"),
        ([1, 2, 3, 5, 5], "lignes 1 à 3, 5"),
    ],
)
def test_rows_are_said_as_ranges(rows: list[int], said: str) -> None:
    assert said_rows(rows) == said


def test_identical_errors_make_one_group_and_none_is_lost() -> None:
    problems = [
        Problem("E0202", "Évaluations", row, "Rôle", f"B{row}", found, "une valeur de la liste")
        for row, found in [(4, "chef"), (5, "chef"), (6, "chef"), (7, "autre chose"), (9, "chef")]
    ]
    groups = group_problems([*problems, Problem("E0105")])
    assert [group.where for group in groups] == ["colonne B, lignes 4 à 6, 9", "cellule B7", ""]
    assert groups[0].cells == ["B4", "B5", "B6", "B9"]
    assert sum(len(group.problems) for group in groups) == 6


def test_the_same_rule_in_two_sheets_or_columns_is_two_groups() -> None:
    places = [("Projets", "A"), ("Projets", "B"), ("Solutions", "A")]
    assert len(group_problems([Problem("E0201", sheet, 3, column) for sheet, column in places])) == 3


def test_a_cell_dragged_down_is_told_once_with_its_ends() -> None:
    def problem(row: int, found: str) -> Problem:
        return Problem("E0209", "Évaluations", row, "Cas d'usage", f"C{row}", found, "un code")

    dragged = [problem(row, f"CAT-{row + 20:03}") for row in range(7, 13)]
    others = [problem(14, "CAT-040"), problem(15, "CAT-041"), problem(16, "CAT-050"), problem(17, "CAT")]
    groups = group_problems([*dragged, *others])
    assert [(group.where, group.found) for group in groups] == [
        ("colonne C, lignes 7 à 12", "CAT-027 à CAT-032"),
        *((f"cellule {one.cell}", one.found) for one in others),
    ]
    assert groups[0].cells == [f"C{row}" for row in range(7, 13)]
