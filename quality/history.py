"""What the lake already knows, beside what a batch brings: present state of each key, and what it changes.

Belongs here: the comparisons that need earlier submissions. Does not: rules decidable from the file alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from quality.rules import Problem
from quality.typed import value
from quality.validation import ValidatedBatch
from quality.verdicts import Submission
from sources import lake


@dataclass(frozen=True)
class PresentState:
    """The submission that counts for a key: its reception, its bytes and the referential that judged it."""

    reception_number: int
    content_sha256: str
    referential_sha256: str


def present_states(lake_folder: Path, set_aside: set[int]) -> dict[str, PresentState]:
    """Submission key → the state that counts now (a withdrawal is a state too)."""
    rows = (
        lake.read(lake_folder, "submissions")
        .join(lake.read(lake_folder, "receptions"), on="reception_number")
        .filter(~pl.col("reception_number").is_in(sorted(set_aside)))
        .sort("reception_number")
        .select("submission_key", "reception_number", "content_sha256", "referential_sha256")
    )
    return {key: PresentState(*state) for key, *state in rows.iter_rows()}


def no_longer_counted(lake_folder: Path, number: int, previous: PresentState, batch: ValidatedBatch) -> list[Problem]:
    """W0311 for each row rejected now whose assessment or use case counted in the submission it replaces."""
    problems = []
    for table, sheet, keys in _REPLACED:
        before = _rows_of(lake_folder, table, previous.reception_number)
        if before.is_empty():
            continue
        frame = batch.frames[sheet].filter((pl.col("reception_number") == number) & ~pl.col("is_taken"))
        now = frame.select("sheet", "row_number", **{lake_name: value(code) for lake_name, code in keys.items()})
        lost = now.join(before, on=list(keys), how="semi")
        problems += [
            Problem("W0311", sheet=name, row=row) for name, row in lost.select("sheet", "row_number").iter_rows()
        ]
    return problems


_REPLACED = (
    ("use_cases", "cas_usage", {"use_case_code": "cas_usage"}),
    ("assessments", "evaluations", {"assessor_code": "evaluateur", "use_case_code": "cas_usage"}),
)


def also_elsewhere(
    lake_folder: Path, number: int, submission: Submission, states: dict[str, PresentState], batch: ValidatedBatch
) -> list[Problem]:
    """W0310 for each assessment that another dossier of the same organisation and campaign holds too."""
    beginning = f"{submission.organisation_code}|{submission.campaign_code}|"
    others = [s.reception_number for key, s in states.items() if key.startswith(beginning) and key != submission.key]
    if not others:
        return []
    earlier = pl.concat(_rows_of(lake_folder, "assessments", other) for other in others)
    frame = batch.frames["evaluations"].filter((pl.col("reception_number") == number) & pl.col("is_taken"))
    now = frame.select("sheet", "row_number", assessor_code=value("evaluateur"), use_case_code=value("cas_usage"))
    same = now.join(earlier, on=["assessor_code", "use_case_code"], how="semi")
    return [Problem("W0310", sheet=name, row=row) for name, row in same.select("sheet", "row_number").iter_rows()]


def _rows_of(lake_folder: Path, table: str, number: int) -> pl.DataFrame:
    files = sorted((lake_folder / table).glob("*.parquet"))
    return pl.scan_parquet(files).filter(pl.col("reception_number") == number).collect()
