"""Rows of one file with one key: the second is refused, or of assessments the last counts, and both are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quality.batch.check import check_file
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission

OWN = f"{LYON}-1"


def told(referential: Referential, folder: Path, rule_code: str, **sheets: Any) -> list[Problem]:
    path = write_template(folder / "envoi.xlsx", referential, submission(**sheets))
    return [problem for problem in check_file(path, referential).verdict.problems if problem.rule_code == rule_code]


def project(**cells: Any) -> dict[str, Any]:
    return {"cas_usage": OWN, "solution": "SOL-01", "date_poc": "13/01/2025"} | cells


def objective(**cells: Any) -> dict[str, Any]:
    return {"cas_usage": OWN, "indicateur": "Délai (minutes)", "cible": 45} | cells


def assessment(**cells: Any) -> dict[str, Any]:
    return {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": OWN, "IMP_1_1": "Fort"} | cells


TWICE = [
    ("E0370", "projets", project(), project(sites="Hôpital Sud", date_poc="02/06/2025"), "A4"),
    ("E0370", "projets", project(), project(solution="sol-01"), "A4"),
    ("E0370", "projets", project(solution=None), project(solution=None), "A4"),
    ("E0371", "objectifs", objective(), objective(indicateur="DELAI  minutes", cible=30), "B4"),
    ("E0302", "solutions", {"solution": "SOL-01", "nom": "A"}, {"solution": "sol-01", "nom": "B"}, "A4"),
    ("E0302", "cas_usage", {"cas_usage": OWN, "nom": "A"}, {"cas_usage": OWN, "nom": "B"}, "A4"),
]
ONCE = [
    ("E0370", "projets", project(), project(solution="SOL-02")),
    ("E0370", "projets", project(), project(cas_usage="CAT-001")),
    ("E0370", "projets", project(solution="pas un code !"), project(solution=None)),
    ("E0371", "objectifs", objective(), objective(indicateur="Délai (heures)")),
    ("W0309", "evaluations", assessment(), assessment(cas_usage="CAT-001")),
]


@pytest.mark.parametrize(("rule", "sheet", "first", "second", "cell"), TWICE)
def test_the_second_row_of_a_key_is_refused_and_names_the_first(
    rule: str, sheet: str, first: Any, second: Any, cell: str, referential: Referential, tmp_path: Path
) -> None:
    [problem] = told(referential, tmp_path, rule, **{sheet: [first, second]})
    assert problem.cell == cell
    assert "ligne 3 le dit déjà" in (problem.expected or "")


@pytest.mark.parametrize(("rule", "sheet", "first", "second"), ONCE)
def test_rows_of_two_keys_are_two_rows(
    rule: str, sheet: str, first: Any, second: Any, referential: Referential, tmp_path: Path
) -> None:
    assert told(referential, tmp_path, rule, **{sheet: [first, second]}) == []


def test_of_two_assessments_the_last_counts_and_is_named(referential: Referential, tmp_path: Path) -> None:
    [problem] = told(referential, tmp_path, "W0309", evaluations=[assessment(), assessment(evaluateur="med-01")])
    assert (problem.cell, "ligne 4 qui compte" in (problem.expected or "")) == ("C3", True)
