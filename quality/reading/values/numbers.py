"""What a text of a column of numbers means: one number, one of two, or none.

Belongs here: how hands of France, Switzerland, Britain and the United States write a number, and what each writing can
mean. Does not: columns and files (``column_values``), percentages (``measures``).

A blank or an apostrophe only groups thousands. A point or a comma groups them or begins the decimals; where one stands
alone before three digits (« 450.000 », « 1,000 ») nothing in the text tells which, and both readings are given.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

PLAIN = r"^(?:[0-9]+|[0-9]+[.,](?:[0-9]{1,2}|[0-9]{4,})|(?:0|[1-9][0-9]{3,})[.,][0-9]{3})$"
"""A number without any sign of thousands, which can be read in one way only."""

TWO_WAYS = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
"""Thousands or decimals. A workbook's own number is written so too (1.234), and is then a number."""

_TWO_WAYS = re.compile(TWO_WAYS)
_ONE_WAY = tuple(
    (re.compile(form), decimal)
    for form, decimal in (
        (r"[0-9]+", ""),
        (r"(?:[1-9][0-9]*|0)?,[0-9]+", ","),
        (r"(?:[1-9][0-9]*|0)?\.[0-9]+", "."),
        (r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?", ","),
        (r"[1-9][0-9]{0,2}(?: [0-9]{3})+\.[0-9]+", "."),
        (r"[1-9][0-9]{0,2}(?:'[0-9]{3})+(?:,[0-9]+)?", ","),
        (r"[1-9][0-9]{0,2}(?:'[0-9]{3})+\.[0-9]+", "."),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+", ","),
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+", "."),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}", ","),
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}", "."),
    )
)
"""Each writing that has one reading, and the sign that begins its decimals."""

_UNIT_WORDS = {
    "en euros": r"€|eur|euros?",
    "en minutes": r"min\.?|mn|minutes?",
    "en heures": r"h|heures?",
}
"""Unit of a column → the words by which a cell says the same."""

_SCALES = {"k": 1000, "m": 10**6, "md": 10**9}
_SCALED = re.compile(r"(?P<number>[0-9 .,']*[0-9]) ?(?P<scale>k|md|m)(?: ?(?:€|eur|euros?))?", re.IGNORECASE)
_RANGE = re.compile(r"[0-9.,' ]*[0-9] ?(?:-|–|—|à|/) ?[0-9][0-9.,' ]*[^0-9]*")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_ABOUT = re.compile(
    r"(?:env\b|environ\b|~|≈|>|<|≥|≤|plus de|moins de|jusqu).*[0-9].*|.*[0-9].*(?:env\b|environ\b|\+$).*", re.I
)


class NumberReading(NamedTuple):
    """``value``: what the text surely means. ``either``: the two values, thousands then decimals, that it may mean."""

    value: float | None
    either: tuple[Decimal, Decimal] | None = None
    decimal_sign: str = ""
    """The sign that begins the decimals, where the text proves one; it says nothing when they are three."""


def read_number(text: str, unit: str = "") -> NumberReading:
    """The reading of a cleaned text (blanks folded); ``unit`` is the column's, whose words may stand beside."""
    bare = without_unit(text, unit)
    if _TWO_WAYS.fullmatch(bare):
        return NumberReading(None, (Decimal(re.sub("[.,]", "", bare)), Decimal(bare.replace(",", "."))))
    for form, sign in _ONE_WAY:
        if form.fullmatch(bare):
            return NumberReading(float(_digits(bare, sign)), None, _proven_sign(bare))
    return NumberReading(None)


def number_by(text: str, unit: str, decimal_sign: str) -> float:
    """A text of two readings, read by the sign that begins the decimals elsewhere in its column."""
    return float(_digits(without_unit(text, unit), decimal_sign))


def without_unit(text: str, unit: str) -> str:
    """The text without the words of the column's own unit, before it or after it."""
    words = _UNIT_WORDS.get(unit)
    if not words:
        return text
    before, after = rf"^(?:{words}) ?(?=[0-9])", rf"(?<=[0-9]) ?(?:{words})$"
    shorter = re.sub(after, "", text, flags=re.IGNORECASE)
    return shorter if shorter != text else re.sub(before, "", text, flags=re.IGNORECASE)


def how_to_write(text: str, unit: str) -> str | None:
    """What to write instead of a text that is no number, in French, where its kind is known."""
    if either := read_number(text, unit).either:
        return " ou ".join(in_french(one) for one in either) + ", selon ce que vous vouliez écrire"
    if scaled := _SCALED.fullmatch(text):
        value = read_number(scaled["number"].strip()).value
        if (value is not None and scaled["scale"].lower() != "m") or (value is not None and unit == "en euros"):
            return f"le nombre entier en chiffres : {in_french(Decimal(str(value)) * _SCALES[scaled['scale'].lower()])}"
    if _SCIENTIFIC.fullmatch(text):
        return "le nombre en chiffres : un tableur abrège ainsi les grands nombres, et des chiffres y manquent"
    if _RANGE.fullmatch(text):
        return "un seul nombre, et non une fourchette : la valeur retenue, ou le milieu"
    if _ABOUT.fullmatch(text):
        return "le nombre seul, sans « environ » ni signe : une estimation suffit"
    return None


def in_french(value: Decimal) -> str:
    """A value written so that it can only be read in one way, whatever reads it."""
    whole, _, decimals = format(value, "f").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) == 3 and not whole.startswith("0"):
        decimals += "0"
    return f"{whole},{decimals}" if decimals else whole


def _digits(bare: str, decimal_sign: str) -> str:
    whole, sign, decimals = bare.partition(decimal_sign) if decimal_sign else (bare, "", "")
    return re.sub("[ '.,]", "", whole) + ("." + decimals if sign else "")


def _proven_sign(bare: str) -> str:
    """The last sign, when the digits behind it cannot be a group of thousands."""
    at = max(bare.rfind("."), bare.rfind(","))
    return bare[at] if at >= 0 and len(bare) - at - 1 != 3 else ""
