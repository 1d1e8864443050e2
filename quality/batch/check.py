"""Checking a file where it stands, without intake, archive or warehouse: what its sender can do before dropping it.

Belongs here: the rules decidable from the file alone. What needs earlier submissions is not checked, and said so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from quality.answers.answer import AnnotatedWorkbook, Answer, answer_to
from quality.answers.receipts import receipt_html, receipt_json
from quality.batch.bounds import without_garbage_collection
from quality.batch.bundles import divided_verdict, files_of, unread_verdict
from quality.batch.form_exports import check_export
from quality.privacy.guard import guard
from quality.reading.envelopes.csv_envelope import by_row
from quality.reading.envelopes.form_tables import find_workbook
from quality.rules.grouping import ProblemGroup, group_problems
from quality.rules.rules import RULES, Rule
from quality.verdicts.committee_judging import check_decisions, is_decisions
from quality.verdicts.validation import validate
from quality.verdicts.verdicts import BUNDLE, REFUSED, FileVerdict, decide
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.pool import READERS
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout
from sources.workbook.zipped import unpacked


@dataclass(frozen=True)
class FileCheck:
    """The answer to a file that stays where it is; ``exit_code`` is 0 clean, 1 problems in the data, 2 not readable.

    ``parts``: name and bytes of each submission of a text that holds several.
    """

    path: Path
    answer: Answer
    is_readable: bool
    parts: list[tuple[str, bytes]] = field(default_factory=list)

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
        from quality.answers.annotated import annotated_workbook

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
        lines += [_line(group) for group in group_problems(self.verdict.problems)]
        not_checked = [f"  {rule.code} {rule.sentence}" for rule in self.answer.not_checked]
        title = "Non vérifié ici (dépend du dossier de dépôt ou de ce qui a déjà été envoyé) :"
        return "\n".join([*lines, "", title, *not_checked])

    def as_json(self, files: dict[str, str | None] | None = None) -> str:
        """The same for machines; ``files`` names the other answers written beside it, by kind."""
        return receipt_json(self.answer, self.workbook if files and files.get("xlsx") else None, files)

    def as_html(self, workbook_name: str | None = None) -> str:
        """The same as a page; ``workbook_name`` is the annotated workbook's, where it is written beside it."""
        return receipt_html(self.answer, self.workbook if workbook_name else None, workbook_name)


@without_garbage_collection()
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
    export = check_export(referential, guarded.sheets)
    verdict, parts = (export, []) if export else _check_workbook(guarded.sheets, referential)
    verdict = replace(verdict, problems=[*verdict.problems, *guarded.problems], masked=guarded.masked)
    return FileCheck(path, _answer(verdict, referential, path), is_readable=True, parts=parts)


def check_with_inner_files(path: Path, referential: Referential) -> Iterator[FileCheck]:
    """The check of a file, and that of each of its files where it is a zip of several workbooks, or of its submissions.

    They are named after it. Such a file stands where its check says until the next one is asked for.

    Raises:
        OSError: the file cannot be opened.
    """
    check = check_file(path, referential)
    yield check
    inner_files = unpacked(path) if check.verdict.code == BUNDLE else check.parts
    if inner_files:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in inner_files:
                inner = Path(folder) / f"{path.stem} – {name}"
                inner.write_bytes(content)
                yield check_file(inner, referential)


def _check_workbook(sheets: list[RawSheet], referential: Referential) -> tuple[FileVerdict, list[tuple[str, bytes]]]:
    if is_decisions(sheets):
        return check_decisions(sheets, referential), []
    layout = workbook_layout(referential)
    structure, tables = find_workbook(sheets, referential)
    found = by_row(structure, tables, layout[0], referential, None)
    if found.parts:
        return divided_verdict(found), files_of(found)
    return decide(0, found, validate({0: found}, layout, referential, {}), None), []


def history_rules() -> list[Rule]:
    """The rules that need the folder of the drop, or what the warehouse already holds."""
    return [rule for rule in RULES.values() if rule.scope == "history"]


def _answer(verdict: FileVerdict, referential: Referential, path: Path) -> Answer:
    return replace(answer_to(None, verdict, referential, path.name), not_checked=history_rules())


def _line(group: ProblemGroup) -> str:
    problem, rule = group.first, group.rule
    where = group.where if group.count > 1 else problem.cell or (problem.row and f"ligne {problem.row}")
    place = " ".join(part for part in (problem.sheet, where) if part)
    found = f" Trouvé : « {group.found} »." if group.found else ""
    expected = f" Attendu : {problem.expected.rstrip('.')}." if problem.expected else ""
    return f"{rule.severity.upper()} {problem.rule_code} {place} – {rule.sentence}{found}{expected} {rule.remedy}"
