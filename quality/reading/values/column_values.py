"""The columns of numbers and dates of a batch: each text's value, or what keeps it from having one.

Belongs here: reading each distinct text once, beside the others of its column and file. Does not: what one text means
(``numbers``, ``dates``), the other kinds of columns (``typed``).

A column gives ``<code>__value``, and ``<code>__doubt``: French, what to write, of a text that may mean two things. A
number also gives ``<code>__hint``, of a text that is none, and ``<code>__proven``: of its two readings, the rest of the
column proves one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import polars as pl

from quality.reading.values.dates import PLAIN_DATE, DateReading, read_date
from quality.reading.values.numbers import PLAIN, how_to_write, number_by, read_number
from quality.reading.values.plausible_days import FileDays
from sources.workbook.template.layout import Column, Sheet

NUMBER_KINDS = ("number", "integer")

_PLACE = ("reception_number", "sheet")
"""One table: each sheet of a file may have been typed by another hand."""
_KEY = (*_PLACE, "text", "is_number")


def number_columns(frame: pl.DataFrame, column: Column, number_rows: Sequence[int]) -> list[pl.Series]:
    """Value, doubt, hint and proof of a column of numbers; ``number_rows``: its cells that are numbers."""
    text = frame[column.code]
    is_plain = text.str.contains(PLAIN).fill_null(False)
    value = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).set(~is_plain, None)
    doubt = hint = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    proven = pl.repeat(False, len(text), eager=True)
    unusual = ~is_plain & text.is_not_null()
    if unusual.any():
        rows = frame.select(*_PLACE, text=column.code, is_number=_marked(len(text), number_rows))
        found = _numbers(rows.filter(unusual).unique(), rows, column)
        joined = rows.join(found, on=_KEY, how="left", maintain_order="left", nulls_equal=True)
        value = value.zip_with(~unusual, joined["value"])
        doubt, hint, proven = joined["doubt"], joined["hint"], joined["proven"].fill_null(False)
    value = _in_range(value, column)
    named = {"value": value, "doubt": doubt, "hint": hint, "proven": proven}
    return [series.alias(f"{column.code}__{name}") for name, series in named.items()]


def _marked(length: int, rows: Sequence[int]) -> pl.Series:
    return (
        pl.repeat(False, length, eager=True).scatter(list(rows), True) if rows else pl.repeat(False, length, eager=True)
    )


def _in_range(value: pl.Series, column: Column) -> pl.Series:
    """Minutes, people and euros are never negative, and people are whole."""
    value = value.set(~(value.is_finite() & (value >= 0)).fill_null(True), None)
    if column.kind == "number":
        return value
    return value.set(~((value == value.floor()) & (value < 1e12)).fill_null(True), None).cast(pl.Int64)


def _numbers(unusual: pl.DataFrame, rows: pl.DataFrame, column: Column) -> pl.DataFrame:
    answers = []
    signs: dict[tuple[int, str], set[str]] = {}
    for number, name, text, is_number in unusual.iter_rows():
        place = (number, name)
        if is_number:
            answers.append((*place, text, True, _own_number(text), None, None, False))
            continue
        value, either, _ = read_number(text, column.unit)
        sign = _sign_of(place, signs, rows, column) if either else ""
        if sign:
            answers.append((*place, text, False, number_by(text, column.unit, sign), None, None, True))
        else:
            said = how_to_write(text, column.unit) if value is None else None
            answers.append((*place, text, False, value, *((said, None) if either else (None, said)), False))
    schema = {"reception_number": pl.Int64, "sheet": pl.String, "text": pl.String, "is_number": pl.Boolean}
    schema |= {"value": pl.Float64, "doubt": pl.String, "hint": pl.String, "proven": pl.Boolean}
    return pl.DataFrame(answers, schema=schema, orient="row")


def _own_number(text: str) -> float | None:
    """A number of the workbook itself, which the reader wrote with a point."""
    try:
        return float(Decimal(text))
    except ArithmeticError:
        return None


def _sign_of(place: tuple[int, str], known: dict[tuple[int, str], set[str]], rows: pl.DataFrame, column: Column) -> str:
    """The sign that begins decimals in the column of a sheet, where its other texts prove one and no other."""
    if place not in known:
        number, name = place
        is_beside = (pl.col("reception_number") == number) & (pl.col("sheet") == name) & ~pl.col("is_number")
        texts = rows.filter(is_beside)["text"].drop_nulls().unique()
        known[place] = {read_number(text, column.unit).decimal_sign for text in texts} - {""}
    return next(iter(known[place])) if len(known[place]) == 1 else ""


def date_columns(frame: pl.DataFrame, sheet: Sheet, days: FileDays) -> list[pl.Series]:
    """The values and the doubts of the sheet's columns of dates."""
    columns = [column for column in sheet.columns if column.kind == "date"]
    plain = {column.code: _plain_dates(frame[column.code]) for column in columns}
    month_first = _month_first(frame, columns, plain, days)
    swapped = frame["reception_number"].is_in(list(month_first)) if month_first else None
    found = []
    for column in columns:
        value, text = plain[column.code], frame[column.code]
        doubt = pl.repeat(None, len(text), dtype=pl.String, eager=True)
        unusual = text.is_not_null() & (value.is_null() if swapped is None else value.is_null() | swapped)
        if unusual.any():
            rows = frame.select("reception_number", text=column.code)
            read = _dates(rows.filter(unusual).unique(), column, days, month_first)
            joined = rows.join(read, on=["reception_number", "text"], how="left", maintain_order="left")
            value, doubt = value.zip_with(~unusual, joined["value"]), joined["doubt"]
        found += [value.alias(f"{column.code}__value"), doubt.alias(f"{column.code}__doubt")]
    return found


