"""From receptions to the lake: each reception that the lake lacks is read, validated, laid down and answered.

Belongs here: the order of these acts, so that a stop between any two loses nothing and counts nothing twice. The
receipts come first, the lake's rows next; the part of ``receptions`` comes last and makes the batch done. What a
killed process left before that mark is swept away, and the batch is done again.
"""

from __future__ import annotations

import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import polars as pl

from quality.answers import receipts
from quality.batch import in_hand
from quality.batch.accounts import accounts
from quality.batch.bounds import TooMuchToJudgeError, bounded, without_garbage_collection
from quality.batch.bundles import receive_bundle, receive_parts
from quality.batch.form_exports import receive_responses
from quality.batch.judging import Judgement, judge
from quality.batch.purge import finish_purges
from quality.duplicates import decisions, suggestions
from quality.privacy.kinds import PERSONAL_RULES
from quality.rules.rules import Problem
from quality.verdicts.committee_judging import decision_rows
from quality.verdicts.history import History
from quality.verdicts.lake_rows import lake_rows
from quality.verdicts.verdicts import BUNDLE, PURGED, SET_ASIDE, FileVerdict
from sources.archive import archive, archive_events
from sources.archive.archive import Reception
from sources.home.home import Home
from sources.lake import lake
from sources.lake.lake_parts import set_apart_foreign_parts
from sources.referential.loader import Referential
from sources.workbook.pool import READERS
from sources.workbook.template.layout import workbook_layout

BATCH_SIZE = 1000
BATCH_BYTES = 64 * 2**20
"""Receptions validated as one table: enough to share the cost of a validation, few enough to bound memory."""

_USUAL_BYTES = 100_000
"""A filled workbook has less: what it unpacks to need not be looked up."""

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
        TooMuchToJudgeError: a batch went past its bounds, and again when its receptions had been tried apart.
    """
    report = BatchReport()
    try:
        _take_pending(home, referential, report)
    except TooMuchToJudgeError:
        _take_pending(home, referential, report)  # It tries apart what was in hand.
    return report


def _take_pending(home: Home, referential: Referential, report: BatchReport) -> None:
    lake.ensure_schemas(home.lake)
    set_apart_foreign_parts(home)
    _sweep_unfinished(home.lake)
    finish_purges(home, referential)
    done = set(lake.read(home.lake, _MARK)["reception_number"])
    pending = [number for number in archive.reception_numbers(home) if number not in done]
    taken: list[Reception] = []
    alone = in_hand.try_apart(home, pending)
    if pending and READERS.process_id is None:
        READERS.start()  # It would inherit the bounds of the first batch.
    while pending:
        for batch in batches(archive.readable_receptions(home, pending), alone, partial(weight_of, home)):
            taken += batch
            in_hand.note(home, batch)
            with bounded(len(batch)), without_garbage_collection():
                _process_batch(home, referential, batch, report)
        # A form's export brings its responses as receptions of their own, and a zip of workbooks its files.
        pending = [number for number in archive.reception_numbers(home) if number > pending[-1]]
    if taken:
        in_hand.done(home)
    write_set_aside(home)
    decisions.write_lake(home)
    suggestions.write_lake(home)
    _move_answered(home, taken)


def write_set_aside(home: Home, for_a_trial: Iterable[int] = ()) -> None:
    """Lay the list of submissions set aside in the lake: the archive's records, and those left out for a trial."""
    rows = list((dict.fromkeys(for_a_trial, "à l'essai") | archive.quarantined_numbers(home)).items())
    schema = lake.LAKE_TABLES["set_aside"]
    lake.write(home.lake, "set_aside", "current", pl.DataFrame(rows, schema=dict(schema), orient="row"))


def answer_set_aside(home: Home, referential: Referential, numbers: list[int]) -> list[Path]:
    """Write the receipts of submissions set aside anew, so that they say so; return their paths."""
    batch = [archive.reception(home, number) for number in sorted(numbers)]
    verdicts = {}
    for reception in batch:
        verdict = judge(home, referential, [reception], History()).verdicts[reception.number]
        aside = replace(verdict, code=SET_ASIDE, problems=[Problem("E0901"), *verdict.problems])
        verdicts[reception.number] = aside
    states = History.load(home.lake, set(archive.quarantined_numbers(home))).states
    return receipts.write_receipts(home, referential, batch, verdicts, states)


