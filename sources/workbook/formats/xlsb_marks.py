"""Cells of an xlsb that hold an error, from the records of its sheets (BIFF12), and its hidden rows and columns.

calamine gives error cells as blanks. As in an xls, a formula always has a stored result: an empty text may be one that
was never computed. pyxlsb gives values as calamine does, and neither hidden rows, merged cells, looks nor notes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from sources.workbook.formats.marks import (
    EXPONENT,
    MOST_COLUMNS,
    MOST_MERGED,
    NOTE,
    STRUCK,
    WRITTEN_TWICE,
    MergedRange,
    SheetMarks,
)
from sources.workbook.formats.number_formats import (
    BUILT_IN_PERCENTAGES,
    is_percentage,
    may_show_otherwise,
    shown_beside,
)
from sources.workbook.formats.xls_marks import ERROR_TEXTS
from sources.workbook.xlsx.cell_errors import SheetPart
from sources.workbook.xlsx.office_package import OfficePackage
from sources.workbook.xlsx.xlsx_notes import XlsxNotes

_ROW, _BLANK, _ERROR, _FORMULA_TEXT, _FORMULA_ERROR, _COLUMNS, _BUNDLE_SHEET = 0, 1, 3, 8, 11, 60, 156
_MERGED_CELL = 176
_SHORT_NUMBER, _LAST_CELL = 2, 11
_NUMBERS, _TRUTHS = (_SHORT_NUMBER, 5, 9), (4, 10)
_STYLE_NUMBER = 0xFFFFFF
_FORMAT, _STYLE, _CELL_STYLES, _CELL_STYLES_END = 44, 47, 617, 618
_FONT, _STRUCK_OUT = 43, 0x08
_NOTE, _SHARED_TEXT = 635, 19
_CONTENT, _SHARED = frozenset({2, 4, 5, 6, 7, 8, 9, 10}), 7


def xlsb_marks(package: OfficePackage, main: str) -> dict[str, SheetMarks]:
    """Sheet name → its marks.

    Raises:
        ValueError, KeyError, IndexError, struct.error…: the file is damaged.
    """
    relations = {found.kind: found.target for found in package.relations(main).values()}
    styles, strings = (relations.get(kind, "") for kind in ("styles", "sharedStrings"))
    found = _styles(package.part(styles)) if styles in package else _Styles()
    rich = _rich_texts(package.part(strings), found.fonts) if found.fonts and strings in package else {}
    return {sheet.name: _marks(package.part(sheet.part), found, rich) for sheet in sheet_parts(package, main)}


def with_notes(marks: dict[str, SheetMarks], package: OfficePackage, main: str) -> dict[str, SheetMarks]:
    """The marks, and the notes and text boxes that lie over the cells in the file as it came."""
    boxes = XlsxNotes(package)
    notes = {sheet.name: boxes.of(sheet.part) | _notes(package, sheet.part) for sheet in sheet_parts(package, main)}
    return {name: replace(mark, notes=notes.get(name, {})) for name, mark in marks.items()}


class _Styles(NamedTuple):
    """``percent``: the numbers of the cell styles that show a percentage; ``looks``: number → look of its font, and
    code of its format, if it may show something else; ``fonts``: number of a font → its look."""

    percent: frozenset[int] = frozenset()
    looks: Mapping[int, tuple[str | None, str | None]] = MappingProxyType({})
    fonts: Mapping[int, str] = MappingProxyType({})


def _notes(package: OfficePackage, sheet: str) -> dict[tuple[int, int], str]:
    parts = (found.target for found in package.relations(sheet).values() if found.kind == "comments")
    notes: dict[tuple[int, int], str] = {}
    for part in (package.part(name) for name in parts if name in package):
        for kind, start, _ in records(part):
            if kind == _NOTE:
                row, column = struct.unpack_from("<4xI4xI", part, start)
                notes[row, column] = NOTE
    return notes


def _rich_texts(strings: bytes, fonts: Mapping[int, str]) -> dict[int, str]:
    """Number of a shared text → the look of a part of it."""
    looks: dict[int, str] = {}
    texts = ((start, length) for kind, start, length in records(strings) if kind == _SHARED_TEXT)
    for number, (start, length) in enumerate(texts):
        if strings[start] & 1:
            _, at = _wide_text(strings, start + 1)
            (count,) = struct.unpack_from("<I", strings, at)
            runs = range(at + 4, min(at + 4 + 4 * count, start + length), 4)
            used = (struct.unpack_from("<2xH", strings, run)[0] for run in runs)
            if look := next((fonts[font] for font in used if font in fonts), None):
                looks[number] = look
    return looks


def sheet_parts(package: OfficePackage, main: str) -> list[SheetPart]:
    """The worksheets that the workbook names, in its order."""
    relations = package.relations(main)
    return [
        SheetPart(name, identifier, relations[identifier].target)
        for identifier, name in _sheets(package.part(main))
        if identifier in relations and relations[identifier].kind == "worksheet"
    ]


def _sheets(workbook: bytes) -> Iterator[tuple[str, str]]:
    """(relation, name) of each sheet."""
    for kind, start, _ in records(workbook):
        if kind == _BUNDLE_SHEET:
            relation, at = _wide_text(workbook, start + 8)
            yield relation, _wide_text(workbook, at)[0]


def _wide_text(content: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", content, at)
    end = at + 4 + 2 * count
    return content[at + 4 : end].decode("utf-16-le"), end


def _styles(content: bytes) -> _Styles:
    percentages = set(BUILT_IN_PERCENTAGES)
    told: dict[int, str] = {}
    fonts: dict[int, str] = {}
    font_count, are_cells = 0, False
    styles: list[tuple[int, int]] = []
    for kind, start, _ in records(content):
        if kind == _FORMAT:
            (number,) = struct.unpack_from("<H", content, start)
            code = _wide_text(content, start + 2)[0]
            (percentages.add if is_percentage(code) else percentages.discard)(number)
            if may_show_otherwise(code):
                told[number] = code
        elif kind == _FONT:
            options, raised = struct.unpack_from("<2xH2xH", content, start)
            if options & _STRUCK_OUT or raised:
                fonts[font_count] = STRUCK if options & _STRUCK_OUT else EXPONENT
            font_count += 1
        elif kind in (_CELL_STYLES, _CELL_STYLES_END):
            are_cells = kind == _CELL_STYLES
        elif kind == _STYLE and are_cells:
            styles.append(struct.unpack_from("<2xHH", content, start))
    looks = {
        place: (fonts.get(font), told.get(number))
        for place, (number, font) in enumerate(styles)
        if font in fonts or number in told
    }
    return _Styles(frozenset(p for p, (number, _) in enumerate(styles) if number in percentages), looks, fonts)


def _marks(sheet: bytes, styles: _Styles, rich: Mapping[int, str]) -> SheetMarks:
    cells = _Cells(sheet, styles, rich)
    hidden: set[int] = set()
    columns: set[int] = set()
    merged: list[MergedRange] = []
    for kind, start, length in records(sheet):
        if kind == _ROW:
            (cells.row,) = struct.unpack_from("<I", sheet, start)
            if length >= 12 and sheet[start + 11] & 0x10:
                hidden.add(cells.row)
        elif kind <= _LAST_CELL:
            cells.look_at(kind, start, length)
        elif kind == _COLUMNS:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", sheet, start)
            if flags & 1:
                columns |= set(range(first, min(last + 1, MOST_COLUMNS)))
        elif kind == _MERGED_CELL and len(merged) < MOST_MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", sheet, start)
            merged.append((top, left, bottom, right))
    found = tuple(merged), frozenset(cells.empty), frozenset(cells.percentages)
    return SheetMarks(cells.errors, frozenset(hidden), frozenset(columns), *found, looks=cells.looks)


class _Cells:
    """What is found in the cells of one sheet, looked at in order; ``row`` is where they stand."""

    def __init__(self, sheet: bytes, styles: _Styles, rich: Mapping[int, str]) -> None:
        self._sheet, self._percent, self._looks, self._rich = sheet, styles.percent, styles.looks, rich
        self.looks: dict[tuple[int, int], str] = {}
        self.row = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.empty: set[tuple[int, int]] = set()
        self.percentages: set[tuple[int, int]] = set()
        self._values: dict[tuple[int, int], bytes] = {}

    def look_at(self, kind: int, start: int, length: int) -> None:
        if kind > _BLANK:
            (column,) = struct.unpack_from("<I", self._sheet, start)
            value = self._sheet[start + 8 : start + length]
            if self._values.setdefault((self.row, column), value) != value:
                self.errors[self.row, column] = WRITTEN_TWICE
                return
        if (self._looks or self._rich) and kind in _CONTENT:
            self._dress(kind, start)
        if kind in (_ERROR, _FORMULA_ERROR):
            column, _, value = struct.unpack_from("<IIB", self._sheet, start)
            self.errors[self.row, column] = ERROR_TEXTS.get(value, "erreur")
        elif kind == _FORMULA_TEXT:
            column, _, count = struct.unpack_from("<III", self._sheet, start)
            if not count:
                self.empty.add((self.row, column))
        elif self._percent and kind in _NUMBERS:
            column, style = struct.unpack_from("<II", self._sheet, start)
            if style & _STYLE_NUMBER in self._percent:
                self.percentages.add((self.row, column))

    def _dress(self, kind: int, start: int) -> None:
        column, style = struct.unpack_from("<II", self._sheet, start)
        rich = self._rich.get(struct.unpack_from("<8xI", self._sheet, start)[0]) if kind == _SHARED else None
        of_font, code = self._looks.get(style & _STYLE_NUMBER, (None, None))
        of_format = shown_beside(code, self._number(kind, start)) if code and kind not in _TRUTHS else None
        if look := rich or of_font or of_format:
            self.looks[self.row, column] = look

    def _number(self, kind: int, start: int) -> float | None:
        """The number that a cell holds: of eight bytes, or of the thirty bits that a short one keeps."""
        if kind not in _NUMBERS:
            return None
        if kind != _SHORT_NUMBER:
            return float(struct.unpack_from("<8xd", self._sheet, start)[0])
        (written,) = struct.unpack_from("<8xi", self._sheet, start)
        whole = written >> 2
        (real,) = struct.unpack("<d", bytes(4) + struct.pack("<i", written & ~3))
        return float(whole if written & 2 else real) / (100 if written & 1 else 1)


def records(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, start of the data, length) of each record; both numbers are written seven bits a byte."""
    at = 0
    while at < len(content):
        kind, at = content[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (content[at] & 0x7F) << 7, at + 1
        length = 0
        for shift in range(0, 28, 7):
            byte, at = content[at], at + 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, at, length
        at += length
