"""Files made to break whoever reads them, written by the tests: each is small, and asks for far too much."""

from __future__ import annotations

import io
import zipfile

import xlsxwriter

_ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Feuille">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_TEXT = "<text:p>texte</text:p>"
_CELL = f'<table:table-cell office:value-type="string">{_TEXT}</table:table-cell>'
_SHEET_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_SHEET_TAIL = b"</sheetData></worksheet>"


def small_xlsx(text: str = "a") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        workbook.add_worksheet("Feuille").write_row(0, 0, [text, "b"])
    return stream.getvalue()


def xlsx_with(*sheet_xml: bytes, times: int = 1, others: dict[str, bytes] | None = None) -> bytes:
    """A well-formed xlsx whose first sheet is the parts of ``sheet_xml``, all but first and last ``times`` times."""
    others = dict(others or {})
    first, *middle, last = sheet_xml
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(small_xlsx())) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(first)
            for _ in range(times):
                sheet.writelines(middle)
            sheet.write(last)
        names = [name for name in source.namelist() if name != "xl/worksheets/sheet1.xml"]
        for name in [*names, *(name for name in others if name not in names)]:
            target.writestr(name, others[name] if name in others else source.read(name))
    return stream.getvalue()


def ods_with(table_xml: str, head: str = _ODS_HEAD) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", head + table_xml + _ODS_TAIL)
    return stream.getvalue()


def cell_xml(reference: str, text: str) -> bytes:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def two_far_cells() -> bytes:
    """A1 and the last cell of a sheet: seventeen billion cells between them."""
    first = b'<row r="1">' + cell_xml("A1", "a") + b"</row>"
    last = b'<row r="1048576">' + cell_xml("XFD1048576", "z") + b"</row>"
    return xlsx_with(_SHEET_HEAD, first, last, _SHEET_TAIL)


def five_hundred_columns_by_a_million_rows() -> bytes:
    """Each row declared, each with its last cell."""
    rows = b"".join(b'<row r="%d"><c r="SF%d"><v>1</v></c></row>' % (row, row) for row in range(1, 1_048_577))
    return xlsx_with(_SHEET_HEAD, rows, _SHEET_TAIL)


def zip_bomb() -> bytes:
    """Just under what may be unpacked."""
    return xlsx_with(_SHEET_HEAD, b" " * 2**20, _SHEET_TAIL, times=480)


def lying_zip() -> bytes:
    """A zip that declares a small size for a part of 700 MiB."""
    content = xlsx_with(_SHEET_HEAD, b" " * 2**20, _SHEET_TAIL, times=700)
    true_size = len(_SHEET_HEAD) + 700 * 2**20 + len(_SHEET_TAIL)
    declared = content.replace(true_size.to_bytes(8, "little"), (1000).to_bytes(8, "little"))
    declared = declared.replace(true_size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert declared != content
    return declared


def many_strings(count: int) -> bytes:
    """A table of shared strings, each short."""
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    strings += b"<si><t>a</t></si>" * count + b"</sst>"
    cell = b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    return xlsx_with(_SHEET_HEAD, cell, _SHEET_TAIL, others={"xl/sharedStrings.xml": strings})


def seventeen_billion_ods_cells() -> bytes:
    cell = (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="16384">{_TEXT}</table:table-cell>'
    )
    return ods_with(f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')


def two_far_ods_cells() -> bytes:
    """An empty range of seventeen billion cells, with one text at each end."""
    row = f"<table:table-row>{_CELL}</table:table-row>"
    gap = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    last = f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{_CELL}</table:table-row>'
    return ods_with(row + gap + last)


def entities(levels: int = 12) -> str:
    """Entities in entities: ten times as many at each level."""
    declared = '<!ENTITY e0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, levels)
    )
    return f"<!DOCTYPE x [{declared}]>"


def xlsx_of_entities() -> bytes:
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e11;</t></is></c></row>'
    return xlsx_with(entities().encode(), _SHEET_HEAD, cell, _SHEET_TAIL)


def ods_of_entities() -> bytes:
    head = _ODS_HEAD.replace("?>", "?>" + entities(), 1)
    return ods_with(f"<table:table-row>{_CELL.replace('texte', '&e11;')}</table:table-row>", head)


def deep_xml() -> bytes:
    return xlsx_with(_SHEET_HEAD, b"<a>" * 2_000_000, b"</a>" * 2_000_000, _SHEET_TAIL)


def reaching_outside() -> bytes:
    """An external link, a DDE call and a web service, with the values that were stored."""
    cells = (
        b'<row r="1"><c r="A1"><f>cmd|\'/c calc\'!A0</f><v>1</v></c>'
        b'<c r="B1"><f>[1]Feuille!A1</f><v>2</v></c>'
        b'<c r="C1" t="str"><f>WEBSERVICE("http://127.0.0.1:9/x")</f><v>3</v></c></row>'
    )
    link = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink '
        b'ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    )
    return xlsx_with(_SHEET_HEAD, cells, _SHEET_TAIL, others={"xl/externalLinks/externalLink1.xml": link})
