"""Judging a batch of receptions: read, recognised, validated, and given a verdict beside what is already known.

Belongs here: the way from archived bytes to verdicts. Does not: writing anything (``batch``).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from quality.history import History, PresentState
from quality.rules import Problem
from quality.structure import FoundWorkbook, find_structure
from quality.validation import ValidatedBatch, validate
from quality.verdicts import PARTIAL, TAKEN, UNCHANGED, WITHDRAWN, FileVerdict, Submission, decide, refused
from sources import archive
from sources.archive import Reception
from sources.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.layout import workbook_layout
from sources.workbook.reading import RawSheet, read_workbook

_READERS = 2
_TAKING = (TAKEN, PARTIAL, WITHDRAWN)

Phase = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Judgement:
    """``verdicts`` for every reception of the batch; ``submissions`` for those that count, by reception number."""

    validated: ValidatedBatch
    verdicts: dict[int, FileVerdict]
    submissions: dict[int, Submission]


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
        for reception, raw in _read_all(home, batch, folders):
            if isinstance(raw, Problem):
                verdicts[reception.number] = refused(raw)
            else:
                found[reception.number] = find_structure(raw, layout)
    with phase("validation"):
        validated = validate(found, layout, referential, owners)
        submissions: dict[int, Submission] = {}
        for reception in batch:
            if reception.number not in found:
                continue
            number = reception.number
            verdict = decide(number, found[number], validated, owners.get(number))
            submission = verdict.submission
            if submission is not None and verdict.code in _TAKING:
                if history.is_unchanged(submission, reception.content_sha256, referential.checksum):
                    verdict = replace(verdict, code=UNCHANGED)
                else:
                    history.accept(submission, PresentState(number, reception.content_sha256, referential.checksum))
                    submissions[number] = submission
            verdicts[number] = verdict
        for number, problems in history.problems(home.lake, validated).items():
            verdicts[number] = replace(verdicts[number], problems=[*verdicts[number].problems, *problems])
    return Judgement(validated, verdicts, submissions)


def _is_known(folder: str, referential: Referential) -> bool:
    return folder == COORDINATORS_FOLDER or folder in referential.codes("organisations")


def _read_all(
    home: Home, batch: list[Reception], folders: dict[int, str]
) -> list[tuple[Reception, list[RawSheet] | Problem]]:
    """The sheets of each reception, or why there are none; python-calamine releases the GIL, hence the threads."""

    def read(reception: Reception) -> list[RawSheet] | Problem:
        if reception.number not in folders:
            return Problem("E0007", found=reception.folder or "la racine du dépôt", expected="un code d'organisation")
        try:
            return read_workbook(archive.content_path(home, reception.content_sha256).read_bytes())
        except UnreadableFileError as error:
            return Problem(error.rule_code, found=error.found)

    with ThreadPoolExecutor(_READERS) as readers:
        return list(zip(batch, readers.map(read, batch), strict=True))
