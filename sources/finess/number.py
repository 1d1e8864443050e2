"""FINESS numbers: their shape and their key.

Belongs here: one number at a time, and the same rule as a Polars expression. Does not: the register's files.

Nine characters, leading zeros significant; the last digit is a plain Luhn key. Corsica's 2A and 2B count as 21 and
22 for the key: every number of the register of January 2021 bears it out. Numbers overseas begin with 97 there, and
9A to 9J are how it writes their departments; a number that begins so is accepted on its shape, since no register at
hand shows what its key would be.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import polars as pl

_SHAPE_TEXT = "^(?:[0-9]{9}|2[AB][0-9]{7}|9[A-J][0-9]{7})$"
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?(?:E\+?0?[0-9])?", re.ASCII)
_SHAPE = re.compile(_SHAPE_TEXT, re.ASCII)


def finess_is_valid(number: str) -> bool:
    """Whether ``number`` (nine characters, no blanks, capitals) has the shape and the key of a FINESS number."""
    if not _SHAPE.fullmatch(number):
        return False
    if number[0] == "9" and number[1].isalpha():
        return True
    digits = [int(digit) for digit in number.replace("A", "1").replace("B", "2")]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def mended_finess(text: str) -> str | None:
    """The FINESS number that a spreadsheet turned into ``text`` (capitals, no blanks); null unless its key proves it.

    A lost leading zero, a trailing ``.0`` or ``,00``, a power of ten (``6.9078181E+08``). Digits rounded away are gone:
    what is left passes the key by accident once in ten, so whoever asks must also know the number.
    """
    number = _NUMBER.fullmatch(text)
    if not number:
        return None
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    if value != value.to_integral_value() or not 0 < value < 10**9:
        return None
    digits = f"{int(value):09d}"
    return digits if finess_is_valid(digits) else None


def valid_finess(number: pl.Expr) -> pl.Expr:
    """The same rule over a text column; null is not valid."""
    text = number.fill_null("")
    plain = text.str.replace("A", "1", literal=True).str.replace("B", "2", literal=True)
    total = pl.lit(0, dtype=pl.Int32)
    for position in range(9):
        digit = plain.str.slice(position, 1).cast(pl.Int32, strict=False)
        total = total + (digit if position % 2 == 0 else 2 * digit - 9 * (digit > 4).cast(pl.Int32))
    overseas = text.str.contains("^9[A-J]")
    return text.str.contains(_SHAPE_TEXT) & (overseas | (total % 10 == 0)).fill_null(False)
