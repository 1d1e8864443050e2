"""Identical problems told once, with their rows ("lignes 4, 7 à 12"); so are those of a cell dragged down.

Belongs here: what makes two problems the same for a reader, and how rows are said. Does not: the machine-readable
answer, which lists problems one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from quality.rules.rules import Problem, Rule

_FEWEST_DRAGGED = 3
_COUNTED = re.compile(r"(.*?)([0-9]{1,9})")


@dataclass(frozen=True)
class ProblemGroup:
    """Problems that differ by their place only, or of a cell dragged down, in the order of the file; never empty."""

    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        return self.problems[0]

    @property
    def rule(self) -> Rule:
        return self.first.rule

    @property
    def found(self) -> str | None:
        """What was found; of a cell dragged down, the first and the last (« CAT-027 à CAT-032 »)."""
        first, last = self.first.found, self.problems[-1].found
        return first if first == last else f"{first} à {last}"

    @property
    def more(self) -> int:
        """How many further cells of the rule, in the whole file, are not told one by one."""
        return sum(problem.more for problem in self.problems)

    @property
    def count(self) -> int:
        """How many problems stand here, those not told one by one too."""
        return len(self.problems) + self.more

    @property
    def cells(self) -> list[str]:
        """Every cell concerned (``H12``), in the order of the file."""
        return list(dict.fromkeys(problem.cell for problem in self.problems if problem.cell))

    @property
    def where(self) -> str:
        """« cellule H12 », « colonne H, lignes 4, 7 à 12 », « lignes 4, 5 », or "" where the problem has no row."""
        rows = {problem.row for problem in self.problems if problem.row is not None}
        if len(rows) == 1 and len(self.cells) == 1:
            return f"cellule {self.cells[0]}"
        columns = {cell.rstrip("0123456789") for cell in self.cells}
        return f"colonne {columns.pop()}, {said_rows(rows)}" if len(columns) == 1 else said_rows(rows)


def group_problems(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """The problems grouped by rule, sheet, column, found and expected, in the order of each group's first."""
    groups: dict[tuple[str | None, ...], list[Problem]] = {}
    for problem in problems:
        same = (problem.rule_code, problem.sheet, problem.column, problem.found, problem.expected)
        groups.setdefault(same, []).append(problem)
    return [ProblemGroup(tuple(group)) for group in _with_dragged(list(groups.values()))]


def _with_dragged(groups: list[list[Problem]]) -> list[list[Problem]]:
    """The groups, with those of a cell dragged down in one: a row and a number more each time."""
    runs: dict[tuple[str | None, ...], list[Problem]] = {}
    ends: dict[int, list[Problem]] = {}
    for group in groups:
        problem = group[0]
        counted = _COUNTED.fullmatch(problem.found or "")
        if len(group) > 1 or problem.row is None or counted is None:
            continue
        stem, number = counted[1], int(counted[2])
        same = (problem.rule_code, problem.sheet, problem.column, problem.expected, stem)
        run = runs.get((*same, str(problem.row - 1), str(number - 1)), [])
        run.append(problem)
        runs[*same, str(problem.row), str(number)] = run
        ends[id(problem)] = run
    told: list[list[Problem]] = []
    for group in groups:
        run = ends.get(id(group[0]), group)
        if len(run) < _FEWEST_DRAGGED:
            told.append(group)
        elif run[0] is group[0]:
            told.append(run)
    return told


def said_rows(rows: Iterable[int]) -> str:
    """``{4, 7, 8, 9}`` as « lignes 4, 7 à 9 »; "" for none."""
    ranges = _ranges(sorted(set(rows)))
    if not ranges:
        return ""
    is_one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"{'ligne' if is_one else 'lignes'} " + ", ".join(_said_range(*bounds) for bounds in ranges)


def _ranges(rows: list[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for row in rows:
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = ranges[-1][0], row
        else:
            ranges.append((row, row))
    return ranges


def _said_range(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}, {last}" if last == first + 1 else f"{first} à {last}"
