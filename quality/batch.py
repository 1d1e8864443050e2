"""From receptions to the lake: each reception that the lake lacks is read, validated, laid down and answered.

Belongs here: the order of these acts, so that a stop between any two loses nothing and counts nothing twice. The
receipts come first, the lake's rows next; the part of ``receptions`` comes last and makes the batch done. What a
killed process left before that mark is swept away, and the batch is done again.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from quality import receipts
from quality.accounts import accounts, submission_row
from quality.history import PresentState, also_elsewhere, no_longer_counted, present_states
from quality.lake_rows import lake_rows
from quality.rules import Problem
from quality.structure import FoundWorkbook, find_structure
from quality.validation import ValidatedBatch, validate
from quality.verdicts import SET_ASIDE, UNCHANGED, FileVerdict, decide, refused
from sources import archive, lake
from sources.archive import Reception
from sources.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.layout import Sheet, workbook_layout
from sources.workbook.reading import RawSheet, read_workbook

BATCH_SIZE = 500
"""Receptions validated as one table: enough to share the cost of a validation, few enough to bound memory."""

_READERS = 2
_TAKING = ("prise", "partielle", "retrait")
_MARK = "receptions"


@dataclass
class BatchReport:
    """What a pass did; counts and seconds only, never the content of a cell."""

    reception_count: int = 0
    verdict_counts: Counter[str] = field(default_factory=Counter)
    row_counts: Counter[str] = field(default_factory=Counter)
    phase_seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    receipts: list[Path] = field(default_factory=list)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the phase."""
        start = time.perf_counter()
        yield
        self.phase_seconds[name] += time.perf_counter() - start


def process(home: Home, referential: Referential) -> BatchReport:
    """Take every reception that the lake lacks into the lake, and answer it.

    Raises:
        RuleBugError: a check could not run; the receptions stay to be taken, nothing is said of them.
    """
    report = BatchReport()
    lake.ensure_schemas(home.lake)
    _sweep_unfinished(home.lake)
    done = set(lake.read(home.lake, _MARK)["reception_number"])
    pending = [number for number in archive.reception_numbers(home) if number not in done]
    for start in range(0, len(pending), BATCH_SIZE):
        batch = [archive.reception(home, number) for number in pending[start : start + BATCH_SIZE]]
        _process_batch(home, referential, batch, report)
    write_set_aside(home)
    _move_answered(home)
    return report


def write_set_aside(home: Home) -> None:
    """Lay the list of submissions set aside in the lake, from the archive's records."""
    rows = list(archive.set_aside_numbers(home).items())
    schema = lake.LAKE_TABLES["set_aside"]
    lake.write(home.lake, "set_aside", "current", pl.DataFrame(rows, schema=dict(schema), orient="row"))


def answer_set_aside(home: Home, referential: Referential, numbers: list[int]) -> list[Path]:
    """Write the receipts of submissions set aside anew, so that they say so; return their paths."""
    layout = workbook_layout(referential)
    paths = []
    for number in numbers:
        reception = archive.reception(home, number)
        _, verdicts, _ = _judge(home, referential, layout, [reception], {}, BatchReport())
        verdict = verdicts[number]
        problems = [Problem("E0901"), *verdict.problems]
        paths.append(
            receipts.write_receipt(home, reception, replace(verdict, code=SET_ASIDE, problems=problems), referential)
        )
    return paths


def _sweep_unfinished(lake_folder: Path) -> None:
    """Remove the rows of a batch that never reached its mark."""
    finished = {path.name for path in (lake_folder / _MARK).glob("r*.parquet")}
    for table in lake.LAKE_TABLES:
        for path in (lake_folder / table).glob("r*.parquet"):
            if path.name not in finished:
                path.unlink()


def _process_batch(home: Home, referential: Referential, batch: list[Reception], report: BatchReport) -> None:
    layout = workbook_layout(referential)
    states = present_states(home.lake, set(archive.set_aside_numbers(home)))
    validated, verdicts, submissions = _judge(home, referential, layout, batch, states, report)
    with report.phase("accusés"):
        for reception in batch:
            report.receipts.append(receipts.write_receipt(home, reception, verdicts[reception.number], referential))
    with report.phase("lac"):
        kept = [number for number in submissions if not submissions[number]["is_withdrawal"]]
        rows = lake_rows(validated, layout, referential, kept)
        rows |= accounts(batch, verdicts, submissions, referential)
        part = f"r{batch[0].number:09d}-{batch[-1].number:09d}"
        for table in [name for name in rows if name != _MARK] + [_MARK]:
            if rows[table].height or table == _MARK:
                lake.write(home.lake, table, part, rows[table])
            report.row_counts[table] += rows[table].height
    report.reception_count += len(batch)
    report.verdict_counts.update(verdict.code for verdict in verdicts.values())


