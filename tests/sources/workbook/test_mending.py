"""Packages that calamine would lose cells of are put in order first; all others are handed over as they are."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from sources.workbook.filetype import FileType, file_type
from sources.workbook.mending import readable
from sources.workbook.reading import read_workbook
from tests.corpus.make import FILES, with_part

EXPECTED = {
    sheet.name: sheet.rows for sheet in read_workbook((FILES / "format-libreoffice.xlsx").read_bytes())
}  # fmt: skip


@pytest.mark.parametrize("name", ["format-libreoffice.ods", "format-libreoffice.xlsx", "format-libreoffice.xls"])
def test_what_calamine_reads_is_not_touched(name: str) -> None:
    content = (FILES / name).read_bytes()
    kind, archive = file_type(content)
    assert readable(kind, content, archive)[0] is content


@pytest.mark.parametrize(
    "name", ["format-sheetjs.xlsb", "format-sheetjs-textes-partages.xlsb", "format-sheetjs.ods", "format-sheetjs.xls"]
)
def test_what_sheetjs_writes_is_read_whole(name: str) -> None:
    assert {sheet.name: sheet.rows for sheet in read_workbook((FILES / name).read_bytes())} == EXPECTED


def test_the_blanks_of_a_text_stay_when_an_indented_ods_is_put_in_order() -> None:
    written = b"<text:p>Lire <text:span>moins</text:span> <text:span>vite</text:span></text:p>"
    content = with_part(
        (FILES / "format-sheetjs.ods").read_bytes(),
        "content.xml",
        lambda xml: xml.replace(b"<text:p>Lire moins</text:p>", written),
    )
    [sheet] = [sheet for sheet in read_workbook(content) if sheet.name == "Cas d'usage"]
    assert sheet.rows[1][2] == "Lire moins vite"


@pytest.mark.parametrize(("kind", "part"), [("xlsb", "xl/worksheets/sheet1.bin"), ("ods", "content.xml")])
def test_damage_is_left_to_the_reader(kind: FileType, part: str) -> None:
    source = (FILES / f"format-sheetjs.{kind}").read_bytes()
    content = with_part(source, part, lambda whole: whole[: len(whole) // 3])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        readable(kind, content, archive)
