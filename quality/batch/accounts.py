"""The lake's books of a batch: receptions, submissions, counts by sheet, problems.

Belongs here: the rows that say what was done with files. Does not: the rows that the files hold (``lake_rows``).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from quality.privacy.guard import shown_name
from quality.verdicts.verdicts import FileVerdict, Submission
from sources.archive.archive import Reception
from sources.lake import lake
from sources.referential.loader import Referential


def accounts(
    batch: list[Reception],
    verdicts: dict[int, FileVerdict],
    submissions: dict[int, Submission],
    referential: Referential,
    versions: dict[int, int | None],
) -> dict[str, pl.DataFrame]:
    """The lake's books: receptions, submissions, counts by sheet, problems.

    ``versions``: that of the template of each workbook, None where it says none.
    """
    counts = [
        (number, count.sheet, count.read, count.taken, count.rejected, count.ignored)
        for number, verdict in verdicts.items()
        for count in verdict.counts
    ]
    problems = [
        (number, p.sheet, p.row, p.column, p.cell, p.rule_code, p.rule.severity, p.found, p.expected)
        for number, verdict in verdicts.items()
        for p in verdict.problems
    ]
    dropped = [
        (
            r.number,
            shown_name(r.folder)[0],
            shown_name(r.file_name)[0],
            r.content_sha256,
            r.byte_count,
            r.received_at.replace(tzinfo=None),
            verdicts[r.number].code,
            referential.checksum,
        )
        for r in batch
    ]
    tables: dict[str, list[tuple[Any, ...]]] = {
        "submissions": [
            _submission_row(number, submission, versions.get(number)) for number, submission in submissions.items()
        ],
        "sheet_counts": counts,
        "problems": problems,
        "receptions": dropped,
    }
    return {
        table: pl.DataFrame(rows, schema=dict(lake.LAKE_TABLES[table]), orient="row") for table, rows in tables.items()
    }


def _submission_row(number: int, submission: Submission, version: int | None) -> tuple[Any, ...]:
    return (
        number,
        submission.key,
        submission.organisation_code,
        submission.campaign_code,
        submission.dossier_code,
        submission.submitted_on,
        submission.is_withdrawal,
        None if version is None else str(version),
    )
