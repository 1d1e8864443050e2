"""Headings that stand twice in a sheet, as where a second table was put beside the first: which column is read.

Belongs here: telling them, and the rows in which the two columns do not say the same. Does not: a second table below
the first (``set_apart``), columns of a form (``form_tables``).

The first column of a name is read. Where the second answers otherwise, nothing tells which was meant: the row is
refused, but for a column of words, of which the second is most often a remark of somebody's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quality.reading.headings.headings import Headings, heading_keys
from quality.reading.normalise import label_key, value_key
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from sources.workbook.template.layout import Sheet
from sources.workbook.xlsx.cell_errors import column_letters

DOUBLED = "E0396"
"""Refuses rows, and not the file."""
_DOUBLED_WORDS = "W0398"
_MOST_NAMED = 12

Rows = Sequence[tuple[int, list[str]]]


class Doubled(NamedTuple):
    """The numbers of the rows that are refused; the columns that are told; what is said, once for each rule."""

    refused: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    problems: tuple[Problem, ...] = ()


def doubled(name: str, sheet: Sheet, headings: Headings, rows: Rows) -> Doubled:
    """What follows from the headings that repeat one on their left, in the rows where the two columns differ."""
    keys = heading_keys(sheet) if headings.extra else {}
    repeated = {at: keys.get(label_key(text)) for at, text in headings.extra.items()}
    refused: set[int] = set()
    columns: set[int] = set()
    told: dict[str, tuple[list[str], set[int]]] = {}
    for at, code in repeated.items():
        first = headings.positions.get(code or "")
        numbers = {number for number, row in rows if _says_otherwise(row, first, at)} if first is not None else set()
        if code is None or first is None or not numbers:
            continue
        column = sheet.column(code)
        rule = _DOUBLED_WORDS if column.kind == "text" and not column.required else DOUBLED
        names, all_numbers = told.setdefault(rule, ([], set()))
        names.append(f"« {column.label} » ({column_letters(first)} et {column_letters(at)})")
        all_numbers |= numbers
        columns.add(at)
        refused |= numbers if rule == DOUBLED else set()
    problems = (
        Problem(rule, name, min(numbers), found=f"{_listed(names)} : {said_rows(numbers)}")
        for rule, (names, numbers) in told.items()
    )
    return Doubled(frozenset(refused), frozenset(columns), tuple(problems))


def _listed(names: list[str]) -> str:
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" et {left} autres" if left > 0 else "")


def _says_otherwise(row: Sequence[str], first: int, second: int) -> bool:
    """Whether the second cell holds something else than the first; an empty one takes nothing back."""
    again = row[second].strip() if second < len(row) else ""
    return bool(again) and value_key(again) != value_key(row[first] if first < len(row) else "")
