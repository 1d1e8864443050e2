"""The form asks what the workbook asks, and the tools that read XLSForm accept it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from sources.forms.exports import read_export, recognise
from sources.forms.mapping import form_mappings
from sources.forms.questions import NOT_ASSESSED_CHOICE, OTHER_CHOICE
from sources.forms.response import read_response
from sources.forms.xlsform import FORM_ID, write_xlsform
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import ENVELOPE, workbook_layout
from tests import needs
from tests.sources.forms.exports_by_hand import as_xlsx

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="module")
def form(referential: Referential, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_xlsform(tmp_path_factory.mktemp("form") / "formulaire.xlsx", referential)


def rows(form: Path, sheet: str) -> Rows:
    values = openpyxl.load_workbook(form)[sheet].iter_rows(values_only=True)
    headings = next(values)
    return [{key: value or "" for key, value in zip(headings, row, strict=True)} for row in values]


@pytest.fixture(scope="module")
def survey(form: Path) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows(form, "survey") if not row["type"].startswith("end_")}


def test_pyxform_converts_the_form_without_a_warning(form: Path) -> None:
    warnings: list[str] = []
    converted = convert(form, warnings=warnings)
    assert not warnings
    assert f'id="{FORM_ID}"' in converted.xform
    assert "Français (fr)" in converted.xform


@needs.java
def test_odk_validate_accepts_the_form(form: Path) -> None:
    """ODK Validate comes with pyxform; it runs where there is a Java."""
    assert convert(form, validate=True).xform


def test_every_column_is_asked_but_the_dossier(referential: Referential, survey: dict[str, dict[str, Any]]) -> None:
    asked = {
        f"{sheet.code}_{column.code}": (column, sheet) for sheet in workbook_layout(referential)
        for column in sheet.columns
    }  # fmt: skip
    assert asked.keys() - survey.keys() == {f"{ENVELOPE}_dossier"}
    for name, (column, _) in asked.items():
        if name in survey:
            assert survey[name]["label::Français (fr)"] == column.label
            assert (survey[name]["required"] == "yes") == column.required


def test_every_question_comes_back_from_an_export(referential: Referential, survey: dict[str, dict[str, Any]]) -> None:
    asked = [name for name, row in survey.items() if row["type"] != "note" and not row["type"].startswith("begin_")]
    content = as_xlsx(
        {"Cartographie": [[f"groupe/{name}" for name in asked] + ["_uuid"], ["x"] * len(asked) + ["1-2"]]}
    )
    sheets = read_workbook(content)
    [mapping] = [mapping for mapping in form_mappings() if mapping == recognise(sheets, form_mappings())]
    export = read_export(sheets, mapping, referential)
    assert export is not None
    found = {(s.name, code) for s in read_response(export.responses[0].content) for code in s.columns.values()}
    expected = {(sheet.label, column.code) for sheet in workbook_layout(referential) for column in sheet.columns}
    assert found == expected


def test_use_cases_and_assessments_repeat(form: Path) -> None:
    repeats = [row["name"] for row in rows(form, "survey") if row["type"] == "begin_repeat"]
    assert repeats == ["cas_usage", "objectifs", "solutions", "projets", "evaluations"]


def test_segments_follow_the_axis(form: Path, survey: dict[str, dict[str, Any]], referential: Referential) -> None:
    assert survey["cas_usage_segment"]["choice_filter"] == "axe = ${cas_usage_axe}"
    axes = {row["name"]: row["axe"] for row in rows(form, "choices") if row["list_name"] == "segment"}
    assert axes == dict(referential.table("segments").select("code", "axis_code").iter_rows())


def test_answers_offer_their_levels_and_no_answer(form: Path, survey: dict[str, dict[str, Any]]) -> None:
    question = survey["evaluations_IMP_1_1"]
    kind, list_name = question["type"].split()
    offered = [row["name"] for row in rows(form, "choices") if row["list_name"] == list_name]
    assert (kind, offered) == ("select_one", ["FORT", "MOYEN", "FAIBLE", NOT_ASSESSED_CHOICE])
    assert "Fort :" in question["hint::Français (fr)"]


def test_numbers_dates_and_codes_have_a_constraint_and_say_what_is_expected(survey: dict[str, dict[str, Any]]) -> None:
    for name in ("cas_usage_minutes_jour", "projets_date_poc", "evaluations_evaluateur"):
        assert survey[name]["constraint"]
        assert survey[name]["constraint_message::Français (fr)"].startswith("Attendu : ")


def test_a_use_case_of_one_s_own_is_asked_only_when_it_is_chosen(survey: dict[str, dict[str, Any]]) -> None:
    own = survey["evaluations_cas_usage_autre"]
    assert own["relevant"] == f"${{evaluations_cas_usage}} = '{OTHER_CHOICE}'"


def test_only_french_organisations_answer(form: Path) -> None:
    codes = {row["name"] for row in rows(form, "choices") if row["list_name"] == "organisations"}
    assert "690781810" in codes
    assert not any(code.startswith("US-") for code in codes)
