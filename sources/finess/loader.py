"""The FINESS register in the lake: sites (ET) and legal entities (EJ).

Belongs here: laying what was read in the lake, which rows are refused, what is reported. Does not: the shape of the
files (``files``, ``feed``, ``columns``), whether a file may replace the register (``guard``), the sector of an
organisation or what a health establishment is (the referential, joined in SQL).

Sites need the columns ``nofinesset``, ``nofinessej``, ``rs``, ``categetab`` and ``categagretab``; legal entities need
``nofiness`` (or ``nofinessej``), ``rs`` and ``statutjuridique``. Other known columns are taken when they are there,
unknown ones are left aside. The nested feed holds both tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import polars as pl

from sources.finess.columns import ReadTable, read_tables
from sources.finess.eaten import lost_zeros
from sources.finess.files import FinessError
from sources.finess.number import valid_finess
from sources.lake import lake as lake_tables

__all__ = ["SHIPPED_SITES", "FinessError", "FinessProblem", "FinessReport", "load_finess", "load_shipped_finess"]

SHIPPED_SITES = Path(__file__).parent / "shipped_sites.csv"
"""Extract of the register of January 2021: the sites of the organisations of the referential (see README.md)."""

Keep = Callable[[str], object]
"""Keeps a file that is about to be used, by the name of the table that it fills."""

REGISTER_PART = "register"
SHIPPED_PART = "shipped"


@dataclass(frozen=True)
class FinessProblem:
    """A refused record: its line in the file (its rank in the nested feed) and the reason, in French."""

    line: int
    reason: str


@dataclass(frozen=True)
class FinessReport:
    """What became of a file: read = taken + rejected + ignored (records of another type).

    ``notes``: what was left empty in rows that are taken, with how many. ``gone_count``: what was known and open and is
    there no more, or is closed. ``also``: the report of the other table, for a
    file that fills both.
    """

    table: str
    file_name: str
    taken_count: int
    ignored_count: int
    problems: tuple[FinessProblem, ...]
    notes: dict[str, int] = field(default_factory=dict)
    gone_count: int = 0
    also: FinessReport | None = None

    @property
    def rejected_count(self) -> int:
        return len(self.problems)

    @property
    def read_count(self) -> int:
        return self.taken_count + self.rejected_count + self.ignored_count

    @property
    def reasons(self) -> dict[str, int]:
        """How many records each reason refused, the most frequent first."""
        return dict(Counter(problem.reason for problem in self.problems).most_common())


@dataclass(frozen=True)
class Judged:
    """A table of a file, its rows sorted out, not yet in the lake."""

    read: ReadTable
    rows: pl.DataFrame
    problems: list[FinessProblem]

    def report(self, gone_count: int = 0, also: FinessReport | None = None) -> FinessReport:
        misshapen = [FinessProblem(line, "Nombre de colonnes inattendu.") for line in self.read.misshapen]
        in_order = tuple(sorted([*self.problems, *misshapen], key=lambda problem: problem.line))
        return FinessReport(
            self.read.table, self.read.file_name, len(self.rows), self.read.ignored_count, in_order,
            self.read.notes, gone_count, also,
        )  # fmt: skip


def load_finess(
    path: Path, lake: Path, keep: Keep = lambda table: None, tables: Collection[str] | None = None
) -> FinessReport:
    """Load a file of sites, of legal entities or of both in the place of the one before; of ``tables`` only if given.

    ``keep`` is called with each table's name once the file is known to be good, before the lake changes.
    Raises ``FinessError`` when the file is neither, or when none of its records can be taken: what the lake held stays.
    """
    return lay(judge(path, tables), lake, keep)


def judge(path: Path, tables: Collection[str] | None = None) -> list[Judged]:
    """What a file holds, its rows sorted out; raises ``FinessError`` where nothing of it can be taken."""
    judged = [_sorted_out(read) for read in read_tables(path) if tables is None or read.table in tables]
    if not judged or any(one.rows.is_empty() for one in judged):
        raise FinessError(f"{path.name} : aucune ligne utilisable. Le répertoire déjà chargé est conservé.")
    return judged


def lay(
    judged: list[Judged], lake: Path, keep: Keep = lambda table: None, gone: Mapping[str, int] = MappingProxyType({})
) -> FinessReport:
    """Put what was judged in the lake, in the place of the register and of the shipped extract of its tables.

    ``gone``: by table, what the report says of what was known and is no more.
    """
    for one in judged:
        keep(one.read.table)
    report = None
    for one in reversed(judged):
        _write(one, lake, REGISTER_PART)
        (lake / one.read.table / f"{SHIPPED_PART}.parquet").unlink(missing_ok=True)
        report = one.report(gone.get(one.read.table, 0), report)
    assert report is not None
    return report


def load_shipped_finess(lake: Path, keep: Keep = lambda table: None) -> FinessReport | None:
    """Load the extract shipped with the project; None, and nothing done, where a register of sites is loaded."""
    if (lake / "finess_sites" / f"{REGISTER_PART}.parquet").exists():
        return None
    [judged] = judge(SHIPPED_SITES)
    keep(judged.read.table)
    _write(judged, lake, SHIPPED_PART)
    return judged.report()


def _write(judged: Judged, lake: Path, part: str) -> None:
    lake_tables.write(lake, judged.read.table, part, judged.rows.drop("line"))


def _sorted_out(read: ReadTable) -> Judged:
    """The rows that are taken, and why the others are not (the first reason found)."""
    key, label = ("site_finess", "site_label") if read.table == "finess_sites" else ("entity_finess", "entity_label")
    judged = read.rows.with_columns(
        reason=pl.when(lost_zeros(key))
        .then(pl.lit("Numéro FINESS sans son zéro de tête : ouvrez le fichier en laissant cette colonne en texte."))
        .when(~valid_finess(pl.col(key)))
        .then(pl.lit("Numéro FINESS absent, mal formé ou de clé fausse."))
        .when(~valid_finess(pl.col("entity_finess")))
        .then(pl.lit("Numéro FINESS de l'entité juridique absent, mal formé ou de clé fausse."))
        .when(pl.col(label).is_null())
        .then(pl.lit("Raison sociale absente."))
    )
    sound = judged.filter(pl.col("reason").is_null())
    is_first = pl.col(key).is_first_distinct()
    again = sound.filter(~is_first).with_columns(reason=pl.lit("Numéro FINESS déjà vu plus haut dans le fichier."))
    refused = pl.concat([judged.filter(pl.col("reason").is_not_null()), again]).select("line", "reason")
    problems = [FinessProblem(line, why) for line, why in refused.iter_rows()]
    return Judged(read, sound.filter(is_first).drop("reason"), problems)
