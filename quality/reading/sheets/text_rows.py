"""The rows of a text table that cannot be taken for what they seem: torn by a quote, shifted by a sign, cut short.

Belongs here: telling them, one sentence a cause. Does not: reading the text (``sources.workbook.text.csv_reading``),
cells (``validation``).

A row has as many cells as there are headings. One cell fewer or more, and every answer after some place may be that of
another question, though each looks well: nothing in the row says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from quality.reading.headings.headings import Headings
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.formats.marks import column_letters
from sources.workbook.reading import RawSheet

_SHORT, _LONG = "E0243", "E0244"
_BLOCK = 16
"""Excel cuts the blank cells at the end of rows by blocks of that many: all rows of a block have the same width."""


def torn_problems(raw: RawSheet) -> Iterator[Problem]:
    """What is said of the rows that reading could not give, each cause once, at the row where it begins."""
    said: tuple[str, str] | None = None
    for row, what in sorted(raw.torn.items()):
        if what != said or row - 1 not in raw.torn:
            yield Problem(what[0], sheet=raw.name, row=row + 1, found=what[1])
        said = what


def remark_problems(raw: RawSheet) -> Iterator[Problem]:
    """What is said of the whole file: its encoding, its quotes."""
    for rule, found, expected in raw.remarks:
        yield Problem(rule, sheet=raw.name, found=found, expected=expected or None)


def shifted_rows(raw: RawSheet, heading_rows: range, numbers: list[int]) -> Iterator[Problem]:
    """Those of the rows (by number) that have not one cell a heading, and are no rows of a block cut by Excel."""
    asked = max(len(raw.rows[row]) for row in heading_rows)
    titles, widths, hint = _titles(raw, heading_rows), {len(raw.rows[number - 1]) for number in numbers}, ""
    if widths == {asked - 1} and not titles[-1] and all(raw.rows[number - 1][-1].strip() for number in numbers):
        asked -= 1  # A sign too many behind the last title, and behind no row: nothing is shifted.
    elif widths == {asked - 1} and titles.count("") == 1:
        hint = f" (colonne {column_letters(titles.index(''))} sans titre : un séparateur de trop ?)"
    for index, number in enumerate(numbers):
        cells = len(raw.rows[number - 1])
        follower = numbers[index + 1] if index + 1 < len(numbers) else 0
        if cells == asked and follower and _goes_on(raw, number - 1, follower - 1, asked):
            yield Problem(_SHORT, sheet=raw.name, row=number, found=f"suite à la ligne {follower}")
        elif cells != asked and not (cells < asked and _is_cut_by_excel(raw, number - 1)):
            rule = _SHORT if cells < asked else _LONG
            said = f"{asked} cellules{hint}"
            yield Problem(rule, sheet=raw.name, row=number, found=counted(cells, "cellule"), expected=said)


def _titles(raw: RawSheet, heading_rows: range) -> list[str]:
    """The text above each column, "" where there is none."""
    rows = [raw.rows[row] for row in heading_rows]
    return ["".join(cells).strip() for cells in zip_longest(*rows, fillvalue="")]


def _goes_on(raw: RawSheet, row: int, follower: int, asked: int) -> bool:
    """Whether the last cell of the row goes on in the next one: a line break that no quotes hold together."""
    return asked > 2 and len(raw.rows[follower]) == 1 and bool(raw.rows[row][-1].strip())


def doubtful_rows(raw: RawSheet, headings: Headings, numbers: list[int]) -> tuple[frozenset[int], list[Problem]]:
    """The numbers of the rows that are torn or shifted, and what is said of those that are shifted."""
    shifted = list(shifted_rows(raw, range(headings.row, headings.last_row + 1), numbers))
    return frozenset([problem.row for problem in shifted if problem.row] + [row + 1 for row in raw.torn]), shifted


def certain_rows_only(sheets: list[RawSheet]) -> tuple[list[RawSheet], list[Problem]]:
    """Text tables whose headings stand first, without the rows that are uncertain, and what is said of these."""
    certain: list[RawSheet] = []
    problems: list[Problem] = []
    for raw in sheets:
        if raw.is_text and raw.rows:
            filled = [number for number, row in enumerate(raw.rows[1:], start=2) if any(text.strip() for text in row)]
            shifted = list(shifted_rows(raw, range(1), filled))
            refused = {problem.row for problem in shifted}
            problems += [*remark_problems(raw), *torn_problems(raw), *shifted]
            if refused:
                rows = [[] if number in refused else row for number, row in enumerate(raw.rows, start=1)]
                raw = replace(raw, rows=rows)
        certain.append(raw)
    return certain, problems


def _is_cut_by_excel(raw: RawSheet, row: int) -> bool:
    """Whether each row of its block, two at least, has the same width, and one of them fills its last cell."""
    start = row - row % _BLOCK
    block = [cells for cells in raw.rows[start : start + _BLOCK] if any(text.strip() for text in cells)]
    width = len(raw.rows[row])
    alike = all(len(cells) == width for cells in block)
    return alike and len(block) > 1 and any(cells[-1].strip() for cells in block)
