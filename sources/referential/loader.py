"""The referential, whole: shipped rows, overridden and completed by those of a site.

Belongs here: what the rest of the project calls. Does not: the checks (``checks``, ``coherence``) and the wording of
problems (``problems``).

A site's row takes the place, whole, of the shipped row of the same code; a row with a new code is added. Nothing is
deleted: a row is closed by its ``valid_to``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sources.lake.lake import write_parquet
from sources.referential.checks import Entries, Entry, resolve
from sources.referential.coherence import coherence_problems
from sources.referential.problems import ReferentialError, ReferentialProblem
from sources.referential.reading import SHIPPED, read_folder
from sources.referential.schema import TABLES

__all__ = ["Referential", "ReferentialError", "ReferentialProblem", "load_referential"]


@dataclass(frozen=True, eq=False)
class Referential:
    """The resolved tables, valid and typed; never changed, so that what is made of one may be kept beside it.

    Rows are sorted by rank (the parent's first) then code, so that equal content gives equal tables.
    """

    tables: dict[str, pl.DataFrame]

    def table(self, name: str, on: date | None = None) -> pl.DataFrame:
        """All rows of a table, or those valid on a day (``valid_from`` and ``valid_to`` included).

        Columns are those of ``schema.TABLES[name].lake_schema``; an unknown name raises ``KeyError``.
        """
        rows = self.tables[name]
        if on is None:
            return rows
        return rows.filter(
            pl.col("valid_from").is_null() | (pl.col("valid_from") <= on),
            pl.col("valid_to").is_null() | (pl.col("valid_to") >= on),
        )

    def codes(self, name: str) -> list[str]:
        """The codes of a table, in order."""
        return self.tables[name]["code"].to_list()

    def labels(self, name: str) -> dict[str, str]:
        """The French label of each code of a table, in order; to be read, not changed."""
        return self.by_code(name, "label")

    def by_code(self, name: str, column: str) -> dict[str, Any]:
        """What a column of a table says of each code, in order; made once, to be read, not changed."""
        if (name, column) not in self._by_code:
            rows = self.tables[name]
            self._by_code[name, column] = dict(zip(rows["code"], rows[column], strict=True))
        return self._by_code[name, column]

    @cached_property
    def invented_campaigns(self) -> dict[str, str]:
        """Label by code of the demonstration's campaigns that nobody answers here.

        They are answered in a home that names them among its own rows, and in it until it opens a campaign of its own.
        """
        is_demonstration = pl.col("is_demonstration")
        campaigns = self.tables["campaigns"]
        is_real = not campaigns.filter(pl.col("is_site") & ~is_demonstration).is_empty()
        refused = campaigns.filter(is_demonstration & (pl.lit(is_real) | ~pl.col("is_site")))
        return dict(zip(refused["code"], refused["label"], strict=True))

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {}

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the resolved content: the same rows give the same sum, wherever they come from."""
        digest = hashlib.sha256()
        for name, rows in self.tables.items():
            content = rows.drop("is_site").rows()
            digest.update(json.dumps([name, content], ensure_ascii=False, default=str).encode())
        return digest.hexdigest()

    def write_lake(self, lake: Path) -> None:
        """Write each table as ``lake/ref_<table>/referential.parquet``, with all its typed columns even when empty."""
        for name, rows in self.tables.items():
            write_parquet(rows, lake / f"ref_{name}" / "referential.parquet")


def load_referential(site_folder: Path | None = None) -> Referential:
    """The referential of a home whose ``referential/`` folder is ``site_folder`` (None or absent: the shipped rows).

    Raises ``ReferentialError`` with all problems at once, each naming file and line.
    """
    problems: list[ReferentialProblem] = []
    shipped = read_folder(SHIPPED, is_site=False, problems=problems)
    has_site = site_folder is not None and site_folder.is_dir()
    site = read_folder(site_folder, is_site=True, problems=problems) if site_folder and has_site else {}
    entries = resolve(shipped, site, problems)
    problems += coherence_problems(entries)
    if problems:
        raise ReferentialError(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    return Referential({name: _frame(name, entries) for name in TABLES})


def _frame(name: str, entries: Entries) -> pl.DataFrame:
    table = TABLES[name]
    parents = {column.name: entries[column.references] for column in table.columns if column.references}

    def order(entry: Entry) -> tuple[int, str, int, str]:
        parent = parents[table.parent][entry.values[table.parent]] if table.parent else None
        inside = (parent.values.get("rank", 0), parent.code) if parent else (0, "")
        return *inside, entry.values.get("rank", 0), entry.code

    records: list[dict[str, Any]] = [
        {**entry.values, "is_site": entry.row.is_site} for entry in sorted(entries[name].values(), key=order)
    ]
    return pl.DataFrame(records, schema=table.lake_schema)
