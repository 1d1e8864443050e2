"""A grid turned into rows, so that all that reads rows reads it; what is said of it turned back to its own cells.

Belongs here: telling a grid from a sheet of rows, turning it, and the places in what is said. Does not: reading rows
(``quality.reading.sheets``). In a turned sheet a row is a column of the grid: row 7, column H is its cell G8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

import polars as pl

from quality.reading.headings.headings import heading_keys
from quality.reading.normalise import label_key
from quality.rules.rules import Problem
from sources.workbook.reading import RawSheet
from sources.workbook.template.grid import CODE_HEADING, GRID_SHEET, LEVELS_HEADING, QUESTION_HEADING, UNREAD
from sources.workbook.template.layout import Sheet
from sources.workbook.xlsx.cell_errors import column_index, column_letters

IN_GRID = "#"
"""Stands before the number of a line, where else the letters of a column stand."""
_CODE_COLUMNS = 3
"""Among the first columns stands the one that names the lines."""
_MOST_LINES = 300
_FEWEST_NAMED = 8
_CELL = re.compile(r"\b([A-Z]{1,3})([1-9][0-9]*)\b")
_LINES = re.compile(r"\blignes? ([0-9]+(?:(?:, | à )[0-9]+)*)")
_COLUMNS = re.compile(r"\bcolonnes? ([A-Z]{1,3}(?:, [A-Z]{1,3})*)\b")
_NAME_CELLS = frozenset({"I0420", "W0371", "W0320", "I0423", "I0424"})
"""Rules whose words name cells of the sheet."""
_OF_WHOLE_ROWS = frozenset({"W0395", "W0396"})
_DOUBLED = frozenset({"E0396", "W0398"})
_PAIRS = re.compile(r"\(([A-Z]{1,3}) et ([A-Z]{1,3})\)")
_CODE_IN_WORDS = "I0416"
_NAME_LINES = frozenset({"I0407", "I0470", "W0372", "I0491", "I0494", "W0391", "E0395"})
_SAID_LATER = re.compile(r"^(?:une seule ligne : |\d+ cellules, )")
"""How what is expected begins where it names rows, in what is said of values."""

_ELSEWHERE = re.compile(r"\bligne [0-9]+ de la feuille « (.+?) »")

_What = TypeVar("_What")


def turned(raw: RawSheet, sheet: Sheet) -> RawSheet | None:
    """The rows of a grid; None of a sheet that is none. ``sheet``: that of assessments."""
    at = None if raw.is_text else code_column(raw, sheet)
    if at is None:
        return None
    keys = heading_keys(sheet)
    codes = [_text(row, at) for row in raw.rows]
    titles = next((row for row, code in zip(raw.rows, codes, strict=True) if code == CODE_HEADING), [])
    entitled = next((c for c, text in enumerate(titles) if text == QUESTION_HEADING), None)
    explained = {at, *(c for c, text in enumerate(titles) if text in (QUESTION_HEADING, LEVELS_HEADING))}
    unread = {line for line, code in enumerate(codes) if code in (UNREAD, CODE_HEADING)}
    width = max(map(len, raw.rows))
    rows = [[keys.get(label_key(code), code) if line not in unread else "" for line, code in enumerate(codes)]]
    for column in range(width):
        is_read = column not in explained
        rows.append([_cell(row, column) if is_read and line not in unread else "" for line, row in enumerate(raw.rows)])

    def places(found: Mapping[tuple[int, int], _What]) -> dict[tuple[int, int], _What]:
        return {
            (column + 1, line): what
            for (line, column), what in found.items()
            if line not in unread and column not in explained
        }

    def cells(found: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        return frozenset(places(dict.fromkeys(found)))

    return replace(
        raw,
        rows=rows,
        errors=places(raw.errors),
        hidden_rows=frozenset(column + 1 for column in raw.hidden_columns),
        hidden_columns=raw.hidden_rows,
        merged=tuple(
            (left + 1, top, right + 1, bottom) for top, left, bottom, right in raw.merged if top not in unread
        ),
        empty_formulas=cells(raw.empty_formulas),
        percentages=cells(raw.percentages),
        unseen=places(raw.unseen),
        numbers=cells(raw.numbers),
        misread=cells(raw.misread),
        looks=places(raw.looks),
        notes=places(raw.notes),
        is_turned=True,
        titles=() if entitled is None else tuple(_text(row, entitled) for row in raw.rows),
    )


def code_column(raw: RawSheet, sheet: Sheet) -> int | None:
    """The column that names the lines, if one does: all that an assessment must have, and enough questions."""
    lines = raw.rows[:_MOST_LINES]
    required, codes = _codes_of(sheet)
    for at in range(_CODE_COLUMNS):
        texts = {row[at].strip() for row in lines if at < len(row) and row[at]}
        # By their codes, which are ours: a table of somebody's own that was turned has titles there.
        if required <= texts and len(texts & codes) >= _FEWEST_NAMED:
            return at
    return None


@lru_cache(maxsize=4)
def _codes_of(sheet: Sheet) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of the columns that a row must have, and of all columns."""
    required = frozenset(column.code for column in sheet.columns if column.required)
    return required, frozenset(column.code for column in sheet.columns)


