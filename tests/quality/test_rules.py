"""Each rule decidable from the file alone: a workbook that breaks it, told at its cell, and one that does not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from quality.check import FileCheck, check_file
from quality.rules import RULES
from sources.referential.loader import Referential
from sources.workbook.template import write_template
from tests.quality.conftest import LYON, Rows, submission

OWN = f"{LYON}-1"


def changed(sheet: str, row: int, **values: Any) -> Rows:
    rows = submission(
        solutions=[{"solution": "SOL-01", "nom": "Solution"}],
        projets=[{"cas_usage": OWN, "solution": "SOL-01", "date_poc": dt.date(2025, 1, 6)}],
        objectifs=[{"cas_usage": OWN, "indicateur": "Délai"}],
    )
    rows[sheet][row] |= values
    return rows


BROKEN = [
    ("E0103", "A3", lambda rows: rows["etablissement"].append(dict(rows["etablissement"][0]))),
    ("E0201", "B4", ("cas_usage", 1, {"nom": None})),
    ("E0202", "E4", ("cas_usage", 1, {"axe": "Astrologie"})),
    ("E0202", "G4", ("cas_usage", 1, {"fonctions": "Générative ; Divinatoire"})),
    ("E0202", "E3", ("evaluations", 0, {"IMP_1_1": "Énorme"})),
    ("E0203", "J4", ("cas_usage", 1, {"minutes_jour": "une demi-heure"})),
    ("E0203", "L4", ("cas_usage", 1, {"cout_eur": -5})),
    ("E0204", "K4", ("cas_usage", 1, {"personnes": "12,5"})),
    ("E0205", "F3", ("projets", 0, {"date_poc": "printemps 2026"})),
    ("E0205", "D3", ("evaluations", 0, {"date": "31/02/2026"})),
    ("E0206", "N4", ("cas_usage", 1, {"confidentiel": "peut-être"})),
    ("E0208", "A3", ("evaluations", 0, {"evaluateur": "Dr Dupont"})),
    ("E0209", "C3", ("evaluations", 0, {"cas_usage": "Détection de lésions"})),
    ("E0210", "A3", ("etablissement", 0, {"organisation": "999999999"})),
    ("E0301", "A4", ("cas_usage", 1, {"cas_usage": "380780080-1"})),
    ("E0302", "A4", ("cas_usage", 1, {"cas_usage": "CAT-001"})),
    ("E0303", "F4", ("cas_usage", 1, {"axe": "Innovation médicale", "segment": "Énergie"})),
    ("W0301", "C3", ("evaluations", 0, {"cas_usage": f"{LYON}-99"})),
    ("W0302", "B3", ("projets", 0, {"solution": "SOL-99"})),
    ("W0303", "A3", ("projets", 0, {"date_poc": None})),
    ("W0304", "H3", ("projets", 0, {"date_deploiement": dt.date(2024, 1, 6), "preuve": "Déclaré"})),
    ("W0305", "P3", ("projets", 0, {"date_abandonne": dt.date(2026, 1, 6)})),
    ("W0306", "M3", ("projets", 0, {"date_routine": dt.date(2026, 1, 6)})),
    ("W0307", "C4", ("cas_usage", 1, {"besoin": None})),
    ("W0308", "A4", ("evaluations", 1, {"IMP_1_1": None})),
    ("W0309", "C3", ("evaluations", 1, {"cas_usage": "CAT-001"})),
    ("I0401", "G4", ("cas_usage", 1, {"fonctions": None})),
]  # fmt: skip


@pytest.mark.parametrize(("rule_code", "cell", "change"), BROKEN)
def test_a_broken_rule_is_told_at_its_cell(
    rule_code: str, cell: str, change: Any, referential: Referential, tmp_path: Path
) -> None:
    rows = changed("cas_usage", 0)
    if callable(change):
        change(rows)
    else:
        sheet, row, values = change
        rows[sheet][row] |= values
    problems = check(rows, referential, tmp_path).verdict.problems
    if rule_code == "E0103":
        assert [p.rule_code for p in problems] == [rule_code]
    else:
        assert (rule_code, cell) in [(p.rule_code, p.cell) for p in problems]


def test_a_good_workbook_breaks_none(referential: Referential, tmp_path: Path) -> None:
    outcome = check(changed("cas_usage", 0), referential, tmp_path)
    assert outcome.verdict.problems == []
    assert outcome.exit_code == 0


def test_every_error_carries_the_value_expected_and_the_value_found(referential: Referential, tmp_path: Path) -> None:
    rows = changed("cas_usage", 1, axe="Inovation medical", minutes_jour="trente")
    by_rule = {problem.rule_code: problem for problem in check(rows, referential, tmp_path).verdict.problems}
    assert by_rule["E0202"].found == "Inovation medical"
    assert by_rule["E0202"].expected is not None
    assert by_rule["E0202"].expected.startswith("« Innovation médicale » peut-être ?")
    assert by_rule["E0203"].expected == "un nombre positif ou nul, par exemple 12,5"


def test_usual_spellings_are_accepted(referential: Referential, tmp_path: Path) -> None:
    rows = changed(
        "cas_usage", 1, axe="INNOVATION MEDICALE ", fonctions="generative; PRÉDICTIVE", minutes_jour="1 234,5",
        confidentiel="X", cas_usage=f" {LYON}-01", cout_eur="12 000 €",
    )  # fmt: skip
    rows["evaluations"][0] |= {"role": "medecin", "IMP_1_1": "FORT", "date": "15/03/2026", "evaluateur": "med-01"}
    assert check(rows, referential, tmp_path).verdict.problems == []


def test_every_rule_says_what_is_wrong_and_how_to_mend_it() -> None:
    for code, rule in RULES.items():
        assert code == rule.code
        assert rule.sentence.endswith("."), code
        assert rule.remedy.endswith("."), code
        assert rule.severity in ("erreur", "avertissement", "information")


def check(rows: Rows, referential: Referential, folder: Path) -> FileCheck:
    return check_file(write_template(folder / "classeur.xlsx", referential, rows), referential)
