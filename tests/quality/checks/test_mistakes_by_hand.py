"""Mistakes that hands make, each at its cell with a remedy; the annotated answer, mended as it says, is taken whole."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from quality.batch import batch
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.template.layout import TEMPLATE_VERSION, workbook_layout
from sources.workbook.template.template import write_template
from sources.workbook.xlsx.cell_errors import column_letters
from tests import needs
from tests.quality.conftest import CAMPAIGN, LYON, Rows

OFFICE = shutil.which("soffice")
FIRST = 3

MISTAKES: list[tuple[str, int, str, Any, str, Any]] = [
    ("cas_usage", 1, "axe", "Administration / Achats / Finances", "E0202", "Administration / Achat / Finance"),
    ("cas_usage", 1, "fonctions", "Prédictive et IA", "E0202", "Prédictive ; Agentique"),
    ("cas_usage", 1, "minutes_jour", "12 h", "E0203", 12),
    ("cas_usage", 1, "personnes", "une trentaine", "E0204", 30),
    ("cas_usage", 1, "cout_eur", "60 k€", "E0203", 60000),
    ("cas_usage", 1, "segment", "Imagerie", None, "Achats"),
    ("cas_usage", 2, "nom", "ChatGPT", "W0316", "Rédaction des lettres de sortie"),
    ("cas_usage", 2, "besoin", None, "W0307", "Des lettres en retard"),
    ("objectifs", 0, "indicateur", None, "E0201", "Délai de relecture"),
    ("objectifs", 1, "date_observation", "31/02/2026", "E0205", "28/02/2026"),
    ("solutions", 0, "solution", "SOL 01", "E0208", "SOL-01"),
    ("solutions", 0, "marquage_ce", "à vérifier", "E0206", "oui"),
    ("projets", 0, "date_routine", "01/12/2024", "W0304", "01/12/2025"),
    ("projets", 0, "solution", None, "W0314", "SOL-01"),
    ("evaluations", 0, "IMP_1_1", "40 %", "E0202", "Moyen"),
    ("evaluations", 0, "IMP_1_2", "=NA()", "E0207", "Fort"),
    ("evaluations", 0, "IMP_1_3", "NSP", "E0202", "Non évalué"),
    ("evaluations", 0, "commentaire", "Voir jeanne.dupont@chu-exemple.fr", "W0503", "Voir le secrétariat"),
    ("evaluations", 1, "evaluateur", None, "E0201", "CAD-01"),
    ("evaluations", 1, "cas_usage", "Détection de lésions", "E0209", "CAT-001"),
    ("evaluations", 2, "role", "Informaticien", "E0202", "DSI"),
    ("evaluations", 2, "date", "mars 2026", "E0205", "01/03/2026"),
]
"""Sheet, row, column, what a hand wrote, the rule that says so (None: silent beside another), what its remedy asks."""

TOLERATED = {"organisation": f"'{LYON}"}


def good() -> Rows:
    """The workbook as it should be, but for what ``MISTAKES`` mends."""
    own, letters = f"{LYON}-1", f"{LYON}-2"
    described = {"besoin": "Lire moins", "fonctions": "Générative", "domaine": "Administratif"}
    return {
        "etablissement": [{"organisation": LYON, "campagne": CAMPAIGN, "dossier": "essai"}],
        "cas_usage": [
            {"cas_usage": "CAT-001", "nom": "Détection de lésions"},
            {"cas_usage": own, "nom": "Tri des courriers", **described},
            {"cas_usage": letters, "nom": "Rédaction", **described},
        ],
        "objectifs": [
            {"cas_usage": own, "indicateur": "Délai", "cible": "2 jours"},
            {"cas_usage": letters, "indicateur": "Lettres en retard", "cible": "3 %"},
        ],
        "solutions": [{"solution": "SOL-01", "nom": "Trieur", "fournisseur": "DSI"}],
        "projets": [{"cas_usage": own, "solution": "SOL-01", "date_poc": "15/01/2025", "preuve": "Déclaré"}],
        "evaluations": [
            {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": own, "EFF_1_1": "Faible"},
            {"evaluateur": "CAD-01", "role": "Cadre de santé", "cas_usage": "CAT-001", "IMP_1_1": "Fort"},
            {"evaluateur": "DSI-01", "role": "DSI", "cas_usage": letters, "IMP_1_1": "Fort", "EFF_1_1": "Moyen"},
        ],
    }


def cell_of(referential: Referential, sheet_code: str, row: int, column_code: str) -> tuple[str, str]:
    """(Sheet's name, cell) in a workbook written from the template."""
    sheet = next(sheet for sheet in workbook_layout(referential) if sheet.code == sheet_code)
    position = [column.code for column in sheet.columns].index(column_code)
    return sheet.label, f"{column_letters(position)}{FIRST + row}"


def typed(path: Path, referential: Referential, written: dict[tuple[str, int, str], Any]) -> None:
    """Write into the cells of a workbook, as its sender would in the annotated answer."""
    book = load_workbook(path)
    for place, value in written.items():
        sheet, cell = cell_of(referential, *place)
        book[sheet][cell] = value
    book.save(path)


def as_saved_by_a_hand(path: Path, kind: str) -> Path:
    if kind == "xlsx":
        return path
    command = [str(OFFICE), f"-env:UserInstallation=file://{path.parent}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(path.parent), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return path.with_suffix(f".{kind}")


def dropped(home: Home, referential: Referential, path: Path) -> dict[str, Any]:
    """The machine-readable answer to a file once it is dropped."""
    (home.intake / LYON).mkdir(parents=True, exist_ok=True)
    shutil.copy(path, home.intake / LYON)
    archive.receive(home)
    batch.process(home, referential)
    return json.loads(max((home.receipts / LYON).glob("*.json")).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "kind",
    [
        "xlsx",
        *(pytest.param(k, marks=needs.libreoffice) for k in ("ods", "xls")),
    ],
)
def test_mistakes_come_back_in_their_cells_and_the_mended_answer_is_taken(
    kind: str, home: Home, referential: Referential, tmp_path: Path
) -> None:
    path = write_template(tmp_path / "envoi.xlsx", referential, good())
    wrong = {(sheet, row, column): value for sheet, row, column, value, _, _ in MISTAKES}
    typed(path, referential, wrong | {("etablissement", 0, "organisation"): TOLERATED["organisation"]})
    answer = dropped(home, referential, as_saved_by_a_hand(path, kind))
    told = {(problem["sheet"], problem["cell"], problem["rule_code"]) for problem in answer["problems"]}
    for sheet, row, column, _, rule, _ in MISTAKES:
        if rule:
            assert (*cell_of(referential, sheet, row, column), rule) in told
    assert answer["verdict"] == "partielle"
    assert (*cell_of(referential, "etablissement", 0, "organisation"), "I0418") in told

    returned = tmp_path / "envoi-corrige.xlsx"
    shutil.copy(home.receipts / LYON / answer["files"]["xlsx"], returned)
    typed(returned, referential, {(sheet, row, column): right for sheet, row, column, _, _, right in MISTAKES})
    mended = dropped(home, referential, returned)
    assert mended["verdict"] == "prise"
    assert [p for p in mended["problems"] if p["severity"] != "information"] == []
    assert {p["rule_code"] for p in mended["mended"]} == {rule for *_, rule, _ in MISTAKES if rule}
    assert mended["mended_since"] == answer["reception"]["number"]
    versions = lake.read(home.lake, "submissions")["template_version"].to_list()
    assert versions == [TEMPLATE_VERSION, TEMPLATE_VERSION]
