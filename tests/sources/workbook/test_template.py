"""The template: written from the referential, read back whole, with its lists, its codes and its version."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import FIRST_DATA_ROW, TEMPLATE_VERSION, workbook_layout
from sources.workbook.template.template import write_template
from sources.workbook.template.template_sheets import LISTS_SHEET, MODEL_SHEET, READ_ME_SHEET


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="module")
def workbook(referential: Referential, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_template(tmp_path_factory.mktemp("modele") / "modele.xlsx", referential))


def test_its_sheets_and_headings_are_those_of_the_layout(workbook: openpyxl.Workbook, referential: Referential) -> None:
    layout = workbook_layout(referential)
    assert workbook.sheetnames[0] == READ_ME_SHEET
    assert [name for name in workbook.sheetnames if name in {sheet.label for sheet in layout}] == [
        s.label for s in layout
    ]
    for sheet in layout:
        rows = list(workbook[sheet.label].iter_rows(min_row=1, max_row=2, values_only=True))
        assert list(rows[0]) == [column.label for column in sheet.columns]
        assert list(rows[1]) == [column.code for column in sheet.columns]


def test_labels_of_a_sheet_are_told_apart(referential: Referential) -> None:
    for sheet in workbook_layout(referential):
        labels = [column.label for column in sheet.columns]
        assert len(labels) == len(set(labels)), sheet.code


def test_coded_columns_offer_their_labels(workbook: openpyxl.Workbook, referential: Referential) -> None:
    sheet = workbook["Cas d'usage"]
    formulas = {
        str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"
    }
    column = next(letter for letter, cell in zip("ABCDEFGHIJ", sheet[2], strict=False) if cell.value == "axe")
    area = formulas[f"{column}{FIRST_DATA_ROW}"].lstrip("=").replace("'", "")
    name, cells = area.split("!")
    assert name == LISTS_SHEET
    offered = [row[0].value for row in workbook[name][cells.replace("$", "")]]
    assert offered == list(referential.labels("axes").values())


def test_explained_questions_carry_the_wording_of_the_slides(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Évaluations"]
    cell = next(cell for cell in sheet[1] if sheet.cell(2, cell.column).value == "IMP_1_1")
    assert "Impact démontré sur des indicateurs cliniques validés" in cell.comment.text


def test_version_and_checksum_are_inside(workbook: openpyxl.Workbook, referential: Referential) -> None:
    model = workbook[MODEL_SHEET]
    assert model.sheet_state == "hidden"
    assert dict(model.iter_rows(values_only=True)) == {"modele": TEMPLATE_VERSION, "referentiel": referential.checksum}


def test_what_is_written_is_read_back(referential: Referential, tmp_path: Path) -> None:
    rows = {
        "etablissement": [{"organisation": "030780118", "date": dt.date(2026, 3, 15)}],
        "cas_usage": [{"cas_usage": "CAT-001", "minutes_jour": 12.5, "personnes": 40, "confidentiel": True}],
    }
    raw = {
        sheet.name: sheet.rows
        for sheet in read_workbook(write_template(tmp_path / "t.xlsx", referential, rows).read_bytes())
    }
    assert [raw["Établissement"][2][index] for index in (0, 3)] == ["030780118", "2026-03-15"]
    layout = {sheet.code: sheet for sheet in workbook_layout(referential)}
    read = dict(zip((c.code for c in layout["cas_usage"].columns), raw["Cas d'usage"][2], strict=False))
    assert (read["minutes_jour"], read["personnes"], read["confidentiel"]) == ("12.5", "40", "oui")


def test_text_that_looks_like_a_formula_stays_text(referential: Referential, tmp_path: Path) -> None:
    rows = {"cas_usage": [{"nom": "=1+1"}]}
    sheet = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", referential, rows))["Cas d'usage"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=1+1", "s")


def test_the_message_of_an_answer_tells_its_levels_whole_the_highest_first(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Évaluations"]
    column = next(cell.column_letter for cell in sheet[2] if cell.value == "IMP_1_1")
    [message] = [v.prompt for v in sheet.data_validations.dataValidation if str(v.sqref).startswith(f"{column}3:")]
    assert [line.partition(" : ")[0] for line in message.splitlines()] == ["Fort", "Moyen", "Faible"]
    assert message.endswith("qualité des soins")


def test_rows_of_explanations_are_as_high_as_their_texts(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Critères"]
    [precision] = [cell for cell in sheet[1] if cell.value == "Précision"]
    width = sheet.column_dimensions[precision.column_letter].width
    texts = {cell.row: str(cell.value or "") for cell in sheet[precision.column_letter][1:]}
    assert any(len(text) > width for text in texts.values())
    assert all(sheet.row_dimensions[row].height >= 15 * (1 + len(text) // width) for row, text in texts.items())
