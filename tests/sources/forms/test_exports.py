"""Exports of forms are recognised and cut into responses, each cell still where the export has it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sources.forms.exports import FormExport, read_export, recognise
from sources.forms.mapping import FormMappingError, form_mappings
from sources.forms.response import RESPONSE_MARK, read_response
from sources.referential.loader import Referential, load_referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import read_workbook
from sources.workbook.template.template import write_template
from tests.sources.forms.exports_by_hand import (
    ASSESSMENTS,
    FIRST,
    LYON,
    MAIN,
    SECOND,
    USE_CASES,
    Table,
    as_csv,
    as_xlsx,
    kobo_tables,
    microsoft_tables,
    odk_zip,
    renamed,
)

Said = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


def export_of(content: bytes, referential: Referential) -> FormExport:
    sheets = read_workbook(content)
    mapping = recognise(sheets, form_mappings())
    assert mapping is not None
    export = read_export(sheets, mapping, referential)
    assert export is not None
    return export


def said(export: FormExport) -> dict[str, Said]:
    """Response → sheet → its rows, by column code."""
    return {
        response.response_id: {sheet.name: sheet.answers() for sheet in read_response(response.content)}
        for response in export.responses
    }


EXPECTED = {
    FIRST: {
        "Établissement": [{"organisation": LYON, "campagne": "2026-1", "dossier": f"formulaire-{FIRST}"}],
        "Cas d'usage": [{"cas_usage": f"{LYON}-1", "nom": "Tri des courriers", "fonctions": "GENERATIVE ; PREDICTIVE"}],
        "Évaluations": [
            {"evaluateur": "MED-01", "role": "medecin", "cas_usage": "CAT-001", "IMP_1_1": "FORT"},
            {"evaluateur": "MED-01", "role": "medecin", "cas_usage": f"{LYON}-1"},
        ],
    },
    SECOND: {
        "Établissement": [{"organisation": LYON, "campagne": "2026-1", "dossier": f"formulaire-{SECOND}"}],
        "Évaluations": [{"evaluateur": "MED-7c9e", "role": "medecin", "cas_usage": "CAT-001", "IMP_1_1": "MOYEN"}],
    },
}


def without_date(found: dict[str, Said]) -> dict[str, Said]:
    for sheets in found.values():
        for row in sheets["Établissement"]:
            row.pop("date", None)
    return found


@pytest.mark.parametrize("separator", ["/", "."])
def test_a_kobo_workbook_gives_its_responses_with_their_repeats(separator: str, referential: Referential) -> None:
    tables = {name: renamed(rows, separator) for name, rows in kobo_tables().items()}
    export = export_of(as_xlsx(tables), referential)
    assert without_date(said(export)) == EXPECTED
    assert export.sheets == {"Cartographie": (2, 2, 0), "cas_usage": (1, 1, 0), "evaluations": (3, 3, 0)}


def test_an_odk_zip_of_csv_gives_the_same(referential: Referential) -> None:
    assert without_date(said(export_of(odk_zip(), referential))) == EXPECTED


def test_a_csv_without_repeats_gives_what_it_holds(referential: Referential) -> None:
    rows = renamed(kobo_tables()["Cartographie"], ".")
    assert [list(sheets) for sheets in said(export_of(as_csv(rows), referential)).values()] == [["Établissement"]] * 2


def test_an_export_with_labels_is_read_too(referential: Referential) -> None:
    tables: dict[str, Table] = {
        "Cartographie": [["N° FINESS juridique ou code", "Campagne", "_uuid", "_index"],
                         ["Hospices Civils de Lyon", "Campagne 2026", FIRST, 1]],
        "evaluations": [["Code de l'évaluateur", "Rôle", "Cas d'usage", "Amélioration du parcours patient",
                         "_parent_index"],
                        ["MED-01", "Médecin", "Analyse de cohortes", "Non évalué", 1]],
        "cas_usage": [["Code", "Nom du cas d'usage", "Fonctions IA", "_parent_index"],
                      ["Analyse de cohortes", "Cohortes", "Descriptive Prédictive", 1]],
    }  # fmt: skip
    [response] = said(export_of(as_xlsx(tables), referential)).values()
    assert response["Établissement"][0]["organisation"] == LYON
    assert response["Évaluations"][0]["cas_usage"] == "CAT-009"
    assert set(response["Cas d'usage"][0]["fonctions"].split(" ; ")) == {"Descriptive", "Prédictive"}


def test_microsoft_forms_gives_a_response_a_row_and_never_who_answers(referential: Referential) -> None:
    content = as_xlsx(microsoft_tables())
    export = export_of(content, referential)
    first, second = said(export).values()
    assert first == {
        "Établissement": [{"organisation": LYON, "campagne": "Campagne 2026",
                           "dossier": "formulaire-1-2026-11-02-09-00-00"}],
        "Évaluations": [{"evaluateur": "MED-01", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort"}],
    }  # fmt: skip
    assert second["Cas d'usage"] == [
        {"cas_usage": f"{LYON}-1", "nom": "Tri des courriers", "fonctions": "Générative;Prédictive;"}
    ]
    assert not any(b"martin" in response.content.lower() for response in export.responses)


def test_a_french_export_of_microsoft_forms_is_read_with_what_it_adds(referential: Referential) -> None:
    """As a browser in French saves it: typographic apostrophes, blanks that do not show, dates, columns of a quiz."""
    headings = ("ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom", "Total des points",
                "Commentaires sur le quiz", "Heure de la dernière modification", "Numéro FINESS juridique",
                "Campagne\u00a0", "Cas d’usage", "Code de l’évaluateur\n", "Votre rôle", "Date de l’évaluation",
                "Amélioration du parcours patient")  # fmt: skip
    start = dt.datetime(2026, 11, 2, 9, 0, 3)
    row = (7, start, start, "anonymous", None, None, None, None, 690781810, "Campagne 2026", "CAT-001", "MED-01",
           "Médecin", dt.datetime(2026, 11, 2), "Fort")  # fmt: skip
    export = export_of(as_xlsx({"Feuil1": [headings, row]}), referential)
    [response] = said(export).values()
    assert response["Établissement"][0]["organisation"] == LYON
    assert response["Évaluations"] == [
        {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": "CAT-001", "date": "2026-11-02", "IMP_1_1": "Fort"}
    ]
    assert export.unknown == []


def test_each_cell_stays_where_the_export_has_it(referential: Referential) -> None:
    export = export_of(as_xlsx(kobo_tables()), referential)
    sheets = {sheet.name: sheet for sheet in read_workbook(export.responses[1].content)}
    answers = sheets["Évaluations"].rows
    assert answers[0][ASSESSMENTS.index("evaluations/IMP_1/evaluations_IMP_1_1")] == "IMP_1_1"
    assert [number for number, row in enumerate(answers, start=1) if any(row)] == [1, 4]
    assert sheets["Établissement"].rows[2][MAIN.index("_uuid")] == f"formulaire-{SECOND}"


def test_what_belongs_to_no_response_is_said(referential: Referential) -> None:
    tables = kobo_tables(responses=(FIRST, ""))
    tables["evaluations"] = [*tables["evaluations"], ("MED-09", "medecin", "CAT-001", "", "FORT", 9, 99)]
    tables["notes"] = [["a"], ["b"]]
    main = [list(row) for row in tables["Cartographie"]]
    main[2][4] = ""
    export = export_of(as_xlsx(tables | {"Cartographie": main}), referential)
    assert export.without_id == [("Cartographie", 3)]
    assert export.orphans == [("evaluations", 5)]
    assert export.sheets == {
        "Cartographie": (2, 1, 0), "cas_usage": (1, 1, 0), "evaluations": (4, 2, 0), "notes": (1, 0, 1),
    }  # fmt: skip


def test_repeats_laid_side_by_side_are_never_half_read(referential: Referential) -> None:
    rows = [
        [*MAIN, "evaluations[1]/evaluations_evaluateur", "evaluations[2]/evaluations_evaluateur"],
        ["", LYON, "2026-1", "", 1, FIRST, "", 1, "MED-01", "MED-02"],
        ["", LYON, "2026-1", "", 2, SECOND, "", 2, "MED-01", ""],
    ]
    export = export_of(as_csv(rows), referential)
    assert export.flattened == [("csv", 2)]
    assert [response.response_id for response in export.responses] == [SECOND]


@pytest.mark.parametrize("keeps_the_joined_column", [True, False])
def test_choices_exported_a_column_each_are_joined_again(
    keeps_the_joined_column: bool, referential: Referential
) -> None:
    tables = kobo_tables(responses=(FIRST,))
    path = "cas_usage/cas_usage_fonctions"
    split = [*USE_CASES, f"{path}/DESCRIPTIVE", f"{path}/PREDICTIVE", f"{path}/Générative"]
    row = [*tables["cas_usage"][1], 0, 1, "True"]
    if not keeps_the_joined_column:
        row[split.index(path)] = ""
    export = export_of(as_xlsx(tables | {"cas_usage": [split, row]}), referential)
    [use_case] = said(export)[FIRST]["Cas d'usage"]
    assert set(use_case["fonctions"].split(" ; ")) == {"PREDICTIVE", "GENERATIVE"}
    assert export.unknown == []


def test_columns_that_ask_nothing_of_ours_are_named_and_the_tool_s_own_are_not(referential: Referential) -> None:
    tables = kobo_tables()
    asked = [list(row) for row in tables["Cartographie"]]
    for row, text in zip(asked, ("etablissement/remarque", "a", "b"), strict=True):
        row.append(text)
    export = export_of(as_xlsx(tables | {"Cartographie": asked}), referential)
    assert export.unknown == [("Cartographie", len(MAIN), "etablissement/remarque")]


def test_a_workbook_of_ours_is_no_export(referential: Referential, tmp_path: Path) -> None:
    path = write_template(tmp_path / "depot.xlsx", referential)
    assert recognise(read_workbook(path.read_bytes()), form_mappings()) is None


def test_a_form_that_asks_nothing_of_ours_is_no_export(referential: Referential) -> None:
    sheets = read_workbook(as_xlsx({"Sheet1": [["Avis", "_uuid"], ["Bien", FIRST]]}))
    mapping = recognise(sheets, form_mappings())
    assert mapping is not None
    assert read_export(sheets, mapping, referential) is None


@pytest.mark.parametrize(
    "rest", [b"", b' "sheets": []', b' "sheets": [{"name": "a", "columns": {"x": "y"}, "rows": {}}]}']
)
def test_a_damaged_response_is_unreadable(rest: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_workbook(RESPONSE_MARK + rest)


def test_a_response_that_claims_a_place_outside_any_sheet_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError):
        read_workbook(
            RESPONSE_MARK + b' "sheets": [{"name": "a", "columns": {"0": "y"}, "rows": {"99999999": {"0": "a"}}}]}'
        )


def test_a_site_adds_its_own_mapping(tmp_path: Path) -> None:
    (tmp_path / "limesurvey.toml").write_text(
        'title = "LimeSurvey"\nrecognised_by = [["id", "submitdate"]]\n[response]\nid = [["id"]]\n'
    )
    assert form_mappings(tmp_path)[0].title == "LimeSurvey"


@pytest.mark.parametrize(
    "content",
    [
        'title = "Cassée"',
        'title = "Cassée"\nrecognised_by = []\n[response]\nid = [["Clé"]]',
        'title = "Cassée"\nrecognised_by = [[]]\n[response]\nid = [["Clé"]]',
        'title = "Cassée"\nrecognised_by = [["Clé"]]\n[response]\nid = [["Clé"], []]',
        'title = "Cassée"\nrecognised_by = [["Clé"]]\n[response]\nid = [["Clé"]]\nid_prefix = ["x"]',
        'title = "Cassée"\nrecognised_by = [["Clé"]]\n[response]\nid = [["Clé"]]\n[headings]\nrows = 0',
        'title = "Cassée"\nrecognised_by = [["Clé"]]\n[response]\nid = [["Clé"]]\n[headings]\nrows = 1000000',
    ],
)
def test_a_mapping_that_lacks_something_says_its_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "cassee.toml").write_text(content)
    with pytest.raises(FormMappingError, match=r"cassee\.toml"):
        form_mappings(tmp_path)
