"""The values of an objective, in words or figures: percentages, and dates that a spreadsheet made of a number.

Belongs here: what such a text surely is, beside its indicator. Does not: columns of numbers (``numbers``).

A value is kept as it was written. A percentage is its number where the indicator counts in hundredths, and keeps its
sign where the indicator names no unit; where it names another, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from quality.reading.values.numbers import PLAIN, TWO_WAYS, how_to_write
from quality.rules.cell_check import CellCheck
from sources.workbook.template.layout import Column

MEASURES = ("initial", "cible", "observe")

_SIGN = r"(?i: *(?:%|pct|p\.? ?cents?|pour ?cents?)\.?)$"
_PERCENTAGE = rf"^[0-9][0-9 '.,]*{_SIGN}"
_HUNDREDTHS = r"%|pour ?cent|\btaux\b|\bparts?\b|\bproportions?\b|\bpct\b"
_THOUSANDTHS = r"‰|pour ?mille|(?:pour|sur) 1 ?000"
_OTHER_UNIT = (
    r"\([^)]*\p{L}[^)]*\)|€|\ben (?:minutes|heures|jours|semaines|mois|euros)\b|"
    r"\b(?:nombres?|nb|effectifs?)\b"
)
_OF_TWO_READINGS = rf"^[^0-9]*({TWO_WAYS.strip('^$')})[^0-9]*$"
_SPEAKS_OF_A_DATE = r"\bdates?\b|echeance|jalon|calendrier"
_MONTHS = r"(?:janv|fevr|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec|jan|feb|mar|apr|may|jun|jul|aug|sep)"
_DATE = (
    r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ t][0-9:.]+)?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}"
    rf"|[0-9]{{1,2}}-{_MONTHS}\.?(?:-[0-9]{{2,4}})?|{_MONTHS}\.?-[0-9]{{2}})$"
)


def is_percentage(text: pl.Expr) -> pl.Expr:
    """Whether the text is a number of hundredths (« 40 % », « 40 pct »); « - 30 % » is a change, in any unit."""
    return text.str.contains(_PERCENTAGE)


def is_date_like(text: pl.Expr) -> pl.Expr:
    """Whether the text is a day, as a spreadsheet makes one of « 12.5 »."""
    return _plain(text).str.contains(_DATE)


def measured(text: pl.Expr) -> pl.Expr:
    """The value of a measure; a percentage without its sign where its indicator says it."""
    digits = text.str.replace(_SIGN, "")
    number = pl.when(digits.str.contains(PLAIN)).then(digits.str.replace(",", ".", literal=True)).otherwise(digits)
    return pl.when(is_percentage(text) & _counts_hundredths()).then(number).otherwise(text)


def doubted(text: pl.Series, number_rows: Sequence[int]) -> pl.Series:
    """What to write instead of a text whose only number has two readings (« 1.500 », « ≥ 2,000 lettres »); null of the
    others, and of ``number_rows``: the cells that are numbers."""
    found = text.str.extract(_OF_TWO_READINGS)
    if found.null_count() == len(found):
        return found
    own = set(number_rows)
    said = [None if one is None or row in own else how_to_write(one, "") for row, one in enumerate(found)]
    return pl.Series(text.name, said, dtype=pl.String)


def measure_checks(column: Column) -> list[CellCheck]:
    """That a value is neither a date nor in another unit than its indicator, and has one reading."""
    text, doubt = pl.col(column.code), pl.col(f"{column.code}__doubt")
    others = [pl.col(code).str.contains(PLAIN).fill_null(False) for code in MEASURES if code != column.code]
    is_elsewhere = is_percentage(text) & ~_counts_hundredths() & (_names_a_unit() | pl.any_horizontal(others))
    is_date = is_date_like(text) & ~_indicator().str.contains(_SPEAKS_OF_A_DATE)
    is_fraction = _counts_hundredths() & text.str.contains(r"^0[.,][0-9]*[1-9]")
    hundredths = (text.str.replace(",", ".", literal=True).cast(pl.Decimal(38, 15), strict=False) * 100).cast(pl.String)
    return [
        CellCheck(column.code, "E0232", (~is_date).fill_null(True), expected=number_behind_date(text)),
        CellCheck(column.code, "E0233", doubt.is_null(), expected=doubt),
        CellCheck(
            column.code,
            "E0235",
            (~is_elsewhere).fill_null(True),
            expected="une valeur dans l'unité de l'indicateur, ou un indicateur qui dit « % »",
        ),
        CellCheck(
            column.code,
            "W0330",
            (~is_fraction).fill_null(True),
            expected=pl.format("{} si la part est de {} %", _french(hundredths), _french(hundredths)),
        ),
    ]


def number_behind_date(text: pl.Expr) -> pl.Expr:
    """What was most likely typed, where the day and the month tell it."""
    typed = [text.str.slice(at, 2).str.strip_chars_start("0") for at in (8, 5)]
    guess = pl.format("un nombre ; si vous aviez écrit « {}.{} », écrivez « {},{} »", *typed, *typed)
    return pl.when(text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}")).then(guess).otherwise(pl.lit("un nombre"))


def _french(figure: pl.Expr) -> pl.Expr:
    return figure.str.strip_chars_end("0").str.strip_chars_end(".").str.replace(".", ",", literal=True)


def _counts_hundredths() -> pl.Expr:
    indicator = _indicator()
    return indicator.str.contains(_HUNDREDTHS) & ~indicator.str.contains(_THOUSANDTHS)


def _names_a_unit() -> pl.Expr:
    return _indicator().str.contains(_OTHER_UNIT)


def _indicator() -> pl.Expr:
    return _plain(pl.col("indicateur")).fill_null("")


def _plain(text: pl.Expr) -> pl.Expr:
    """Without case nor accents."""
    return text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
