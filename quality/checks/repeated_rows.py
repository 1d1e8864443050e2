"""Rows of one file that say the same thing twice: which of them counts, and the other named beside it.

Belongs here: the checks of a repeated key. Does not: the keys (``identities``).

Two rows of one project would become one project with the dates of both, and of two objectives the last would count:
the second row is refused. Of two assessments the latest counts, as it does between two sendings.
"""

from __future__ import annotations

import polars as pl

from quality.reading.identities import IDENTITIES, identity
from quality.rules.cell_check import CellCheck

_FIRST, _LAST = "_first_of_its_key", "_last_of_its_key"

_RULES = {
    "cas_usage": ("E0302", "cas_usage", "un code qui n'est pas encore écrit"),
    "solutions": ("E0302", "solution", "un code qui n'est pas encore écrit"),
    "projets": ("E0370", "cas_usage", "une seule ligne pour ce cas d'usage et cette solution"),
    "objectifs": ("E0371", "indicateur", "une seule ligne pour ce cas d'usage et cet indicateur"),
}
"""Sheet → rule, the column where it is told, what is expected."""


def with_places(frame: pl.DataFrame, sheet_code: str) -> pl.DataFrame:
    """Beside each row, where the first and the last row of its key stand; null where it is that row itself."""
    if sheet_code not in IDENTITIES:
        return frame
    keyed = frame.with_columns(_key=identity(sheet_code))
    if not keyed.select("reception_number", "_key").drop_nulls().is_duplicated().any():
        nowhere = pl.lit(None, pl.String)
        return frame.with_columns(nowhere.alias(_FIRST), nowhere.alias(_LAST))
    same = ("reception_number", "_key")
    return keyed.with_columns(
        _place(pl.col("sheet").first().over(same), pl.col("row_number").first().over(same)).alias(_FIRST),
        _place(pl.col("sheet").last().over(same), pl.col("row_number").last().over(same)).alias(_LAST),
    ).drop("_key")


def repeated_row_check(sheet_code: str) -> CellCheck:
    """That no row above says the same; it names the one that does."""
    rule, column, expected = _RULES[sheet_code]
    others = tuple(other for other in IDENTITIES[sheet_code] if other != column)
    said = pl.format("{} : la {} le dit déjà", pl.lit(expected), pl.col(_FIRST))
    return CellCheck(column, rule, pl.col(_FIRST).is_null(), others, said)


def repeated_assessment_check() -> CellCheck:
    """That no row below is the same assessor's of the same use case; it names the one that counts."""
    said = pl.format("une seule ligne : c'est la {} qui compte", pl.col(_LAST))
    return CellCheck("cas_usage", "W0309", pl.col(_LAST).is_null(), ("evaluateur",), said)


def _place(sheet: pl.Expr, row: pl.Expr) -> pl.Expr:
    """« ligne 4 », with its sheet where it is another one; null of the row itself and of a row without key."""
    elsewhere = pl.format("ligne {} de la feuille « {} »", row, sheet)
    is_here = pl.col("sheet") == sheet
    return (
        pl.when(pl.col("_key").is_null() | (is_here & (pl.col("row_number") == row)))
        .then(None)
        .when(is_here)
        .then(pl.format("ligne {}", row))
        .otherwise(elsewhere)
    )
