"""A batch of recognised workbooks as one table of text a sheet, each row with its reception, sheet and row number.

Belongs here: laying files side by side, so that a batch is validated once. Does not: typing or judging (``typing_``,
``schemas``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest

import polars as pl

from quality.normalise import clean, is_unclean
from quality.rules import Problem
from quality.structure import FoundSheet, FoundWorkbook
from sources.workbook.cell_errors import column_letters
from sources.workbook.layout import Column, Sheet

LINEAGE = {"reception_number": pl.Int64, "sheet": pl.String, "row_number": pl.Int32}


_POSITIONS = {
    "reception_number": pl.Int64,
    "sheet_code": pl.String,
    "column_code": pl.String,
    "letters": pl.String,
}


@dataclass(frozen=True)
class TextTables:
    """``tables``: sheet code → lineage and one text column for each column of the layout (null when blank).

    ``positions``: where each column stands in each file (reception_number, sheet_code, column_code, letters).
    ``refolded``: sheet code → (column code, row index) of each text whose blanks or apostrophes were put in one shape.
    """

    tables: dict[str, pl.DataFrame]
    positions: pl.DataFrame
    refolded: dict[str, list[tuple[str, int]]]


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
        unclean = [column.code for column in sheet.columns if is_unclean(raw[column.code].unique()).any()]
        tables[sheet.code] = raw.with_columns(
            _text(raw[column.code], column, column.code in unclean) for column in sheet.columns
        )
        refolded[sheet.code] = _refolded(raw, tables[sheet.code], unclean)
        positions.append(_positions(sheet, parts))
    return TextTables(tables, pl.concat(positions), refolded)


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


def _refolded(raw: pl.DataFrame, text: pl.DataFrame, unclean: list[str]) -> list[tuple[str, int]]:
    return [(code, index) for code in unclean for index in (raw[code] != text[code]).fill_null(False).arg_true()]


def _text(raw: pl.Series, column: Column, needs_cleaning: bool) -> pl.Expr:
    """The column with blanks in one shape, "" and ``missing_label`` as null; most columns hold few different texts."""
    text = pl.col(column.code)
    distinct = raw.unique().drop_nulls()
    if needs_cleaning:
        text = clean(text)
        distinct = distinct.to_frame().select(clean(pl.col(column.code))).to_series().drop_nulls()
    label = (column.missing_label or "").lower()
    missing = ["", *(one for one in distinct.filter(distinct.str.len_chars() == len(label)) if one.lower() == label)]
    return pl.when(~text.is_in(missing)).then(text).alias(column.code)
