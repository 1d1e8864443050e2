"""One record of an inventory, and what the mapping makes of it.

Belongs here: cells, dates and values of kept records. Does not: files, rows left out, reports (``loader``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from sources.inventories.mapping import Mapping, Translation, normal
from sources.inventories.mapping_checks import COPIED, TRANSLATED
from sources.lake.lake import LAKE_TABLES
from sources.text.characters import composed


@dataclass(frozen=True)
class Record:
    """The cells of one record: accents composed, blanks collapsed, words that mean nothing made empty."""

    cells: dict[str, str]
    number: int
    organisation_code: str | None
    use_case_code: str | None

    @classmethod
    def of(cls, cells: dict[str, str], number: int, mapping: Mapping) -> Record:
        """The record number ``number`` of the file, without its code yet."""
        clean = {column: " ".join(composed(cell).split()) for column, cell in cells.items()}
        clean = {column: "" if normal(cell) in mapping.blanks else cell for column, cell in clean.items()}
        origin = clean.get(mapping.record_column, "") if mapping.record_column else ""
        return cls(clean, int(origin) if origin.isdecimal() else number, _organisation(clean, mapping), None)

    def text(self, column: str) -> str:
        """The cell of a column, empty when the record is too short."""
        return self.cells.get(column, "")

    def values(self, translation: Translation) -> list[str]:
        """The values of a translated column: one, or several where they are separated."""
        text = self.text(translation.column)
        parts = text.split(translation.separator) if translation.separator else [text]
        return [part.strip() for part in parts if part.strip()]


def use_case_row(record: Record, mapping: Mapping) -> dict[str, object]:
    """The row of ``inventory_use_cases``; what is not translated is null."""
    codes = {name: _codes(record, translation)[:1] for name, translation in mapping.translations.items()}
    status = next(iter(codes.get("status_code", [])), mapping.constants.get("status_code"))
    return {
        "source_code": mapping.source_code,
        "row_number": record.number,
        "use_case_code": record.use_case_code,
        "organisation_code": record.organisation_code,
        **{name: record.text(mapping.columns.get(name, "")) or mapping.constants.get(name) for name in COPIED},
        **{name: next(iter(codes.get(name, [])), mapping.constants.get(name)) for name in TRANSLATED},
        "reached_on": _date(record.text(mapping.date_columns.get(status or "", "")), mapping),
    }


def attribute_rows(record: Record, mapping: Mapping) -> Iterator[dict[str, object]]:
    """The rows of ``inventory_attributes``, each attribute once."""
    for dimension, translation in mapping.attributes.items():
        for code in dict.fromkeys(_codes(record, translation)):
            yield {
                "source_code": mapping.source_code,
                "use_case_code": record.use_case_code,
                "dimension": dimension,
                "attribute_code": code,
            }


def unmapped_rows(records: list[Record], mapping: Mapping) -> pl.DataFrame:
    """The rows of ``inventory_unmapped``: values that no table translates, and dates that could not be read."""
    tables: dict[str, list[Translation]] = {}
    for translation in (*mapping.translations.values(), *mapping.attributes.values()):
        tables.setdefault(translation.column, []).append(translation)
    counts: Counter[tuple[str, str]] = Counter(damaged_dates(records, mapping))
    for record in records:
        for column, translations in tables.items():
            values = {value for translation in translations for value in record.values(translation)}
            known = {value for value in values if any(one.values.of(value) is not None for one in translations)}
            counts.update((column, value) for value in values - known)
    rows = [(mapping.source_code, *key, count) for key, count in sorted(counts.items())]
    return pl.DataFrame(rows, schema=LAKE_TABLES["inventory_unmapped"], orient="row")


def damaged_dates(records: list[Record], mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Column and text of each date that is not one, or is before the earliest that the inventory can hold."""
    for record in records:
        for column in dict.fromkeys(mapping.date_columns.values()):
            text = record.text(column)
            if text and _date(text, mapping) is None:
                yield column, text


def _codes(record: Record, translation: Translation) -> list[str]:
    return [code for value in record.values(translation) for code in translation.values.of(value) or []]


def _organisation(cells: dict[str, str], mapping: Mapping) -> str | None:
    if mapping.row_column is None:
        return mapping.organisation
    return next(iter(mapping.organisations.of(cells.get(mapping.row_column, "")) or []), None)


def _date(text: str, mapping: Mapping) -> date | None:
    """The day that the mapping's formats agree on; a text that two of them read as two days is none."""
    days = {day for written in (*mapping.date_formats, "%Y-%m-%d") if (day := _read_as(text, written)) is not None}
    if len(days) != 1:
        return None
    found = days.pop()
    return None if mapping.earliest and found < mapping.earliest else found


def _read_as(text: str, written: str) -> date | None:
    try:
        return datetime.strptime(text, written).date()
    except ValueError:
        return None
