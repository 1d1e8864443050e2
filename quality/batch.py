"""From receptions to the lake: each reception that the lake lacks is read, validated, laid down and answered.

Belongs here: the order of these acts, so that a stop between any two loses nothing and counts nothing twice. The
receipts come first, the lake's rows next; the part of ``receptions`` comes last and makes the batch done. What a
killed process left before that mark is swept away, and the batch is done again.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from quality import receipts
from quality.accounts import accounts
from quality.bundles import receive_bundle
from quality.collecting import without_collecting
from quality.committee.judging import decision_rows
from quality.duplicates import decisions
from quality.form_exports import receive_responses
from quality.history import History
from quality.judging import judge
from quality.lake_rows import lake_rows
from quality.privacy.kinds import PERSONAL_RULES
from quality.purge import finish_purges
from quality.rules import Problem
from quality.verdicts import BUNDLE, PURGED, SET_ASIDE, FileVerdict
from sources import archive, archive_events, lake
from sources.archive import Reception
from sources.home import Home
from sources.referential.loader import Referential
from sources.workbook.layout import workbook_layout

BATCH_SIZE = 1000
BATCH_BYTES = 64 * 2**20
"""Receptions validated as one table: enough to share the cost of a validation, few enough to bound memory."""

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
    finish_purges(home, referential)
    done = set(lake.read(home.lake, _MARK)["reception_number"])
    pending = [number for number in archive.reception_numbers(home) if number not in done]
    taken: list[Reception] = []
    while pending:
        for batch in _batches(archive.reception(home, number) for number in pending):
            taken += batch
            with without_collecting():
                _process_batch(home, referential, batch, report)
        # A form's export brings its responses as receptions of their own, and a zip of workbooks its files.
        pending = [number for number in archive.reception_numbers(home) if number > pending[-1]]
    write_set_aside(home)
    decisions.write_lake(home)
    _move_answered(home, taken)
    return report


def write_set_aside(home: Home, for_a_trial: Iterable[int] = ()) -> None:
    """Lay the list of submissions set aside in the lake: the archive's records, and those left out for a trial."""
    rows = list((dict.fromkeys(for_a_trial, "à l'essai") | archive.set_aside_numbers(home)).items())
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
    states = History.load(home.lake, set(archive.set_aside_numbers(home))).states
    return receipts.write_receipts(home, referential, batch, verdicts, states)


def _sweep_unfinished(lake_folder: Path) -> None:
    """Remove the rows of a batch that never reached its mark."""
    finished = {path.name for path in (lake_folder / _MARK).glob("r[0-9]*.parquet")}
    for table in lake.LAKE_TABLES:
        for path in (lake_folder / table).glob("r[0-9]*.parquet"):
            if path.name not in finished:
                path.unlink()


def _batches(pending: Iterable[Reception]) -> Iterator[list[Reception]]:
    batch: list[Reception] = []
    byte_count = 0
    for reception in pending:
        if batch and (len(batch) == BATCH_SIZE or byte_count + reception.byte_count > BATCH_BYTES):
            yield batch
            batch, byte_count = [], 0
        batch.append(reception)
        byte_count += reception.byte_count
    if batch:
        yield batch


def _process_batch(home: Home, referential: Referential, batch: list[Reception], report: BatchReport) -> None:
    history = History.load(home.lake, set(archive.set_aside_numbers(home)))
    judgement = judge(home, referential, batch, history, report.phase)
    verdicts = judgement.verdicts
    for reception in batch:
        if reception.number in judgement.exports:
            receive_responses(home, reception, judgement.exports[reception.number])
        if verdicts[reception.number].code == BUNDLE:
            receive_bundle(home, reception)
        _restrict_personal(home, reception, verdicts[reception.number])
    with report.phase("accusés"):
        answered = [reception for reception in batch if verdicts[reception.number].code != PURGED]
        report.receipts += receipts.write_receipts(home, referential, answered, verdicts, history.states)
    with report.phase("lac"):
        kept = [number for number, submission in judgement.submissions.items() if not submission.is_withdrawal]
        rows = lake_rows(judgement.validated, workbook_layout(referential), referential, kept)
        rows |= accounts(batch, verdicts, judgement.submissions, referential, judgement.versions)
        rows["decisions"] = decision_rows(judgement.decisions)
        part = f"r{batch[0].number:09d}-{batch[-1].number:09d}"
        for table in [name for name in rows if name != _MARK] + [_MARK]:
            if rows[table].height or table == _MARK:
                lake.write(home.lake, table, part, rows[table])
            report.row_counts[table] += rows[table].height
    report.reception_count += len(batch)
    report.verdict_counts.update(verdict.code for verdict in verdicts.values())


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
