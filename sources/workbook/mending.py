"""Packages that calamine does not read as they are, and would lose cells of, put in a shape that it reads.

Belongs here: the same cells, written the way calamine expects. Does not: reading them (``reading``).

An xlsb may write a cell without its column, « the next one » (short cells: SheetJS does, Excel reads them): calamine
skips such cells. An ods may be indented: calamine takes the blanks for damage.
"""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO

from sources.workbook.filetype import FileType
from sources.workbook.xlsb_marks import records

_ROW, _BLANK, _LAST_FORMULA = 0, 1, 11
_FIRST_SHORT, _LAST_SHORT = 12, 18
_SHORT_TO_LONG = _FIRST_SHORT - _BLANK
"""The short cells stand in the order of the long ones: blank, number, error, boolean, real, text, shared text."""

_XLSB_SHEET = re.compile(r"xl/worksheets/[^/]+\.bin")
_INDENT = re.compile(rb"(?<=>)\s+(?=</?table:|<text:p)")
_LAST_TAG_OF_A_ROW = b"</table:table-row>"


def readable(kind: FileType, content: bytes, archive: zipfile.ZipFile | None) -> tuple[bytes, zipfile.ZipFile | None]:
    """The file, or the same cells in a shape that calamine reads, with its opened zip. Damage is left to the reader."""
    try:
        changed = _changed_parts(kind, archive) if archive else {}
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, RuntimeError, ValueError, IndexError, struct.error):
        return content, archive
    if not changed or archive is None:
        return content, archive
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in archive.namelist():
            package.writestr(name, changed[name] if name in changed else archive.read(name))
    return stream.getvalue(), zipfile.ZipFile(stream)


def _changed_parts(kind: FileType, archive: zipfile.ZipFile) -> dict[str, bytes]:
    if kind == "xlsb":
        sheets = {name: archive.read(name) for name in archive.namelist() if _XLSB_SHEET.fullmatch(name)}
        return {name: _with_columns(sheet) for name, sheet in sheets.items() if _has_short_cells(sheet)}
    if kind == "ods":
        body = archive.read("content.xml")
        end = body.find(_LAST_TAG_OF_A_ROW) + len(_LAST_TAG_OF_A_ROW)
        if body[end : end + 1].isspace() and _INDENT.search(body):
            return {"content.xml": _INDENT.sub(b"", body)}
    return {}


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
