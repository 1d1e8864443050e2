"""A batch of recognised workbooks as one table of text a sheet, each row with its reception, sheet and row number.

Belongs here: laying files side by side, so that a batch is validated once. Does not: typing or judging (``typing_``,
``schemas``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

import polars as pl

from quality.normalise import clean, is_quoted, is_unclean, unquoted
from quality.rules import Problem
from quality.structure import FoundSheet, FoundWorkbook
from sources.workbook.cell_errors import column_letters
from sources.workbook.layout import CHOICE_SEPARATOR, Column, Sheet

LINEAGE = {"reception_number": pl.Int64, "sheet": pl.String, "row_number": pl.Int32}


_POSITIONS = {
    "reception_number": pl.Int64,
    "sheet_code": pl.String,
    "column_code": pl.String,
    "letters": pl.String,
}


class Refolded(NamedTuple):
    """A text put in one shape: its column's code, the index of its row, and the whole where it began with « ' »."""

    column_code: str
    row_index: int
    quoted: str | None


@dataclass(frozen=True)
class TextTables:
    """``tables``: sheet code → lineage and one text column for each column of the layout (null when blank).

    ``positions``: where each column stands in each file (reception_number, sheet_code, column_code, letters).
    ``refolded``: sheet code → each text whose blanks or apostrophes were put in one shape.
    ``versions``: reception number → version of the template which the file comes from, None where it says none.
    """

    tables: dict[str, pl.DataFrame]
    positions: pl.DataFrame
    refolded: dict[str, list[Refolded]]
    versions: dict[int, int | None]


def text_tables(found: dict[int, FoundWorkbook], layout: tuple[Sheet, ...]) -> TextTables:
    """Lay the workbooks, by reception number, into one table a sheet of the layout."""
    tables = {}
    refolded = {}
    positions = []
    for sheet in layout:
        parts = [
            (number, workbook.sheets[sheet.code]) for number, workbook in found.items() if sheet.code in workbook.sheets
        ]
        raw = _one_table(sheet, parts)
        distinct = {column.code: raw[column.code].unique().drop_nulls() for column in sheet.columns}
        unclean = {column.code for column in sheet.columns if _needs_folding(distinct[column.code], column)}
        tables[sheet.code] = raw.with_columns(
            _text(distinct[column.code], column, column.code in unclean) for column in sheet.columns
        )
        changed = [column for column in sheet.columns if column.code in unclean]
        refolded[sheet.code] = [each for column in changed for each in _refolded(raw, tables[sheet.code], column)]
        positions.append(_positions(sheet, parts))
    versions = {number: workbook.version for number, workbook in found.items()}
    return TextTables(tables, pl.concat(positions), refolded, versions)


def cell_error_problems(found: FoundWorkbook) -> list[Problem]:
    """One problem for each recognised cell that shows an error instead of a value."""
    return [
        Problem(
            "E0207",
            part.name,
            row,
            part.sheet.column(code).label,
            part.cell(row, code),
            shown,
            part.sheet.column(code).expected,
        )
        for part in found.sheets.values()
        for (row, code), shown in part.errors.items()
    ]


def _one_table(sheet: Sheet, parts: list[tuple[int, FoundSheet]]) -> pl.DataFrame:
    lineage: dict[str, list[int | str]] = {name: [] for name in LINEAGE}
    columns: dict[str, list[str | None]] = {column.code: [] for column in sheet.columns}
    for number, part in parts:
        if not part.rows:
            continue
        count = len(part.rows)
        lineage["reception_number"] += [number] * count
        lineage["sheet"] += [part.name] * count
        lineage["row_number"] += [row for row, _ in part.rows]
        written = list(zip_longest(*(cells for _, cells in part.rows)))
        for code, values in columns.items():
            position = part.positions.get(code, len(written))
            values += written[position] if position < len(written) else [None] * count
    return pl.DataFrame(lineage | columns, schema=LINEAGE | dict.fromkeys(columns, pl.String))


def _positions(sheet: Sheet, parts: list[tuple[int, FoundSheet]]) -> pl.DataFrame:
    """Where each column of the sheet stands in each file; most files have them where the template does."""
    alike: defaultdict[tuple[tuple[str, int], ...], list[int]] = defaultdict(list)
    for number, part in parts:
        alike[tuple(part.positions.items())].append(number)
    tables = [pl.DataFrame(schema=_POSITIONS)]
    for positions, numbers in alike.items():
        columns = pl.DataFrame(
            {
                "column_code": [code for code, _ in positions],
                "letters": [column_letters(position) for _, position in positions],
            },
            schema={"column_code": pl.String, "letters": pl.String},
        )
        files = pl.DataFrame({"reception_number": numbers}, schema={"reception_number": pl.Int64})
        tables.append(files.join(columns, how="cross").select(pl.lit(sheet.code).alias("sheet_code"), pl.all()))
    return pl.concat(table.select(list(_POSITIONS)) for table in tables)


def _needs_folding(distinct: pl.Series, column: Column) -> bool:
    return is_unclean(distinct).any() or (column.kind != "text" and is_quoted(distinct).any())


def _refolded(raw: pl.DataFrame, text: pl.DataFrame, column: Column) -> Iterator[Refolded]:
    before = raw[column.code]
    quoted = is_quoted(before) if column.kind != "text" else pl.repeat(False, len(before), eager=True)
    for index in (before != text[column.code]).fill_null(False).arg_true():
        yield Refolded(column.code, index, before[index].strip() if quoted[index] else None)


def _folded(text: pl.Expr, column: Column) -> pl.Expr:
    """In one shape; lines of a cell that holds several values are values, and only a text may begin with « ' »."""
    if column.kind == "choices":
        text = text.str.replace_all(r"[\r\n]+", CHOICE_SEPARATOR)
    return clean(text if column.kind == "text" else unquoted(text))


def _text(distinct: pl.Series, column: Column, needs_cleaning: bool) -> pl.Expr:
    """The column with blanks in one shape, "" and ``missing_label`` as null; most hold few ``distinct`` texts."""
    text = pl.col(column.code)
    if needs_cleaning:
        text = _folded(text, column)
        distinct = distinct.to_frame().select(text).to_series().drop_nulls()
    label = (column.missing_label or "").lower()
    missing = ["", *(one for one in distinct.filter(distinct.str.len_chars() == len(label)) if one.lower() == label)]
    return pl.when(~text.is_in(missing)).then(text).alias(column.code)
