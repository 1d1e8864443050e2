"""Each text column beside its typed value: ``axe`` holds what was written, ``axe__value`` what it means.

Belongs here: turning text into codes, numbers and dates by the stated normalisations. A text that means nothing has
a null value; whether that is a problem is for ``schemas`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import polars as pl

from quality.reading import normalise
from quality.reading.values.column_values import NUMBER_KINDS, date_columns, number_columns
from quality.reading.values.measures import doubted, measured
from quality.reading.values.plausible_days import FileDays
from sources.finess.number import mended_finess
from sources.referential.loader import Referential
from sources.workbook.changes import known_changes
from sources.workbook.template.layout import CHOICE_SEPARATOR, Column, Sheet

LIST_SEPARATOR = "|"
LISTING = re.compile(r"[;,/+]|\bet\b")
"""The signs by which hands list values."""
_CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
"""Said of what is written: some letters of other alphabets are one of ours in capitals (« ı », « ſ »)."""
_WORD = r"^[A-Za-z.]{1,12}$"
"""A word alone, with which somebody may say that there is no code."""
_OWN_USE_CASE = re.compile(r"^(?P<organisation>[A-Z0-9 -]+?)-(?P<number>\d{1,6})$", re.ASCII)

_AROUND_A_DASH = re.compile(" *- *")


def value(code: str) -> pl.Expr:
    """The typed value of a column."""
    return pl.col(f"{code}__value")


Versions = Mapping[int, int | None]
Read = Callable[[str], str | None]
"""From what is written to the code that it means, or null."""


Numbers = Mapping[tuple[str, str], Sequence[int]]


def with_values(
    frame: pl.DataFrame,
    sheet: Sheet,
    referential: Referential,
    versions: Versions,
    days: FileDays | None = None,
    numbers: Numbers | None = None,
) -> pl.DataFrame:
    """Add ``<column>__value`` for each column of the sheet: String (codes), Float64, Int64, Date or Boolean.

    ``versions``: reception number → version of the template which the file comes from, None where it says none.
    ``numbers``: as in ``TextTables``. Beside the values, what ``column_values`` says of numbers and dates.
    """
    marked = numbers or {}
    read = [
        *date_columns(frame, sheet, days or FileDays()),
        *(
            series
            for column in sheet.columns
            if column.kind in NUMBER_KINDS
            for series in number_columns(frame, column, marked.get((sheet.code, column.code), ()))
        ),
        *(
            doubted(frame[column.code], marked.get((sheet.code, column.code), ())).alias(f"{column.code}__doubt")
            for column in sheet.columns
            if column.kind == "measure"
        ),
    ]
    return frame.with_columns(*read).with_columns(
        _typed(frame, sheet, column, referential, versions).alias(f"{column.code}__value")
        for column in sheet.columns
        if column.kind not in (*NUMBER_KINDS, "date")
    )


def _typed(frame: pl.DataFrame, sheet: Sheet, column: Column, referential: Referential, versions: Versions) -> pl.Expr:
    text = pl.col(column.code)
    match column.kind:
        case "measure":
            return measured(text)
        case "boolean":
            return normalise.boolean(text)
        case "code":
            return pl.when(text.str.contains(_CODE) & ~_says_nothing(frame[column.code])).then(text.str.to_uppercase())
        case "choice":
            return _looked_up_by_version(frame, sheet, column, versions, choice_reader)
        case "choices":
            return _looked_up_by_version(frame, sheet, column, versions, choices_reader)
        case "organisation":
            return _looked_up(frame, column.code, organisation_reader(referential))
        case "use_case":
            return _looked_up(frame, column.code, use_case_reader(referential))
        case _:
            return text


def _says_nothing(texts: pl.Series) -> pl.Expr:
    """Of a column of codes: « NC » and « aucune » are nobody's; two rows that say so are not of the same one."""
    words = texts.drop_nulls().unique()
    words = words.filter(words.str.contains(_WORD))
    return pl.col(texts.name).is_in([word for word in words if normalise.says_no_code(word)])


def _looked_up(frame: pl.DataFrame, code: str, read: Callable[[str], str | None]) -> pl.Expr:
    """Read each distinct text once."""
    meanings = {text: read(text) for text in frame[code].unique() if text is not None}
    return pl.col(code).replace_strict(meanings, default=None, return_dtype=pl.String)


