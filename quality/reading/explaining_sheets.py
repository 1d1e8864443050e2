"""What somebody wrote in the sheets of the template that explain and are not read: told, since nothing else would.

Belongs here: telling it from what the template writes there. Does not: those words (``explanations``), sheets that the
template has not (``structure``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from quality.reading.grids.beside import said_beside_codes
from quality.reading.normalise import label_key
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.seals import is_of_ours, written_beside
from sources.workbook.template.explanations import explained
from sources.workbook.template.template_sheets import (
    CATALOGUE_SHEET,
    CRITERIA_SHEET,
    MODEL_SHEET,
    READ_ME_SHEET,
)
from sources.workbook.xlsx.cell_errors import column_letters

_RULE, _FOREIGN = "I0425", "I0403"
_MOST_NAMED = 20
_NAMES = frozenset(map(label_key, (READ_ME_SHEET, CATALOGUE_SHEET, CRITERIA_SHEET)))


def is_unread(sheet: RawSheet) -> bool:
    """Whether it is a sheet of the template that is not read, or of an answer; one that only has such a name is not.

    The template's lists are hidden, and left out by the reader: a sheet of that name which comes here is somebody's.
    """
    is_model = sheet.name == MODEL_SHEET and bool(sheet.rows) and sheet.rows[0][:1] == ["modele"]
    return label_key(sheet.name) in _NAMES or is_model or is_of_ours(sheet.name, sheet.rows)


def said_of_explaining(sheets: list[RawSheet], referential: Referential) -> list[Problem]:
    """One problem for each of these sheets that holds more than the template wrote, or that is another one."""
    ours = [_said_beside(sheet) for sheet in sheets if is_of_ours(sheet.name, sheet.rows)]
    may_be_older = any(_checksum(sheet) != referential.checksum for sheet in sheets if sheet.name == MODEL_SHEET)
    for sheet in sheets:
        ours += said_beside_codes(sheet, referential, may_be_older=may_be_older)
    explaining = [sheet for sheet in sheets if label_key(sheet.name) in _NAMES and not sheet.is_text]
    if not explaining:
        return ours
    said = (_said(sheet.name, tuple(map(tuple, sheet.rows)), may_be_older, referential) for sheet in explaining)
    return [*ours, *(problem for problem in said if problem is not None)]


def _said_beside(sheet: RawSheet) -> Problem:
    """What somebody wrote in the answer that we gave, or beside the count of the grid's answers."""
    written = [(row, column, sheet.rows[row][column]) for row, column in written_beside(sheet.name, sheet.rows)]
    return _problem(sheet.name, written)


@lru_cache(maxsize=64)
def _said(name: str, rows: tuple[tuple[str, ...], ...], may_be_older: bool, referential: Referential) -> Problem | None:
    """Most workbooks hold these sheets as the template wrote them."""
    known = next(rows for sheet, rows in explained(referential).items() if label_key(sheet) == label_key(name))
    filled = list(_filled(rows))
    written = list(_beside(filled, known, may_be_older))
    if filled and len(written) == len(filled):
        return Problem(_FOREIGN, sheet=name, found=counted(len({row for row, _, _ in filled}), "ligne"))
    return _problem(name, written) if written else None


Filled = tuple[int, int, str]


def _checksum(model: RawSheet) -> str:
    return next((row[1] for row in model.rows if row[:1] == ["referentiel"] and len(row) > 1), "")


def _filled(rows: Sequence[Sequence[str]]) -> Iterator[Filled]:
    for index, row in enumerate(rows):
        yield from ((index, column, text) for column, text in enumerate(row) if text.strip())


def _beside(filled: list[Filled], known: list[list[str]], may_be_older: bool) -> Iterator[Filled]:
    """The cells that the template did not write.

    One of another referential said other words in the same columns: there a row that has a code is taken for its own.
    """
    width = max(map(len, known), default=0)
    named = {row for row, column, _ in filled if column == 0}
    moved = [cell for cell in filled if not _is_in_place(cell, known)]
    # What the template wrote and somebody moved, by sorting: each text as often as it wrote it, in its columns.
    in_place = Counter(label_key(text) for *_, text in filled) - Counter(label_key(text) for *_, text in moved)
    left = Counter(label_key(text) for row in known for text in row) - in_place
    for row, column, text in moved:
        key = label_key(text)
        if column < width and left[key]:
            left[key] -= 1
        elif not (may_be_older and column < width and row in named):
            yield row, column, text


def _is_in_place(cell: Filled, known: list[list[str]]) -> bool:
    row, column, text = cell
    return row < len(known) and column < len(known[row]) and label_key(known[row][column]) == label_key(text)


def _problem(name: str, written: list[Filled]) -> Problem:
    names = [f"{column_letters(column)}{row + 1}" for row, column, _ in written]
    left = len(names) - _MOST_NAMED
    more = f" et {counted(left, 'autre cellule')}" if left > 0 else ""
    return Problem(_RULE, name, written[0][0] + 1, cell=names[0], found=", ".join(names[:_MOST_NAMED]) + more)
