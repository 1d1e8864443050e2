"""Recognising sheets and columns however a hand moved them."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.reading.headings import headings
from quality.reading.sheets.structure import FoundWorkbook, find_structure
from sources.referential.loader import Referential
from sources.workbook.changes import Changes, known_changes
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout
from sources.workbook.template.template_sheets import MODEL_SHEET

ENVELOPE = RawSheet("Établissement", [["N° FINESS juridique ou code", "Campagne"], ["690781810", "Campagne 2026"]])


def find(referential: Referential, *sheets: RawSheet) -> FoundWorkbook:
    return find_structure(list(sheets), workbook_layout(referential))


def test_columns_in_any_order_below_a_title(referential: Referential) -> None:
    rows = [
        ["Nos évaluations", "", ""],
        ["", "", ""],
        ["CAS D'USAGE", "role", "Code de l’evaluateur"],
        ["CAT-001", "Médecin", "M1"],
    ]
    found = find(referential, ENVELOPE, RawSheet("evaluations", rows)).sheets["evaluations"]
    assert found.positions == {"cas_usage": 0, "role": 1, "evaluateur": 2}
    assert found.rows == [(4, ["CAT-001", "Médecin", "M1"])]
    assert found.cell(4, "evaluateur") == "C4"


def test_blank_rows_are_not_read_and_keep_the_numbers_of_the_others(referential: Referential) -> None:
    rows = [["Code", "Nom du cas d'usage"], ["", " "], ["CAT-001", "Détection"], ["", ""]]
    assert [row for row, _ in find(referential, ENVELOPE, RawSheet("Cas d'usage", rows)).sheets["cas_usage"].rows] == [
        3
    ]


def test_other_sheets_and_columns_are_ignored_counted_and_told(referential: Referential) -> None:
    rows = [["Code", "Nom du cas d'usage", "Notre avis"], ["CAT-001", "Détection", "bof"]]
    found = find(referential, ENVELOPE, RawSheet("Cas d'usage", rows), RawSheet("Brouillon", [["a"], ["b"], [""]]))
    assert found.ignored == {"Brouillon": 2}
    assert [(p.rule_code, p.sheet, p.cell) for p in found.problems] == [
        ("I0402", "Cas d'usage", "C1"),
        ("I0403", "Brouillon", None),
    ]
    assert not found.is_refused


def test_without_the_envelope_the_file_is_refused(referential: Referential) -> None:
    found = find(referential, RawSheet("Feuil1", [["a", "b"]]))
    assert found.is_refused
    assert [p.rule_code for p in found.problems if p.rule.severity == "erreur"] == ["E0101"]


def test_a_missing_required_column_is_refused_by_name(referential: Referential) -> None:
    found = find(referential, ENVELOPE, RawSheet("Évaluations", [["Rôle", "Cas d'usage"], ["Médecin", "CAT-001"]]))
    assert [(p.rule_code, p.column) for p in found.problems] == [("E0102", "Code de l'évaluateur")]


def test_a_csv_is_one_sheet_with_its_submission_beside(referential: Referential) -> None:
    rows = [
        ["evaluateur", "role", "cas_usage", "IMP_1_1", "campagne"],
        ["M1", "Médecin", "CAT-001", "Fort", "Campagne 2026"],
    ]
    found = find(referential, RawSheet("csv", rows))
    assert set(found.sheets) == {"evaluations", "etablissement"}
    assert found.sheets["etablissement"].positions == {"campagne": 4}
    assert found.problems == []


def test_a_misspelt_heading_and_a_former_one_are_read_and_said(referential: Referential) -> None:
    rows = [
        ["Code de l'évaluatuer", "Role", "Cas d’usages", "Amelioration du parcours patients"],
        ["M1", "Médecin", "CAT-001", "Fort"],
    ]
    found = find(referential, ENVELOPE, RawSheet("Evaluation", rows))
    assert found.sheets["evaluations"].positions == {"evaluateur": 0, "role": 1, "cas_usage": 2, "IMP_1_1": 3}
    assert [(p.rule_code, p.cell) for p in found.problems] == [
        ("I0404", None),
        ("I0405", "A1"),
        ("I0405", "C1"),
        ("I0405", "D1"),
    ]
    old = RawSheet("Cas d'usage IA", [["Code du cas d'usage", "Intitulé", "Sous-thème"], ["CAT-001", "Nom", ""]])
    assert find(referential, ENVELOPE, old).sheets["cas_usage"].positions == {"cas_usage": 0, "nom": 1, "segment": 2}


def test_what_resembles_two_headings_is_neither(referential: Referential) -> None:
    rows = [["Code", "Nom du cas d'usage", "Gain"], ["CAT-001", "Détection", "12"]]
    found = find(referential, ENVELOPE, RawSheet("Cas d'usage", rows))
    assert [(p.rule_code, p.cell) for p in found.problems] == [("I0402", "C1")]


def test_merged_headings_on_two_rows(referential: Referential) -> None:
    rows = [
        ["Code de l'évaluateur", "Rôle", "Cas d'usage", "Impact", "", "Effort"],
        ["", "", "", "IMP_1_1", "IMP_1_2", "EFF_1_1"],
        ["M1", "Médecin", "CAT-001", "Fort", "Moyen", "Faible"],
    ]
    found = find(referential, ENVELOPE, RawSheet("Évaluations", rows)).sheets["evaluations"]
    assert found.positions == {"evaluateur": 0, "role": 1, "cas_usage": 2, "IMP_1_1": 3, "IMP_1_2": 4, "EFF_1_1": 5}
    assert [row for row, _ in found.rows] == [3]


def test_what_is_hidden_is_read_and_said(referential: Referential) -> None:
    rows = [["Code", "Nom du cas d'usage"], ["CAT-001", "a"], ["CAT-002", "b"]]
    raw = RawSheet("Cas d'usage", rows, is_hidden=True, hidden_rows=frozenset({2}), hidden_columns=frozenset({1, 7}))
    found = find(referential, ENVELOPE, raw)
    assert len(found.sheets["cas_usage"].rows) == 2
    assert [(p.rule_code, p.found) for p in found.problems] == [
        ("I0406", "feuille masquée"),
        ("I0407", "masquées : ligne 3"),
        ("I0407", "masquées : colonne B"),
    ]


def test_greyed_rows_are_ignored_and_counted(referential: Referential) -> None:
    rows = [["Code", "Nom du cas d'usage"], ["Exemple : CAT-009", "x"], ["CAT-001", "a"]]
    found = find(referential, ENVELOPE, RawSheet("Cas d'usage", rows)).sheets["cas_usage"]
    assert (found.ignored_row_count, [row for row, _ in found.rows]) == (1, [3])


def test_several_texts_are_the_sheets_of_one_submission(referential: Referential) -> None:
    texts = [
        RawSheet("etablissement", [["organisation", "campagne"], ["690781810", "2026-1"]], is_text=True),
        RawSheet("liste", [["Code", "Nom du cas d'usage", "Besoin identifié"], ["CAT-001", "a", "b"]], is_text=True),
        RawSheet("notes", [["un", "deux"]], is_text=True),
    ]
    found = find(referential, *texts)
    assert {code: part.name for code, part in found.sheets.items()} == {
        "etablissement": "etablissement",
        "cas_usage": "liste",
    }
    assert found.ignored == {"notes": 1}


def test_of_one_former_name_the_change_after_the_workbooks_version_holds(tmp_path: Path) -> None:
    table = tmp_path / "changes.csv"
    lines = [
        "until_version;kind;sheet;column;former;now",
        "1;column;s;;Gain;gain_par_jour",
        "3;column;s;;Gain;gain_annuel",
    ]
    table.write_text("\n".join(lines))
    read = {version: known_changes(version, table) for version in (None, 0, 1, 2, 3, 4)}
    assert {version: changes.columns["s"]["Gain"] for version, changes in read.items()} == {
        None: "gain_annuel", 0: "gain_par_jour", 1: "gain_par_jour", 2: "gain_annuel", 3: "gain_annuel",
        4: "gain_annuel",
    }  # fmt: skip
    assert {version for version, changes in read.items() if changes.since} == {0, 1, 2, 3}


def model(version: str) -> RawSheet:
    return RawSheet(MODEL_SHEET, [["modele", version], ["referentiel", "abc"]], is_hidden=True)


@pytest.mark.parametrize(("version", "said"), [("0", ["I0408"]), ("1", []), ("", []), ("²", [])])
def test_an_older_template_is_said(referential: Referential, version: str, said: list[str]) -> None:
    envelope = RawSheet("Établissement", [["N° FINESS", "Campagne"], ["690781810", "2026-1"]])
    found = find(referential, envelope, model(version))
    assert [problem.rule_code for problem in found.problems if problem.rule_code == "I0408"] == said
    assert found.sheets["etablissement"].positions["organisation"] == 0
    assert found.ignored == {}


def test_what_an_older_template_called_a_column_comes_before_what_is_so_called_today(
    referential: Referential, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Changes(since={"etablissement": {"Campagne": "dossier"}})
    monkeypatch.setattr(
        headings, "known_changes", lambda version=None: older if version == 0 else known_changes(version)
    )
    headings._keys_since.cache_clear()
    envelope = RawSheet("Établissement", [["organisation", "Campagne", "code_campagne"], ["690781810", "A", "2026-1"]])
    sheet = workbook_layout(referential)[0]
    assert headings.find_headings(envelope, sheet, 0).positions["dossier"] == 1
    assert headings.find_headings(envelope, sheet, 1).positions["campagne"] == 1
    headings._keys_since.cache_clear()


def test_a_formula_that_shows_nothing_is_said_where_an_answer_stands(referential: Referential) -> None:
    solutions = RawSheet(
        "Solutions",
        [["Code de la solution", "Nom de la solution", "Fournisseur", "À nous"],
         ["SOL-01", "Tri", "", ""], ["", "", "", ""], ["", "", "", ""]],
        empty_formulas=frozenset({(1, 2), (1, 3), (2, 2), (3, 0)}),
    )  # fmt: skip
    said = [p for p in find(referential, solutions).problems if p.rule_code == "W0322"]
    assert [(p.cell, p.column) for p in said] == [("C2", "Fournisseur"), ("A4", "Code de la solution")]


def test_every_change_leads_to_something_that_exists(referential: Referential) -> None:
    layout = {sheet.code: sheet for sheet in workbook_layout(referential)}
    changes = known_changes()
    assert set(changes.sheets.values()) <= set(layout)
    for sheet, former in changes.columns.items():
        assert set(former.values()) <= {column.code for column in layout[sheet].columns}, sheet
    for (sheet, column), former in changes.values.items():
        assert set(former.values()) <= set(layout[sheet].column(column).choices), (sheet, column)