def _looked_up_by_version(
    frame: pl.DataFrame,
    sheet: Sheet,
    column: Column,
    versions: Versions,
    reader: Callable[[Column, Mapping[str, str]], Callable[[str], str | None]],
) -> pl.Expr:
    """A label that has changed its meaning is read as each file's own template meant it; most files share one."""
    files: list[tuple[dict[str, str], list[int]]] = []
    for version in sorted(set(versions.values()), key=lambda one: -1 if one is None else one):
        former = former_values(sheet, column, version)
        numbers = [number for number, own in versions.items() if own == version]
        if files and files[-1][0] == former:
            files[-1][1].extend(numbers)
        else:
            files.append((former, numbers))
    if len(files) < 2:
        return _looked_up(frame, column.code, reader(column, files[0][0] if files else {}))
    return pl.coalesce(
        pl.when(pl.col("reception_number").is_in(numbers)).then(_looked_up(frame, column.code, reader(column, former)))
        for former, numbers in files
    )


def former_values(sheet: Sheet, column: Column, version: int | None = None) -> dict[str, str]:
    """What older templates than a file's own, or that one, offered in the column → the present code."""
    return known_changes(version).values.get((sheet.code, column.code), {})


def choice_reader(column: Column, former: Mapping[str, str] | None = None) -> Callable[[str], str | None]:
    """Text → code, by label, code, both, or former label, whatever the case, the accents and what only decorates."""
    by_key = {normalise.value_key(name): code for name, code in (former or {}).items() if code in column.choices}
    by_key |= {
        normalise.value_key(name): code
        for code, label in column.choices.items()
        for name in (code, label, f"{code} {label}", f"{label} {code}")
    }
    return lambda text: by_key.get(normalise.value_key(text))


def choices_reader(column: Column, former: Mapping[str, str] | None = None) -> Callable[[str], str | None]:
    """Text → codes in display order joined by ``|``; null as soon as one piece is unknown."""
    read = choice_reader(column, former)

    def read_all(text: str) -> str | None:
        whole = read(text)
        if whole:
            return whole
        codes = [read(piece) for piece in _pieces(text, read)]
        if not codes or None in codes:
            return None
        return LIST_SEPARATOR.join(code for code in column.choices if code in codes)

    return read_all


def unknown_pieces(column: Column, text: str) -> list[str]:
    """The pieces of a list of several choices that name none of the column's."""
    read = choice_reader(column)
    return [piece.strip() for piece in _pieces(text, read) if not read(piece)]


def _pieces(text: str, read: Callable[[str], str | None]) -> list[str]:
    """Cut at ``;``, then at the signs by which hands list, unless the piece is itself a label (some hold a comma)."""
    pieces = [piece for piece in text.split(CHOICE_SEPARATOR) if piece.strip()]
    return [part for piece in pieces for part in ([piece] if read(piece) else LISTING.split(piece)) if part.strip()]


@lru_cache(maxsize=4)
def organisation_reader(referential: Referential) -> Callable[[str], str | None]:
    """Text → organisation code, by code or by FINESS number of the legal entity, in groups of digits or not.

    A number that a spreadsheet turned into a number (``10000495``, ``6,9078181E+08``) is mended only when the result is
    known and its key is right.
    """
    rows = referential.table("organisations").select("code", "ej_finess").iter_rows()
    by_name = {name.upper(): code for code, finess in rows for name in (code, finess) if name}

    def read(text: str) -> str | None:
        if not text.isascii():
            return None  # a letter of another alphabet may be one of ours in capitals
        bare = text.replace(" ", "").upper()
        if bare in by_name:
            return by_name[bare]
        mended = mended_finess(bare)
        return by_name.get(mended) if mended else None

    return read


@lru_cache(maxsize=4)
def use_case_reader(referential: Referential) -> Callable[[str], str | None]:
    """Text → use-case code: one of the catalogue, or ``<organisation>-<n>`` of an organisation that exists.

    Spaces may part the digits of the organisation and stand around a dash, not part the digits of the number.
    """
    catalogue = {code.upper(): code for code in referential.codes("use_cases")}
    organisation = organisation_reader(referential)

    def read(text: str) -> str | None:
        if not text.isascii():
            return None
        tight = _AROUND_A_DASH.sub("-", text.strip(" ")).upper()
        if tight in catalogue:
            return catalogue[tight]
        own = _OWN_USE_CASE.match(tight)
        owner = organisation(own["organisation"]) if own else None
        return f"{owner}-{int(own['number'])}" if own and owner else None

    return read
