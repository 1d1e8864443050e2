"""Judging a batch of receptions: read, recognised, validated, and given a verdict beside what is already known.

Belongs here: the way from archived bytes to verdicts. Does not: writing anything (``batch``).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from quality.bundles import unread_verdict
from quality.committee.judging import JudgedDecisions, is_decisions, judge_decisions
from quality.form_exports import JudgedExport, judge_export
from quality.history import History, PresentState
from quality.privacy.guard import EXPECTED, GuardedSheets, guard, shown_name
from quality.privacy.kinds import IN_A_NAME
from quality.rules import Problem
from quality.structure import FoundWorkbook, find_structure
from quality.validation import ValidatedBatch, validate
from quality.verdicts import (
    PARTIAL,
    PURGED,
    TAKEN,
    UNCHANGED,
    WITHDRAWN,
    FileVerdict,
    Submission,
    decide,
    refused,
)
from sources import archive, archive_events
from sources.archive import Reception
from sources.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.layout import workbook_layout
from sources.workbook.pool import READERS

_READERS = 2
_PURGED = FileVerdict(PURGED, None)
_TAKING = (TAKEN, PARTIAL, WITHDRAWN)

Phase = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Judgement:
    """``verdicts`` for every reception of the batch; ``submissions`` for those that count, by reception number.

    ``exports``: the forms' exports, whose responses are to be received and judged next. ``decisions``: the workbooks of
    decisions, which are no submissions. ``versions``: that of the template, for each workbook that says one.
    """

    validated: ValidatedBatch
    verdicts: dict[int, FileVerdict]
    submissions: dict[int, Submission]
    exports: dict[int, JudgedExport]
    decisions: JudgedDecisions
    versions: dict[int, int | None]


def judge(
    home: Home,
    referential: Referential,
    batch: list[Reception],
    history: History,
    phase: Phase = lambda _: nullcontext(),
) -> Judgement:
    """Judge receptions in the order of their numbers; ``history`` moves on with each one that counts.

    Raises:
        RuleBugError: a check could not run; nothing is said of the data.
    """
    layout = workbook_layout(referential)
    folders = {r.number: r.folder for r in batch if _is_known(r.folder, referential)}
    owners = {number: folder for number, folder in folders.items() if folder != COORDINATORS_FOLDER}
    with phase("lecture"):
        verdicts: dict[int, FileVerdict] = {}
        found: dict[int, FoundWorkbook] = {}
        guarded: dict[int, GuardedSheets] = {}
        exports: dict[int, JudgedExport] = {}
        decided: dict[int, GuardedSheets] = {}
        for reception, read in _read_all(home, batch, folders):
            if isinstance(read, FileVerdict):
                verdicts[reception.number] = read
            elif export := judge_export(home, referential, reception, read.sheets):
                verdicts[reception.number] = _with_what_was_masked(export.verdict, read)
                exports[reception.number] = export
            elif is_decisions(read.sheets):
                decided[reception.number] = read
            else:
                guarded[reception.number] = read
                found[reception.number] = find_structure(read.sheets, layout)
    with phase("validation"):
        validated = validate(found, layout, referential, owners)
        by_number = {reception.number: reception for reception in batch}
        sheets = {number: each.sheets for number, each in decided.items()}
        decisions = judge_decisions(home.lake, referential, by_number, sheets)
        for number, verdict in decisions.verdicts.items():
            verdicts[number] = _with_what_was_masked(verdict, decided[number])
        submissions: dict[int, Submission] = {}
        for reception in batch:
            number = reception.number
            if number in found:
                verdict = decide(number, found[number], validated, owners.get(number))
                verdict = _beside_history(verdict, reception, referential.checksum, history)
                if verdict.submission is not None and verdict.code in _TAKING:
                    submissions[number] = verdict.submission
                verdicts[number] = _with_what_was_masked(verdict, guarded[number])
            verdicts[number] = _with_what_the_name_holds(verdicts[number], reception)
        for number, problems in history.problems(home.lake, validated).items():
            verdicts[number] = _with_more(verdicts[number], problems)
    versions = {number: workbook.version for number, workbook in found.items()}
    return Judgement(validated, verdicts, submissions, exports, decisions, versions)


def _is_known(folder: str, referential: Referential) -> bool:
    return folder == COORDINATORS_FOLDER or folder in referential.codes("organisations")


def _beside_history(
    verdict: FileVerdict, reception: Reception, referential_sha256: str, history: History
) -> FileVerdict:
    """A submission that would be taken becomes what counts for its key, unless it already is."""
    if verdict.submission is None or verdict.code not in _TAKING:
        return verdict
    if history.is_unchanged(verdict.submission, reception.content_sha256, referential_sha256):
        return replace(verdict, code=UNCHANGED)
    state = PresentState(reception.number, reception.content_sha256, referential_sha256)
    history.accept(verdict.submission, state)
    return verdict


def _with_what_was_masked(verdict: FileVerdict, guarded: GuardedSheets) -> FileVerdict:
    if not guarded.problems:
        return verdict
    return replace(_with_more(verdict, guarded.problems), masked=guarded.masked)


def _with_what_the_name_holds(verdict: FileVerdict, reception: Reception) -> FileVerdict:
    shown, is_personal = shown_name(reception.file_name)
    if not is_personal or verdict.code == PURGED:
        return verdict
    return _with_more(verdict, [Problem(IN_A_NAME, found=shown, expected=EXPECTED)])


def _with_more(verdict: FileVerdict, problems: list[Problem]) -> FileVerdict:
    return replace(verdict, problems=[*verdict.problems, *problems])


def _read_all(
    home: Home, batch: list[Reception], folders: dict[int, str]
) -> list[tuple[Reception, GuardedSheets | FileVerdict]]:
    """The sheets of each reception, personal data masked, or the verdict when there are none to judge."""
    purged = archive_events.purges(home)
    purged_contents = {purge.content_sha256 for purge in purged.values()}

    def read(reception: Reception) -> GuardedSheets | FileVerdict:
        if reception.number in purged:
            return _PURGED
        if reception.content_sha256 in purged_contents:
            return refused(Problem("E0501"))
        if reception.number not in folders:
            folder = reception.folder or "la racine du dépôt"
            return refused(Problem("E0007", found=shown_name(folder)[0], expected="un code d'organisation"))
        path = archive.content_path(home, reception.content_sha256)
        try:
            return guard(READERS.read(path))
        except UnreadableFileError as error:
            return unread_verdict(error, path)

    due = iter(batch)
    answers: dict[int, GuardedSheets | FileVerdict] = {}

    def read_some() -> None:
        for reception in due:
            answers[reception.number] = read(reception)

    with ThreadPoolExecutor(_READERS) as readers:
        for reader in [readers.submit(read_some) for _ in range(_READERS)]:
            reader.result()
    return [(reception, answers[reception.number]) for reception in batch]
