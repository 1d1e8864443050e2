"""What is said of characters that do not show, and of accents that show as other signs: in which cells they were.

Belongs here: those words. Does not: taking the characters out or putting accents back (``sources.workbook.door``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from sources.workbook.door import LOST_CHARACTER
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import Sheet
from sources.workbook.text.lost_accents import has_lost_accents

if TYPE_CHECKING:
    from quality.reading.sheets.sheet_rows import FoundSheet

_FREE_TEXT = "text"
_LONGEST_SHOWN = 60

MOST_CELLS = 50
"""Cells of one column told one by one; beyond, all at once."""


def said_of_unseen(raw: RawSheet, found: FoundSheet) -> Iterator[Problem]:
    """One problem for each cell of an answered row that held invisible characters; many alike are told at once."""
    if not raw.unseen:
        return
    rows = {number for number, _ in found.rows}
    codes = {position: code for code, position in found.positions.items()}
    alike: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for (row, position), names in sorted(raw.unseen.items()):
        if row + 1 in rows and position in codes:
            alike[codes[position], names].append(row + 1)
    for (code, names), numbers in alike.items():
        label = found.sheet.column(code).label
        if len(numbers) > MOST_CELLS:
            where = f"{len(numbers)} cellules, {said_rows(numbers)}"
            yield Problem("I0490", raw.name, column=label, found=names, expected=where)
        else:
            yield from (Problem("I0490", raw.name, row, label, found.cell(row, code), names) for row in numbers)


def misread_errors(
    raw: RawSheet, sheet: Sheet, codes: Mapping[int, str], rows: Collection[int]
) -> dict[tuple[int, str], str]:
    """(Row number, column code) → what is shown, of the answers that are no free text and whose accents are lost."""
    return {
        (row + 1, codes[position]): f"{LOST_CHARACTER} : {raw.rows[row][position]}"
        for row, position in raw.misread
        if row + 1 in rows and position in codes and sheet.column(codes[position]).kind != _FREE_TEXT
    }


def said_of_misread(raw: RawSheet, found: FoundSheet) -> Iterator[Problem]:
    """One problem for each free text that was taken with signs in the place of its accents, or without some."""
    columns = [(at, found.sheet.column(code)) for code, at in found.positions.items()]
    free = [(at, column) for at, column in columns if column.kind == _FREE_TEXT]
    for number, row in found.rows:
        for at, column in free:
            text = row[at] if at < len(row) else ""
            is_told = not text or (number - 1, at) in raw.errors
            if not is_told and ((number - 1, at) in raw.misread or has_lost_accents(text)):
                cell = found.cell(number, column.code)
                yield Problem("W0380", raw.name, number, column.label, cell, text[:_LONGEST_SHOWN])
