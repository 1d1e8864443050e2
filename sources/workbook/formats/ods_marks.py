"""Cells of an ods that hold an error or a formula without a stored result, and its hidden rows and columns.

calamine gives such cells as blanks. LibreOffice marks an error with ``calcext:value-type="error"``; a formula that was
never computed has no ``office:value-type``. Other programs write the error as the cell's text alone.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from sources.workbook.formats.marks import (
    BOX,
    MOST_MERGED,
    NO_STORED_RESULT,
    NOTE,
    TODAY,
    VOLATILE,
    MergedRange,
    SheetMarks,
)
from sources.workbook.formats.number_formats import shown_beside
from sources.workbook.formats.ods_styles import OdsStyles, may_be_dressed, ods_styles
from sources.workbook.seals import is_sealed
from sources.workbook.text.csv_reading import is_shown_error
from sources.workbook.xlsx.xml_reading import is_plainly_encoded, parsed

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")
_SIGNS = (
    b'value-type="error"',
    b"table:formula",
    b'"collapse"',
    b'"filter"',
    b"-spanned=",
    b">#",
    b">Err:",
    b"%<",
    b"office:annotation",
    b"draw:",
)
_PERCENTAGE_SIGN = b"percentage"
_NUMBERS = ("percentage", "float", "currency")
_DEFAULT_STYLE = f"{_TABLE}default-cell-style-name"
_MOST_REPEATED = 1000
"""A repetition longer than this is the empty end of a sheet or a row, not answers."""


def ods_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Sheet name → its marks; a file that shows no sign of any is not parsed.

    Raises:
        ValueError, KeyError, OSError, BadZipFile…: the file is damaged, or declares entities of its own.
    """
    content = archive.read("content.xml")
    styles = archive.read("styles.xml") if "styles.xml" in archive.NameToInfo else b""
    parts = [part for part in (content, styles) if part]
    if not all(is_plainly_encoded(part) for part in parts):
        return {}  # Encrypted or damaged: the reader itself says so.
    are_dressed = may_be_dressed(parts)
    are_styled = are_dressed or _has_percentages(parts)
    if b"<!" not in content and not any(sign in content for sign in _SIGNS) and not are_styled:
        return {}
    body = parsed(content)
    styles_found = ods_styles(map(parsed, parts), are_dressed=are_dressed) if are_styled else OdsStyles()
    return {table.get(f"{_TABLE}name", ""): _marks(table, styles_found) for table in body.iter(f"{_TABLE}table")}


def _has_percentages(parts: list[bytes]) -> bool:
    """Whether a style may be one: LibreOffice writes such a format only where one is used."""
    return any(_PERCENTAGE_SIGN in part for part in parts)


def _marks(table: ElementTree.Element, styles: OdsStyles) -> SheetMarks:
    errors: dict[tuple[int, int], str] = {}
    percentages: set[tuple[int, int]] = set()
    notes: dict[tuple[int, int], str] = {}
    looks: dict[tuple[int, int], str] = {}
    default_styles = _default_styles(table) if styles else {}
    merged: list[MergedRange] = []
    hidden_rows: set[int] = set()
    for row, count, element in _placed(table.iter(f"{_TABLE}table-row"), "number-rows-repeated"):
        rows = range(row, row + min(count, _MOST_REPEATED))
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden_rows.update(rows)
        cells = (cell for cell in element if cell.tag in _CELLS)
        for column, width, cell in _placed(cells, "number-columns-repeated"):
            columns_of_cell = range(column, column + min(width, _MOST_REPEATED))
            if shown := _shown_error(cell):
                errors |= dict.fromkeys(((r, c) for r in rows for c in columns_of_cell), shown)
            elif cell.get(f"{_OFFICE}value-type") in _NUMBERS:
                inherited = element.get(_DEFAULT_STYLE)
                percentages |= {
                    (r, c)
                    for c in columns_of_cell
                    if _is_percentage(cell, inherited or default_styles.get(c), styles.percent)
                    for r in rows
                }
            if look := _look(cell, element.get(_DEFAULT_STYLE) or default_styles.get(column), styles):
                looks |= dict.fromkeys(((r, c) for r in rows for c in columns_of_cell), look)
            if lying := _lying_over(cell):
                notes[row, column] = lying
            if (span := _span(cell)) and len(merged) < MOST_MERGED:
                merged.append((row, column, row + span[0] - 1, column + span[1] - 1))
    columns = _placed(table.iter(f"{_TABLE}table-column"), "number-columns-repeated")
    hidden_columns = {
        position
        for column, width, element in columns
        if element.get(f"{_TABLE}visibility") in _HIDDEN
        for position in range(column, column + min(width, _MOST_REPEATED))
    }
    found = frozenset(hidden_rows), frozenset(hidden_columns), tuple(merged)
    if any(map(_has_words, table.iterfind(f"{_TABLE}shapes/*"))):
        notes[0, 0] = BOX
    return SheetMarks(errors, *found, percentages=frozenset(percentages), looks=looks, notes=notes)


