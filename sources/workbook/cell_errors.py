"""Cells of an xlsx that hold an error (``#N/A``) or a formula without a stored result, and its hidden rows and columns.

python-calamine gives both as empty cells, and an error would pass for a missing answer. The sheets' XML tells them:
``<c r="B4" t="e"><v>#N/A</v></c>`` and ``<c r="B4"><f>A1</f></c>``.
"""

from __future__ import annotations

import html
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from sources.workbook.template_sheets import UNREAD_SHEETS

NO_STORED_RESULT = "formule sans résultat enregistré"

_ENCRYPTED = 0x1
_LENGTHS_AT = 26
_LENGTHS = struct.Struct("<HH")
"""Of the name and of the extra field, in the header before an entry's bytes."""

_BEGINNING = 2000
_CELL = re.compile(rb"<(?:x:)?c\s([^>]*?)(?:/>|>(.*?)</(?:x:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:x:)?v>([^<]*)</")
_FORMULA = re.compile(rb"<(?:x:)?f[\s>/]")
_HIDDEN_ROW = re.compile(rb'<(?:x:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
_HIDDEN_COLUMNS = re.compile(rb'<(?:x:)?col\s(?=[^>]*\bhidden="(?:1|true)")([^>]*)>')
_MIN_MAX = re.compile(rb'\b(min|max)="([0-9]{1,5})"')
_MERGED = re.compile(rb'<(?:x:)?mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_MOST_COLUMNS = 16_384
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""(?:\w+:)?(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


MergedRange = tuple[int, int, int, int]

MOST_MERGED = 10_000
"""Merged ranges beyond which no more are looked at: nobody makes so many by hand."""


@dataclass(frozen=True)
class SheetMarks:
    """What calamine does not say of a sheet; rows and columns are 0-based.

    ``errors``: (row, column) → what a spreadsheet shows there. ``merged``: (first row, first column, last row, last
    column) of each merged range. ``empty_formulas``: the formulas of an xls or an xlsb that give an empty text,
    where one that was never computed cannot be told from one that gives nothing.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[MergedRange, ...] = ()
    empty_formulas: frozenset[tuple[int, int]] = frozenset()


def sheet_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Sheet name → its marks; the template's own explanations are left out."""
    found: dict[str, SheetMarks] = {}
    try:
        parts = read_part(archive, "xl/workbook.xml"), read_part(archive, "xl/_rels/workbook.xml.rels")
        for name, path in _sheet_paths(*parts).items():
            if name not in UNREAD_SHEETS:
                found[name] = _marks_of_sheet(read_part(archive, path))
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, RuntimeError, ValueError, zlib.error, struct.error):
        return {}  # A damaged file is told by the reader itself, with its own words.
    return found


def read_part(archive: zipfile.ZipFile, path: str) -> bytes:
    """One part of the package, unpacked at once: ``ZipFile.read`` takes longer to start than to unpack a sheet.

    Its checksum is left to calamine, which reads the same part.
    """
    entry = archive.getinfo(path)
    stream = archive.fp
    if stream is None or entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & _ENCRYPTED:
        return archive.read(path)
    stream.seek(entry.header_offset + _LENGTHS_AT)
    name_length, extra_length = _LENGTHS.unpack(stream.read(_LENGTHS.size))
    stream.seek(name_length + extra_length, 1)
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(stream.read(entry.compress_size), entry.file_size)


def _marks_of_sheet(xml: bytes) -> SheetMarks:
    """Merged ranges stand after the cells, hidden columns and rows before their end."""
    end = max(xml.rfind(b"</sheetData>"), xml.rfind(b"</x:sheetData>"))
    merged = _merged_ranges(xml, max(end, 0))
    end = end if end > 0 else len(xml)
    errors = _errors_of_sheet(xml) if _may_have_errors(xml, end) else {}
    if xml.find(b"hidden=", 0, end) < 0:
        return SheetMarks(errors, merged=merged)
    rows = frozenset(int(number) - 1 for number in _HIDDEN_ROW.findall(xml))
    columns: set[int] = set()
    for attributes in _HIDDEN_COLUMNS.findall(xml):
        bounds = {name: int(number) for name, number in _MIN_MAX.findall(attributes)}
        columns |= set(range(bounds.get(b"min", 1) - 1, min(bounds.get(b"max", 0), _MOST_COLUMNS)))
    return SheetMarks(errors, rows, frozenset(columns), merged)


def _merged_ranges(xml: bytes, start: int) -> tuple[MergedRange, ...]:
    """A plain search makes short work of the many sheets without any; a cell's text cannot hold the tag itself."""
    first = xml.find(b"mergeCell ", start)
    if first < 0:
        return ()
    found = islice(_MERGED.finditer(xml, max(first - len(b"<x:"), 0)), MOST_MERGED)
    return tuple(
        (int(top) - 1, column_index(left.decode()), int(bottom) - 1, column_index(right.decode()))
        for left, top, right, bottom in (match.groups() for match in found)
    )


def _errors_of_sheet(xml: bytes) -> dict[tuple[int, int], str]:
    errors = {}
    for attributes, inside in _CELL.findall(xml):
        is_error = b't="e"' in attributes
        value = _VALUE.search(inside)
        if not is_error and (value or not _FORMULA.search(inside)):
            continue
        reference = _REFERENCE.search(attributes)
        if reference:
            position = int(reference[2]) - 1, column_index(reference[1].decode())
            errors[position] = value[1].decode(errors="replace") if is_error and value else NO_STORED_RESULT
    return errors


def _may_have_errors(xml: bytes, end: int) -> bool:
    """Plain searches first: most sheets hold neither errors nor formulas, and these are ten times as fast.

    Beyond the cells, which end at ``end``, rules of validation and of formatting hold formulas of their own.
    """
    start = max(xml.find(b"sheetData"), 0)
    if xml.find(b't="e"', start, end) >= 0:
        return True
    # One letter is found at once, and cells whose texts stand elsewhere have no other « f ».
    if xml.find(b"f", start, end) < 0:
        return False
    begins = (b"<f", b"<x:f") if b"<x:" in xml[:_BEGINNING] else (b"<f",)
    return any(xml.find(begin, start, end) >= 0 for begin in begins)


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


@lru_cache(maxsize=20_000)
def column_letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=16)
def _sheet_paths(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Sheet name → its part of the package; read by pattern, for a parser costs as much as the rest of this module.

    Workbooks made from one template share these two parts.
    """
    targets = {
        found["Id"]: found.get("Target", "")
        for found in _tags(_RELATION, relations)
        if found.get("Type", "").endswith("/worksheet") and "Id" in found
    }
    paths = {}
    for sheet in _tags(_SHEET, workbook):
        target = targets.get(sheet.get("id", ""))
        if target:
            path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            paths[sheet.get("name", "")] = posixpath.normpath(path)
    return paths


def _tags(tag: re.Pattern[str], xml: bytes) -> list[dict[str, str]]:
    """The attributes of each such tag, without their namespaces."""
    text = xml.decode("utf-16" if xml[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace")
    return [
        {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(attributes)}
        for attributes in tag.findall(text)
    ]
