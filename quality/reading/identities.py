"""What makes two rows of a sheet the same one: the key of the domain, sheet by sheet.

Belongs here: which columns, and how their values are compared. Does not: what follows where two rows are the same
(``repeated_rows`` within a file, ``lost_rows`` between two sendings, ``prefill``).
"""

from __future__ import annotations

import polars as pl

from quality.reading.normalise import label_key_expression
from quality.reading.values.typed import value

IDENTITIES: dict[str, tuple[str, ...]] = {
    "cas_usage": ("cas_usage",),
    "objectifs": ("cas_usage", "indicateur"),
    "solutions": ("solution",),
    "projets": ("cas_usage", "solution"),
    "evaluations": ("evaluateur", "cas_usage"),
}
"""Sheet → the columns of its key; the last but « solution » of a project are always filled in a row that is taken."""

_WORDED = frozenset({"indicateur"})
"""Columns of words, in which case, accents and punctuation make no other thing."""

_OPTIONAL = frozenset({("projets", "solution")})


def identity(sheet_code: str) -> pl.Expr:
    """The key of each row of a sheet, as one text; null where the row has none that can be read."""
    return pl.concat_str([_part(sheet_code, column) for column in IDENTITIES[sheet_code]], separator="\n")


def _part(sheet_code: str, column: str) -> pl.Expr:
    read = label_key_expression(value(column)) if column in _WORDED else value(column)
    if (sheet_code, column) in _OPTIONAL:
        return pl.when(pl.col(column).is_null()).then(pl.lit("")).otherwise(read)
    return read