def _judge(
    home: Home,
    referential: Referential,
    layout: tuple[Sheet, ...],
    batch: list[Reception],
    states: dict[str, PresentState],
    report: BatchReport,
) -> tuple[ValidatedBatch, dict[int, FileVerdict], dict[int, dict[str, object]]]:
    """Read and validate a batch; the verdict on each reception, and the submissions that count, in order."""
    folders = {r.number: folder for r in batch if (folder := _organisation_folder(r, referential))}
    with report.phase("lecture"):
        verdicts, found = _read(home, batch, layout, referential)
    with report.phase("validation"):
        validated = validate(found, layout, referential, {n: f for n, f in folders.items() if f != COORDINATORS_FOLDER})
        submissions: dict[int, dict[str, object]] = {}
        for reception in batch:
            number = reception.number
            if number not in found:
                continue
            folder = folders[number] if folders[number] != COORDINATORS_FOLDER else None
            verdict = decide(number, found[number], validated, folder)
            verdict = _beside_history(home, reception, verdict, validated, states, referential)
            verdicts[number] = verdict
            if verdict.code in _TAKING and verdict.submission is not None:
                state = PresentState(number, reception.content_sha256, referential.checksum)
                states[verdict.submission.key] = state
                submissions[number] = submission_row(number, verdict)
    return validated, verdicts, submissions


def _organisation_folder(reception: Reception, referential: Referential) -> str | None:
    """The organisation whose folder it was (or the coordinators'), None where the folder is nobody's."""
    known = reception.folder in referential.codes("organisations") or reception.folder == COORDINATORS_FOLDER
    return reception.folder if known else None


def _read(
    home: Home, batch: list[Reception], layout: tuple[Sheet, ...], referential: Referential
) -> tuple[dict[int, FileVerdict], dict[int, FoundWorkbook]]:
    verdicts: dict[int, FileVerdict] = {}
    found: dict[int, FoundWorkbook] = {}
    readable = []
    for reception in batch:
        if _organisation_folder(reception, referential) is None:
            problem = Problem(
                "E0007", found=reception.folder or "la racine du dépôt", expected="un code d'organisation"
            )
            verdicts[reception.number] = refused(problem)
        else:
            readable.append(reception)
    with ThreadPoolExecutor(_READERS) as readers:  # python-calamine releases the GIL
        for reception, raw in zip(readable, readers.map(lambda r: _read_one(home, r), readable), strict=True):
            if isinstance(raw, UnreadableFileError):
                verdicts[reception.number] = refused(Problem(raw.rule_code, found=raw.found))
            else:
                found[reception.number] = find_structure(raw, layout)
    return verdicts, found


def _read_one(home: Home, reception: Reception) -> list[RawSheet] | UnreadableFileError:
    try:
        return read_workbook(archive.content_path(home, reception.content_sha256).read_bytes())
    except UnreadableFileError as error:
        return error


def _beside_history(
    home: Home,
    reception: Reception,
    verdict: FileVerdict,
    validated: ValidatedBatch,
    states: dict[str, PresentState],
    referential: Referential,
) -> FileVerdict:
    """The verdict, once the submission that the file replaces and its neighbours are known."""
    if verdict.submission is None or verdict.code not in _TAKING:
        return verdict
    previous = states.get(verdict.submission.key)
    if previous and (previous.content_sha256, previous.referential_sha256) == (
        reception.content_sha256,
        referential.checksum,
    ):
        return replace(verdict, code=UNCHANGED)
    problems = also_elsewhere(home.lake, reception.number, verdict.submission, states, validated)
    if previous:
        problems += no_longer_counted(home.lake, reception.number, previous, validated)
    return replace(verdict, problems=[*verdict.problems, *problems])


def _move_answered(home: Home) -> None:
    """Move what is answered out of the way, a file left by a stopped pass included."""
    done = set(lake.read(home.lake, _MARK)["reception_number"])
    for reception in archive.lying(home):
        if reception.number in done:
            archive.mark_answered(home, reception)
