"""What the earlier file of a key had and a new one has not, row by row.

Belongs here: finding these rows, in the lake or in the batch at hand, and naming them. Does not: what follows from
them (``replacing``), rows that are there and are rejected (``history``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import polars as pl

from quality.reading.grids.turning import grid_column, is_grid_name
from quality.reading.identities import IDENTITIES, identity
from quality.reading.normalise import label_key
from quality.reading.values.typed import value
from quality.rules.rules import Problem
from sources.glossary.sheets import plain_tables, sheets
from sources.lake import lake

ASSESSMENTS, PROJECTS = "evaluations", "projets"
GONE = "W0370"
_TABLE_OF = {sheet: (table, columns) for table, (sheet, columns) in plain_tables().items()}
_ROWS = frozenset({"csv", label_key(sheets()[ASSESSMENTS]["label"])})
"""Names of sheets of assessments whose rows are rows."""
_LABELS = {"cas_usage": ("nom",)}
"""Columns that say to a person what a code stands for."""


class CountedRow(NamedTuple):
    """A row of a file: where it stands there, and its key in words."""

    sheet: str
    row: int
    said: str


Rows = Mapping[str, CountedRow]
"""Key → row."""


@dataclass(frozen=True)
class FileRows:
    """The rows of one file, by sheet: those ``taken``, and the keys of all, rejected ones too."""

    taken: Mapping[str, Rows]
    present: Mapping[str, Collection[str]]
    assessors: Collection[str]


@dataclass(frozen=True)
class Lost:
    """Sheet → the rows that counted in the file ``of`` and are not in the new one.

    ``assessment_count``: the assessments that counted in that file.
    """

    of: int
    rows: Mapping[str, list[CountedRow]] = field(default_factory=dict)
    assessment_count: int = 0

    @property
    def lost_assessments(self) -> int:
        return len(self.rows.get(ASSESSMENTS, ()))

    @property
    def count(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def problems(self) -> list[Problem]:
        """One for each row, sheet by sheet; it names a row of the earlier file, so it marks no cell of this one."""
        return [
            Problem(GONE, sheet=row.sheet, found=f"{row.said} ({_place(sheet, row)} de la réception n° {self.of})")
            for sheet, rows in self.rows.items()
            for row in rows
        ]


def _place(sheet_code: str, row: CountedRow) -> str:
    """Where it stood; a sheet of another name may have been a grid, whose rows are columns: then the sheet alone."""
    if is_grid_name(row.sheet):
        return grid_column(row.row)
    is_of_rows = sheet_code != ASSESSMENTS or label_key(row.sheet) in _ROWS
    return f"ligne {row.row}" if is_of_rows else f"feuille « {row.sheet} »"


def lost(of: int, before: FileRows, now: FileRows, elsewhere: Iterable[FileRows]) -> Lost:
    """What ``before`` had among its taken rows and ``now`` has nowhere, unless it counts ``elsewhere`` too."""
    gone = {
        sheet: [
            (key, row)
            for key, row in rows.items()
            if key not in now.present.get(sheet, ()) and not _is_completed(sheet, key, before, now)
        ]
        for sheet, rows in before.taken.items()
    }
    others = list(elsewhere) if any(gone.values()) else []
    rows = {
        sheet: [row for key, row in pairs if not any(key in other.taken.get(sheet, ()) for other in others)]
        for sheet, pairs in gone.items()
    }
    return Lost(of, {sheet: pairs for sheet, pairs in rows.items() if pairs}, len(before.taken.get(ASSESSMENTS, ())))


def _is_completed(sheet: str, key: str, before: FileRows, now: FileRows) -> bool:
    """Whether the row's key lacked its end (a project without a solution), and a row of the new file brings it."""
    is_short = sheet == PROJECTS and key.endswith("\n")
    return is_short and any(
        other.startswith(key) and other not in before.present[sheet] for other in now.present.get(sheet, ())
    )


class Files:
    """The rows of files, by reception number: those of the batch at hand, else those that the lake holds."""

    def __init__(self, lake_folder: Path, frames: Mapping[str, pl.DataFrame], wanted: Collection[int]) -> None:
        """``wanted``: the receptions of the lake that may be asked for, read together when a first one is."""
        self._lake, self._frames, self._wanted = lake_folder, frames, sorted(wanted)
        self._known: dict[int, FileRows] = {}

    def of(self, number: int) -> FileRows:
        if number not in self._known:
            self._known[number] = _file_rows(self._here.get(number) or self._in_lake.get(number, {}))
        return self._known[number]

    @cached_property
    def _here(self) -> dict[int, dict[str, pl.DataFrame]]:
        return _by_file((sheet, self._frames[sheet].rename({"row_number": "row"})) for sheet in IDENTITIES)

    @cached_property
    def _in_lake(self) -> dict[int, dict[str, pl.DataFrame]]:
        return _by_file((sheet, kept_rows(self._lake, sheet, self._wanted)) for sheet in IDENTITIES)


def _by_file(frames: Iterable[tuple[str, pl.DataFrame]]) -> dict[int, dict[str, pl.DataFrame]]:
    """Reception → sheet → its rows, with their key and what is said of them."""
    found: dict[int, dict[str, pl.DataFrame]] = {}
    for sheet, frame in frames:
        named = frame.select(
            "reception_number",
            *CountedRow._fields[:2],
            "is_taken",
            key=identity(sheet),
            said=_said(sheet),
            assessor=value("evaluateur") if sheet == ASSESSMENTS else pl.lit(None, pl.String),
        )
        for rows in named.partition_by("reception_number"):
            found.setdefault(rows["reception_number"][0], {})[sheet] = rows
    return found


def kept_rows(lake_folder: Path, sheet: str, numbers: list[int]) -> pl.DataFrame:
    """The rows of these receptions that the lake holds, under the names of the sheet's columns."""
    table, columns = _TABLE_OF[sheet]
    asked = [*IDENTITIES[sheet], *_LABELS.get(sheet, ())]
    named = {code: pl.col(column) for column, code in columns.items() if code in asked}
    return (
        pl.scan_parquet(lake.parts(lake_folder, table), schema=lake.LAKE_TABLES[table], missing_columns="insert")
        .filter(pl.col("reception_number").is_in(numbers))
        .select(
            "reception_number",
            "sheet",
            pl.col("row_number").alias("row"),
            *(named[code].alias(code) for code in asked),
            *(named[code].alias(f"{code}__value") for code in asked),
            is_taken=pl.lit(True),
        )
        .collect()
    )


def _file_rows(frames: Mapping[str, pl.DataFrame]) -> FileRows:
    taken: dict[str, Rows] = {}
    present: dict[str, Collection[str]] = {}
    assessors: frozenset[str] = frozenset()
    for sheet, frame in frames.items():
        keyed = frame.drop_nulls("key")
        present[sheet] = frozenset(keyed["key"])
        rows = keyed.filter("is_taken").select("key", *CountedRow._fields).iter_rows()
        taken[sheet] = {key: CountedRow(*row) for key, *row in rows}
        if sheet == ASSESSMENTS:
            assessors = frozenset(frame["assessor"].drop_nulls())
    return FileRows(taken, present, assessors)


def _said(sheet: str) -> pl.Expr:
    """« MED-01, CAT-002 »; a use case with its name."""
    parts = [value(code) for code in (*IDENTITIES[sheet], *_LABELS.get(sheet, ()))]
    return pl.concat_str(parts, separator=", ", ignore_nulls=True)
