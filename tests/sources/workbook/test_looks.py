"""Struck out, raised, under a unit: the looks of cells are found in the formats that no other program here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from sources.workbook.formats.marks import HIDDEN, PALE
from sources.workbook.formats.xlsb_marks import records
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.xlsx.sheet_xml import read_sheet_xml
from sources.workbook.xlsx.xlsx_looks import style_looks
from tests import needs
from tests.corpus.make import FILES, converted, with_part

_XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
 <Styles><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="s2" ss:Parent="s1"/>
 <Style ss:ID="s3"><NumberFormat ss:Format="0&quot; k€&quot;"/></Style>
 <Style ss:ID="s4" ss:Parent="s1"><Font ss:Bold="1"/></Style></Styles>
 <Worksheet ss:Name="A"><Table><Row>
 <Cell ss:StyleID="s1"><Data ss:Type="String">Fort</Data></Cell>
 <Cell ss:StyleID="s2"><Data ss:Type="String">Fort</Data></Cell>
 <Cell ss:StyleID="s3"><Data ss:Type="Number">45</Data></Cell>
 <Cell ss:StyleID="s3"><Data ss:Type="String">45</Data></Cell>
 <Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">40<Sup>2</Sup></ss:Data></Cell>
 <Cell><Data ss:Type="String">Moyen</Data><Comment><ss:Data>Plutôt fort</ss:Data></Comment></Cell>
 <Cell ss:StyleID="s1"/>
 <Cell ss:StyleID="s4"><Data ss:Type="String">Fort</Data></Cell>
 </Row></Table></Worksheet></Workbook>"""


def test_the_looks_and_notes_of_an_xml_spreadsheet() -> None:
    [sheet] = read_workbook(_XML.encode())
    assert sheet.looks == {(0, 0): "barré", (0, 1): "barré", (0, 2): "k€", (0, 4): "en exposant ou en indice"}
    assert sheet.notes == {(0, 5): "note"}


@pytest.mark.parametrize("name", ["format-sheetjs.xlsb", "format-sheetjs-textes-partages.xlsb"])
def test_what_is_struck_out_in_an_xlsb(name: str) -> None:
    """The fonts of a workbook written by another program, all struck out: each cell that holds something is."""

    def struck(styles: bytes) -> bytes:
        changed = bytearray(styles)
        for kind, start, _ in records(styles):
            if kind == 43:
                changed[start + 2] |= 0x08
        return bytes(changed)

    content = (FILES / name).read_bytes()
    assert not any(sheet.looks for sheet in read_workbook(content))
    for sheet in read_workbook(with_part(content, "xl/styles.bin", struck)):
        assert set(sheet.looks) == _filled(sheet) and set(sheet.looks.values()) == {"barré"}


def by_openpyxl(change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Code", "Rôle"])
    book.active.append(["MED-01", 45])
    change(book.active)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_row_without_height_and_a_column_without_width_are_hidden(prefix: str) -> None:
    declared = "xmlns:x" if prefix else "xmlns"
    xml = (
        f'<p:worksheet {declared}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><p:cols>'
        '<p:col min="2" max="2" width="0" customWidth="1"/><p:col min="3" max="3" width="0.5"/></p:cols><p:sheetData>'
        '<p:row r="1" ht="0" customHeight="1"><p:c r="A1"><p:v>1</p:v></p:c></p:row><p:row r="2" ht="0.75"/>'
        "</p:sheetData></p:worksheet>"
    )
    written = xml.replace("<p:", f"<{prefix}").replace("</p:", f"</{prefix}")
    marks, _ = read_sheet_xml(written.encode(), frozenset())
    assert (marks.hidden_rows, marks.hidden_columns) == ({0}, {1})

    def flat(plain: bytes) -> bytes:
        wide = plain.replace(b'<row r="2"', b'<row r="2" ht="0" customHeight="1"')
        return wide.replace(b"<sheetData>", b'<cols><col min="2" max="2" width="0" customWidth="1"/></cols><sheetData>')

    [sheet] = read_workbook(with_part(by_openpyxl(), "xl/worksheets/sheet1.xml", flat))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1})


@pytest.mark.parametrize(("color", "fill", "look"), [
    ("FFFFFFFF", None, PALE), ("00FFFFFF", "FFFFFFFF", PALE), ("FFFFFFFF", "FF1F4E79", None), ("FF000000", None, None),
    ("FFFF0000", "FFFF0000", PALE), ("FFFF0000", "FFFF0001", None), ("FF000000", "FF1F4E79", None),
])  # fmt: skip
def test_a_text_in_white_on_white_is_told(color: str, fill: str | None, look: str | None) -> None:
    def change(sheet: Any) -> None:
        for cell in sheet[2]:
            cell.font = Font(color=color)
            if fill:
                cell.fill = PatternFill("solid", fgColor=fill)

    assert read_workbook(by_openpyxl(change))[0].looks == ({(1, 0): look, (1, 1): look} if look else {})


@pytest.mark.parametrize("code", ['"n.c."', "\\n\\c", ";;;", '"";""'])
def test_a_format_of_words_alone_hides_the_number(code: str) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = code

    assert read_workbook(by_openpyxl(change))[0].looks == {(1, 1): HIDDEN}


def test_a_duration_is_read_as_a_spreadsheet_shows_it() -> None:
    def change(sheet: Any) -> None:
        sheet["B2"] = dt.timedelta(hours=30, minutes=5)
        sheet["B2"].number_format = "[h]:mm:ss"

    assert read_workbook(by_openpyxl(change))[0].rows[1][1] == "30:05:00"


@needs.libreoffice
def test_a_duration_of_days_is_read_in_an_ods_as_it_is_shown() -> None:
    def change(sheet: Any) -> None:
        for place, duration in (("B2", dt.timedelta(hours=30, minutes=5)), ("B3", dt.timedelta(hours=1234))):
            sheet[place] = duration
            sheet[place].number_format = "[h]:mm:ss"

    rows = read_workbook(converted(by_openpyxl(change), "xlsx", "ods"))[0].rows
    assert (rows[1][1], rows[2][1]) == ("30:05:00", "1234:00:00")


def _filled(sheet: RawSheet) -> set[tuple[int, int]]:
    return {(row, column) for row, cells in enumerate(sheet.rows) for column, text in enumerate(cells) if text}


@pytest.mark.parametrize("tint", ["0", "-0.0", "0.4", "x", "1e999", "9" * 5000])
def test_numbers_of_styles_that_are_none_break_nothing(tint: str) -> None:
    """A colour is white only without a tint; the file's own words for numbers are never computed with."""
    styles = (
        f'<styleSheet><fonts><font><color theme="0" tint="{tint}"/></font></fonts><fills><fill/>'
        '<fill><patternFill patternType="none"/></fill></fills><cellXfs><xf fontId="0" fillId="1"/>'
        f'<xf fontId="{tint}" fillId="²"/></cellXfs></styleSheet>'
    )
    looks = style_looks(styles.encode()).fonts
    assert looks == ({"0": PALE} if tint in ("0", "-0.0") else {})
