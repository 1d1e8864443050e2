"""A new axis, criterion, function or status is a row of the home: the template and the validation know it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from quality.batch.check import check_file
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission

SITE_ROWS = {
    "axes": "code;label;origin;rank;description\nAXE_10;Territoire & Ville;proposed;10;Lien avec la ville\n",
    "functions": "code;label;origin;rank;description\nCAUSALE;IA causale;proposed;6;Ce qui cause\n",
    "project_statuses": "code;label;origin;rank;is_deployed;is_ended;needs_reason\n"
    "bilan;Bilan;proposed;10;oui;non;non\n",
    "criteria": "code;label;origin;side_code;rank;help\nIMP_5;Impact territorial;proposed;impact;5;\n",
    "subcriteria": "code;label;origin;criterion_code;scale_code;polarity;polarity_origin;rank;help\n"
    "IMP_5_1;accès aux soins;proposed;IMP_5;fmf;+;proposed;1;\n",
}


@pytest.fixture
def extended(tmp_path: Path) -> Referential:
    folder = tmp_path / "referential"
    folder.mkdir()
    for table, content in SITE_ROWS.items():
        (folder / f"{table}.csv").write_text(content, encoding="utf-8")
    return load_referential(folder)


def test_new_rows_reach_the_template_and_the_validation(extended: Referential, tmp_path: Path) -> None:
    rows = submission(
        solutions=[{"solution": "SOL-01", "nom": "Solution"}],
        objectifs=[{"cas_usage": f"{LYON}-1", "indicateur": "Délai", "cible": "2 jours"}],
        projets=[
            {"cas_usage": "CAT-001", "solution": "SOL-01", "date_bilan": dt.date(2026, 5, 4), "preuve": "Vérifié"}
        ],
    )
    rows["cas_usage"][1] |= {"axe": "Territoire & Ville", "fonctions": "IA causale"}
    rows["evaluations"][0]["IMP_5_1"] = "Fort"
    path = write_template(tmp_path / "classeur.xlsx", extended, rows)
    headings = [cell.value for cell in openpyxl.load_workbook(path)["Évaluations"][1]]
    assert "Accès aux soins" in headings
    assert check_file(path, extended).verdict.problems == []


def test_the_shipped_referential_alone_refuses_them(
    referential: Referential, extended: Referential, tmp_path: Path
) -> None:
    rows = submission()
    rows["cas_usage"][1] |= {"axe": "Territoire & Ville", "fonctions": "IA causale"}
    path = write_template(tmp_path / "classeur.xlsx", extended, rows)
    problems = check_file(path, referential).verdict.problems
    assert {(p.rule_code, p.cell) for p in problems if p.rule.severity == "erreur"} == {
        ("E0202", "E4"),
        ("E0202", "G4"),
    }
