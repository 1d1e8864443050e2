"""What is written on the cells of an annotated workbook: where each problem is shown, and in which words.

Belongs here: the place and text of each note. Does not: how a note is drawn (``comments``, ``fresh``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from quality.answers.answer import unbroken
from quality.rules.rules import Problem
from sources.workbook.seals import sealed
from sources.workbook.xlsx.cell_errors import column_index

HEADING = "CARTOGRAPHIE – "
"""How our comments begin: what an earlier answer wrote is known by it, and taken away by the next."""

MOST_NOTES = 10_000
"""Beyond it a spreadsheet program opens too slowly: the other cells are coloured, and listed on the first sheet."""

TITLES = {"erreur": "À corriger", "avertissement": "À vérifier", "information": "Pour information"}
_GRAVEST_FIRST = ("erreur", "avertissement", "information")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LONGEST_NOTE = 8000

Position = tuple[int, int]
"""(row as a spreadsheet counts, 0-based column)."""


@dataclass(frozen=True)
class Note:
    """What one cell shows: the gravest severity of its problems, and the words of all of them."""

    severity: str
    text: str


def position(reference: str) -> Position | None:
    """(3, 4) for ``E3``; None for what names no cell."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), column_index(found[1])) if found else None


def notes_by_sheet(problems: Iterable[Problem]) -> dict[str, dict[Position, Note]]:
    """Sheet name → cell → note; a problem of a whole row stands in its first column."""
    gathered: dict[str, dict[Position, list[Problem]]] = {}
    for problem in problems:
        place = position(problem.cell) if problem.cell else (problem.row, 0) if problem.row else None
        if problem.sheet is not None and place is not None:
            gathered.setdefault(problem.sheet, {}).setdefault(place, []).append(problem)
    return {
        sheet: {place: _note(listed) for place, listed in sorted(cells.items())} for sheet, cells in gathered.items()
    }


def _note(problems: list[Problem]) -> Note:
    listed = sorted(problems, key=lambda problem: _GRAVEST_FIRST.index(problem.rule.severity))
    text = "\n\n".join(_words(problem) for problem in listed)
    return Note(listed[0].rule.severity, sealed(text[:_LONGEST_NOTE]))


def _words(problem: Problem) -> str:
    rule = problem.rule
    lines = [f"{HEADING}{TITLES[rule.severity]} ({problem.rule_code})", unbroken(rule.sentence)]
    if problem.found:
        lines.append(f"Trouvé\u00a0: «\u00a0{problem.found}\u00a0»")
    if problem.expected:
        lines.append(unbroken(f"Attendu : {problem.expected}"))
    lines.append(unbroken(f"Que faire : {rule.remedy}"))
    return "\n".join(lines)
