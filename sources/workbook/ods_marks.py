"""Cells of an ods that hold an error or a formula without a stored result, and its hidden rows and columns.

calamine gives such cells as blanks. LibreOffice marks an error with ``calcext:value-type="error"``; a formula that was
never computed has no ``office:value-type``. Other programs write the error as the cell's text alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from sources.workbook.cell_errors import MOST_MERGED, NO_STORED_RESULT, MergedRange, SheetMarks
from sources.workbook.csv_reading import is_shown_error

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")
_SIGNS = (b'value-type="error"', b"table:formula", b'"collapse"', b'"filter"', b"-spanned=", b">#", b">Err:")
_MOST_REPEATED = 1000
"""A repetition longer than this is the empty end of a sheet or a row, not answers."""


def ods_marks(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Sheet name → its marks; a file that shows no sign of any is not parsed."""
    try:
        content = archive.read("content.xml")
        if b"<!DOCTYPE" in content or not any(sign in content for sign in _SIGNS):
            return {}
        body = ElementTree.fromstring(content)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, EOFError, RuntimeError, ValueError):
        return {}  # A damaged file is told by the reader itself, with its own words.
    return {table.get(f"{_TABLE}name", ""): _marks(table) for table in body.iter(f"{_TABLE}table")}


def _marks(table: ElementTree.Element) -> SheetMarks:
    errors: dict[tuple[int, int], str] = {}
    merged: list[MergedRange] = []
    hidden_rows: set[int] = set()
    for row, count, element in _placed(table.iter(f"{_TABLE}table-row"), "number-rows-repeated"):
        rows = range(row, row + min(count, _MOST_REPEATED))
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden_rows.update(rows)
        cells = (cell for cell in element if cell.tag in _CELLS)
        for column, width, cell in _placed(cells, "number-columns-repeated"):
            if shown := _shown_error(cell):
                places = ((r, c) for r in rows for c in range(column, column + min(width, _MOST_REPEATED)))
                errors |= dict.fromkeys(places, shown)
            if (span := _span(cell)) and len(merged) < MOST_MERGED:
                merged.append((row, column, row + span[0] - 1, column + span[1] - 1))
    columns = _placed(table.iter(f"{_TABLE}table-column"), "number-columns-repeated")
    hidden_columns = {
        position
        for column, width, element in columns
        if element.get(f"{_TABLE}visibility") in _HIDDEN
        for position in range(column, column + min(width, _MOST_REPEATED))
    }
    return SheetMarks(errors, frozenset(hidden_rows), frozenset(hidden_columns), tuple(merged))


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


def _shown_error(cell: ElementTree.Element) -> str | None:
    text = "".join("".join(paragraph.itertext()) for paragraph in cell.iter(f"{_TEXT}p"))
    if cell.get(f"{_CALC}value-type") == "error":
        return text or "erreur"
    is_formula = cell.get(f"{_TABLE}formula") is not None
    if is_formula and is_shown_error(text):
        return text
    return NO_STORED_RESULT if is_formula and cell.get(f"{_OFFICE}value-type") is None and not text else None
