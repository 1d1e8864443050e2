"""The same workbook in a wrapping, an encoding or a generation that a spreadsheet opens as it is, is read alike."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import read_workbook
from tests.corpus.make import FILES

XLSX = (FILES / "format-libreoffice.xlsx").read_bytes()
XLS = (FILES / "format-libreoffice.xls").read_bytes()
CODE_PAGE = struct.Struct("<HHH")

Change = Callable[[str, bytes], tuple[str, bytes]]


def packed_again(change: Change, before: bytes = b"", source: bytes = XLSX) -> bytes:
    """The zip with each entry as ``change`` gives its name and bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo("x")
            entry.filename, content = change(name, old.read(name))
            new.writestr(entry, content)
    return before + stream.getvalue()


def elsewhere(name: str, content: bytes) -> tuple[str, bytes]:
    if name == "_rels/.rels":
        content = content.replace(b'"xl/workbook.xml"', b'"/livre/classeur.xml"')
    return name.replace("xl/", "livre/").replace("workbook.xml", "classeur.xml"), content


def in_utf16(name: str, content: bytes) -> tuple[str, bytes]:
    if not name.endswith((".xml", ".rels")):
        return name, content
    return name, content.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def with_descriptors() -> bytes:
    """As programs that write to a pipe do: sizes after the data, in 64 bits."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: object) -> int:
            self.written += bytes(piece)  # type: ignore[call-overload]
            return len(piece)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(name, "w", force_zip64=True) as entry:
                entry.write(old.read(name))
    return bytes(pipe.written)


def encrypted(password: str) -> bytes:
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(XLSX)).encrypt(password, stream)
    return stream.getvalue()


def with_code_page(number: int) -> bytes:
    return XLS.replace(CODE_PAGE.pack(0x42, 2, 1200), CODE_PAGE.pack(0x42, 2, number), 1)


def with_stream(name: str) -> bytes:
    return XLS.replace("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))


def rows(content: bytes) -> dict[str, list[list[str]]]:
    return {sheet.name: [row for row in sheet.rows if any(row)] for sheet in read_workbook(content)}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(packed_again(lambda name, content: (name.replace("/", "\\"), content)), id="backslashes"),
        pytest.param(packed_again(lambda name, content: ("/" + name, content)), id="rooted names"),
        pytest.param(packed_again(lambda name, content: (name.upper(), content)), id="capitals"),
        pytest.param(packed_again(lambda name, content: (name, content), b"\r\nPi\xe8ce jointe\r\n"), id="dust"),
        pytest.param(packed_again(elsewhere), id="workbook elsewhere"),
        pytest.param(packed_again(in_utf16), id="UTF-16"),
        pytest.param(with_descriptors(), id="data descriptors"),
        pytest.param(encrypted("VelvetSweatshop"), id="Excel's default password"),
        pytest.param(with_stream("WORKBOOK"), id="stream in capitals"),
        pytest.param(with_stream("workbook"), id="stream in small letters"),
        *[pytest.param(with_code_page(number), id=f"code page {number}") for number in (1252, 10000, 1250, 65001)],
    ],
)  # fmt: skip
def test_the_same_cells_are_read(content: bytes) -> None:
    assert rows(content) == rows(XLSX)


def test_a_real_password_is_asked_for() -> None:
    with pytest.raises(UnreadableFileError, match="E0003"):
        read_workbook(encrypted("secret"))


FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
 <table:table table:name="Évaluations"><table:table-row>
  <table:table-cell office:value-type="string"><text:p>Fort</text:p></table:table-cell>
  <table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>
 </table:table-row></table:table></office:spreadsheet></office:body></office:document>"""


def test_a_flat_ods_is_read() -> None:
    [sheet] = read_workbook(FLAT.encode())
    assert (sheet.name, sheet.rows) == ("Évaluations", [["Fort", "12"]])


