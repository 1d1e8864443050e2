"""The lake's books of a batch: receptions, submissions, counts by sheet, problems.

Belongs here: the rows that say what was done with files. Does not: the rows that the files hold (``lake_rows``).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from quality.verdicts import FileVerdict
from sources import lake
from sources.archive import Reception
from sources.referential.loader import Referential
from sources.workbook.layout import TEMPLATE_VERSION


def submission_row(number: int, verdict: FileVerdict) -> dict[str, object]:
    """The row of table ``submissions`` for a file that was understood."""
    submission = verdict.submission
    assert submission is not None
    return {
        "reception_number": number,
        "submission_key": submission.key,
        "organisation_code": submission.organisation_code,
        "campaign_code": submission.campaign_code,
        "dossier_code": submission.dossier_code,
        "submitted_on": submission.submitted_on,
        "is_withdrawal": submission.is_withdrawal,
        "template_version": TEMPLATE_VERSION,
    }


def accounts(
    batch: list[Reception],
    verdicts: dict[int, FileVerdict],
    submissions: dict[int, dict[str, object]],
    referential: Referential,
) -> dict[str, pl.DataFrame]:
    """The lake's books: receptions, submissions, counts by sheet, problems."""
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
            r.folder,
            r.file_name,
            r.content_sha256,
            r.byte_count,
            r.received_at.replace(tzinfo=None),
            verdicts[r.number].code,
            referential.checksum,
        )
        for r in batch
    ]
    tables: dict[str, list[tuple[Any, ...]]] = {
        "submissions": [tuple(row.values()) for row in submissions.values()],
        "sheet_counts": counts,
        "problems": problems,
        "receptions": dropped,
    }
    return {
        table: pl.DataFrame(rows, schema=dict(lake.LAKE_TABLES[table]), orient="row") for table, rows in tables.items()
    }
