"""Cells of an xls that hold an error, and its hidden rows and columns, from the records of its stream (BIFF8).

calamine gives error cells as blanks. An xls always stores the result of a formula: an empty text may be one that was
never computed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sources.workbook.formats.compound import workbook_stream
from sources.workbook.formats.marks import MOST_MERGED, WRITTEN_TWICE, MergedRange, SheetMarks
from sources.workbook.formats.number_formats import BUILT_IN_PERCENTAGES, is_percentage
from sources.workbook.formats.xlrd_looks import UNREADABLE, looks_of, may_have_some, notes_of, opened

ERROR_TEXTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

_FORMULA, _BOOLEAN_OR_ERROR, _ROW, _COLUMNS, _BOUND_SHEET, _END = 0x0006, 0x0205, 0x0208, 0x007D, 0x0085, 0x000A
_MERGED_CELLS = 0x00E5
_EMPTY_TEXT = 3
_STYLE, _FORMAT = 0x00E0, 0x041E
_SEVERAL_NUMBERS = 0x00BD
_NUMBERS = (0x0203, 0x027E, _SEVERAL_NUMBERS, _FORMULA)
_VALUES = frozenset({*_NUMBERS, _BOOLEAN_OR_ERROR, 0x00FD, 0x0204, 0x00D6})
"""With texts, of all kinds; a blank cell gives none."""


def xls_marks(content: bytes) -> dict[str, SheetMarks]:
    """Sheet name → its marks.

    Raises:
        ValueError, IndexError, struct.error: the file is damaged.
    """
    stream = workbook_stream(content)
    percent = _percentage_styles(stream)
    sheets = list(_bound_sheets(stream))
    marks = {name: _marks(stream, offset, percent) for name, offset in sheets}
    if any(may_have_some(stream, *record) for at in (0, *(at for _, at in sheets)) for record in _records(stream, at)):
        with suppress(*UNREADABLE):  # Another reader may give cells that this one does not: they are worth more.
            marks = _dressed(marks, opened(content))
    return marks


def _dressed(marks: dict[str, SheetMarks], book: Any) -> dict[str, SheetMarks]:
    found = {sheet.name: (looks_of(book, sheet), notes_of(sheet)) for sheet in book.sheets()}
    return {
        name: replace(mark, looks=found[name][0], notes=found[name][1]) if name in found else mark
        for name, mark in marks.items()
    }


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, int, int]]:
    """(kind, start of the data, length) of each record until the end of the part; a part holds no other here."""
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        if kind == _END:
            return
        yield kind, offset + 4, length
        offset += 4 + length


def _bound_sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    for kind, start, _ in _records(stream, 0):
        if kind == _BOUND_SHEET:
            offset, _, count, is_wide = struct.unpack_from("<IHBB", stream, start)
            encoded = stream[start + 8 : start + 8 + count * (2 if is_wide & 1 else 1)]
            yield encoded.decode("utf-16-le" if is_wide & 1 else "latin-1"), offset


def _percentage_styles(stream: bytes) -> frozenset[int]:
    """The numbers of the cell styles that show a percentage."""
    formats = set(BUILT_IN_PERCENTAGES)
    styles: list[int] = []
    for kind, start, length in _records(stream, 0):
        if kind == _FORMAT:
            number, count, is_wide = struct.unpack_from("<HHB", stream, start)
            written = stream[start + 5 : start + min(5 + count * (2 if is_wide & 1 else 1), length)]
            code = written.decode("utf-16-le" if is_wide & 1 else "latin-1", errors="replace")
            (formats.add if is_percentage(code) else formats.discard)(number)
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<2xH", stream, start)[0])
    return frozenset(place for place, number in enumerate(styles) if number in formats)


def _percentages(
    stream: bytes, kind: int, start: int, length: int, percent: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """The numeric cells of one record that have one of these styles."""
    row, column, style = struct.unpack_from("<HHH", stream, start)
    if kind == _SEVERAL_NUMBERS:
        styles = (struct.unpack_from("<H", stream, at)[0] for at in range(start + 4, start + length - 2, 6))
        yield from ((row, column + index) for index, style in enumerate(styles) if style in percent)
    elif style in percent and not (kind == _FORMULA and stream[start + 12 : start + 14] == b"\xff\xff"):
        yield row, column


def _marks(stream: bytes, offset: int, percent: frozenset[int]) -> SheetMarks:
    errors: dict[tuple[int, int], str] = {}
    empty: set[tuple[int, int]] = set()
    rows: set[int] = set()
    columns: set[int] = set()
    merged: list[MergedRange] = []
    percentages: set[tuple[int, int]] = set()
    values: dict[tuple[int, int], bytes] = {}
    for kind, start, length in _records(stream, offset):
        if kind in _VALUES:
            errors |= _given_twice(stream, kind, start, length, values)
        if percent and kind in _NUMBERS:
            percentages.update(_percentages(stream, kind, start, length, percent))
        if kind in (_BOOLEAN_OR_ERROR, _FORMULA):
            errors |= _error(stream, kind, start)
            empty |= _empty_formula(stream, kind, start)
        elif kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", stream, start)
            if flags & 0x20:
                rows.add(row)
        elif kind == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<HHHHH", stream, start)
            if flags & 1:
                columns |= set(range(first, min(last, 255) + 1))
        elif kind == _MERGED_CELLS and len(merged) < MOST_MERGED:
            (count,) = struct.unpack_from("<H", stream, start)
            bounds = (struct.unpack_from("<HHHH", stream, start + 2 + 8 * index) for index in range(count))
            merged += [(top, left, bottom, right) for top, bottom, left, right in bounds]
    found = frozenset(rows), frozenset(columns), tuple(merged), frozenset(empty), frozenset(percentages)
    return SheetMarks(errors, *found)


def _given_twice(
    stream: bytes, kind: int, start: int, length: int, values: dict[tuple[int, int], bytes]
) -> dict[tuple[int, int], str]:
    """The cells of a record to which another one gave another value; ``values``: those that were given."""
    row, column = struct.unpack_from("<HH", stream, start)
    ends = range(start + 10, start + length - 1, 6) if kind == _SEVERAL_NUMBERS else [start + length]
    starts = range(start + 6, start + length - 5, 6) if kind == _SEVERAL_NUMBERS else [start + 6]
    return {
        (row, column + index): WRITTEN_TWICE
        for index, (first, last) in enumerate(zip(starts, ends, strict=False))
        if values.setdefault((row, column + index), stream[first:last]) != stream[first:last]
    }


def _error(stream: bytes, kind: int, start: int) -> dict[tuple[int, int], str]:
    """The cell and its error, where the record holds one."""
    if kind == _BOOLEAN_OR_ERROR:
        row, column, _, value, is_error = struct.unpack_from("<HHHBB", stream, start)
    else:
        row, column, _, result, value, end = struct.unpack_from("<HHHBxBxxxH", stream, start)
        is_error = end == 0xFFFF and result == 2
    return {(row, column): ERROR_TEXTS.get(value, "erreur")} if is_error else {}


def _empty_formula(stream: bytes, kind: int, start: int) -> set[tuple[int, int]]:
    """The cell, where the record holds a formula whose stored result is an empty text."""
    if kind != _FORMULA:
        return set()
    row, column, _, result, end = struct.unpack_from("<HHHB5xH", stream, start)
    return {(row, column)} if end == 0xFFFF and result == _EMPTY_TEXT else set()
