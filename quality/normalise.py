"""How a text is put in one shape before it is compared: the stated normalisations, and no others.

Belongs here: blanks, apostrophes, case, accents, numbers and dates as French hands write them.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

import polars as pl

from sources.workbook.layout import Column

_BLANKS = r"[\s\u00a0\u202f\u2007\u2009\u200b\ufeff]+"
_UNCLEAN = r"^\s|\s$|\s\s|[^\S ]|[\u200b\ufeff’ʼ]"
_LEADING_APOSTROPHES = r"^\s*['’ʼ]+"
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "&": " et "})
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_DAY_ZERO = dt.date(1899, 12, 30)
_YES = ("oui", "o", "x", "1", "vrai", "true", "yes")
_NO = ("non", "n", "0", "faux", "false", "no")


@lru_cache(maxsize=50_000)
def label_key(text: str) -> str:
    """What two spellings of one label share: no case, accents, punctuation or blanks at the ends; « & » is « et »."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_ALPHANUMERIC.sub(" ", plain).strip()


def label_key_expression(text: pl.Expr) -> pl.Expr:
    """``label_key`` over a text column; null stays null."""
    plain = text.str.replace_many(["œ", "Œ", "æ", "Æ", "&"], ["oe", "oe", "ae", "ae", " et "]).str.normalize("NFKD")
    bare = plain.str.replace_all(r"\p{M}", "").str.to_lowercase()
    return bare.str.replace_all("[^a-z0-9]+", " ").str.strip_chars(" ")


def clean(text: pl.Expr) -> pl.Expr:
    """Trim, fold blanks (non-breaking ones too) and typographic apostrophes; an empty text is null."""
    folded = text.str.replace_all(_BLANKS, " ").str.replace_all("[’ʼ]", "'").str.strip_chars(" ")
    return pl.when(folded != "").then(folded)


def is_unclean(text: pl.Series) -> pl.Series:
    """Whether ``clean`` would change the text, other than to null."""
    return text.str.contains(_UNCLEAN)


def unquoted(text: pl.Expr) -> pl.Expr:
    """Without the apostrophe by which hands tell a spreadsheet that a number is a text, where it came with the text."""
    return text.str.replace(_LEADING_APOSTROPHES, "")


def is_quoted(text: pl.Series) -> pl.Series:
    """Whether ``unquoted`` would change the text."""
    return text.str.contains(_LEADING_APOSTROPHES)


def number(text: pl.Expr) -> pl.Expr:
    """``1 234,5 €`` as 1234.5 (Float64); null when it is not a finite number.

    A percentage is none: the columns of numbers count minutes, people and euros. Where one makes sense, an indicator's
    value, the column holds a text.
    """
    bare = text.str.replace_all(r"[\s€']", "")
    point = pl.when(bare.str.contains(",")).then(bare.str.replace_all(r"\.", "").str.replace(",", ".")).otherwise(bare)
    value = point.cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def date(text: pl.Expr) -> pl.Expr:
    """A date written the ISO or the French way, or as a spreadsheet counts days, 1990 to 2100; null otherwise."""
    bare = text.str.replace(r"[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$", "")
    serial = pl.when(bare.str.contains(r"^\d{5}$")).then(bare).cast(pl.Int32, strict=False)
    counted = (pl.lit(_DAY_ZERO).cast(pl.Date).cast(pl.Int32) + serial).cast(pl.Date)
    read = (*(bare.str.to_date(form, strict=False) for form in _DATE_FORMATS), counted)
    return pl.coalesce(pl.when(one.dt.year().is_between(1990, 2100)).then(one) for one in read)


def as_shown(text: str, column: Column) -> str:
    """A date or a number, read as ``2026-03-15`` or ``0.4``, the way a French spreadsheet shows it; else the text."""
    if column.kind == "text":
        return text
    if iso := _ISO_DATE.fullmatch(text):
        return f"{iso[3]}/{iso[2]}/{iso[1]}"
    return text.replace(".", ",") if _DECIMAL.fullmatch(text) else text


def boolean(text: pl.Expr) -> pl.Expr:
    """oui/non in their usual spellings; null otherwise."""
    lower = text.str.to_lowercase()
    return pl.when(lower.is_in(_YES)).then(True).when(lower.is_in(_NO)).then(False)
