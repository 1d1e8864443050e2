"""Cells of an xlsx that hold an error (``#N/A``) or a formula without a stored result, and its hidden rows and columns.

python-calamine gives both as empty cells, and an error would pass for a missing answer. The sheets' XML tells them:
``<c r="B4" t="e"><v>#N/A</v></c>`` and ``<c r="B4"><f>A1</f></c>``. Most sheets are proven to be written in one plain
way (``plain_sheet``), where searches in the bytes find them; all others are read by a parser (``sheet_xml``), and what
calamine is to read of them is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from sources.workbook.formats.marks import (
    MOST_COLUMNS,
    MOST_MERGED,
    NO_STORED_RESULT,
    MergedRange,
    SheetMarks,
    column_index,
    column_letters,
)
from sources.workbook.template.template_sheets import EXPLAINING_SHEETS, LISTS_SHEET, MODEL_SHEET
from sources.workbook.xlsx.office_package import OfficePackage
from sources.workbook.xlsx.plain_sheet import (
    PlainSheet,
    has_each_cell_once,
    has_plain_attributes,
    is_found,
    plain_sheet,
)
from sources.workbook.xlsx.sheet_xml import read_sheet_xml
from sources.workbook.xlsx.xlsx_looks import XlsxLooks
from sources.workbook.xlsx.xlsx_notes import XlsxNotes
from sources.workbook.xlsx.xlsx_percentages import percentage_styles
from sources.workbook.xlsx.xml_reading import parsed

__all__ = ["NO_STORED_RESULT", "MergedRange", "SheetMarks", "column_index", "column_letters", "sheet_marks"]

_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_STYLE = re.compile(rb'\ss="([0-9]{1,6})"')
_KIND = re.compile(rb'\st="(\w+)"')
_ROW_NUMBER = re.compile(rb'\sr="([0-9]{1,7})"')
_MIN_MAX = re.compile(rb'\s(min|max)="([0-9]{1,5})"')
_HIDDEN = re.compile(rb'\s(?:hidden="(?:1|true)"|(?:ht|width)="0(?:\.0*)?")')
"""Or without height or width, as programs hide what Excel itself marks as hidden."""
_MAY_BE_FLAT = (b' ht="0', b' width="0')
_ATTRIBUTES = rb"((?:[^\">]|\"[^\"]*\")*?)"


class _Patterns(NamedTuple):
    """How the elements of a plain sheet begin, where their prefix is known."""

    cell: re.Pattern[bytes]
    row: re.Pattern[bytes]
    column: re.Pattern[bytes]
    value: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    merged: re.Pattern[bytes]


@cache
def _patterns(prefix: bytes) -> _Patterns:
    p = re.escape(prefix)
    return _Patterns(
        re.compile(rb"<%bc(?=[\s/>])%b(?:/>|>(.*?)</%bc\s*>)" % (p, _ATTRIBUTES, p), re.DOTALL),
        re.compile(rb"<%brow(?=[\s/>])%b/?>" % (p, _ATTRIBUTES)),
        re.compile(rb"<%bcol(?=[\s/>])%b/?>" % (p, _ATTRIBUTES)),
        re.compile(rb"<%bv(?:\s[^>]*)?(?:/>|>([^<]*)</)" % p),
        re.compile(rb"<%bf[\s/>]" % p),
        re.compile(rb'<%bmergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"' % p),
    )


_SHOWN_EXPLANATIONS = frozenset(EXPLAINING_SHEETS) - {LISTS_SHEET, MODEL_SHEET}
"""What the template hides, and somebody shows, may be a sheet of his own under that name."""


class SheetPart(NamedTuple):
    """A sheet of the workbook: its name, the id and the part of its relation; whether a spreadsheet hides it."""

    name: str
    relation: str
    part: str
    is_hidden: bool = False


class XlsxSheets(NamedTuple):
    """``marks``: sheet name → its marks; ``rewritten``: part → the cells of a sheet that was not plain."""

    marks: dict[str, SheetMarks]
    rewritten: dict[str, bytes]


class _NotPlainError(Exception):
    """What was found cannot be placed by a search in the bytes."""


def sheet_marks(package: OfficePackage, main: str, *, by_parser: bool = False) -> XlsxSheets:
    """The marks of each sheet; the template's own explanations are left out.

    Raises:
        ValueError, KeyError, OSError, BadZipFile…: the file is damaged.
    """
    marks: dict[str, SheetMarks] = {}
    rewritten: dict[str, bytes] = {}
    relations = package.relations(main)
    styles = next((found.target for found in relations.values() if found.kind == "styles"), "")
    style_part = package.part(styles) if styles in package else b""
    percent = percentage_styles(style_part) if styles in package else frozenset()
    strings = next((found.target for found in relations.values() if found.kind == "sharedStrings"), "")
    looks, notes = XlsxLooks(package, style_part, strings), XlsxNotes(package)
    for sheet in sheet_parts(package, main):
        if sheet.name in (EXPLAINING_SHEETS if sheet.is_hidden else _SHOWN_EXPLANATIONS):
            continue
        xml = package.part(sheet.part)
        if not by_parser and (found := _marks_if_plain(xml, percent)) is not None:
            marks[sheet.name] = found
        else:
            marks[sheet.name], rewritten[sheet.part] = read_sheet_xml(xml, percent)
        if found_looks := looks.of(xml):
            marks[sheet.name] = replace(marks[sheet.name], looks=found_looks)
        if found_notes := notes.of(sheet.part):
            marks[sheet.name] = replace(marks[sheet.name], notes=found_notes)
    return XlsxSheets(marks, rewritten)


def sheet_parts(package: OfficePackage, main: str) -> list[SheetPart]:
    """The worksheets that the workbook names, in its order."""
    relations = package.relations(main)
    return [
        SheetPart(name, identifier, relations[identifier].target, is_hidden)
        for name, identifier, is_hidden in _named_sheets(package.part(main))
        if identifier in relations and relations[identifier].kind == "worksheet"
    ]


@lru_cache(maxsize=16)
def _named_sheets(workbook: bytes) -> list[tuple[str, str, bool]]:
    """(name, relation, whether it is hidden) of each sheet. Workbooks made from one template share this part."""
    return [
        (
            sheet.get("name", ""),
            next((value for key, value in sheet.items() if key.endswith("}id")), ""),
            sheet.get("state", "visible") != "visible",
        )
        for sheet in parsed(workbook).iterfind("{*}sheets/{*}sheet")
    ]


def _marks_if_plain(xml: bytes, percent: frozenset[int]) -> SheetMarks | None:
    """The marks of a sheet that is proven plain; None of any other."""
    sheet = plain_sheet(xml)
    if sheet is None or not has_each_cell_once(xml, sheet):
        return None
    signs = _signs(xml, sheet)
    if not percent and not any(signs):
        return SheetMarks()
    if not has_plain_attributes(xml, sheet):
        return None
    try:
        return _marks_of_plain(xml, sheet, percent, signs)
    except _NotPlainError:
        return None


class _Signs(NamedTuple):
    """What a sheet may have."""

    errors: bool
    hidden: bool
    merged: bool


def _signs(xml: bytes, sheet: PlainSheet) -> _Signs:
    """Plain searches first: most sheets have nothing to tell, and these are ten times as fast.

    An error's text has a « # », which cannot be written without one. One letter is found at once, and cells whose texts
    stand elsewhere have no other « f ». Beyond the cells, rules of validation and of formatting have formulas too;
    merged ranges stand there.
    """
    formula = b"<%bf" % sheet.prefix
    has_formulas = is_found(xml, formula, b"f", sheet.start, sheet.end)
    return _Signs(
        has_formulas or xml.find(b"#", sheet.start, sheet.end) >= 0,
        is_found(xml, b"hidden", b"d", sheet.start, sheet.end)
        or any(xml.find(sign, 0, sheet.end) >= 0 for sign in _MAY_BE_FLAT),
        xml.find(b"mergeCell", sheet.end) >= 0,
    )


def _marks_of_plain(xml: bytes, sheet: PlainSheet, percent: frozenset[int], signs: _Signs) -> SheetMarks:
    """Merged ranges stand after the cells, hidden columns and rows before their end."""
    find = _patterns(sheet.prefix)
    merged = _merged_ranges(xml, sheet.end, find) if signs.merged else ()
    rows, columns = _hidden(xml, sheet.end, find) if signs.hidden else (frozenset(), frozenset())
    errors: dict[tuple[int, int], str] = {}
    empty: set[tuple[int, int]] = set()
    percentages: set[tuple[int, int]] = set()
    if percent or signs.errors:
        for attributes, inside in _cells(xml, sheet.end, find):
            _look_at(attributes, inside, find, percent, (errors, empty, percentages))
    return SheetMarks(errors, rows, columns, merged, frozenset(empty), frozenset(percentages))


def _cells(xml: bytes, end: int, find: _Patterns) -> Iterator[tuple[bytes, bytes]]:
    for cell in find.cell.finditer(xml, 0, end):
        if cell[2] or b't="e"' in cell[1]:  # What holds nothing shows nothing.
            yield cell[1], cell[2] or b""


_Found = tuple[dict[tuple[int, int], str], set[tuple[int, int]], set[tuple[int, int]]]


def _look_at(attributes: bytes, inside: bytes, find: _Patterns, percent: frozenset[int], found: _Found) -> None:
    """One cell that holds something: put it among the errors, the empty formulas or the percentages."""
    errors, empty, percentages = found
    named = _KIND.search(attributes)
    kind = named[1] if named else b"n"
    value = find.value.search(inside)
    is_formula = find.formula.search(inside)
    if is_formula and (kind == b"inlineStr" or (value and value.start() < is_formula.start())):
        raise _NotPlainError  # calamine loses a value that stands before its formula.
    text = value[1] if value and value[1] and not value[1].isspace() else b""
    if kind == b"e":
        errors[_place(attributes)] = text.decode(errors="replace").strip() or NO_STORED_RESULT
    elif is_formula and not text:
        if kind == b"str" and value:
            empty.add(_place(attributes))
        else:
            errors[_place(attributes)] = NO_STORED_RESULT
    elif percent and kind == b"n" and text:
        style = _STYLE.search(attributes)
        if (int(style[1]) if style else 0) in percent:
            percentages.add(_place(attributes))


def _place(attributes: bytes) -> tuple[int, int]:
    reference = _REFERENCE.search(attributes)
    if reference is None:
        raise _NotPlainError
    return int(reference[2]) - 1, column_index(reference[1].decode())


def _hidden(xml: bytes, end: int, find: _Patterns) -> tuple[frozenset[int], frozenset[int]]:
    rows: set[int] = set()
    columns: set[int] = set()
    for row in find.row.finditer(xml, 0, end):
        if _HIDDEN.search(row[1]):
            number = _ROW_NUMBER.search(row[1])
            if number is None:
                raise _NotPlainError
            rows.add(int(number[1]) - 1)
    for column in find.column.finditer(xml, 0, end):
        if _HIDDEN.search(column[1]):
            bounds = {name: int(number) for name, number in _MIN_MAX.findall(column[1])}
            columns |= set(range(bounds.get(b"min", 1) - 1, min(bounds.get(b"max", 0), MOST_COLUMNS)))
    return frozenset(rows), frozenset(columns)


def _merged_ranges(xml: bytes, start: int, find: _Patterns) -> tuple[MergedRange, ...]:
    """A cell's text cannot hold the tag itself."""
    found = [match.groups() for match in islice(find.merged.finditer(xml, start), MOST_MERGED)]
    if len(found) < min(MOST_MERGED, xml.count(b"mergeCell", start) - xml.count(b"mergeCells", start)):
        raise _NotPlainError
    return tuple(
        (int(top) - 1, column_index(left.decode()), int(bottom) - 1, column_index(right.decode()))
        for left, top, right, bottom in found
    )
