"""What is wrong in the referential, said in French to the person who must mend it.

Belongs here: the types and the shape of the sentence. Does not: the checks themselves.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReferentialProblem:
    """One problem; ``line`` counts as a text editor does, heading line 1; ``message`` names file and line."""

    file: Path
    line: int | None
    column: str | None
    message: str

    @classmethod
    def at(cls, file: Path, line: int | None, column: str | None, what: str) -> ReferentialProblem:
        """The problem ``what`` (French, with its remedy), its sentence opened by where it stands."""
        where = short_name(file)
        where += f", ligne {line}" if line is not None else ""
        where += f", colonne « {column} »" if column is not None else ""
        return cls(file, line, column, f"{where} : {what}")

    def __str__(self) -> str:
        return self.message


class ReferentialError(Exception):
    """The referential cannot be used; ``problems`` holds all that is wrong, in the order of files and lines."""

    def __init__(self, problems: list[ReferentialProblem]) -> None:
        self.problems = problems
        count = f"{len(problems)} problèmes" if len(problems) > 1 else "1 problème"
        super().__init__("\n".join([f"Référentiel refusé, {count} :", *(f"- {problem}" for problem in problems)]))


def short_name(file: Path) -> str:
    """Enough of a path to tell a site's file from the shipped one of the same name."""
    return "/".join(file.parts[-3:])


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """A hint such as ``Vouliez-vous dire « AXE_1 » ?``, or the allowed values where they are few, or nothing."""
    values = list(allowed)
    close = difflib.get_close_matches(found, values, n=1, cutoff=0.6)
    if close:
        return f" Vouliez-vous dire « {close[0]} » ?"
    if 0 < len(values) <= 12:
        return " Valeurs admises : " + ", ".join(values) + "."
    return ""
