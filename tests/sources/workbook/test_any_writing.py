"""Any legal writing of a sheet gives the same cells, errors, empty formulas, percentages and hidden rows."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import read_workbook
from sources.workbook.xlsx.cell_errors import sheet_marks
from sources.workbook.xlsx.office_package import OfficePackage
from tests.corpus.make import FILES
from tests.sources.workbook.sheet_writings import Model, expected, workbook, writings

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@settings(max_examples=400, deadline=None)
@given(writings())
def test_any_legal_writing_is_read_alike(written: tuple[Model, bytes]) -> None:
    model, content = written
    said = expected(model)
    [sheet] = read_workbook(content)
    texts = {(row, column): text for row, cells in enumerate(sheet.rows) for column, text in enumerate(cells) if text}
    assert texts == said.texts
    assert sheet.errors == said.errors
    assert sheet.empty_formulas == said.empty
    assert sheet.percentages == said.percentages
    assert sheet.hidden_rows == model.hidden_rows


@pytest.mark.parametrize("path", sorted([*FILES.glob("*.xlsx"), *FILES.glob("*.xlsm")]), ids=lambda path: path.name)
def test_what_programs_write_is_marked_alike_by_searches_and_by_the_parser(path: object) -> None:
    content = path.read_bytes()  # type: ignore[attr-defined]
    try:
        read_workbook(content)
    except UnreadableFileError:
        return
    if not content.startswith(b"PK"):
        return
    package = OfficePackage(zipfile.ZipFile(BytesIO(content)))
    assert (
        sheet_marks(package, package.main_part).marks == sheet_marks(package, package.main_part, by_parser=True).marks
    )


@pytest.mark.parametrize(
    "inside",
    [
        '<dimension ref="A0"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>1</v><f>1</f></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#FIELD!</v></c></row></sheetData>',
    ],
)
def test_what_calamine_gives_up_is_read_by_the_parser(inside: str) -> None:
    [sheet] = read_workbook(workbook(f"<worksheet {NAMESPACE}>{inside}</worksheet>".encode()))
    assert sheet.rows[0][0] == "1"


@pytest.mark.parametrize(
    "xml",
    [
        f'<!DOCTYPE worksheet [<!ENTITY a "1">]><worksheet {NAMESPACE}><sheetData><row r="1"><c r="A1">'
        "<v>&a;</v></c></row></sheetData></worksheet>",
        f'<worksheet {NAMESPACE}><sheetData><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><mc:Choice Requires="z"><row r="1"><c r="A1"><v>2</v></c></row></mc:Choice>'
        "</mc:AlternateContent></sheetData></worksheet>",
        f"<worksheet {NAMESPACE}><sheetData><row r='1'><c r='A1'><v>1</v></row></sheetData></worksheet>",
    ],
    ids=["entity", "alternatives", "ill formed"],
)
def test_what_has_no_one_reading_is_refused(xml: str) -> None:
    with pytest.raises(UnreadableFileError, match="E0004"):
        read_workbook(workbook(xml.encode()))


def test_an_error_is_never_taken_for_no_answer() -> None:
    """The four writings that once hid an error from us."""
    cell = '<c r="A1" t="e"><v>#N/A</v></c>'
    for written in (
        cell.replace('"', "'"),
        cell.replace('r="A1" ', ""),
        cell.replace("#N/A", "<![CDATA[#N/A]]>"),
        cell.replace('"e"', '"&#101;"'),
    ):
        xml = f'<worksheet {NAMESPACE}><sheetData><row r="1">{written}</row></sheetData></worksheet>'
        assert read_workbook(workbook(xml.encode()))[0].errors == {(0, 0): "#N/A"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("n", "abc"), ("n", "45 000,5"), ("n", "0x1F"), ("n", "1_000"), ("b", "peut-être"), ("zz", "45")],
)
def test_a_cell_that_holds_what_its_kind_cannot_be_is_named_and_costs_no_other(kind: str, text: str) -> None:
    cells = f'<c r="A1" t="inlineStr"><is><t>Fort</t></is></c><c r="B1" t="{kind}"><v>{text}</v></c>'
    xml = f'<worksheet {NAMESPACE}><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    [sheet] = read_workbook(workbook(xml.encode()))
    assert sheet.errors == {(0, 1): text} and sheet.rows[0][0] == "Fort"
