"""An xls from before Excel 97 (BIFF2 to BIFF5), and an xls written in a way that calamine mistakes.

Belongs here: reading the former by xlrd, and putting the latter in order. Does not: an xls's marks (``xls_marks``).

calamine looks for the stream « Workbook » by that very name, and decodes the texts of an xls by its code page, though
they have been Unicode since Excel 97: « € » becomes « ¬ » without a word.
"""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any

import xlrd
from xlrd.biffh import error_text_from_code

from sources.workbook.formats.compound import workbook_stream
from sources.workbook.formats.marks import SheetMarks
from sources.workbook.formats.number_formats import is_percentage
from sources.workbook.formats.xlrd_looks import looks_of, notes_of, opened

_NAMES = {name: name.capitalize() for name in ("WORKBOOK", "BOOK", "workbook", "book", "WorkBook")}
_CODE_PAGE, _UNICODE, _END = 0x0042, 1200, 0x000A
_ENTRY_BYTES, _NAME_BYTES = 128, 64

Sheet = tuple[str, list[list[object]], SheetMarks, bool]


def in_order(content: bytes) -> bytes:
    """The same xls, its stream under the usual name and its texts declared as the Unicode that they are."""
    content = _renamed(content)
    stream = workbook_stream(content)
    at = 0
    while at + 6 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _CODE_PAGE:
            return content if stream[at + 4 : at + 6] == _two(_UNICODE) else _in_unicode(content, stream, at)
        if not kind or kind == _END:
            break
        at += 4 + length
    return content


def read_old_excel(content: bytes) -> list[Sheet]:
    """Name, values from A1 on, marks, and whether it is hidden, of each sheet."""
    book = opened(content)
    return [_sheet(book, book.sheet_by_index(number)) for number in range(book.nsheets)]


def _sheet(book: Any, sheet: Any) -> Sheet:
    rows: list[list[object]] = []
    errors: dict[tuple[int, int], str] = {}
    percentages: set[tuple[int, int]] = set()
    for row in range(sheet.nrows):
        values: list[object] = []
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                errors[row, column] = error_text_from_code.get(cell.value, "erreur")
            elif cell.ctype == xlrd.XL_CELL_NUMBER and _is_percentage(book, cell.xf_index):
                percentages.add((row, column))
            values.append(_value(cell, book.datemode))
        rows.append(values)
    marks = SheetMarks(
        errors,
        frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
        tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        percentages=frozenset(percentages),
        looks=looks_of(book, sheet),
        notes=notes_of(sheet),
    )
    return sheet.name, rows, marks, sheet.visibility != 0


def _is_percentage(book: Any, style: int | None) -> bool:
    if style is None or style >= len(book.xf_list):
        return False
    written = book.format_map.get(book.xf_list[style].format_key)
    return written is not None and is_percentage(written.format_str or "General")


def _value(cell: Any, datemode: int) -> object:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _moment(cell.value, datemode)
    return cell.value


def _moment(number: float, datemode: int) -> object:
    """A date, a moment, or a time of the day; the number itself where it is none."""
    try:
        if 0 <= number < 1:
            return (dt.datetime.min + dt.timedelta(days=number)).time().replace(microsecond=0)
        return xlrd.xldate_as_datetime(number, datemode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return number


def _renamed(content: bytes) -> bytes:
    """The stream's name as calamine spells it; names are compared without case by the programs that open them."""
    for written, wanted in _NAMES.items():
        name = written.encode("utf-16-le").ljust(_NAME_BYTES, b"\0") + _two(2 * len(written) + 2)
        at = content.find(name)
        while at >= 0:
            if at % _ENTRY_BYTES == 0:
                content = content[:at] + wanted.encode("utf-16-le") + content[at + 2 * len(wanted) :]
            at = content.find(name, at + 1)
    return content


def _in_unicode(content: bytes, stream: bytes, at: int) -> bytes:
    """The file whose code page is changed, and nothing else; as it is where that cannot be proven."""
    wanted = stream[: at + 4] + _two(_UNICODE) + stream[at + 6 :]
    record = stream[at : at + 6]
    place = content.find(record)
    while place >= 0:
        changed = content[: place + 4] + _two(_UNICODE) + content[place + 6 :]
        if workbook_stream(changed) == wanted:
            return changed
        place = content.find(record, place + 1)
    raise ValueError("the code page cannot be mended")


def _two(number: int) -> bytes:
    return struct.pack("<H", number)
