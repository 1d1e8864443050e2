"""What somebody wrote in the lines of a grid that hold no answer, and a grid that lost the codes of its lines.

Belongs here: telling them. Does not: turning a grid (``turning``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from quality.reading.grids.turning import code_column, is_grid_name
from quality.reading.normalise import label_key
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.grid import (
    CODE_HEADING,
    FIRST_ASSESSMENT,
    LEVELS_HEADING,
    QUESTION_HEADING,
    UNREAD,
    assessment_sheet,
    grid_lines,
)
from sources.workbook.xlsx.cell_errors import column_letters

_MOST_NAMED = 20
_FIRST_COLUMNS = 3
"""Among them stands the one of the codes."""


def said_beside_codes(sheet: RawSheet, referential: Referential, *, may_be_older: bool) -> Iterator[Problem]:
    """What somebody wrote between the codes and the first answers, where the template explains.

    A grid of another referential says other words on the lines that have a code.
    """
    at = None if sheet.is_text else code_column(sheet, assessment_sheet(referential))
    titles = next((row for row in sheet.rows if at is not None and row[at : at + 1] == [CODE_HEADING]), [])
    explaining = [c for c, text in enumerate(titles) if text in (QUESTION_HEADING, LEVELS_HEADING)]
    known = _written(referential) if explaining else frozenset()
    cells = [
        f"{column_letters(column)}{line + 1}"
        for line, row in enumerate(sheet.rows)
        if explaining and not (may_be_older and "".join(row[at : (at or 0) + 1]).strip())
        for column in explaining
        if (text := "".join(row[column : column + 1]).strip()) and label_key(text) not in known
    ]
    if cells:
        yield _told(sheet, cells)


@lru_cache(maxsize=4)
def _written(referential: Referential) -> frozenset[str]:
    lines = [*grid_lines(referential), *grid_lines(referential, is_short=True)]
    texts = {text for line in lines for text in (line.text, line.levels)}
    return frozenset(map(label_key, (*texts, QUESTION_HEADING, LEVELS_HEADING)))


def said_of_grids(received: Iterable[RawSheet], read: Iterable[RawSheet]) -> Iterator[Problem]:
    """Of each sheet as it was received and as it is read: a grid is turned, or cannot be."""
    for sheet, grid in zip(received, read, strict=True):
        if grid.is_turned and not sheet.is_turned:
            yield from _said_of_unread_lines(sheet)
        elif is_grid_name(sheet.name) and not grid.is_turned and any(map(any, sheet.rows)):
            found = "absente, ou ses codes sont changés"
            expected = "la colonne A du modèle, avec un code par ligne : evaluateur, role, cas_usage, IMP_1_1…"
            yield Problem("E0102", sheet=sheet.name, row=1, column=CODE_HEADING, found=found, expected=expected)


def _said_of_unread_lines(sheet: RawSheet) -> Iterator[Problem]:
    """Words in the columns to fill, on the lines of titles, bands and counts: the template writes numbers there."""
    cells = [
        f"{column_letters(column)}{line + 1}"
        for line, row in enumerate(sheet.rows)
        if (at := _code_at(row)) is not None
        for column, text in enumerate(row)
        if column >= FIRST_ASSESSMENT + at and any(map(str.isalpha, text))
    ]
    if cells:
        yield _told(sheet, cells)


def _told(sheet: RawSheet, cells: list[str]) -> Problem:
    left = len(cells) - _MOST_NAMED
    more = f" et {counted(left, 'autre cellule')}" if left > 0 else ""
    return Problem("I0420", sheet=sheet.name, cell=cells[0], found=", ".join(cells[:_MOST_NAMED]) + more)


def _code_at(row: list[str]) -> int | None:
    """Where the line says that it holds no answer; None where it does not."""
    return next((at for at, text in enumerate(row[:_FIRST_COLUMNS]) if text.strip() in (UNREAD, CODE_HEADING)), None)
