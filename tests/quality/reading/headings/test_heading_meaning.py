"""Headings near a column's name that say something else are never read as that column, with the codes below or not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from quality.reading.headings.heading_meaning import says_otherwise
from quality.reading.headings.headings import find_headings
from quality.reading.sheets.structure import find_structure
from sources.referential.loader import load_referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import Sheet, workbook_layout

LAYOUT = workbook_layout(load_referential())
BY_CODE = {sheet.code: sheet for sheet in LAYOUT}

OTHERWISE = [
    ("cas_usage", "cout_eur", "Coût estimé (k€)"),
    ("cas_usage", "cout_eur", "Coût estimé (K EUR)"),
    ("cas_usage", "cout_eur", "Coût estimé (milliers d’euros)"),
    ("cas_usage", "cout_eur", "Coût estimé ($)"),
    ("cas_usage", "cout_eur", "Coût estimé (CHF)"),
    ("cas_usage", "cout_eur", "Coût estimé (M€)"),
    ("cas_usage", "gain_annuel_eur", "Gain mensuel attendu (€)"),
    ("cas_usage", "gain_annuel_eur", "Gain annuel attendu (%)"),
    ("cas_usage", "minutes_jour", "Heures gagnées par personne et par jour"),
    ("cas_usage", "minutes_jour", "Minutes gagnées par personne et par semaine"),
    ("cas_usage", "minutes_jour", "Minutes gagnées par personne et par an"),
    ("cas_usage", "personnes", "Personnes non concernées"),
    ("cas_usage", "confidentiel", "Non confidentiel"),
    ("solutions", "marquage_ce", "Sans marquage CE"),
    ("evaluations", "EFF_1_1", "Absence de résistance attendue"),
    ("evaluations", "EFF_1_3", "Indisponibilité des équipes"),
    ("evaluations", "IMP_1_2", "Insécurité du patient"),
]
SAME = [
    ("cas_usage", "cout_eur", "Cout estimé en euros"),
    ("cas_usage", "cout_eur", "Coût estimé (EUR)"),
    ("cas_usage", "gain_annuel_eur", "Gain attendu par an (€)"),
    ("cas_usage", "minutes_jour", "Minutes gagnées par personne et par journée"),
    ("evaluations", "date", "Date de l'évaluation (jour/mois/année)"),
    ("evaluations", "IMP_1_1", "Amélioration du parcours du patient"),
    ("evaluations", "IMP_1_1", "Amélioration du parcours patient (laisser vide si non)"),
    ("evaluations", "EFF_1_3", "Disponibilités des équipes"),
    ("projets", "date_deploiement", "Date : déploiements"),
]


def _sheet(sheet: Sheet, labels: list[str], *, with_codes: bool) -> RawSheet:
    codes = [column.code for column in sheet.columns]
    return RawSheet(sheet.label, [labels, *([codes] if with_codes else []), ["x"] * len(labels)])


def _renamed(sheet: Sheet, code: str, heading: str) -> list[str]:
    return [heading if column.code == code else column.label for column in sheet.columns]


@pytest.mark.parametrize(("sheet", "code", "heading"), OTHERWISE)
@pytest.mark.parametrize("with_codes", [True, False])
def test_a_heading_that_says_something_else_is_not_read(sheet: str, code: str, heading: str, with_codes: bool) -> None:
    layout = BY_CODE[sheet]
    assert says_otherwise(heading, layout.column(code))
    raw = _sheet(layout, _renamed(layout, code, heading), with_codes=with_codes)
    found = find_structure([raw], LAYOUT)
    assert code not in found.sheets[sheet].positions
    said = [problem for problem in found.problems if problem.found == heading]
    assert [problem.rule_code for problem in said] in (["W0397"], ["I0402"])
    assert not with_codes or said[0].rule_code == "W0397"


@pytest.mark.parametrize(("sheet", "code", "heading"), SAME)
@pytest.mark.parametrize("with_codes", [True, False])
def test_other_words_for_the_same_are_read_and_told(sheet: str, code: str, heading: str, with_codes: bool) -> None:
    layout = BY_CODE[sheet]
    assert not says_otherwise(heading, layout.column(code))
    found = find_headings(_sheet(layout, _renamed(layout, code, heading), with_codes=with_codes), layout)
    assert (code in found.positions) == (code in found.reread)
    assert not with_codes or code in found.positions
    assert code in found.positions or heading in found.extra.values()


@pytest.mark.parametrize("sheet", LAYOUT, ids=lambda sheet: sheet.code)
def test_no_label_says_something_else_than_itself_nor_may_be_written_over_the_code_of_another(sheet: Sheet) -> None:
    labels = [column.label for column in sheet.columns]
    assert not [column.code for column in sheet.columns if says_otherwise(column.label, column)]
    assert not find_headings(_sheet(sheet, labels, with_codes=True), sheet).otherwise
    for at, (left, right) in enumerate(pairwise(sheet.columns)):
        swapped = [*labels[:at], right.label, left.label, *labels[at + 2 :]]
        found = find_headings(_sheet(sheet, swapped, with_codes=True), sheet)
        assert {left.code, right.code} == set(found.otherwise)
        assert not {left.code, right.code} & set(found.positions)


@pytest.mark.parametrize("sheet", LAYOUT, ids=lambda sheet: sheet.code)
def test_codes_that_changed_places_below_their_labels_are_not_read_either(sheet: Sheet) -> None:
    """As the template's labels stand there untouched, the codes were not looked at."""
    labels, codes = [column.label for column in sheet.columns], [column.code for column in sheet.columns]
    for at, (left, right) in enumerate(pairwise(codes)):
        swapped = [*codes[:at], right, left, *codes[at + 2 :]]
        found = find_headings(RawSheet(sheet.label, [labels, swapped, ["x"] * len(labels)]), sheet)
        assert {left, right} == set(found.otherwise)
        assert not {left, right} & set(found.positions)


