"""Columns that a spreadsheet filled by counting: a cell dragged down gives 5, 6, 7, 8 where 5, 5, 5, 5 was meant.

Belongs here: that doubt, of numbers, of days, and of codes that nothing else explains. Does not: words.
"""

from __future__ import annotations

import polars as pl

from quality.reading.values.column_values import NUMBER_KINDS
from quality.reading.values.typed import value
from quality.rules.cell_check import CellCheck
from sources.workbook.template.layout import Column

RULE = "W0376"
_FEWEST = 4
"""Values in a row from which they are no accident."""
_ALIKE = 1e-9


def series_checks(column: Column) -> list[CellCheck]:
    """That the values of the column do not all follow one another by one step; days by a single day."""
    if column.kind not in (*NUMBER_KINDS, "date"):
        return []
    expected = "une valeur propre à chaque ligne ; celles de cette colonne se suivent toutes"
    return [CellCheck(column.code, RULE, ~_is_series(column), expected=expected)]


def _is_series(column: Column) -> pl.Expr:
    """True on the first row of a sheet whose values of the column are such a series."""
    table = ("reception_number", "sheet")
    number = value(column.code).cast(pl.Int32 if column.kind == "date" else pl.Float64)
    count = number.count().over(table)
    step = number - number.forward_fill().shift(1).over(table)
    smallest, largest = step.min().over(table), step.max().over(table)
    is_first = number.is_not_null() & (number.is_not_null().cum_sum().over(table) == 1)
    is_step = largest.abs() == 1 if column.kind == "date" else largest.abs() > _ALIKE
    is_series = is_first & (count >= _FEWEST) & is_step & (largest - smallest < _ALIKE)
    return is_series.fill_null(False)


def dragged_assessors_check() -> CellCheck:
    """That assessor and use case do not both count up row by row: either alone does, both were dragged together."""
    table = ("reception_number", "sheet")
    steps = [_number(code) - _number(code).shift(1).over(table) for code in ("evaluateur", "cas_usage")]
    alike = [_stem(code) == _stem(code).shift(1).over(table) for code in ("evaluateur", "cas_usage")]
    follows = pl.all_horizontal([*(step == 1 for step in steps), *alike]).fill_null(False)
    rows = pl.len().over(table)
    is_series = (rows >= _FEWEST) & (follows.sum().over(table) == rows - 1)
    is_first = pl.int_range(pl.len()).over(table) == 0
    expected = "un évaluateur et un cas d'usage propres à chaque ligne ; ici les deux comptent ensemble de un en un"
    return CellCheck("evaluateur", RULE, ~(is_series & is_first).fill_null(False), ("cas_usage",), expected)


def _number(code: str) -> pl.Expr:
    return value(code).str.extract(r"(\d+)$").cast(pl.Int64, strict=False)


def _stem(code: str) -> pl.Expr:
    return value(code).str.replace(r"\d+$", "")