def _plain_dates(text: pl.Series) -> pl.Series:
    """Days written the ISO or the French way, 1990 to 2100."""
    if text.null_count() == len(text):
        return pl.repeat(None, len(text), dtype=pl.Date, eager=True)
    plain = pl.when(pl.col("text").str.contains(PLAIN_DATE)).then("text")
    read = (plain.str.to_date(form, strict=False) for form in ("%Y-%m-%d", "%d/%m/%Y"))
    day = pl.coalesce(read)
    return text.alias("text").to_frame().select(pl.when(day.dt.year().is_between(1990, 2100)).then(day)).to_series()


def _month_first(
    frame: pl.DataFrame, columns: Iterable[Column], plain: dict[str, pl.Series], days: FileDays
) -> set[int]:
    """The files in which a date of the sheet only makes a day when the month stands before it."""
    found: set[int] = set()
    for column in columns:
        unusual = frame[column.code].is_not_null() & plain[column.code].is_null()
        if unusual.any():
            for number, text in frame.filter(unusual).select("reception_number", column.code).unique().iter_rows():
                if read_date(text, days.window(number, column.date_of), False).is_month_first:
                    found.add(number)
    return found


def _dates(unusual: pl.DataFrame, column: Column, days: FileDays, month_first: set[int]) -> pl.DataFrame:
    answers = []
    for number, text in unusual.iter_rows():
        reading = read_date(text, days.window(number, column.date_of), number in month_first)
        is_certain = len(reading.days) == 1 and not reading.is_month_first
        answers.append((number, text, reading.days[0] if is_certain else None, _doubt(reading)))
    schema = {"reception_number": pl.Int64, "text": pl.String, "value": pl.Date, "doubt": pl.String}
    return pl.DataFrame(answers, schema=schema, orient="row")


def _doubt(reading: DateReading) -> str | None:
    if reading.why or len(reading.days) < 2:
        return reading.why or None
    return " ou ".join(f"{day:%d/%m/%Y}" for day in reading.days) + ", selon ce que vous vouliez écrire"
