"""Recognising sheets and columns however a hand moved them."""

from __future__ import annotations

from quality.structure import FoundWorkbook, find_structure
from sources.referential.loader import Referential
from sources.workbook.layout import workbook_layout
from sources.workbook.reading import RawSheet

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
