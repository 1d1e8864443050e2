"""Checking a file where it stands, without intake, archive or warehouse: what its sender can do before dropping it.

Belongs here: the rules decidable from the file alone. What needs earlier submissions is not checked, and said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quality.receipts import receipt_html, receipt_json, summary
from quality.rules import RULES, Problem
from quality.structure import find_structure
from quality.validation import validate
from quality.verdicts import REFUSED, FileVerdict, decide, refused
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.layout import workbook_layout
from sources.workbook.reading import read_workbook

HISTORY_RULES = ("W0310", "W0311", "E0901")
"""Rules that need what is already in the warehouse."""


@dataclass(frozen=True)
class FileCheck:
    """The verdict on a file; ``exit_code`` is 0 clean, 1 problems in the data, 2 not readable."""

    path: Path
    verdict: FileVerdict
    is_readable: bool

    @property
    def exit_code(self) -> int:
        if not self.is_readable:
            return 2
        has_errors = any(problem.rule.severity == "erreur" for problem in self.verdict.problems)
        return 1 if has_errors or self.verdict.code == REFUSED else 0

    def as_text(self) -> str:
        """The answer for a terminal."""
        lines = [f"{self.path.name} : {self.verdict.label}", summary(self.verdict)]
        lines += [
            f"  {count.sheet} : lues {count.read}, prises {count.taken}, non prises {count.rejected}, "
            f"ignorées {count.ignored}"
            for count in self.verdict.counts
        ]
        lines += [_line(problem) for problem in self.verdict.problems]
        return "\n".join([*lines, "", *_not_checked()])

    def as_json(self) -> str:
        return receipt_json(None, self.verdict)

    def as_html(self, referential: Referential) -> str:
        return receipt_html(None, self.verdict, referential, self.path.name)


def check_file(path: Path, referential: Referential) -> FileCheck:
    """Judge the file at ``path`` by the rules that need nothing else.

    Raises:
        OSError: the file cannot be opened.
    """
    layout = workbook_layout(referential)
    try:
        found = find_structure(read_workbook(path.read_bytes()), layout)
    except UnreadableFileError as error:
        return FileCheck(path, refused(Problem(error.rule_code, found=error.found)), is_readable=False)
    batch = validate({0: found}, layout, referential, {})
    return FileCheck(path, decide(0, found, batch, None), is_readable=True)


def _line(problem: Problem) -> str:
    place = " ".join(part for part in (problem.sheet, problem.cell or (problem.row and f"ligne {problem.row}")) if part)
    found = f" Trouvé : « {problem.found} »." if problem.found else ""
    expected = f" Attendu : {problem.expected}." if problem.expected else ""
    severity = problem.rule.severity.upper()
    return f"{severity} {problem.rule_code} {place} – {problem.rule.sentence}{found}{expected} {problem.rule.remedy}"


def _not_checked() -> list[str]:
    return ["Non vérifié ici, faute de l'historique :", *(f"  {code} {RULES[code].sentence}" for code in HISTORY_RULES)]
