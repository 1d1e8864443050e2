"""What a check of a cell is, for the modules that list checks. Does not belong here: any check."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class CellCheck:
    """``is_well`` is true for each row where the cell of ``column`` obeys the rule.

    ``reads`` names the other columns that the rule looks at: it is silent on a row where the syntax of one of them, or
    of the cell itself, is wrong. ``expected`` is French, or an expression over the row that gives it.
    """

    column: str
    rule_code: str
    is_well: pl.Expr
    reads: tuple[str, ...] = ()
    expected: str | pl.Expr | None = None
