"""Workbooks that calamine does not read as they are, and would lose cells of, put in a shape that it reads.

Belongs here: the same cells, written the way calamine expects, and what it does not say of them. Does not: reading them
(``reading``).

An xlsb may write a cell without its column, « the next one » (short cells: SheetJS does, Excel reads them): calamine
skips such cells. It looks for the parts of a package under fixed names, and reads XML in one encoding. An ods may be
indented: calamine takes the blanks for damage.
"""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO
from xml.etree import ElementTree

from sources.workbook.filetype import FileType
from sources.workbook.formats.marks import SheetMarks
from sources.workbook.formats.ods_marks import ods_marks
from sources.workbook.formats.old_excel import in_order
from sources.workbook.formats.xls_marks import xls_marks
from sources.workbook.formats.xlsb_marks import records, sheet_parts, with_notes, xlsb_marks
from sources.workbook.xlsx.cell_errors import sheet_marks
from sources.workbook.xlsx.office_package import OfficePackage
from sources.workbook.xlsx.rebuilding import is_misplaced, rebuilt
from sources.workbook.xlsx.xml_reading import is_plainly_encoded, parsed

_ROW, _BLANK, _LAST_FORMULA = 0, 1, 11
_FIRST_SHORT, _LAST_SHORT = 12, 18
_SHORT_TO_LONG = _FIRST_SHORT - _BLANK
"""The short cells stand in the order of the long ones: blank, number, error, boolean, real, text, shared text."""

_INDENT = re.compile(rb"(?<=>)\s+(?=</?(?:table|office):|<text:p)")

_PREFIXES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}

Readable = tuple[bytes, dict[str, SheetMarks]]


def readable(kind: FileType, content: bytes, archive: zipfile.ZipFile | None) -> Readable:
    """The file, or the same cells in a shape that calamine reads; and sheet name → its marks.

    Raises:
        ValueError, KeyError, OSError, BadZipFile, struct.error…: the file is damaged.
    """
    if kind == "xls":
        content = in_order(content)
        return content, xls_marks(content)
    if archive is None:
        return content, {}
    return {"xlsx": _xlsx, "xlsb": _xlsb, "ods": _ods}[kind](content, archive)


def read_by_parser(archive: zipfile.ZipFile) -> Readable:
    """An xlsx that calamine gave up, its cells all written anew: the errors that it does not know left out, and what it
    does not expect. Raises as ``readable`` does.
    """
    package = OfficePackage.of(archive)
    main = package.main_part
    marks, rewritten = sheet_marks(package, main, by_parser=True)
    return rebuilt(package, main, "xml", rewritten), marks


def _xlsx(content: bytes, archive: zipfile.ZipFile) -> Readable:
    package = OfficePackage.of(archive)
    main = package.main_part
    marks, rewritten = sheet_marks(package, main)
    if rewritten or is_misplaced(package, main, "xml"):
        content = rebuilt(package, main, "xml", rewritten)
    return content, marks


def _xlsb(content: bytes, archive: zipfile.ZipFile) -> Readable:
    package = written = OfficePackage.of(archive)
    main = written_main = package.main_part
    sheets = {sheet.part: package.part(sheet.part) for sheet in sheet_parts(package, main)}
    rewritten = {part: _with_columns(sheet) for part, sheet in sheets.items() if _has_short_cells(sheet)}
    if rewritten or is_misplaced(package, main, "bin"):
        content = rebuilt(package, main, "bin", rewritten)
        package = OfficePackage(zipfile.ZipFile(BytesIO(content)))
        main = package.main_part
    return content, with_notes(xlsb_marks(package, main), written, written_main)


def _ods(content: bytes, archive: zipfile.ZipFile) -> Readable:
    body = archive.read("content.xml")
    changed = _in_usual_prefixes(body)
    start = max(changed.find(b"<office:body"), 0)
    if any(changed.find(b">" + blank, start) >= 0 for blank in (b" ", b"\n", b"\t", b"\r")) and _INDENT.search(
        changed, start
    ):
        changed = _INDENT.sub(b"", changed)
    if changed is not body:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name in archive.namelist():
                package.writestr(name, changed if name == "content.xml" else archive.read(name))
        content, archive = stream.getvalue(), zipfile.ZipFile(stream)
    return content, ods_marks(archive)


def _in_usual_prefixes(body: bytes) -> bytes:
    """The content of an ods with the prefixes that every program gives it: calamine and we look for no other."""
    is_usual = all(b'xmlns:%s="%s"' % (prefix.encode(), name.encode()) in body for prefix, name in _PREFIXES.items())
    is_xml = body.lstrip()[:1] == b"<" or body.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf<"))
    if not is_xml or (is_usual and b"<!" not in body and is_plainly_encoded(body)):
        return body
    for prefix, name in _PREFIXES.items():
        ElementTree.register_namespace(prefix, name)
    return ElementTree.tostring(parsed(body), encoding="UTF-8", xml_declaration=True)


def _has_short_cells(sheet: bytes) -> bool:
    return any(_FIRST_SHORT <= kind <= _LAST_SHORT for kind, _, _ in records(sheet))


def _with_columns(sheet: bytes) -> bytes:
    """Each short cell as a long one, which says its column."""
    parts: list[bytes] = []
    column = -1
    for kind, start, length in records(sheet):
        data = sheet[start : start + length]
        if kind == _ROW:
            column = -1
        elif _FIRST_SHORT <= kind <= _LAST_SHORT:
            column += 1
            kind, data = kind - _SHORT_TO_LONG, struct.pack("<I", column) + data
        elif _BLANK <= kind <= _LAST_FORMULA:
            (column,) = struct.unpack_from("<I", data)
        parts += (_seven_bits(kind), _seven_bits(len(data)), data)
    return b"".join(parts)


def _seven_bits(number: int) -> bytes:
    """A kind or a length as BIFF12 writes it, seven bits a byte."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])
