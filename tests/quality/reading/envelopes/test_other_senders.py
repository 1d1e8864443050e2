"""A workbook is one submission: the rows that say that they are of another one are refused, one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quality.batch.check import check_file
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from sources.workbook.reading import read_workbook
from tests.corpus.accounting import unaccounted
from tests.corpus.make import BASE, Tables, workbook

GRENOBLE = "380780080"
HEADINGS = BASE["Évaluations"][0]


def gathered(heading: str, *said: Any) -> Tables:
    """Assessments with a column of one's own, which says this of each row."""
    rows = [
        [f"MED-0{n}", "Médecin", "CAT-001", "2026-03-15", "Fort", "Faible", text]
        for n, text in enumerate(said, start=1)
    ]
    return BASE | {"Évaluations": [[*HEADINGS, heading], *rows]}


def refused(content: bytes, referential: Referential, folder: Path) -> list[Problem]:
    path = folder / "classeur.xlsx"
    path.write_bytes(content)
    verdict = check_file(path, referential).verdict
    told = [problem for problem in verdict.problems if problem.rule_code == "E0142"]
    assert sum(count.rejected for count in verdict.counts) == len(told)
    return told


@pytest.mark.parametrize(
    ("heading", "said", "cells"),
    [
        ("N° FINESS juridique ou code", [690781810, GRENOBLE, ""], ["G3"]),
        ("Établissement", ["Hospices Civils de Lyon", "CHU Grenoble Alpes", "Croix-Rousse"], ["G3"]),
        ("FINESS", ["690 781 810", "380 780 080", GRENOBLE], ["G3", "G4"]),
        ("Campagne", ["Campagne 2026", "Campagne 2025", "2026"], ["G3"]),
        ("Année de la campagne", [2026, 2025, ""], ["G3"]),
        # What says nothing of who sends the row.
        ("N°", [1, 2, 3], []),
        ("Remarques", ["2025", GRENOBLE, "x"], []),
        ("Établissement partenaire", [GRENOBLE, "CHU Grenoble Alpes", ""], []),
        ("Campagne", ["2025-2026", "de 2024 à 2026", "à venir"], []),
        ("Année", [2026, 2025, ""], []),
    ],
)
def test_the_row_of_another_organisation_or_year_is_refused_at_its_cell(
    heading: str, said: list[Any], cells: list[str], referential: Referential, tmp_path: Path
) -> None:
    content = workbook(gathered(heading, *said))
    assert [problem.cell for problem in refused(content, referential, tmp_path)] == cells
    assert not unaccounted(read_workbook(content), referential)


def test_so_is_that_of_a_sheet_read_beside_another(referential: Referential, tmp_path: Path) -> None:
    tables = gathered("Établissement", "Hospices Civils de Lyon")
    urgent = [
        [*HEADINGS, "Établissement"],
        ["CAD-01", "Cadre de santé", "CAT-002", "2026-03-15", "Fort", "Faible", "CHU Grenoble Alpes"],
    ]
    told = refused(workbook(tables | {"Évaluations urgences": urgent}), referential, tmp_path)
    assert [(problem.sheet, problem.cell) for problem in told] == [("Évaluations urgences", "G2")]


def titled(*titles: str) -> Tables:
    """Assessments, one below each of these titles."""
    rows: list[list[Any]] = []
    for n, title in enumerate(titles, start=1):
        rows += [[title], [f"MED-0{n}", "Médecin", "CAT-001", "", "Fort", "Faible"]]
    return BASE | {"Évaluations": [HEADINGS, *rows]}


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["", "Campagne 2025"], [4, 5]),
        (["", "2025", "2026", "pour mémoire : 2024"], [4, 5, 8, 9]),
        (["Hospices Civils de Lyon", "CHU Grenoble Alpes"], [4, 5]),
        (["", GRENOBLE, "690781810"], [4, 5]),
        # What says nothing of another one: refused as rows that lack cells, and nothing below them.
        (["", "Service de radiologie"], []),
        (["", "de 2024 à 2026"], []),
        (["", "MED-2025"], []),
        (["", "Séance du 15/12/2025"], []),
        (["", "Comité de décembre 2025"], []),
    ],
)
def test_so_are_the_rows_below_a_title_that_names_another_one(
    titles: list[str], rows: list[int], referential: Referential, tmp_path: Path
) -> None:
    content = workbook(titled(*titles))
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(content)
    problems = check_file(path, referential).verdict.problems
    assert [problem.row for problem in problems if problem.rule_code == "E0142"] == rows
    assert not unaccounted(read_workbook(content), referential)


@pytest.mark.parametrize(
    ("name", "above", "told"),
    [
        ("Évaluations", "", []),
        ("Évaluations 2026", "Campagne 2026", []),
        ("Évaluations 2025", "", ["Évaluations 2025"]),
        ("Évaluations", "Campagne 2025", ["Campagne 2025"]),
        ("Évaluations", "CHU Grenoble Alpes", ["CHU Grenoble Alpes"]),
        ("Évaluations", "Mis à jour le 12/12/2025", []),
        ("Évaluations", "Réponses de 2025 et 2026", []),
    ],
)
def test_a_sheet_whose_name_or_title_names_another_one_is_read_and_told(
    name: str, above: str, told: list[str], referential: Referential, tmp_path: Path
) -> None:
    tables = {key: rows for key, rows in BASE.items() if key != "Évaluations"}
    tables[name] = [*([[above]] if above else []), *BASE["Évaluations"]]
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(workbook(tables))
    verdict = check_file(path, referential).verdict
    assert [problem.found for problem in verdict.problems if problem.rule_code == "W0335"] == told
    assert sum(count.rejected for count in verdict.counts) == 0
