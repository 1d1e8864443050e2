"""What rows that a file shares with the earlier one of its key said there, and say no more: a column that was emptied.

Belongs here: counting these cells, column by column. Does not: rows that are gone (``lost_rows``), what follows from it
(``replacing``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import polars as pl

from quality.reading.identities import IDENTITIES, identity
from quality.rules.rules import Problem
from quality.rules.wording import counted
from quality.verdicts.lost_rows import kept_rows
from sources.lake import lake
from sources.workbook.template.layout import Sheet

GONE = "W0373"
_ROW = ("reception_number", "sheet", "row_number")
_KEYED = ("sheet_code", "key")


class Values:
    """The filled cells of files, by reception number: those of the batch at hand, else those that the lake holds."""

    def __init__(self, lake_folder: Path, frames: Mapping[str, pl.DataFrame], layout: Sequence[Sheet]) -> None:
        self._lake, self._frames = lake_folder, frames
        self._sheets = {sheet.code: sheet for sheet in layout if sheet.code in IDENTITIES}

    def gone(self, of: int, now: int) -> Iterator[Problem]:
        """One for each column of which the file ``of`` had cells that ``now`` has not, in rows that both have."""
        rows, after = self._filled(now, only_taken=False)
        before_rows, before = self._filled(of, only_taken=True)
        if before_rows.is_empty():
            return
        shared = before.join(rows, on=_KEYED, how="semi")
        lost = shared.join(after, on=[*_KEYED, "column_code"], how="anti")
        if lost.is_empty():
            return
        counted_before = shared.group_by("sheet_code", "column_code").len()
        totals = {(code, column): total for code, column, total in counted_before.iter_rows()}
        for code, sheet in self._sheets.items():
            here = lost.filter(sheet_code=code)
            for column in sheet.columns:
                missing = here.filter(column_code=column.code)
                if missing.height:
                    total = totals[code, column.code]
                    said = f"{counted(missing.height, 'valeur')} sur {total} de la réception n° {of}"
                    verb = "n'y sont plus" if missing.height > 1 else "n'y est plus"
                    yield Problem(GONE, sheet=missing["sheet"][0], column=column.label, found=f"{said} {verb}")

    def _filled(self, number: int, *, only_taken: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that have a key, and their filled cells."""
        if number in self._here:
            found = [self._cells_here(code, number, only_taken=only_taken) for code in self._sheets]
            return pl.concat(rows for rows, _ in found), pl.concat(cells for _, cells in found)
        rows = pl.concat(
            kept_rows(self._lake, code, [number]).select(
                *_ROW[:2], pl.col("row").alias("row_number"), pl.lit(code).alias("sheet_code"), key=identity(code)
            )
            for code in self._sheets
        ).drop_nulls("key")
        if rows.is_empty():
            return rows, rows.with_columns(column_code=pl.lit(None, pl.String))
        cells = (
            pl.scan_parquet(lake.parts(self._lake, "cells"), schema=lake.LAKE_TABLES["cells"], missing_columns="insert")
            .filter((pl.col("reception_number") == number) & pl.col("is_taken"))
            .select(*_ROW, "sheet_code", "column_code")
            .collect()
        )
        return rows, cells.join(rows, on=[*_ROW, "sheet_code"])

    @cached_property
    def _here(self) -> frozenset[int]:
        numbers = (frame["reception_number"].unique().to_list() for frame in self._frames.values())
        return frozenset(number for some in numbers for number in some)

    def _cells_here(self, code: str, number: int, *, only_taken: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
        frame = self._frames[code].filter(pl.col("reception_number") == number)
        keyed = (frame.filter("is_taken") if only_taken else frame).with_columns(
            key=identity(code), sheet_code=pl.lit(code)
        )
        keyed = keyed.drop_nulls("key")
        index = [*_ROW, "sheet_code", "key"]
        columns = [column.code for column in self._sheets[code].columns]
        cells = keyed.unpivot(on=columns, index=index, variable_name="column_code", value_name="text")
        return keyed.select(index), cells.drop_nulls("text").select(*index, "column_code")
