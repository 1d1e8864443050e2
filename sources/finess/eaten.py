"""What a spreadsheet leaves of the register's numbers when it takes them for quantities.

Belongs here: the signs of it in a column, and what can be undone for sure. Does not: refusing (``guard``), numbers that
people type in workbooks (``number``).
"""

from __future__ import annotations

import polars as pl

from sources.finess.number import valid_finess

NUMBERS = ("nofinesset", "nofinessej", "nofiness", "siret", "siren")
_FINESS = ("nofinesset", "nofinessej", "nofiness")
CODES = ("categetab", "categagretab", "codesph", "statutjuridique", "codepostal", "departement")

# 2,642E+13; 26010004500012.0; 690.780.781; #####, #N/A
_QUANTITY = r"(?i)^[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]+$|^[0-9]+[.,]0*$|^[0-9]{1,3}(?:[.,][0-9]{3})+$|^#"
_BLANKS = r"[\s\u00a0\u202f\u2007\u2009]+"
_ROUNDED_SHARE = 0.001


def without_guards(column: str) -> pl.Expr:
    """A number without the blanks and the guards (``="…"``, an apostrophe) that keep a spreadsheet from changing it."""
    text = pl.col(column).str.replace(r'^="(.*)"$', "${1}").str.strip_prefix("'")
    return text.str.replace_all(_BLANKS, "").replace("", None).alias(column)


def eaten_counts(rows: pl.DataFrame) -> dict[str, int]:
    """Column of the file → how many of its cells a spreadsheet changed; those without any are left out."""
    signs = {name: _sign(name) for name in (*NUMBERS, *CODES) if name in rows.columns}
    counts = rows.select(**{name: sign.fill_null(False).sum() for name, sign in signs.items()}).row(0, named=True)
    return {name: count for name, count in counts.items() if count} | _rounded(rows)


def _sign(name: str) -> pl.Expr:
    sign = pl.col(name).str.contains(_QUANTITY)
    if name in _FINESS:
        sign = sign | lost_zeros(name)
    if name == "codepostal":
        sign = sign | pl.col(name).str.contains(r"^[1-9][0-9]{3}$")
    if name in ("departement", "statutjuridique"):
        sign = sign | pl.col(name).str.contains(r"^[1-9]$")
    return sign


def lost_zeros(name: str) -> pl.Expr:
    """Whether a FINESS number lost the zeros that it begins with: its key proves it."""
    text = pl.col(name)
    return text.str.contains(r"^[0-9]{5,8}$") & valid_finess(text.str.zfill(9))


def _rounded(rows: pl.DataFrame) -> dict[str, int]:
    """SIRETs whose last digits became zeros: none ends with five, but for a slip of the register itself."""
    if "siret" not in rows.columns:
        return {}
    written, rounded = rows.select(
        pl.col("siret").count().alias("written"), pl.col("siret").str.contains(r"^[0-9]{9}0{5}$").sum().alias("rounded")
    ).row(0)
    return {"siret": rounded} if rounded and rounded > written * _ROUNDED_SHARE else {}
