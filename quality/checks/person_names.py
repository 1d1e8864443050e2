"""Assessors under their own name, where a code is asked that does not say who answers.

Belongs here: what gives a name away. ``function_stems.csv`` holds the beginnings of the words of functions and services
that a code may well be made of (``CADRE-URGENCES``). A code with a digit is never taken for a name.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import polars as pl

from quality.reading.normalise import label_key_expression

_STEMS = Path(__file__).with_name("function_stems.csv")
_TITLED = r"^(?i)(?:dr|docteure?|pr|prof|professeure?|mr?|mme|mlle|monsieur|madame)\.? +\p{L}"
_SEVERAL_WORDS = r"^\p{L}[\p{L}'’.-]*(?: +\p{L}[\p{L}'’.-]*){1,3}$"
_LONG_WORD = r"[A-Z]{4}"


def is_name(text: pl.Expr) -> pl.Expr:
    """Whether a text that is no code names a person: a title and a word, or a few words of letters, no function."""
    words = text.str.contains(_SEVERAL_WORDS) & ~_is_function(label_key_expression(text).str.to_uppercase())
    return (text.str.contains(_TITLED) | words).fill_null(False)


def resembles_name(code: pl.Expr) -> pl.Expr:
    """Whether a code (capitals, digits, signs) may be a name: a long word of letters, no digit, no function."""
    return (code.str.contains(_LONG_WORD) & ~code.str.contains("[0-9]") & ~_is_function(code)).fill_null(False)


def _is_function(capitals: pl.Expr) -> pl.Expr:
    return capitals.str.contains(rf"(?:^|[^A-Z])(?:{_stems()})")


@cache
def _stems() -> str:
    with _STEMS.open(encoding="utf-8", newline="") as stream:
        return "|".join(row["stem"] for row in csv.DictReader(stream))
