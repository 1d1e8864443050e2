"""Checking a file where it stands, without intake, archive or warehouse: what its sender can do before dropping it.

Belongs here: the rules decidable from the file alone. What needs earlier submissions is not checked, and said so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from quality.answer import AnnotatedWorkbook, Answer, answer_to
from quality.bundles import unread_verdict
from quality.collecting import without_collecting
from quality.committee.judging import check_decisions, is_decisions
from quality.form_exports import check_export
from quality.privacy.guard import guard
from quality.receipts import receipt_html, receipt_json
from quality.rules import RULES, Problem, Rule
from quality.structure import find_structure
from quality.validation import validate
from quality.verdicts import BUNDLE, REFUSED, FileVerdict, decide
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.layout import workbook_layout
from sources.workbook.pool import READERS
from sources.workbook.reading import RawSheet
from sources.workbook.zipped import unpacked


@dataclass(frozen=True)
class FileCheck:
    """The answer to a file that stays where it is; ``exit_code`` is 0 clean, 1 problems in the data, 2 not readable."""

    path: Path
    answer: Answer
    is_readable: bool

    @property
    def verdict(self) -> FileVerdict:
        return self.answer.verdict

    @property
    def exit_code(self) -> int:
        if not self.is_readable:
            return 2
        has_errors = any(problem.rule.severity == "erreur" for problem in self.verdict.problems)
        return 1 if has_errors or self.verdict.code == REFUSED else 0

    @cached_property
    def workbook(self) -> AnnotatedWorkbook | None:
        """The annotated workbook; None for a file that cannot be read. Written when it is first asked for."""
        from quality.annotated import annotated_workbook

        return annotated_workbook(self.path, self.answer)

    def as_text(self) -> str:
        """The answer for a terminal."""
        lines = [f"{self.answer.file_name} : {self.verdict.label}", self.answer.summary]
        if self.answer.masked_sentence:
            lines.append(self.answer.masked_sentence)
        lines += [
            f"  {count.sheet} : lues {count.read}, prises {count.taken}, non prises {count.rejected}, "
            f"ignorées {count.ignored}"
            for count in self.verdict.counts
        ]
        lines += [_line(problem) for problem in self.verdict.problems]
        not_checked = [f"  {rule.code} {rule.sentence}" for rule in self.answer.not_checked]
        title = "Non vérifié ici (dépend du dossier de dépôt ou de ce qui a déjà été envoyé) :"
        return "\n".join([*lines, "", title, *not_checked])

    def as_json(self, files: dict[str, str | None] | None = None) -> str:
        """The same for machines; ``files`` names the other answers written beside it, by kind."""
        return receipt_json(self.answer, self.workbook if files and files.get("xlsx") else None, files)

    def as_html(self, workbook_name: str | None = None) -> str:
        """The same as a page; ``workbook_name`` is the annotated workbook's, where it is written beside it."""
        return receipt_html(self.answer, self.workbook if workbook_name else None, workbook_name)


@without_collecting()
def check_file(path: Path, referential: Referential) -> FileCheck:
    """Judge the file at ``path`` by the rules that need nothing else.

    Raises:
        OSError: the file cannot be opened.
    """
    try:
        guarded = guard(READERS.read(path))
    except UnreadableFileError as error:
        verdict = unread_verdict(error, path)
        return FileCheck(path, _answer(verdict, referential, path), is_readable=verdict.code == BUNDLE)
    verdict = check_export(referential, guarded.sheets) or _check_workbook(guarded.sheets, referential)
    verdict = replace(verdict, problems=[*verdict.problems, *guarded.problems], masked=guarded.masked)
    return FileCheck(path, _answer(verdict, referential, path), is_readable=True)


def check_with_inner_files(path: Path, referential: Referential) -> Iterator[FileCheck]:
    """The check of a file, and for a zip of several workbooks that of each of its files, named after the zip.

    A file of a zip stands where its check says until the next one is asked for.

    Raises:
        OSError: the file cannot be opened.
    """
    check = check_file(path, referential)
    yield check
    if check.verdict.code == BUNDLE:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in unpacked(path):
                inner = Path(folder) / f"{path.stem} – {name}"
                inner.write_bytes(content)
                yield check_file(inner, referential)


def _check_workbook(sheets: list[RawSheet], referential: Referential) -> FileVerdict:
    if is_decisions(sheets):
        return check_decisions(sheets, referential)
    layout = workbook_layout(referential)
    found = find_structure(sheets, layout)
    return decide(0, found, validate({0: found}, layout, referential, {}), None)


def history_rules() -> list[Rule]:
    """The rules that need the folder of the drop, or what the warehouse already holds."""
    return [rule for rule in RULES.values() if rule.scope == "history"]


def _answer(verdict: FileVerdict, referential: Referential, path: Path) -> Answer:
    return replace(answer_to(None, verdict, referential, path.name), not_checked=history_rules())


def _line(problem: Problem) -> str:
    place = " ".join(part for part in (problem.sheet, problem.cell or (problem.row and f"ligne {problem.row}")) if part)
    found = f" Trouvé : « {problem.found} »." if problem.found else ""
    expected = f" Attendu : {problem.expected.rstrip('.')}." if problem.expected else ""
    severity = problem.rule.severity.upper()
    return f"{severity} {problem.rule_code} {place} – {problem.rule.sentence}{found}{expected} {problem.rule.remedy}"
