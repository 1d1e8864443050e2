"""Cells of an xls that hold an error, and its hidden rows and columns, from the records of its stream (BIFF8).

calamine gives error cells as blanks. An xls always stores the result of a formula: an empty text may be one that was
never computed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sources.workbook.cell_errors import MOST_MERGED, MergedRange, SheetMarks

ERROR_TEXTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

_SECTOR_END = 0xFFFFFFFA
_ROOT_ENTRY = 5
_FORMULA, _BOOLEAN_OR_ERROR, _ROW, _COLUMNS, _BOUND_SHEET, _END = 0x0006, 0x0205, 0x0208, 0x007D, 0x0085, 0x000A
_MERGED_CELLS = 0x00E5
_EMPTY_TEXT = 3


def xls_marks(content: bytes) -> dict[str, SheetMarks]:
    """Sheet name → its marks; empty for a file that is damaged or older than Excel 97 (the reader says so)."""
    try:
        stream = _workbook_stream(content)
        return {name: _marks(stream, offset) for name, offset in _bound_sheets(stream)}
    except (struct.error, IndexError, ValueError):
        return {}


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


def _marks(stream: bytes, offset: int) -> SheetMarks:
    errors: dict[tuple[int, int], str] = {}
    empty: set[tuple[int, int]] = set()
    rows: set[int] = set()
    columns: set[int] = set()
    merged: list[MergedRange] = []
    for kind, start, _ in _records(stream, offset):
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
    return SheetMarks(errors, frozenset(rows), frozenset(columns), tuple(merged), frozenset(empty))


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


def _workbook_stream(content: bytes) -> bytes:
    """The stream « Workbook » of an OLE2 file; chains that turn in circles are cut by their length."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    first_directory, _, mini_cutoff = struct.unpack_from("<III", content, 48)
    table = _allocation_table(content, size)
    directory = _chain(content, size, table, first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", errors="replace")
        start, length = struct.unpack_from("<II", entry, 116)
        if name == "Workbook" and length >= mini_cutoff:
            return _chain(content, size, table, start)[:length]
        if name == "Workbook":
            root = next(entry for entry in entries if entry[66] == _ROOT_ENTRY)
            mini = _chain(content, size, table, struct.unpack_from("<I", root, 116)[0])
            mini_table_start = struct.unpack_from("<I", content, 60)[0]
            mini_table = _integers(_chain(content, size, table, mini_table_start))
            return _chain(b"\0" * 64 + mini, 64, mini_table, start)[:length]
    raise ValueError("no workbook stream")


def _allocation_table(content: bytes, size: int) -> list[int]:
    sectors = [sector for sector in struct.unpack_from("<109I", content, 76) if sector < _SECTOR_END]
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if following >= _SECTOR_END:
            break
        block = _integers(_sector(content, size, following))
        sectors += [sector for sector in block[:-1] if sector < _SECTOR_END]
        following = block[-1]
    return [number for sector in sectors for number in _integers(_sector(content, size, sector))]


def _sector(content: bytes, size: int, number: int) -> bytes:
    return content[(number + 1) * size : (number + 2) * size]


def _chain(content: bytes, size: int, table: list[int], first: int) -> bytes:
    parts: list[bytes] = []
    while first < _SECTOR_END and len(parts) <= len(table):
        parts.append(_sector(content, size, first))
        first = table[first]
    return b"".join(parts)


def _integers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