def _of_today(cell: ElementTree.Element) -> str | None:
    """Of a formula that says what day it is."""
    formula = cell.get(f"{_TABLE}formula", "").encode()
    return VOLATILE if any(sign in formula for sign in TODAY) else None


def _look(cell: ElementTree.Element, inherited: str | None, styles: OdsStyles) -> str | None:
    """The look of a cell that holds something: of a part of its text, of its font, of its number's format."""
    if today := _of_today(cell):
        return today
    if not (styles.fonts or styles.codes) or not len(cell):
        return None
    style = cell.get(f"{_TABLE}style-name") or inherited or ""
    spans = (span for paragraph in cell.iterfind(f"{_TEXT}p") for span in paragraph.iter(f"{_TEXT}span"))
    parts = (styles.fonts.get(span.get(f"{_TEXT}style-name", "")) for span in spans if "".join(span.itertext()).strip())
    if look := next(filter(None, parts), None) or styles.fonts.get(style):
        return look
    code, kind = styles.codes.get(style), cell.get(f"{_OFFICE}value-type")
    if code is None or kind not in (*_NUMBERS, "string"):
        return None
    return shown_beside(code, None if kind == "string" else float(cell.get(f"{_OFFICE}value", "nan")))


def _lying_over(cell: ElementTree.Element) -> str | None:
    """What lies over the cell: a note, or a box with words."""
    if not len(cell):
        return None
    if any(map(_is_somebodys, cell.iterfind(f"{_OFFICE}annotation"))):
        return NOTE
    return BOX if any(child.tag.startswith(_DRAWING) and _has_words(child) for child in cell) else None


def _is_somebodys(note: ElementTree.Element) -> bool:
    """Whether a note holds words, and they are not those of an earlier answer alone."""
    words = "\n".join("".join(paragraph.itertext()) for paragraph in note.iterfind(f"{_TEXT}p"))
    return _has_words(note) and not is_sealed(words)


def _has_words(element: ElementTree.Element) -> bool:
    return bool(_text(element).strip())


def _default_styles(table: ElementTree.Element) -> dict[int, str]:
    """Column → the style of those of its cells that name none."""
    columns = _placed(table.iter(f"{_TABLE}table-column"), "number-columns-repeated")
    return {
        position: style
        for column, width, element in columns
        if (style := element.get(_DEFAULT_STYLE))
        for position in range(column, column + min(width, _MOST_REPEATED))
    }


def _is_percentage(cell: ElementTree.Element, inherited: str | None, percent: frozenset[str]) -> bool:
    """Whether a cell says so itself, by its style, by the one of its row or column, or by what it shows (SheetJS)."""
    if cell.get(f"{_OFFICE}value-type") == "percentage":
        return True
    return (cell.get(f"{_TABLE}style-name") or inherited) in percent or _shows_a_hundredfold(cell)


def _shows_a_hundredfold(cell: ElementTree.Element) -> bool:
    shown = "".join(_text(cell).split()).replace(",", ".")
    if not shown.endswith("%"):
        return False
    try:
        return math.isclose(float(shown[:-1]), 100 * float(cell.get(f"{_OFFICE}value", "")), abs_tol=0.51)
    except ValueError:
        return False


def _span(cell: ElementTree.Element) -> tuple[int, int] | None:
    """(rows, columns) of a merged cell; None of one that stands alone."""
    rows, columns = (int(cell.get(f"{_TABLE}number-{what}-spanned", "1")) for what in ("rows", "columns"))
    return (rows, columns) if rows > 1 or columns > 1 else None


def _placed(elements: Iterator[ElementTree.Element], repeated: str) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Each element with its position and how many times it stands there."""
    position = 0
    for element in elements:
        count = int(element.get(f"{_TABLE}{repeated}", "1"))
        yield position, count, element
        position += count


def _text(cell: ElementTree.Element) -> str:
    return "".join("".join(paragraph.itertext()) for paragraph in cell.iter(f"{_TEXT}p"))


def _shown_error(cell: ElementTree.Element) -> str | None:
    text = _text(cell)
    if cell.get(f"{_CALC}value-type") == "error":
        return text or "erreur"
    is_formula = cell.get(f"{_TABLE}formula") is not None
    if is_formula and is_shown_error(text):
        return text
    return NO_STORED_RESULT if is_formula and cell.get(f"{_OFFICE}value-type") is None and not text else None
