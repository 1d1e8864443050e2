"""What is written in a row that the template greys is told: an example written over, an earlier campaign's answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from quality.batch.check import check_file
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from sources.workbook.template.layout import workbook_layout
from sources.workbook.template.template import GREYED, write_template
from sources.workbook.template.template_sheets import previous_title
from tests.quality.conftest import LYON, submission

TOLD = ("W0371", "W0372", "I0470")


def told(path: Path, referential: Referential) -> list[Problem]:
    return [problem for problem in check_file(path, referential).verdict.problems if problem.rule_code in TOLD]


def filled_template(path: Path, referential: Referential, **cells: Any) -> Path:
    """The template with its examples, an envelope, one assessment below, and ``cells`` of « Évaluations »."""
    workbook = openpyxl.load_workbook(write_template(path, referential))
    workbook["Établissement"]["A3"], workbook["Établissement"]["B3"] = LYON, "Campagne 2026"
    sheet = workbook["Évaluations"]
    for column, text in zip("ABCE", ("MED-01", "Médecin", "CAT-001", "Fort"), strict=True):
        sheet[f"{column}4"] = text
    for cell, text in cells.items():
        sheet[cell] = text
    workbook.save(path)
    return path


def test_the_template_s_own_examples_are_silent(referential: Referential, tmp_path: Path) -> None:
    assert told(filled_template(tmp_path / "a.xlsx", referential), referential) == []


def test_an_example_whose_date_became_one_is_silent(referential: Referential, tmp_path: Path) -> None:
    path = filled_template(tmp_path / "a.xlsx", referential, D3=dt.date(2025, 1, 13))
    assert told(path, referential) == []


@pytest.mark.parametrize("position", range(12))
def test_each_cell_written_over_in_an_example_is_named(position: int, referential: Referential, tmp_path: Path) -> None:
    sheet = next(each for each in workbook_layout(referential) if each.code == "evaluations")
    letters = openpyxl.utils.get_column_letter(position + 1)
    answer = "Exemple : MED-09" if position == 0 else "Une autre réponse"
    path = filled_template(tmp_path / "a.xlsx", referential, **{f"{letters}3": answer})
    [problem] = told(path, referential)
    assert (problem.rule_code, problem.sheet, problem.row) == ("W0371", sheet.label, 3)
    assert problem.found == f"cellule {letters}3"


def test_rows_of_an_earlier_campaign_are_told_with_their_numbers(referential: Referential, tmp_path: Path) -> None:
    rows = submission()
    grey = {"evaluateur": "Précédent (2025-1)", "cas_usage": "CAT-001", "IMP_1_1": "Fort", GREYED: True}
    first, second = rows["evaluations"]
    rows["evaluations"] = [grey, first, grey, second]
    [problem] = told(write_template(tmp_path / "a.xlsx", referential, rows), referential)
    assert (problem.rule_code, problem.row, problem.found) == ("I0470", 3, "2 lignes (lignes 3, 5)")


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        (None, None, "I0470"),
        ("IMP_1_1", "Faible", "W0372"),
        ("IMP_1_2", "Moyen", "W0372"),
        ("IMP_1_1", None, "W0372"),
        ("commentaire", "Mieux qu’avant", "W0372"),
    ],
)
def test_an_earlier_answer_written_over_is_told(
    column: str | None, text: str | None, rule: str, referential: Referential, tmp_path: Path
) -> None:
    rows = submission()
    shown = {"role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort"}
    grey = {**shown, "evaluateur": previous_title("2025-1", shown), GREYED: True} | ({column: text} if column else {})
    rows["evaluations"] = [grey, *rows["evaluations"]]
    [problem] = told(write_template(tmp_path / "a.xlsx", referential, rows), referential)
    assert (problem.rule_code, problem.row, problem.found) == (rule, 3, "1 ligne (ligne 3)")


def test_an_example_left_under_another_code_is_refused(referential: Referential, tmp_path: Path) -> None:
    path = filled_template(tmp_path / "a.xlsx", referential, A3="MED-07")
    verdict = check_file(path, referential).verdict
    [problem] = [problem for problem in verdict.problems if problem.rule_code == "E0372"]
    assert (problem.sheet, problem.found, verdict.code) == ("Évaluations", "1 ligne (ligne 3)", "partielle")


def test_an_example_that_was_answered_is_no_example(referential: Referential, tmp_path: Path) -> None:
    path = filled_template(tmp_path / "a.xlsx", referential, A3="MED-07", G3="Faible")
    assert not [each for each in check_file(path, referential).verdict.problems if each.rule_code == "E0372"]
