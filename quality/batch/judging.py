"""Judging a batch of receptions: read, recognised, validated, and given a verdict beside what is already known.

Belongs here: the way from archived bytes to verdicts. Does not: writing anything (``batch``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from quality.batch.bundles import divided_verdict, unread_verdict
from quality.batch.form_exports import JudgedExport, judge_export
from quality.privacy.guard import EXPECTED, GuardedSheets, guard, shown_name
from quality.privacy.kinds import IN_A_NAME
from quality.reading.envelopes.csv_envelope import by_row
from quality.reading.envelopes.form_tables import find_workbook
from quality.reading.sheets.structure import FoundWorkbook
from quality.reading.values.plausible_days import days_received
from quality.rules.rules import Problem
from quality.verdicts.committee_judging import JudgedDecisions, is_decisions, judge_decisions
from quality.verdicts.history import History, PresentState
from quality.verdicts.lost_rows import Files
from quality.verdicts.lost_values import Values
from quality.verdicts.replacing import Replacing
from quality.verdicts.validation import ValidatedBatch, validate
from quality.verdicts.verdicts import (
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
from sources.archive import archive, archive_events
from sources.archive.archive import Reception
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential
from sources.workbook.filetype import MAX_FILE_BYTES, UnreadableFileError
from sources.workbook.pool import READERS
from sources.workbook.template.layout import workbook_layout

_READERS = 2
_PURGED = FileVerdict(PURGED, None)
_TAKING = (TAKEN, PARTIAL, WITHDRAWN)

Phase = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Judgement:
    """``verdicts`` for every reception of the batch; ``submissions`` for those that count, by reception number.

    ``exports``: the forms' exports, whose responses are to be received and judged next; ``divided``: likewise the texts
    of several submissions. ``decisions``: the workbooks of
    decisions, which are no submissions. ``versions``: that of the template, for each workbook that says one.
    """

    validated: ValidatedBatch
    verdicts: dict[int, FileVerdict]
    submissions: dict[int, Submission]
    exports: dict[int, JudgedExport]
    decisions: JudgedDecisions
    versions: dict[int, int | None]
    divided: dict[int, FoundWorkbook]


def judge(
    home: Home,
    referential: Referential,
    batch: list[Reception],
    history: History,
    phase: Phase = lambda _: nullcontext(),
    places: Mapping[int, Path] | None = None,
) -> Judgement:
    """Judge receptions in the order of their numbers; ``history`` moves on with each one that counts.

    ``places`` tells, by number, where the bytes stand of what is only tried and is not in the archive.

    Raises:
        RuleBugError: a check could not run; nothing is said of the data.
    """
    layout = workbook_layout(referential)
    folders = {r.number: r.folder for r in batch if _is_known(r.folder, referential)}
    owners = {number: folder for number, folder in folders.items() if folder != COORDINATORS_FOLDER}
    with phase("lecture"):
        read = _read_batch(home, referential, batch, folders, places or {})
    found, verdicts = read.found, read.verdicts
    with phase("validation"):
        validated = validate(found, layout, referential, owners, days_received(batch))
        by_number = {reception.number: reception for reception in batch}
        sheets = {number: each.sheets for number, each in read.decided.items()}
        decisions = judge_decisions(home.lake, referential, by_number, sheets)
        for number, verdict in decisions.verdicts.items():
            verdicts[number] = _with_what_was_masked(verdict, read.decided[number])
        submissions: dict[int, Submission] = {}
        alone = {number: decide(number, each, validated, owners.get(number)) for number, each in found.items()}
        files = Files(home.lake, validated.frames, _known_before(alone.values(), history))
        replacing = Replacing(history, files, Values(home.lake, validated.frames, layout))
        for reception in batch:
            number = reception.number
            if number in found:
                verdict = _beside_history(alone[number], reception, referential.checksum, replacing)
                if verdict.submission is not None and verdict.code in _TAKING:
                    submissions[number] = verdict.submission
                verdicts[number] = _with_what_was_masked(verdict, read.guarded[number])
            verdicts[number] = _with_what_the_name_holds(verdicts[number], reception)
        for number, problems in history.problems(home.lake, validated).items():
            verdicts[number] = _with_more(verdicts[number], problems)
    versions = {number: workbook.version for number, workbook in found.items()}
    return Judgement(validated, verdicts, submissions, read.exports, decisions, versions, read.divided)


@dataclass
class _ReadBatch:
    """What was read of a batch, by number: what is to be validated (``found``), and what reading it decided already."""

    verdicts: dict[int, FileVerdict] = field(default_factory=dict)
    found: dict[int, FoundWorkbook] = field(default_factory=dict)
    guarded: dict[int, GuardedSheets] = field(default_factory=dict)
    exports: dict[int, JudgedExport] = field(default_factory=dict)
    decided: dict[int, GuardedSheets] = field(default_factory=dict)
    divided: dict[int, FoundWorkbook] = field(default_factory=dict)


def _read_batch(
    home: Home,
    referential: Referential,
    batch: list[Reception],
    folders: dict[int, str],
    places: Mapping[int, Path],
) -> _ReadBatch:
    envelope = workbook_layout(referential)[0]
    made = _ReadBatch()
    for reception, read in _read_all(home, batch, folders, places):
        number = reception.number
        if isinstance(read, FileVerdict):
            made.verdicts[number] = read
        elif export := judge_export(home, referential, reception, read.sheets):
            made.verdicts[number] = _with_what_was_masked(export.verdict, read)
            made.exports[number] = export
        elif is_decisions(read.sheets):
            made.decided[number] = read
        else:
            made.guarded[number] = read
            owner = None if folders.get(number) == COORDINATORS_FOLDER else folders.get(number)
            structure, tables = find_workbook(read.sheets, referential, home.root / "mappings" / "forms")
            made.found[number] = by_row(structure, tables, envelope, referential, owner)
    made.divided = _take_divided(made.found)
    for number, each in made.divided.items():
        made.verdicts[number] = _with_what_was_masked(divided_verdict(each), made.guarded[number])
    return made


def _take_divided(found: dict[int, FoundWorkbook]) -> dict[int, FoundWorkbook]:
    """Take out the texts of several submissions: they are judged by their parts."""
    return {number: found.pop(number) for number in list(found) if found[number].parts}


def _is_known(folder: str, referential: Referential) -> bool:
    return folder == COORDINATORS_FOLDER or folder in referential.codes("organisations")


def _beside_history(
    verdict: FileVerdict, reception: Reception, referential_sha256: str, replacing: Replacing
) -> FileVerdict:
    """A submission that would be taken becomes what counts for its key, unless it already is or may not be."""
    if verdict.submission is None or verdict.code not in _TAKING:
        return verdict
    history = replacing.history
    if history.is_unchanged(verdict.submission, reception.content_sha256, referential_sha256):
        return replace(verdict, code=UNCHANGED)
    beside = replacing.judged(verdict, reception)
    if beside.code in _TAKING:
        state = PresentState(reception.number, reception.content_sha256, referential_sha256)
        history.accept(verdict.submission, state)
    return beside


def _known_before(verdicts: Iterable[FileVerdict], history: History) -> set[int]:
    """The receptions that count for the keys of these files, and in the other dossiers beside them."""
    keys = {verdict.submission.key for verdict in verdicts if verdict.submission is not None}
    counting = {number for key in keys if (number := history.counting(key)) is not None}
    return counting.union(*(history.other_dossiers(key) for key in keys if history.counting(key) is not None))


def _with_what_was_masked(verdict: FileVerdict, guarded: GuardedSheets) -> FileVerdict:
    if not guarded.problems:
        return verdict
    return replace(_with_more(verdict, guarded.problems), masked=guarded.masked)


def _with_what_the_name_holds(verdict: FileVerdict, reception: Reception) -> FileVerdict:
    shown, is_personal = shown_name(reception.file_name)
    if not (is_personal or reception.is_name_masked) or verdict.code == PURGED:
        return verdict
    return _with_more(verdict, [Problem(IN_A_NAME, found=shown, expected=EXPECTED)])


def _with_more(verdict: FileVerdict, problems: list[Problem]) -> FileVerdict:
    return replace(verdict, problems=[*verdict.problems, *problems])


def _too_large(byte_count: int) -> str:
    return f"{byte_count // 2**20} Mio : au-delà de {MAX_FILE_BYTES // 2**20} Mio, un fichier n'est ni lu ni conservé"


def _verdict_unread(
    reception: Reception,
    folders: Mapping[int, str],
    purged: Collection[int],
    purged_contents: Collection[str],
    stopped: Collection[int],
) -> FileVerdict | None:
    """The verdict on a file that is not to be opened; None for one that is."""
    if reception.number in purged:
        return _PURGED
    if reception.content_sha256 in purged_contents:
        return refused(Problem("E0501"))
    if reception.number not in folders:
        folder = reception.folder or "la racine du dépôt"
        return refused(Problem("E0007", found=shown_name(folder)[0], expected="un code d'organisation"))
    if reception.number in stopped:
        return refused(Problem("E0020"))
    if not reception.is_whole:
        return refused(Problem("E0006", found=_too_large(reception.byte_count)))
    return None


def _read_all(
    home: Home, batch: list[Reception], folders: dict[int, str], places: Mapping[int, Path]
) -> list[tuple[Reception, GuardedSheets | FileVerdict]]:
    """The sheets of each reception, personal data masked, or the verdict when there are none to judge."""
    purged = archive_events.purges(home)
    stopped = archive_events.stops(home)
    purged_contents = {purge.content_sha256 for purge in purged.values()}

    def read(reception: Reception) -> GuardedSheets | FileVerdict:
        if unread := _verdict_unread(reception, folders, purged, purged_contents, stopped):
            return unread
        path = places.get(reception.number) or archive.content_path(home, reception.content_sha256)
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
