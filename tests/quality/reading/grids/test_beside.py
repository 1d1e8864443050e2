"""A grid that cannot be read is no sheet of somebody's own, and words on its lines without answers are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from quality.batch.check import check_file
from quality.verdicts.verdicts import REFUSED, FileVerdict
from sources.referential.loader import Referential
from sources.workbook.template.grid import GRID_SHEET
from sources.workbook.template.grid_template import write_grid_workbook

Judge = Callable[[Callable[[Worksheet], object]], FileVerdict]


@pytest.fixture
def judge(tmp_path: Path, referential: Referential) -> Judge:
    """The verdict on a grid of one assessment that somebody changed."""
    template = write_grid_workbook(tmp_path / "modele.xlsx", referential)

    def judged(change: Callable[[Worksheet], object]) -> FileVerdict:
        book = openpyxl.load_workbook(template)
        book["Établissement"]["A3"], book["Établissement"]["B3"] = "690781810", "Campagne 2026"
        grid = book[GRID_SHEET]
        for line, text in {3: "MED-01", 4: "Médecin", 5: "CAT-001", 9: "Fort", 10: "Moyen"}.items():
            grid.cell(line, 5).value = text
        change(grid)
        book.save(path := tmp_path / "classeur.xlsx")
        return check_file(path, referential).verdict

    return judged


def put(*cells: tuple[str, object]) -> Callable[[Worksheet], None]:
    def change(grid: Worksheet) -> None:
        for cell, value in cells:
            grid[cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (put(), None),
        (put(("E2", "Campagne 2025"), ("F2", "Grenoble")), "E2, F2"),
        (put(("E8", "à revoir")), "E8"),
        (put(("F1", "version du 3 mars")), "F1"),
        (put(("E7", "fini")), "E7"),
        # Numbers are what the template writes there: its columns', its counts.
        (put(("E2", 7), ("E7", "12 / 38")), None),
    ],
)
def test_words_on_a_line_without_answers_are_told(
    change: Callable[[Worksheet], object], named: str | None, judge: Judge
) -> None:
    verdict = judge(change)
    assert [problem.found for problem in verdict.problems if problem.rule_code == "I0420"] == ([named] if named else [])
    assert sum(count.taken for count in verdict.counts if count.sheet == GRID_SHEET) == 1


@pytest.mark.parametrize(
    "change",
    [lambda grid: grid.delete_cols(1), put(("A3", "code"), ("A4", "x")), lambda grid: grid.delete_rows(5)],
    ids=["without codes", "other codes", "without use cases"],
)
def test_a_grid_that_lost_its_codes_refuses_the_file_and_says_which(
    change: Callable[[Worksheet], object], judge: Judge
) -> None:
    verdict = judge(change)
    assert verdict.code == REFUSED
    told = [(one.rule_code, one.column) for one in verdict.problems if one.sheet == GRID_SHEET]
    assert told == [("E0102", "code")]
