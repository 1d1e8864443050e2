"""Cells of an xlsx that hold an error (``#N/A``) or a formula without a stored result, and its hidden rows and columns.

python-calamine gives both as empty cells, and an error would pass for a missing answer. The sheets' XML tells them:
``<c r="B4" t="e"><v>#N/A</v></c>`` and ``<c r="B4"><f>A1</f></c>``.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

from sources.workbook.template_sheets import UNREAD_SHEETS

NO_STORED_RESULT = "formule sans résultat enregistré"

_CELL = re.compile(rb"<(?:x:)?c\s([^>]*?)(?:/>|>(.*?)</(?:x:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:x:)?v>([^<]*)</")
_FORMULA = re.compile(rb"<(?:x:)?f[\s>/]")
_HIDDEN_ROW = re.compile(rb'<(?:x:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
_HIDDEN_COLUMNS = re.compile(rb'<(?:x:)?col\s(?=[^>]*\bhidden="(?:1|true)")([^>]*)>')
_MIN_MAX = re.compile(rb'\b(min|max)="([0-9]{1,5})"')
_MOST_COLUMNS = 16_384
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@dataclass(frozen=True)
class SheetMarks:
    """What calamine does not say of a sheet; rows and columns are 0-based.

    ``errors``: (row, column) → what a spreadsheet shows there.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def sheet_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Sheet name → its marks; the template's own explanations are left out."""
    found: dict[str, SheetMarks] = {}
    try:
        for name, path in _sheet_paths(archive).items():
            if name not in UNREAD_SHEETS:
                found[name] = _marks_of_sheet(archive.read(path))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, EOFError, RuntimeError, ValueError):
        return {}  # A damaged file is told by the reader itself, with its own words.
    return found


def _marks_of_sheet(xml: bytes) -> SheetMarks:
    if b"hidden=" not in xml:
        return SheetMarks(_errors_of_sheet(xml))
    rows = frozenset(int(number) - 1 for number in _HIDDEN_ROW.findall(xml))
    columns: set[int] = set()
    for attributes in _HIDDEN_COLUMNS.findall(xml):
        bounds = {name: int(number) for name, number in _MIN_MAX.findall(attributes)}
        columns |= set(range(bounds.get(b"min", 1) - 1, min(bounds.get(b"max", 0), _MOST_COLUMNS)))
    return SheetMarks(_errors_of_sheet(xml), rows, frozenset(columns))


def _errors_of_sheet(xml: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in xml and not _FORMULA.search(xml):
        return {}
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


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def column_letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in relations.iter(f"{_PACKAGE}Relationship")
        if relation.get("Type", "").endswith("/worksheet")
    }
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    paths = {}
    for sheet in sheets:
        target = targets.get(sheet.get(f"{_OFFICE}id"))
        if target:
            path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            paths[sheet.get("name", "")] = posixpath.normpath(path)
    return paths
