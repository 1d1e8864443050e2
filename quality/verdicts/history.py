"""What the lake already knows, beside what a batch brings: the present state of each key, and what changes in it.

Belongs here: the comparisons that need other submissions. Does not: rules decidable from the file alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from quality.reading.grids.turning import grid_cell, grid_lines_of
from quality.reading.values.typed import value
from quality.rules.rules import Problem
from quality.verdicts.validation import ValidatedBatch
from quality.verdicts.verdicts import Submission
from sources.lake import lake

_KEYS = {
    "use_cases": ("cas_usage", {"use_case_code": "cas_usage"}),
    "assessments": ("evaluations", {"assessor_code": "evaluateur", "use_case_code": "cas_usage"}),
}


@dataclass(frozen=True)
class PresentState:
    """The submission that counts for a key: its reception, its bytes and the referential that judged it."""

    reception_number: int
    content_sha256: str
    referential_sha256: str


@dataclass
class History:
    """The present states, moved on reception by reception while a batch is judged in the order of its numbers.

    ``replaced``: (reception, the one it replaces); ``neighbours``: (reception, one that counts in another dossier of
    the same organisation and campaign).
    """

    states: dict[str, PresentState] = field(default_factory=dict)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    neighbours: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dossiers: defaultdict[str, set[str]] = defaultdict(set)
        for key in self.states:
            self._dossiers[key.rpartition("|")[0]].add(key)

    @classmethod
    def load(cls, lake_folder: Path, set_aside: set[int]) -> History:
        """The states that the lake holds now; a withdrawal is a state too."""
        rows = (
            lake.read(lake_folder, "submissions")
            .join(lake.read(lake_folder, "receptions"), on="reception_number")
            .filter(~pl.col("reception_number").is_in(sorted(set_aside)))
            .sort("reception_number")
            .select("submission_key", "reception_number", "content_sha256", "referential_sha256")
        )
        return cls({key: PresentState(*state) for key, *state in rows.iter_rows()})

    def is_unchanged(self, submission: Submission, content_sha256: str, referential_sha256: str) -> bool:
        """Whether the same bytes, judged by the same referential, are what counts already."""
        state = self.states.get(submission.key)
        return state is not None and (state.content_sha256, state.referential_sha256) == (
            content_sha256,
            referential_sha256,
        )

    def counting(self, key: str) -> int | None:
        """The reception that counts for a key; a withdrawal counts too, and has no rows."""
        state = self.states.get(key)
        return None if state is None else state.reception_number

    def other_dossiers(self, key: str) -> list[int]:
        """The receptions that count in the other dossiers of the same organisation and campaign."""
        dossiers = self._dossiers[key.rpartition("|")[0]]
        return [self.states[other].reception_number for other in sorted(dossiers) if other != key]

    def accept(self, submission: Submission, state: PresentState) -> None:
        """The submission becomes what counts for its key."""
        number = state.reception_number
        if previous := self.states.get(submission.key):
            self.replaced.append((number, previous.reception_number))
        self.neighbours += [(number, other) for other in self.other_dossiers(submission.key)]
        self._dossiers[submission.key.rpartition("|")[0]].add(submission.key)
        self.states[submission.key] = state

    def problems(self, lake_folder: Path, batch: ValidatedBatch) -> dict[int, list[Problem]]:
        """Reception → W0311 for each row that counted and no longer does, W0310 for each one counted elsewhere too."""
        found: defaultdict[int, list[Problem]] = defaultdict(list)
        for table in ("use_cases", "assessments"):
            self._compare(found, "W0311", table, self.replaced, lake_folder, batch, is_taken=False)
        self._compare(found, "W0310", "assessments", self.neighbours, lake_folder, batch, is_taken=True)
        return found

    def _compare(
        self,
        found: defaultdict[int, list[Problem]],
        rule_code: str,
        table: str,
        pairs: list[tuple[int, int]],
        lake_folder: Path,
        batch: ValidatedBatch,
        *,
        is_taken: bool,
    ) -> None:
        """Add a problem for each row whose key the other reception of a pair holds among its taken rows."""
        if not pairs:
            return
        sheet, keys = _KEYS[table]
        pair = pl.DataFrame(pairs, schema={"reception_number": pl.Int64, "other": pl.Int64}, orient="row")
        rows = batch.frames[sheet].select(
            "reception_number", "sheet", "row_number", "is_taken", **{name: value(code) for name, code in keys.items()}
        )
        others = pl.concat(
            [
                _rows_of(lake_folder, table, pair["other"], list(keys)),
                rows.filter("is_taken").select("reception_number", *keys),
            ]
        ).rename({"reception_number": "other"})
        same = (
            rows.filter(pl.col("is_taken") == is_taken)
            .join(pair, on="reception_number")
            .join(others, on=["other", *keys], how="semi")
            .unique(["reception_number", "sheet", "row_number"], maintain_order=True)
        )
        lines = grid_lines_of(batch.positions, next(iter(keys.values())))
        for number, name, row in same.select("reception_number", "sheet", "row_number").iter_rows():
            cell = grid_cell(row, lines[number, name]) if (number, name) in lines else None
            found[number].append(Problem(rule_code, sheet=name, row=None if cell else row, cell=cell))


def _rows_of(lake_folder: Path, table: str, numbers: pl.Series, keys: list[str]) -> pl.DataFrame:
    files = lake.parts(lake_folder, table)
    wanted = pl.col("reception_number").is_in(numbers.unique().to_list())
    return pl.scan_parquet(files).filter(wanted).select("reception_number", *keys).collect()
