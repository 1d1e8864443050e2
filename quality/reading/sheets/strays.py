"""Cells that hold something and stand outside the table that was read: told, since nothing else would.

Belongs here: what is written above the titles, in a column without a title, in a row that holds nothing in a column of
the template. Does not: columns with a title of their own (``sheet_rows``), rows of the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.reading import RawSheet
from sources.workbook.xlsx.cell_errors import column_letters

MOST_NAMED = 20
Cell = tuple[int, int]


def said_of_strays(
    raw: RawSheet, first: int, above: int, titled: Collection[int], read_rows: Collection[int]
) -> list[Problem]:
    """One problem that names the cells outside the table; none where there are none.

    ``first``: index of the first row of the table; ``above``: how many rows stand above its titles; ``titled``: columns
    that have a title; ``read_rows``: indices of the rows that hold something in a column of the template.
    """
    strays = list(_strays(raw, first, above, frozenset(titled), read_rows))
    if not strays:
        return []
    names = [f"{column_letters(column)}{row + 1}" for row, column in strays[:MOST_NAMED]]
    left = len(strays) - len(names)
    more = f" et {counted(left, 'autre cellule')}" if left else ""
    return [Problem("I0420", sheet=raw.name, row=strays[0][0] + 1, cell=names[0], found=", ".join(names) + more)]


def _strays(
    raw: RawSheet, first: int, above: int, titled: frozenset[int], read_rows: Collection[int]
) -> Iterator[Cell]:
    for index in range(min(above, len(raw.rows))):
        yield from ((index, column) for column, text in enumerate(raw.rows[index]) if _holds(text))
    width = len(titled) if titled == frozenset(range(len(titled))) else 0
    for index, row in enumerate(raw.rows[first:], start=first):
        if index not in read_rows:
            yield from ((index, column) for column, text in enumerate(row) if _holds(text))
        elif len(row) > width and not raw.is_text:  # In a text, a row longer than its titles is refused as a whole.
            yield from ((index, column) for column, text in enumerate(row) if column not in titled and _holds(text))


def _holds(text: str) -> bool:
    return bool(text) and not text.isspace()
