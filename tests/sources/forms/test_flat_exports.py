"""LimeSurvey and Framaforms: however a person exports the same responses, the same is read."""

from __future__ import annotations

from itertools import product

import pytest

from sources.forms.account import FormExport
from sources.forms.exports import read_export, recognise
from sources.forms.mapping import form_mappings
from sources.forms.response import read_response
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import Column, workbook_layout
from tests.sources.forms.exports_by_hand import LYON, Table, as_xlsx
from tests.sources.forms.flat_exports import Answers, Flat, Headings, framaforms, limesurvey

ASKED = (
    ("etablissement", "organisation"), ("etablissement", "campagne"), ("evaluations", "evaluateur"),
    ("evaluations", "role"), ("evaluations", "IMP_1_1"), ("evaluations", "IMP_1_4"), ("evaluations", "EFF_2_1"),
    ("evaluations", "commentaire"), ("cas_usage", "nom"), ("cas_usage", "fonctions"), ("cas_usage", "techniques"),
)  # fmt: skip
RESPONSES: list[Answers] = [
    {
        ("etablissement", "organisation"): LYON,
        ("etablissement", "campagne"): "2026-1",
        ("evaluations", "evaluateur"): "MED-01",
        ("evaluations", "role"): "medecin",
        ("evaluations", "IMP_1_1"): "FORT",
        ("evaluations", "IMP_1_4"): "PARTIEL",
        ("evaluations", "EFF_2_1"): "FAIBLE",
        ("evaluations", "commentaire"): "Utile, la nuit",
        ("cas_usage", "nom"): "Tri des courriers",
        ("cas_usage", "fonctions"): "PREDICTIVE GENERATIVE",
        ("cas_usage", "techniques"): "TALN_LLM IA_GENERATIVE",
    },
    {
        ("etablissement", "organisation"): LYON,
        ("etablissement", "campagne"): "2026-1",
        ("evaluations", "evaluateur"): "DSI-01",
        ("evaluations", "role"): "dsi",
        ("evaluations", "IMP_1_1"): "MOYEN",
        ("cas_usage", "nom"): "Lettres",
        ("cas_usage", "fonctions"): "DESCRIPTIVE",
    },
]


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="module")
def flat(referential: Referential) -> Flat:
    return Flat(workbook_layout(referential), ASKED)


def export_of(rows: Table, referential: Referential) -> FormExport:
    sheets = read_workbook(as_xlsx({"Export": rows}))
    mapping = recognise(sheets, form_mappings())
    assert mapping is not None
    export = read_export(sheets, mapping, referential)
    assert export is not None
    return export


def meant(export: FormExport, flat: Flat) -> list[Answers]:
    """Each response, codes in place of labels."""
    by_label = {sheet.label: sheet for sheet in flat.layout}
    return [
        {
            (by_label[sheet.name].code, code): _codes(by_label[sheet.name].column(code), text)
            for sheet in read_response(response.content)
            for row in sheet.answers()
            for code, text in row.items()
            if code != "dossier"
        }
        for response in export.responses
    ]


def _codes(column: Column, text: str) -> str:
    codes = {label: code for code, label in column.choices.items()}
    if column.kind == "choices":
        return " ".join(
            sorted((codes.get(piece, piece) for piece in text.split(" ; ")), key=list(column.choices).index)
        )
    return codes.get(text, text)


def expected(flat: Flat) -> list[Answers]:
    columns = dict(flat.columns())
    return [
        {
            question: " ".join(sorted(text.split(), key=list(columns[question].choices).index))
            if columns[question].kind == "choices"
            else text
            for question, text in response.items()
        }
        for response in RESPONSES
    ]


@pytest.mark.parametrize(
    ("headings", "labels", "in_array"), list(product(("code", "text", "both"), [False, True], [False, True]))
)
def test_every_choice_of_limesurvey_gives_the_same(
    headings: Headings, labels: bool, in_array: bool, flat: Flat, referential: Referential
) -> None:
    export = export_of(limesurvey(flat, RESPONSES, headings, labels, in_array), referential)
    assert export.title == "LimeSurvey"
    assert meant(export, flat) == expected(flat)
    assert (export.unknown, export.contradicted, export.foreign_choices, export.without_id) == ([], [], [], [])
    assert [place.row for place in export.set_aside] == [4]


@pytest.mark.parametrize("split", [True, False])
def test_every_choice_of_framaforms_gives_the_same(split: bool, flat: Flat, referential: Referential) -> None:
    export = export_of(framaforms(flat, RESPONSES, split), referential)
    assert export.title == "Framaforms"
    assert [response.response_id for response in export.responses] == ["881", "882"]
    assert meant(export, flat) == expected(flat)
    assert (export.unknown, export.contradicted, export.foreign_choices, export.without_id) == ([], [], [], [])
    assert [(place.row, place.text) for place in export.set_aside] == [(6, "1")]


def test_a_code_and_a_text_that_ask_two_things_are_not_read(flat: Flat, referential: Referential) -> None:
    rows = [list(row) for row in limesurvey(flat, RESPONSES, "both", True, False)]
    at = rows[0].index("evaluationsrole. Rôle")
    rows[0][at] = "evaluationsrole. Commentaire"
    export = export_of(rows, referential)
    assert export.unknown == [("Export", at, "evaluationsrole. Commentaire")]


def test_a_sheet_of_which_the_form_does_not_ask_what_is_required_holds_up_no_other(
    flat: Flat, referential: Referential
) -> None:
    asked = (*(each for each in ASKED if each != ("cas_usage", "nom")), ("evaluations", "cas_usage"))
    export = export_of(limesurvey(Flat(flat.layout, asked), RESPONSES, "text", True, False), referential)
    assert {sheet for response in meant(export, flat) for sheet, _ in response} == {"etablissement", "evaluations"}
    assert {heading.split(" [")[0] for _, _, heading in export.unknown} == {"Fonctions IA", "Techniques"}


def test_a_required_question_left_blank_keeps_its_column(flat: Flat, referential: Referential) -> None:
    """So that the judge refuses the row at its cell, and not the whole response for a column that is there."""
    rows = [list(row) for row in limesurvey(flat, RESPONSES, "text", True, False)]
    at = rows[0].index("Nom du cas d'usage")
    rows[1][at] = ""
    first = read_response(export_of(rows, referential).responses[0].content)
    [use_cases] = [sheet for sheet in first if sheet.name == "Cas d'usage"]
    assert use_cases.columns[at] == "nom"
