"""What a table must bear to be a form's export, and what of an export does not count: each is said, none is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sources.forms.account import MOST_RESPONSES, FormExport
from sources.forms.exports import read_export, recognise
from sources.forms.mapping import SHAPES, FormMappingError, form_mappings
from sources.forms.recognition import _SHAPES
from sources.forms.response import read_response
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from tests.sources.forms.exports_by_hand import (
    ASSESSMENTS,
    FIRST,
    LYON,
    MAIN,
    SECOND,
    USE_CASES,
    Table,
    as_xlsx,
    kobo_tables,
    microsoft_tables,
)


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


def export_of(tables: dict[str, Table], referential: Referential) -> FormExport:
    sheets = read_workbook(as_xlsx(tables))
    mapping = recognise(sheets, form_mappings())
    assert mapping is not None
    export = read_export(sheets, mapping, referential)
    assert export is not None
    return export


def answers(export: FormExport, sheet: str) -> list[dict[str, str]]:
    return [
        row
        for response in export.responses
        for found in read_response(response.content)
        if found.name == sheet
        for row in found.answers()
    ]


def with_column(rows: Table, heading: str, *texts: Any) -> list[list[Any]]:
    return [[*row, text] for row, text in zip(rows, (heading, *texts), strict=True)]


@pytest.mark.parametrize(
    ("headings", "values"),
    [
        (("Key", "Rôle"), ("A-12", "Médecin")),
        (("KEY", "Campagne"), ("2026-11-02", "2026-1")),
        (("Key", "Campagne"), ("690781810", "2026-1")),
        (("_id", "_submission_time", "Rôle"), ("MED-01", "oui", "Médecin")),
        (("instanceID", "Rôle"), ("lundi", "Médecin")),
        (("_uuid", "Rôle"), ("sans", "Médecin")),
        (("ID", "Heure de début", "Heure de fin", "Rôle"), ("A", "matin", "soir", "Médecin")),
        (("KEY", "Rôle"), ("", "Médecin")),
    ],
)
def test_a_heading_alone_makes_no_export(headings: tuple[str, ...], values: tuple[str, ...]) -> None:
    sheets = read_workbook(as_xlsx({"Feuil1": [headings, *[values] * 3]}))
    assert recognise(sheets, form_mappings()) is None


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("ReviewState", "rejected"),
        ("ReviewState", "hasIssues"),
        ("_validation_status", "validation_status_not_approved"),
        ("_validation_status", "Not approved"),
        ("_validation_status", "Non approuvé"),
        ("_validation_status", "On hold"),
    ],
)
def test_a_response_that_the_tool_sets_aside_does_not_count(heading: str, text: str, referential: Referential) -> None:
    tables = kobo_tables()
    tables["Cartographie"] = with_column(tables["Cartographie"], heading, text, "approved")
    export = export_of(tables, referential)
    assert [response.response_id for response in export.responses] == [SECOND]
    [place] = export.set_aside
    assert (place.row, place.heading, place.text) == (2, heading, text)
    assert (export.set_aside_ids, export.orphans) == ([FIRST], [])


@pytest.mark.parametrize("heading", ["ReviewState", "_validation_status", "meta-is-complete"])
@pytest.mark.parametrize("text", ["draft", "Refusé", "À corriger", "{'uid': 'validation_status_not_approved'}", "2"])
def test_a_response_in_a_state_that_nobody_knows_is_not_taken_and_not_withdrawn(
    heading: str, text: str, referential: Referential
) -> None:
    tables = kobo_tables()
    tables["Cartographie"] = with_column(tables["Cartographie"], heading, text, "")
    export = export_of(tables, referential)
    assert [response.response_id for response in export.responses] == [SECOND]
    assert [(place.row, place.heading, place.text) for place in export.unknown_states] == [(2, heading, text)]
    assert (export.set_aside_ids, export.orphans) == ([], [])


@pytest.mark.parametrize(
    ("heading", "text"),
    [("ReviewState", "received"), ("ReviewState", "edited"), ("ReviewState", "approved"), ("ReviewState", "Approuvé"),
     ("_validation_status", "validation_status_approved"), ("_validation_status", "Approved"),
     ("_validation_status", "{}"), ("meta-is-complete", "True")],
)  # fmt: skip
def test_a_response_in_a_state_that_counts_is_taken(heading: str, text: str, referential: Referential) -> None:
    tables = kobo_tables()
    tables["Cartographie"] = with_column(tables["Cartographie"], heading, text, "")
    export = export_of(tables, referential)
    assert [response.response_id for response in export.responses] == [FIRST, SECOND]
    assert export.unknown_states == []


def test_every_submission_sheet_of_a_workbook_is_read(referential: Referential) -> None:
    head, first, second = microsoft_tables()["Sheet1"]
    export = export_of({"Feuille1": [head, first], "Feuille2": [head, second], "Notes": [["Rôle"], ["x"]]}, referential)
    assert len(export.responses) == 2
    assert export.sheets == {"Feuille1": (1, 1, 0), "Feuille2": (1, 1, 0), "Notes": (1, 0, 1)}


def test_the_renamed_question_of_a_second_version_of_the_form_is_read_beside_the_first(
    referential: Referential,
) -> None:
    tables = kobo_tables()
    moved = [list(row) for row in tables["evaluations"]]
    at = ASSESSMENTS.index("evaluations/IMP_1/evaluations_IMP_1_1")
    later = ["evaluations/nouveau/evaluations_IMP_1_1", "", "", moved[-1][at]]
    moved[-1][at] = ""
    tables["evaluations"] = [[*row, text] for row, text in zip(moved, later, strict=True)]
    read = [row.get("IMP_1_1") for row in answers(export_of(tables, referential), "Évaluations")]
    assert read == ["FORT", None, "MOYEN"]


def test_two_columns_that_contradict_each_other_are_named_and_their_response_is_not_taken(
    referential: Referential,
) -> None:
    tables = kobo_tables()
    tables["evaluations"] = with_column(
        tables["evaluations"], "autre_version/evaluations_IMP_1_1", "Fort", "Non évalué", "FAIBLE"
    )
    export = export_of(tables, referential)
    assert [response.response_id for response in export.responses] == [FIRST]
    [place] = export.contradicted
    assert (place.sheet, place.row, place.text) == ("evaluations", 4, "FAIBLE")


def test_choices_a_column_each_keep_every_use_case(referential: Referential) -> None:
    path = "cas_usage/cas_usage_fonctions"
    own = [heading for heading in USE_CASES if heading != path]
    split = [*own, f"{path}/DESCRIPTIVE", f"{path}/PREDICTIVE", f"{path}/GENERATIVE"]
    rows = [
        ["autre", f"{LYON}-{n}", "Un cas", n, 1, *ticks]
        for n, ticks in enumerate([("0", "1", "1"), ("1", "FALSE", "x"), ("0", "", "FAUX")], start=1)
    ]
    export = export_of(kobo_tables() | {"cas_usage": [split, *rows]}, referential)
    read = [row.get("fonctions") for row in answers(export, "Cas d'usage")]
    assert read == ["PREDICTIVE ; GENERATIVE", "DESCRIPTIVE ; GENERATIVE", None]


def test_what_is_neither_ticked_nor_not_reaches_the_judge_and_a_foreign_choice_is_told(
    referential: Referential,
) -> None:
    path = "cas_usage/cas_usage_fonctions"
    own = [heading for heading in USE_CASES if heading != path]
    rows = [
        [*own, f"{path}/PREDICTIVE", f"{path}/Sentimentale"],
        ["autre", f"{LYON}-1", "Un cas", 1, 1, "peut-être", 1],
    ]
    export = export_of(kobo_tables() | {"cas_usage": rows}, referential)
    assert [row["fonctions"] for row in answers(export, "Cas d'usage")] == ["peut-être"]
    assert [place.heading for place in export.foreign_choices] == [f"{path}/Sentimentale"]


def test_a_response_twice_counts_once_and_is_said(referential: Referential) -> None:
    tables = kobo_tables()
    export = export_of(tables | {"Cartographie": [*tables["Cartographie"], tables["Cartographie"][1]]}, referential)
    assert [response.response_id for response in export.responses] == [FIRST, SECOND]
    assert export.repeated == [("Cartographie", 4)]


def test_a_file_gives_no_more_responses_than_its_share(referential: Referential) -> None:
    uuid = "0f8fad5b-d9cb-469f-a165-{:012d}"
    rows = [
        ("2026-11-02", LYON, "2026-1", "2026-11-02", n, uuid.format(n), "2026-11-02T09:00:00", n)
        for n in range(1, MOST_RESPONSES + 4)
    ]
    export = export_of({"Cartographie": [MAIN, *rows]}, referential)
    assert len(export.responses) == MOST_RESPONSES
    assert [row for _, row in export.beyond] == [MOST_RESPONSES + 2, MOST_RESPONSES + 3, MOST_RESPONSES + 4]


@pytest.mark.parametrize(
    "heading",
    [
        "Rôle", "ROLE", " rôle\u00a0", "<b>Rôle</b>", "<p>Rôle&nbsp;</p>", "Rôle::Français (fr)", "**Rôle** *",
        "evaluations/evaluations_role", "evaluations : evaluations_role", "evaluations.evaluations_role",
        "Évaluations - Rôle", "Évaluations / Rôle", "Évaluations : Rôle::fr",
    ],
)  # fmt: skip
def test_a_heading_is_known_however_the_tool_dresses_it(heading: str, referential: Referential) -> None:
    tables = kobo_tables()
    renamed = [list(row) for row in tables["evaluations"]]
    renamed[0][ASSESSMENTS.index("evaluations/evaluations_role")] = heading
    export = export_of(tables | {"evaluations": renamed}, referential)
    assert {row["role"] for row in answers(export, "Évaluations")} == {"medecin"}
    assert export.unknown == []


def test_every_filled_column_is_read_told_or_the_tool_s(referential: Referential) -> None:
    tables = kobo_tables()
    main = with_column(tables["Cartographie"], "Remarque libre", "à relire", "")
    main = [[*row, text] for row, text in zip(main, ("", "sans titre", ""), strict=True)]
    export = export_of(tables | {"Cartographie": main}, referential)
    assert export.unknown == [("Cartographie", len(MAIN), "Remarque libre"), ("Cartographie", len(MAIN) + 1, "")]
    assert set(export.tool_columns["Cartographie"]) == {"start", "_id", "_uuid", "_submission_time", "_index"}


def test_every_shape_that_a_mapping_may_name_is_told() -> None:
    assert set(_SHAPES) == SHAPES


def test_a_mapping_with_a_shape_that_nobody_knows_says_its_file(tmp_path: Path) -> None:
    (tmp_path / "fausse.toml").write_text(
        'title = "Fausse"\nrecognised_by = [["Clé"]]\n[response]\nid = [["Clé"]]\n[shapes]\n"Clé" = "forme"\n'
    )
    with pytest.raises(FormMappingError, match=r"fausse\.toml"):
        form_mappings(tmp_path)


def test_a_code_beside_a_chosen_use_case_is_said_not_to_count(referential: Referential) -> None:
    tables = kobo_tables()
    rows = [list(row) for row in tables["evaluations"]]
    rows[1][ASSESSMENTS.index("evaluations/evaluations_cas_usage_autre")] = f"{LYON}-9"
    export = export_of(tables | {"evaluations": rows}, referential)
    assert answers(export, "Évaluations")[0]["cas_usage"] == "CAT-001"
    assert [(place.row, place.text) for place in export.unread] == [(2, f"{LYON}-9")]


def test_the_sets_that_briefcase_adds_are_no_answers(referential: Referential) -> None:
    key = f"uuid:{FIRST}"
    tables: dict[str, Table] = {
        "carto": [["SubmissionDate", "etablissement-etablissement_organisation", "SET-OF-cas_usage", "KEY"],
                  ["2 nov. 2026 09:00:00", LYON, f"{key}/cas_usage", key]],
        "carto-cas_usage": [["cas_usage_cas_usage", "cas_usage_nom", "PARENT_KEY", "KEY", "SET-OF-cas_usage"],
                            ["CAT-001", "Un cas", f"{key}/groupe", f"{key}/cas_usage[1]", f"{key}/cas_usage"]],
    }  # fmt: skip
    export = export_of(tables, referential)
    assert [row["cas_usage"] for row in answers(export, "Cas d'usage")] == ["CAT-001"]
    assert (export.orphans, export.unknown) == ([], [])


@pytest.mark.parametrize(
    ("twin", "second"), [("Rôle2", "DSI"), ("Rôle_001", "DSI"), ("Rôle2", "Médecin"), ("Rôle2", "")]
)
def test_a_question_asked_twice_says_one_thing(referential: Referential, twin: str, second: str) -> None:
    rows = microsoft_tables()["Sheet1"]
    export = export_of({"Sheet1": with_column(rows, twin, second, "")}, referential)
    is_refused = second == "DSI"
    assert (len(export.contradicted) > 0) == is_refused
    assert len(export.responses) == 2 - is_refused


def test_a_second_text_is_a_column_of_its_own(referential: Referential) -> None:
    rows = microsoft_tables()["Sheet1"]
    export = export_of({"Sheet1": with_column(rows, "Nom du cas d'usage2", "Autre nom", "")}, referential)
    assert len(export.responses) == 2
    assert [heading for *_, heading in export.unknown] == ["Nom du cas d'usage2"]


def test_a_use_case_is_asked_by_a_code_without_underscore(referential: Referential) -> None:
    heading = ("id", "submitdate", "lastpage", "startlanguage", "organisation", "campagne", "evaluateur", "role",
               "casusage", "IMP11")  # fmt: skip
    row = (1, "2026-11-02 09:00:00", 5, "fr", LYON, "2026-1", "MED-01", "medecin", "CAT-001", "FORT")
    export = export_of({"Feuil1": [heading, row]}, referential)
    assert [row["cas_usage"] for row in answers(export, "Évaluations")] == ["CAT-001"]


def pasted(*, says_again: bool) -> dict[str, Table]:
    """Two exports, one below the other: the index of each counts from one."""
    tables = {name: [list(row) for row in rows] for name, rows in kobo_tables().items()}
    for name, rows in tables.items():
        if says_again and name != "Cartographie":
            rows[0].append("_submission__uuid")
            for row in rows[1:]:
                row.append({1: FIRST, 2: SECOND}[row[-1]])
        for row in rows[1:]:
            row[rows[0].index("_index" if name == "Cartographie" else "_parent_index")] = 1
    return tables


def test_repeats_of_a_key_that_two_responses_bear_go_where_they_say(referential: Referential) -> None:
    export = export_of(pasted(says_again=True), referential)
    assert [row["evaluateur"] for row in answers(export, "Évaluations")] == ["MED-01", "MED-01", "MED-7c9e"]
    assert [response.response_id for response in export.responses] == [FIRST, SECOND]
    assert b"MED-7c9e" not in export.responses[0].content and b"MED-01" not in export.responses[1].content
    assert export.orphans == []


def test_repeats_of_a_key_that_two_responses_bear_go_nowhere_else(referential: Referential) -> None:
    export = export_of(pasted(says_again=False), referential)
    assert answers(export, "Évaluations") == []
    assert sorted(export.orphans) == [("cas_usage", 2), *(("evaluations", number) for number in (2, 3, 4))]


@pytest.mark.parametrize(("heading", "said"), [("_submission__uuid", (SECOND, FIRST)), ("_submission__id", (102, 101))])
def test_repeats_that_contradict_the_response_of_their_key_go_nowhere(
    referential: Referential, heading: str, said: tuple[Any, Any]
) -> None:
    """The index was filled down again after sorting, or a response was deleted and the others counted anew."""
    tables = {name: [list(row) for row in rows] for name, rows in kobo_tables().items()}
    rows = tables["evaluations"]
    rows[0].append(heading)
    for row in rows[1:]:
        row.append(said[row[-1] - 1])
    export = export_of(tables, referential)
    assert answers(export, "Évaluations") == []
    assert sorted(export.orphans) == [("evaluations", number) for number in (2, 3, 4)]


@pytest.mark.parametrize(
    ("heading", "is_read"),
    [
        ("Confidentiel", True), ("Confidentialité", True), ("Ce cas est-il confidentiel ?", True),
        ("Confidentiel (oui/non)", True), ("Le cas doit-il rester confidentiel", True),
        ("J'accepte la politique de confidentialité", False), ("Vos réponses sont confidentielles", False),
        ("Non confidentiel", False),
    ],
)  # fmt: skip
def test_a_question_about_secrecy_is_asked_in_many_words(heading: str, is_read: bool, referential: Referential) -> None:
    tables = {name: with_column(rows, heading, "Oui", "Oui") for name, rows in microsoft_tables().items()}
    read = [row.get("confidentiel") for row in answers(export_of(tables, referential), "Cas d'usage")]
    assert set(read) == {"Oui" if is_read else None}


@pytest.mark.parametrize("submitted", [["N/A"], ["N/A", "N/A"], [""], ["N/A", "2026-11-03 09:00:00"]])
def test_what_a_tool_writes_for_a_date_that_is_not_there_is_no_date(
    submitted: list[str], referential: Referential
) -> None:
    headings = ["id", "submitdate", "lastpage", "startlanguage", "evaluations_evaluateur", "evaluations_IMP_1_1"]
    rows = [[n, day, 3, "fr", f"MED-0{n}", "Fort"] for n, day in enumerate(submitted, start=1)]
    export = export_of({"results": [headings, *rows]}, referential)
    assert len(export.responses) == sum(day.startswith("2026") for day in submitted)
    assert [place.text for place in export.set_aside] == [day for day in submitted if not day.startswith("2026")]