@pytest.mark.parametrize(
    ("heading", "is_read"),
    [
        ("Confidentialité", True),
        ("Confidentiel (oui/non)", True),
        ("Cas confidentiel oui/non", True),
        ("Confidentielle ?", True),
        ("Est-ce confidentiel ?", True),
        ("Non confidentiel", False),
        ("Pas de confidentialité", False),
        ("Remarque", False),
    ],
)
def test_whatever_speaks_of_secrecy_is_read_as_such_or_told(heading: str, is_read: bool) -> None:
    sheet = BY_CODE["cas_usage"]
    labels = [column.label for column in sheet.columns if column.code != "confidentiel"]
    found = find_headings(RawSheet(sheet.label, [[*labels, heading], ["690781810-1"]]), sheet)
    assert (found.positions.get("confidentiel") == len(labels)) is is_read
    assert is_read or ("confidentiel" in found.otherwise) is (heading != "Remarque")


def test_no_other_column_takes_the_place_of_the_templates_own() -> None:
    sheet = BY_CODE["cas_usage"]
    labels = [*(column.label for column in sheet.columns), "Confidentialité des données"]
    found = find_headings(RawSheet(sheet.label, [labels, ["690781810-1"]]), sheet)
    assert found.positions["confidentiel"] == labels.index("Confidentiel")
    assert list(found.extra.values()) == ["Confidentialité des données"]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Code du dossier", "dossier"),
        ("Dossier (service)", "dossier"),
        ("Retrait de cet envoi", "retrait"),
        ("Remplacement de l'envoi précédent ?", "remplacement"),
        ("Date de retrait", None),
        ("Service", None),
    ],
)
def test_a_column_of_who_sends_is_known_by_its_word(heading: str, code: str | None) -> None:
    sheet = BY_CODE["etablissement"]
    rows = [["N° FINESS juridique ou code", "Campagne", heading], ["690781810", "Campagne 2026", "oui"]]
    found = find_headings(RawSheet(sheet.label, rows), sheet)
    assert {known for known, at in found.positions.items() if at == 2} == ({code} if code else set())
    assert found.reread == ({code: heading} if code else {})
