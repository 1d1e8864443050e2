"""The codes of a batch that have a name beside them: their values, and what contradicts them.

Belongs here: which columns, and which names each file gives. Does not: one text at a time (``named_codes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from quality.reading.values.named_codes import (
    Agrees,
    NamedCode,
    Names,
    named_code,
    names_by_file,
    names_the_organisation,
    names_the_use_case,
)
from quality.reading.values.typed import Read, organisation_reader, use_case_reader, value
from sources.referential.loader import Referential
from sources.workbook.template.layout import Sheet

NAMED_KINDS = ("use_case", "organisation")

_MOST_NAMES = 500
"""Names of one file that a name beside a code is compared with; a file that gives more is read by codes alone."""


def contradiction(code: str) -> pl.Expr:
    """In French, what contradicts the code that a column holds; null where nothing does."""
    return pl.col(f"{code}__contradiction")


def with_named_codes(
    frame: pl.DataFrame, sheet: Sheet, referential: Referential, frames: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Add ``<column>__contradiction`` for each column of codes, and the value of each code whose own name is beside it.

    ``frames``: all sheets of the batch, with their values; that of use cases names those of each file.
    """
    for column in sheet.columns:
        if column.kind not in NAMED_KINDS:
            continue
        unread = frame.filter(value(column.code).is_null() & pl.col(column.code).is_not_null())
        texts = unread.select("reception_number", column.code).unique(maintain_order=True)
        if texts.is_empty():
            frame = frame.with_columns(pl.lit(None, pl.String).alias(f"{column.code}__contradiction"))
        elif column.kind == "use_case":
            frame = _read(frame, column.code, texts, *_use_cases(referential, frames))
        else:
            labels = {code: [label] for code, label in referential.labels("organisations").items()}
            frame = _read(
                frame, column.code, texts, organisation_reader(referential), names_the_organisation, labels, {}
            )
    return frame


def _use_cases(
    referential: Referential, frames: Mapping[str, pl.DataFrame]
) -> tuple[Read, Agrees, Names, dict[int, dict[str, list[str]]]]:
    catalogue = {code: [label] for code, label in referential.labels("use_cases").items()}
    read = use_case_reader(referential)
    return read, names_the_use_case, catalogue, file_names(frames, referential)


def file_names(frames: Mapping[str, pl.DataFrame], referential: Referential) -> dict[int, dict[str, list[str]]]:
    """Reception number → use-case code → the names that the file gives it; none of a file that gives too many."""
    if "cas_usage" not in frames:
        return {}
    rows = frames["cas_usage"].select("reception_number", "cas_usage", value("cas_usage"), "nom")
    counts = rows.group_by("reception_number").len().filter(pl.col("len") <= _MOST_NAMES)["reception_number"]
    read = use_case_reader(referential)
    named = (
        (number, code or _code_in(text, read), name)
        for number, text, code, name in rows.filter(pl.col("reception_number").is_in(counts.implode())).iter_rows()
        if text and name
    )
    return names_by_file(named)


def code_within(text: str, referential: Referential) -> str | None:
    """The code of a use case that was taken, alone or beside its name."""
    read = _reader(referential)
    return read(text) or _code_in(text, read)


@lru_cache(maxsize=4)
def _reader(referential: Referential) -> Read:
    return use_case_reader(referential)


def _code_in(text: str, read: Read) -> str | None:
    """The code of a text, whatever else it holds: the name beside it is compared with the one of its row later."""
    found: list[str] = []

    def agrees(code: str, rest: str, names: Names) -> bool:
        found.append(code)
        return False

    named_code(text, read, {}, agrees)
    return found[-1] if found else None


def _read(
    frame: pl.DataFrame,
    code: str,
    texts: pl.DataFrame,
    read: Read,
    agrees: Agrees,
    shared: Names,
    by_file: Mapping[int, Mapping[str, list[str]]],
) -> pl.DataFrame:
    names = {number: _together(shared, by_file.get(number, {})) for number in texts["reception_number"].unique()}
    found = [named_code(text, read, names[number], agrees) or NamedCode(None) for number, text in texts.iter_rows()]
    named = texts.with_columns(
        pl.Series("_named", [one.code for one in found], pl.String),
        pl.Series(f"{code}__contradiction", [one.contradiction for one in found], pl.String),
    )
    joined = frame.join(named, on=["reception_number", code], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(value(code), "_named").alias(f"{code}__value")).drop("_named")


def _together(shared: Names, own: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {code: [*shared.get(code, []), *own.get(code, [])] for code in dict.fromkeys([*shared, *own])}