XML_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Styles><Style ss:ID="p"><NumberFormat ss:Format="0%"/></Style><Style ss:ID="q" ss:Parent="p"/>
 <Style ss:ID="r"><NumberFormat ss:Format="Percent"/></Style></Styles>
 <Worksheet ss:Name="Évaluations"><Table><Column ss:Index="3" ss:Hidden="1"/>
  <Row ss:Index="2"><Cell><Data ss:Type="String">Fort</Data></Cell>
   <Cell ss:Index="3"><Data ss:Type="Number">12</Data></Cell>
   <Cell ss:StyleID="q"><Data ss:Type="Number">0.4</Data></Cell>
   <Cell ss:StyleID="r"><Data ss:Type="Number">0.5</Data></Cell></Row>
  <Row ss:Hidden="1"><Cell><Data ss:Type="DateTime">2026-03-15T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell>
   <Cell ss:Formula="=1+1"/></Row>
  <Row ss:Index="5"><Cell ss:MergeAcross="1" ss:MergeDown="1"><ss:Data ss:Type="String"
   xmlns="http://www.w3.org/TR/REC-html40"><B>Moy</B>en</ss:Data></Cell>
   <Cell><Data ss:Type="String">C</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="Notes"><Table/>
 <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
</Workbook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_workbook_in_xml_of_excel_2003_is_read(encoding: str) -> None:
    sheets = read_workbook(XML_2003.encode(encoding))
    assert [(sheet.name, sheet.is_hidden) for sheet in sheets] == [("Évaluations", False), ("Notes", True)]
    [sheet, _] = sheets
    assert sheet.rows == [
        ["", "", "", "", ""],
        ["Fort", "", "12", "40 %", "50 %"],
        ["2026-03-15", "oui", "", "", ""],
        ["", "", "", "", ""],
        ["Moyen", "", "C", "", ""],
    ]
    assert sheet.errors == {(2, 2): "#N/A", (2, 3): "formule sans résultat enregistré"}
    assert sheet.percentages == {(1, 3), (1, 4)}
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ({2}, {2}, ((4, 0, 5, 1),))


def test_a_workbook_of_excel_4_is_read() -> None:
    """A stream of records in no container; text of the Windows code page, a number, an error."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def label(row: int, column: int, text: bytes) -> bytes:
        return record(0x0204, struct.pack("<HHHH", row, column, 0, len(text)) + text)

    content = b"".join(
        [
            record(0x0409, struct.pack("<HHH", 0, 0x0010, 0)),
            record(0x0042, struct.pack("<H", 1252)),
            record(0x0443, bytes(12)),
            label(0, 0, "Évalué à 5 €".encode("cp1252")),
            record(0x0203, struct.pack("<HHHd", 0, 1, 0, 12.5)),
            record(0x0205, struct.pack("<HHHBB", 0, 2, 0, 0x2A, 1)),
            record(0x000A, b""),
        ]
    )
    [sheet] = read_workbook(content)
    assert sheet.rows[0][:2] == ["Évalué à 5 €", "12.5"]
    assert sheet.errors == {(0, 2): "#N/A"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda xml: re.sub("(?<=[ </])table:|(?<=xmlns:)table(?==)", "t:", xml).replace("xmlns:t:", "xmlns:t"),
            id="another prefix",
        ),
        pytest.param(lambda xml: xml.replace('"', "'"), id="single quotes"),
        pytest.param(lambda xml: xml.replace("<text:p>", "<!-- x --><text:p>"), id="comments"),
        pytest.param(lambda xml: xml.replace("Fort", "<![CDATA[Fort]]>"), id="section"),
    ],
)
def test_an_ods_is_read_alike_in_any_writing(change: Callable[[str], str]) -> None:
    error = '<table:table-cell table:formula="of:=NA()"><text:p>#N/A</text:p></table:table-cell>'
    xml = change(FLAT.replace(" </table:table-row>", f"{error} </table:table-row>"))
    [sheet] = read_workbook(xml.encode())
    assert sheet.rows[0][:2] == ["Fort", "12"]
    assert sheet.errors == {(0, 2): "#N/A"}
