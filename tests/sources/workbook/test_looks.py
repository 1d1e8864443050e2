"""Struck out, raised, under a unit: the looks of cells are found in the formats that no other program here writes."""

from __future__ import annotations

import pytest

from sources.workbook.formats.xlsb_marks import records
from sources.workbook.reading import RawSheet, read_workbook
from tests.corpus.make import FILES, with_part

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


def _filled(sheet: RawSheet) -> set[tuple[int, int]]:
    return {(row, column) for row, cells in enumerate(sheet.rows) for column, text in enumerate(cells) if text}
