"""Each rule decidable from the file alone: a workbook that breaks it, told at its cell, and one that does not."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from quality.batch.check import FileCheck, check_file
from quality.checks.named_technology import technology_named
from quality.rules.rules import RULES
from quality.rules.rules_page import PUBLISHED, rules_html, rules_markdown
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, Rows, submission

OWN = f"{LYON}-1"
QUESTIONS = [f"IMP_1_{n}" for n in (1, 2, 3)] + [f"IMP_2_{n}" for n in (1, 2, 3, 4)] + ["EFF_1_1", "EFF_1_2", "EFF_1_3"]
SHIFTED = dt.date.today() + dt.timedelta(days=1460)
PROVEN = iter(("45.000", "1.250,5"))


def changed(sheet: str, row: int, **values: Any) -> Rows:
    rows = submission(
        solutions=[{"solution": "SOL-01", "nom": "Solution"}],
        projets=[{"cas_usage": OWN, "solution": "SOL-01", "date_poc": dt.date(2025, 1, 6)}],
        objectifs=[{"cas_usage": OWN, "indicateur": "Délai", "cible": "2 jours"}],
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
    ("E0208", "A3", ("evaluations", 0, {"evaluateur": "MED 01"})),
    ("E0211", "J4", ("cas_usage", 1, {"minutes_jour": "50 %"})),
    ("E0211", "K4", ("cas_usage", 1, {"personnes": "100%"})),
    ("E0211", "M4", ("cas_usage", 1, {"gain_annuel_eur": "12,5\u202f%"})),
    ("E0212", "A3", ("evaluations", 0, {"evaluateur": "Dr Dupont"})),
    ("E0212", "A3", ("evaluations", 0, {"evaluateur": "Marie Martin"})),
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
    ("E0304", "J4", ("cas_usage", 1, {"minutes_jour": 1500})),
    ("W0312", "J4", ("cas_usage", 1, {"minutes_jour": 750, "personnes": 50})),
    ("W0313", "L4", ("cas_usage", 1, {"cout_eur": 45})),
    ("W0313", "M4", ("cas_usage", 1, {"gain_annuel_eur": 900_000_000})),
    ("W0314", "B3", ("projets", 0, {"solution": None})),
    ("W0315", "A3", lambda rows: [row.update(dict.fromkeys(QUESTIONS, "Fort")) for row in rows["evaluations"]]),
    ("W0316", "B4", ("cas_usage", 1, {"nom": "Un LLM pour les courriers"})),
    ("W0316", "B4", ("cas_usage", 1, {"nom": "ChatGPT"})),
    ("W0316", "B4", ("cas_usage", 1, {"nom": "Vision par ordinateur aux urgences"})),
    ("W0317", "A4", ("objectifs", 0, {"cible": None})),
    ("W0318", "K4", ("cas_usage", 1, {"personnes": 2_000_000})),
    ("W0319", "O4", ("cas_usage", 1, {"minutes_jour": 30, "personnes": 50, "heures_jour": 750})),
    ("W0323", "J4", ("cas_usage", 1, {"minutes_jour": 0.5})),
    ("W0324", "A3", ("evaluations", 0, {"evaluateur": "Dupont"})),
    ("I0401", "G4", ("cas_usage", 1, {"fonctions": None})),
    ("E0230", "D3", lambda rows: [row.update(date=SHIFTED) for row in rows["evaluations"]]),
    ("E0231", "D3", ("evaluations", 0, {"date": dt.date(2099, 1, 5)})),
    ("E0232", "J4", ("cas_usage", 1, {"minutes_jour": "12/05/2026"})),
    ("E0232", "D3", ("objectifs", 0, {"cible": "12-mai"})),
    ("E0233", "K4", ("cas_usage", 1, {"personnes": "1.000"})),
    ("E0234", "D3", ("evaluations", 0, {"date": "12/31/2025"})),
    ("E0235", "D3", ("objectifs", 0, {"indicateur": "Délai (jours)", "cible": "40 %"})),
    ("W0330", "D3", ("objectifs", 0, {"indicateur": "Lettres à l'heure (%)", "cible": "0,4"})),
    ("W0331", "D3", ("etablissement", 0, {"date": dt.date(2099, 1, 5)})),
    ("W0332", "D3", ("evaluations", 0, {"date": dt.date(2019, 1, 5)})),
    ("W0333", "I3", ("projets", 0, {"date_routine": dt.date(2099, 1, 5), "preuve": "Déclaré"})),
    ("I0430", "D3", ("objectifs", 0, {"indicateur": "Lettres à l'heure (%)", "cible": "40 %"})),
    ("I0431", "L3", lambda rows: [row.update(cout_eur=next(PROVEN)) for row in rows["cas_usage"]]),
    ("I0432", "I3", ("projets", 0, {"date_routine": dt.date(2099, 1, 5), "preuve": "Déclaré"})),
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
    assert by_rule["E0202"].expected.startswith("Vouliez-vous dire « Innovation médicale » ?")
    assert by_rule["E0203"].expected == "un nombre positif ou nul, en minutes, par exemple 12,5"


def test_usual_spellings_are_accepted(referential: Referential, tmp_path: Path) -> None:
    rows = changed(
        "cas_usage", 1, axe="INNOVATION MEDICALE ", fonctions="generative; PRÉDICTIVE", gain_annuel_eur="1 234,5",
        confidentiel="X", cas_usage=f" {LYON}-01", cout_eur="12 000 €",
    )  # fmt: skip
    rows["evaluations"][0] |= {"role": "medecin", "IMP_1_1": "FORT", "date": "15/03/2026", "evaluateur": "med-01"}
    verdict = check(rows, referential, tmp_path).verdict
    assert verdict.code == "prise"
    told = [(p.rule_code, p.cell, p.expected) for p in verdict.problems]
    assert sorted(told) == [
        ("I0411", "A4", None),
        ("I0411", "E4", None),
        ("I0412", "E4", "lu comme « Innovation médicale »"),
        ("I0412", "G4", "lu comme « Prédictive ; Générative »"),
        ("I0413", "L4", "lu comme « 12000 »"),
        ("I0413", "M4", "lu comme « 1234,5 »"),
        ("I0415", "N4", "lu comme « oui »"),
        ("I0416", "A4", f"lu comme « {OWN} »"),
    ]


WELL = [
    ("minutes_jour", 480),
    ("minutes_jour", 0),
    ("cout_eur", 0),
    ("cout_eur", 45_000),
    ("gain_annuel_eur", 50_000_000),
    ("personnes", 24_000),
    ("nom", "Optimisation des plannings de bloc"),
    ("nom", "Respect des règles de rangement du stock"),
    ("nom", "Orage et vague de chaleur : anticiper les admissions"),
]


@pytest.mark.parametrize(("column", "written"), WELL)
def test_what_is_within_reason_is_taken_without_a_word(
    column: str, written: Any, referential: Referential, tmp_path: Path
) -> None:
    rows = changed("cas_usage", 1, **{column: written})
    assert check(rows, referential, tmp_path).verdict.problems == []


def test_answers_that_differ_once_or_are_few_are_not_all_alike(referential: Referential, tmp_path: Path) -> None:
    rows = changed("evaluations", 0, **dict.fromkeys(QUESTIONS, "Fort"))
    rows["evaluations"][1]["IMP_1_1"] = "Faible"
    assert check(rows, referential, tmp_path).verdict.problems == []
    rows = changed("evaluations", 0, **dict.fromkeys(QUESTIONS[:4], "Fort"))
    rows["evaluations"][1]["IMP_1_1"] = "Fort"
    assert check(rows, referential, tmp_path).verdict.problems == []


def test_answers_are_alike_by_rank_whatever_the_scale(referential: Referential, tmp_path: Path) -> None:
    rows = changed("evaluations", 0, **dict.fromkeys(QUESTIONS, "Fort"), IMP_1_4="Conforme")
    rows["evaluations"][1]["IMP_1_1"] = "Fort"
    problems = check(rows, referential, tmp_path).verdict.problems
    assert [(p.rule_code, p.cell) for p in problems] == [("W0315", "A3")]


def test_the_catalogue_names_scenarios(referential: Referential) -> None:
    names = pl.DataFrame({"nom": list(referential.labels("use_cases").values())})
    assert names.select(technology_named(pl.col("nom"), referential)).to_series().drop_nulls().is_empty()


def test_syntax_comes_before_logic(referential: Referential, tmp_path: Path) -> None:
    rows = changed("projets", 0, date_poc="printemps", date_routine="l'an dernier", cas_usage="le tri")
    codes = [p.rule_code for p in check(rows, referential, tmp_path).verdict.problems]
    assert codes == ["E0209", "E0205", "E0205"]


def test_what_was_found_and_expected_stand_beside_each_logic_rule(referential: Referential, tmp_path: Path) -> None:
    rows = changed("projets", 0, date_deploiement=dt.date(2024, 1, 6), preuve="Déclaré")
    problem = check(rows, referential, tmp_path).verdict.problems[0]
    assert (problem.rule_code, problem.found) == ("W0304", "06/01/2024")
    assert problem.expected == "une date à partir du 06/01/2025, date d'un statut précédent"


def test_a_use_case_written_by_its_name_is_answered_with_its_code(referential: Referential, tmp_path: Path) -> None:
    rows = changed("evaluations", 0, cas_usage="Prediction de readmission a 30 jours")
    problem = check(rows, referential, tmp_path).verdict.problems[0]
    assert problem.rule_code == "E0209"
    assert problem.expected is not None
    assert problem.expected.startswith("Vouliez-vous dire « CAT-002 (Prédiction de réadmission à 30 jours) » ?")


def test_every_rule_says_what_is_wrong_and_how_to_mend_it() -> None:
    for code, rule in RULES.items():
        assert code == rule.code
        assert rule.sentence.endswith("."), code
        assert rule.remedy.endswith("."), code
        assert rule.severity in ("erreur", "avertissement", "information")
        assert rule.scope in ("file", "history"), code
        assert re.fullmatch("[a-z0-9_]+", rule.name), code
    assert len({rule.name for rule in RULES.values()}) == len(RULES)


def test_the_published_list_is_the_one_of_the_code() -> None:
    """After a change: ``python -m quality.rules.rules_page``."""
    assert PUBLISHED.read_text(encoding="utf-8") == rules_markdown()
    assert all(rule.code in rules_html() for rule in RULES.values())


def check(rows: Rows, referential: Referential, folder: Path) -> FileCheck:
    return check_file(write_template(folder / "classeur.xlsx", referential, rows), referential)


@pytest.mark.parametrize(
    ("column", "written", "rule_code", "understood"),
    [
        ("cout_eur", "1 012,50", "I0413", "lu comme « 1012,5 »"),
        ("minutes_jour", "'20", "I0418", "lu comme « 20 »"),
        ("cas_usage", f"'{LYON}-1", "I0418", f"lu comme « {LYON}-1 »"),
        (
            "fonctions",
            "Prédictive, Générative et Agentique",
            "I0412",
            "lu comme « Prédictive ; Générative ; Agentique »",
        ),
        ("fonctions", "Prédictive\nAgentique", "I0411", None),
        ("gain_annuel_eur", "1\u202f234\u00a0€", "I0413", "lu comme « 1234 »"),
        ("cout_eur", "45 000,00", "I0413", "lu comme « 45000 »"),
        ("besoin", "Lire\u00a0moins d’heures ", "I0411", None),
        ("domaine", "CLINIQUE", "I0412", "lu comme « Clinique »"),
    ],
)
def test_what_a_normalisation_changed_is_told(
    column: str, written: str, rule_code: str, understood: str | None, referential: Referential, tmp_path: Path
) -> None:
    outcome = check(changed("cas_usage", 1, **{column: written}), referential, tmp_path)
    assert (rule_code, understood) in [(p.rule_code, p.expected) for p in outcome.verdict.problems]
    assert outcome.exit_code == 0


@pytest.mark.parametrize("written", ["15.03.2026", "15-03-2026", "15/03/26", "46096", "2026-03-15 00:00:00"])
def test_a_date_written_otherwise_is_understood(written: str, referential: Referential, tmp_path: Path) -> None:
    told = check(changed("evaluations", 0, date=written), referential, tmp_path).verdict.problems
    assert [(p.rule_code, p.cell, p.expected) for p in told] == [("I0414", "D3", "lu comme « 15/03/2026 »")]


@pytest.mark.parametrize("written", ["690781810.0", "690781810,00", "6,9078181E+08", "6.9078181e8"])
def test_a_finess_turned_into_a_number_is_mended_and_told(
    written: str, referential: Referential, tmp_path: Path
) -> None:
    verdict = check(changed("etablissement", 0, organisation=written), referential, tmp_path).verdict
    assert [(p.rule_code, p.cell) for p in verdict.problems] == [("I0417", "A3")]
    assert verdict.submission is not None
    assert verdict.submission.organisation_code == LYON


@pytest.mark.parametrize("written", ["6,9078E+08", "69078181", "690781811", "6.9078181e7"])
def test_a_finess_that_its_key_does_not_prove_is_refused(
    written: str, referential: Referential, tmp_path: Path
) -> None:
    verdict = check(changed("etablissement", 0, organisation=written), referential, tmp_path).verdict
    assert "E0210" in [p.rule_code for p in verdict.problems]


def test_a_former_value_is_understood(referential: Referential, tmp_path: Path) -> None:
    told = check(changed("evaluations", 0, role="Cadre"), referential, tmp_path).verdict.problems
    assert [(p.rule_code, p.expected) for p in told] == [("I0412", "lu comme « Cadre de santé »")]


def test_a_percentage_is_one_problem_only_and_has_its_place_among_objectives(
    referential: Referential, tmp_path: Path
) -> None:
    rows = changed("cas_usage", 1, minutes_jour="50 %")
    rows["objectifs"][0]["cible"] = "50 %"
    assert [p.rule_code for p in check(rows, referential, tmp_path).verdict.problems] == ["E0211"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("tri courriers", f"{OWN} (Tri des courriers)"), ("Analyse de cohorte", "CAT-009 (Analyse de cohortes)"),
     ("Tout autre chose", None)],
)  # fmt: skip
def test_a_name_in_place_of_a_code_is_looked_for_in_the_file_and_the_catalogue(
    written: str, meant: str | None, referential: Referential, tmp_path: Path
) -> None:
    rows = changed("cas_usage", 1, nom="Tri des courriers")
    rows["evaluations"][0]["cas_usage"] = written
    [problem] = [p for p in check(rows, referential, tmp_path).verdict.problems if p.rule_code == "E0209"]
    assert problem.expected is not None
    assert problem.expected.startswith(f"Vouliez-vous dire « {meant} » ?" if meant else "un code du catalogue")


def test_of_several_values_the_wrong_ones_are_named(referential: Referential, tmp_path: Path) -> None:
    rows = changed("cas_usage", 1, fonctions="Générative ; Divinatoire ; Astrale")
    [problem] = check(rows, referential, tmp_path).verdict.problems
    assert problem.expected is not None
    assert problem.expected.startswith("à la place de « Divinatoire », « Astrale », une ou plusieurs valeurs")


def test_the_same_reading_of_many_cells_is_told_once(referential: Referential, tmp_path: Path) -> None:
    rows = changed("cas_usage", 0)
    rows["evaluations"] = [
        {"evaluateur": f"M{n}", "role": "MÉDECIN", "cas_usage": OWN, "IMP_1_1": "Fort"} for n in range(60)
    ]
    told = check(rows, referential, tmp_path).verdict.problems
    assert [(p.rule_code, p.cell) for p in told] == [("I0412", None)]
    assert told[0].expected == "lu comme « Médecin », 60 cellules, lignes 3 à 62"