def _text(row: list[str], at: int) -> str:
    return _cell(row, at).strip()


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def grid_cell(row_number: int, position: int) -> str:
    """The grid's own cell (``G8``) of a row of the turned sheet, by number, and a column's position."""
    return f"{column_letters(row_number - 2)}{position + 1}"


def grid_lines_of(positions: pl.DataFrame, column_code: str) -> dict[tuple[int, str], int]:
    """(Reception number, sheet) of each grid → the position of the line of a column; ``positions``: of a batch."""
    in_grids = positions.filter(pl.col("letters").str.starts_with(IN_GRID), pl.col("column_code") == column_code)
    rows = in_grids.select("reception_number", "sheet", "letters").iter_rows()
    return {(number, name): int(line.removeprefix(IN_GRID)) - 1 for number, name, line in rows}


def cells_of_lines(lines: pl.Expr, row_number: pl.Expr) -> pl.Expr:
    """The grid's own cells, of lines as ``IN_GRID`` marks them and rows of the turned sheet by number."""
    letters = row_number.map_batches(
        lambda numbers: pl.Series([column_letters(number - 2) for number in numbers]), return_dtype=pl.String
    )
    return letters + lines.str.strip_prefix(IN_GRID)


def is_grid_name(sheet_name: str) -> bool:
    return label_key(sheet_name) == label_key(GRID_SHEET)


def grid_column(row_number: int) -> str:
    """« colonne G », of a row of the turned sheet."""
    return f"colonne {column_letters(row_number - 2)}"


def place_of(sheet: RawSheet, row_number: int) -> str:
    """« ligne 7 », or « colonne G » of a grid."""
    return grid_column(row_number) if sheet.is_turned else f"ligne {row_number}"


def said_in_grid(problem: Problem) -> Problem:
    """What was said of a turned sheet, in the places of the grid."""
    cell = _CELL.sub(_turned_cell, problem.cell) if problem.cell else None
    found = problem.found
    if found and problem.rule_code == "I0493":
        found = re.sub(r"^(\d+) colonne", r"\1 ligne", found)
    if found and problem.rule_code in _NAME_CELLS:
        found = _CELL.sub(_turned_cell, found)
    elif found and problem.rule_code in _NAME_LINES:
        found = _both_ways(found)
    elif found and problem.rule_code in _DOUBLED:
        found = _PAIRS.sub(_as_lines, _LINES.sub(_as_columns, found))
    elif found and problem.rule_code in _OF_WHOLE_ROWS and problem.row and not cell:
        found = found.replace("ligne", grid_column(problem.row), 1)
    problem = replace(problem, expected=_told_later(problem.expected))
    if cell and cell.isdigit():  # The heading of a column is the line itself.
        return replace(problem, cell=None, row=int(cell), found=found)
    return replace(problem, cell=cell, row=row_of(cell), found=found)


def is_as_offered(problem: Problem) -> bool:
    """Whether it says that a use case was chosen from the list of the grid, « name (code) »: no news to whoever did."""
    code = (problem.expected or "").removeprefix("lu comme « ").removesuffix(" »")
    return problem.rule_code == _CODE_IN_WORDS and bool(problem.found) and str(problem.found).endswith(f" ({code})")


def told_beside_grids(problem: Problem, grids: Collection[str]) -> Problem:
    """What was said of a value, in a workbook that has grids: in one of them its cell is the grid's already, its row
    and its words are not; a row of one that another sheet names is a column."""
    there = _ELSEWHERE.search(problem.expected or "")
    is_here = problem.sheet in grids
    expected = problem.expected
    if is_here if there is None else there[1] in grids:
        expected = _told_later(expected)
    if expected and not is_here:
        expected = expected.replace("une seule colonne", "une seule ligne")
    elif expected and there:
        expected = expected.replace("une seule ligne", "une seule colonne")
    return replace(problem, row=row_of(problem.cell) if is_here else problem.row, expected=expected)


def row_of(cell: str | None) -> int | None:
    """The row of a cell (8 of ``G8``)."""
    found = _CELL.fullmatch(cell or "")
    return int(found[2]) if found else None


def _turned_cell(found: re.Match[str]) -> str:
    return grid_cell(int(found[2]), column_index(found[1]))


def _both_ways(text: str) -> str:
    """Lines named as columns, and columns as lines."""
    if _LINES.search(text):
        return _LINES.sub(_as_columns, text)
    return _COLUMNS.sub(lambda found: _numbered(found[1], "ligne", lambda name: str(column_index(name) + 1)), text)


def _as_columns(found: re.Match[str]) -> str:
    return _numbered(found[1], "colonne", lambda number: column_letters(int(number) - 2))


def _as_lines(found: re.Match[str]) -> str:
    """Two columns, as the lines of the grid."""
    return f"(lignes {column_index(found[1]) + 1} et {column_index(found[2]) + 1})"


def _told_later(expected: str | None) -> str | None:
    if expected and _SAID_LATER.match(expected):
        return _LINES.sub(_as_columns, expected).replace("une seule ligne", "une seule colonne")
    return expected


def _numbered(listed: str, word: str, name: Callable[[str], str]) -> str:
    names = re.sub(r"[0-9]+|[A-Z]+", lambda one: name(one[0]), listed)
    return f"{word if len(re.findall(r'[0-9A-Z]+', names)) == 1 else word + 's'} {names}"