def _sweep_unfinished(lake_folder: Path) -> None:
    """Remove the rows of a batch that never reached its mark."""
    finished = {path.name for path in lake.parts(lake_folder, _MARK)}
    for table in lake.LAKE_TABLES:
        for path in (lake_folder / table).glob("r[0-9]*.parquet"):
            if path.name not in finished:
                path.unlink()


def batches(
    pending: Iterable[Reception], alone: AbstractSet[int], weight: Callable[[Reception], int]
) -> Iterator[list[Reception]]:
    """The receptions in their order, cut so that no batch of several weighs more than ``BATCH_BYTES``.

    ``alone``: numbers that share their batch with nobody; ``weight``: bytes that reading one has to hold.
    """
    batch: list[Reception] = []
    byte_count = 0
    for reception in pending:
        own = weight(reception)
        is_alone = not alone.isdisjoint({reception.number, *(each.number for each in batch[:1])})
        if batch and (is_alone or len(batch) == BATCH_SIZE or byte_count + own > BATCH_BYTES):
            yield batch
            batch, byte_count = [], 0
        batch.append(reception)
        byte_count += own
    if batch:
        yield batch


def weight_of(home: Home, reception: Reception) -> int:
    """The bytes of a file, unpacked where it is a zip larger than most workbooks: what its cells take in memory."""
    if reception.byte_count < _USUAL_BYTES:
        return reception.byte_count
    try:
        with zipfile.ZipFile(archive.content_path(home, reception.content_sha256)) as parts:
            return sum(part.file_size for part in parts.infolist())
    except (OSError, zipfile.BadZipFile, ValueError):
        return reception.byte_count


def _process_batch(home: Home, referential: Referential, batch: list[Reception], report: BatchReport) -> None:
    history = History.load(home.lake, set(archive.quarantined_numbers(home)))
    judgement = judge(home, referential, batch, history, report.phase)
    verdicts = judgement.verdicts
    for reception in batch:
        if reception.number in judgement.exports:
            receive_responses(home, reception, judgement.exports[reception.number])
        if verdicts[reception.number].code == BUNDLE:
            receive_bundle(home, reception)
        if reception.number in judgement.divided:
            receive_parts(home, reception, judgement.divided[reception.number])
        _restrict_personal(home, reception, verdicts[reception.number])
    with report.phase("accusés"):
        answered = [reception for reception in batch if verdicts[reception.number].code != PURGED]
        report.receipts += receipts.write_receipts(home, referential, answered, verdicts, history.states)
    with report.phase("lac"):
        rows = rows_of(judgement, batch, referential)
        part = f"r{batch[0].number:09d}-{batch[-1].number:09d}"
        for table in [name for name in rows if name != _MARK] + [_MARK]:
            if rows[table].height or table == _MARK:
                lake.write(home.lake, table, part, rows[table])
            report.row_counts[table] += rows[table].height
    report.reception_count += len(batch)
    report.verdict_counts.update(verdict.code for verdict in verdicts.values())


def rows_of(judgement: Judgement, batch: list[Reception], referential: Referential) -> dict[str, pl.DataFrame]:
    """Lake table → the rows that a batch, once judged, lays there."""
    kept = [number for number, submission in judgement.submissions.items() if not submission.is_withdrawal]
    rows = lake_rows(judgement.validated, workbook_layout(referential), referential, kept)
    rows |= accounts(batch, judgement.verdicts, judgement.submissions, referential, judgement.versions)
    rows["problems"] = pl.concat([rows["problems"], judgement.validated.untold])
    return rows | {"decisions": decision_rows(judgement.decisions)}


def _restrict_personal(home: Home, reception: Reception, verdict: FileVerdict) -> None:
    """Restrict an original in which personal data was found, and record that it was."""
    if verdict.masked:
        counts = Counter(problem.rule_code for problem in verdict.problems if problem.rule_code in PERSONAL_RULES)
        archive.restrict(home, reception.content_sha256)
        if reception.derived_from is not None:
            archive.restrict(home, archive.reception(home, reception.derived_from).content_sha256)
        archive_events.found_personal(home, reception.number, reception.content_sha256, counts)


def _move_answered(home: Home, taken: list[Reception]) -> None:
    """Move what is answered out of the way, a file left by a stopped pass included; what was purged is not kept."""
    done = set(lake.read(home.lake, _MARK)["reception_number"])
    lying = archive.lying(home, taken)
    purged = archive_events.purged_contents(home) if lying else set()
    for reception in lying:
        if reception.content_sha256 in purged:
            archive.remove_drop(home, reception)
        elif reception.number in done:
            archive.mark_answered(home, reception)
