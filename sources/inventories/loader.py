"""A foreign inventory in the lake, through its mapping.

Belongs here: which rows are kept, how they are translated, what is counted. Does not: anything about one inventory
(its mapping says it), nor use cases, assessments or scores of establishments.

What no table of the mapping translates is counted and left null ("non rattaché"), never forced onto a code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sources.inventories.codes import with_codes
from sources.inventories.mapping import Mapping, MappingError, load_mapping
from sources.inventories.reading import InventoryError, read_records
from sources.inventories.translation import Record, attribute_rows, damaged_dates, unmapped_rows, use_case_row
from sources.lake import lake as lake_tables
from sources.referential.loader import Referential, load_referential

__all__ = ["InventoryError", "InventoryReport", "MappingError", "load_inventory", "load_shipped_inventories"]

SHIPPED_INVENTORIES = {"us_2024": Path(__file__).parent / "us_2024_hhs_va.csv.gz"}
"""Mapping code → the extract shipped with the project (see README.md)."""

Keep = Callable[[Path, Mapping], object]
"""Keeps an inventory that is about to be used, and its mapping."""

TABLES = ("inventory_use_cases", "inventory_attributes", "inventory_unmapped")


@dataclass(frozen=True)
class InventoryReport:
    """What became of the records of a file: read = taken + duplicates + rejected + left out.

    ``left_out_count``: organisations that the mapping does not name. ``rejected``: records without a use case name,
    without the publisher's key (``without_key``) or whose key names two (``clashing``), by number (heading line counted
    as 1). ``told_apart_count``: taken, and only all they say tells them apart. ``gone_count``: use cases of the
    delivery before that are there no more. ``is_unfinished``: the last line has no end; its last cell is not taken.
    ``shifted``, among the rejected, and ``short_count``: as in ``Reading``.
    ``untranslated``: rows left null, by column of the lake or attribute.
    ``damaged_dates``: dates that could not be read, by column of the file.
    """

    source_code: str
    file_name: str
    read_count: int
    taken_count: int
    duplicate_count: int
    left_out_count: int
    rejected: tuple[int, ...]
    untranslated: dict[str, int]
    damaged_dates: dict[str, int]
    without_key: tuple[int, ...] = ()
    clashing: tuple[int, ...] = ()
    told_apart_count: int = 0
    gone_count: int = 0
    is_unfinished: bool = False
    shifted: tuple[int, ...] = ()
    short_count: int = 0


def load_inventory(
    path: Path,
    mapping_code: str,
    lake: Path,
    site_mappings: Path | None = None,
    referential: Referential | None = None,
    keep: Keep = lambda path, mapping: None,
) -> InventoryReport:
    """Load an inventory (plain or .gz) in the place of the one before from the same source.

    ``keep`` is called with the two files once both are known to be good, before the lake changes.
    ``site_mappings`` is a home's folder of mappings; codes are checked against ``referential`` (None: as shipped).
    Raises ``MappingError`` or ``InventoryError``: what the lake held stays.
    """
    mapping = load_mapping(mapping_code, referential or load_referential(), site_mappings)
    report = _load(path, mapping, lake, mapping.source_code, keep)
    for table in TABLES:
        (lake / table / f"{_shipped_part(mapping.source_code)}.parquet").unlink(missing_ok=True)
    return report


def load_shipped_inventories(
    lake: Path,
    referential: Referential | None = None,
    keep: Keep = lambda path, mapping: None,
    without: Collection[str] = (),
) -> list[InventoryReport]:
    """Load the extracts shipped with the project, but those whose source was loaded from a file, and ``without``."""
    known = referential or load_referential()
    reports = []
    for code, path in SHIPPED_INVENTORIES.items():
        if code in without:
            continue
        mapping = load_mapping(code, known)
        if not (lake / TABLES[0] / f"{mapping.source_code}.parquet").exists():
            reports.append(_load(path, mapping, lake, _shipped_part(mapping.source_code), keep))
    return reports


def forget_inventory(lake: Path, source_code: str) -> None:
    """Take the rows of a source out of the lake, those of the shipped extract included."""
    for table in TABLES:
        for part in (source_code, _shipped_part(source_code)):
            (lake / table / f"{part}.parquet").unlink(missing_ok=True)


def _shipped_part(source_code: str) -> str:
    return f"{source_code}.shipped"


def _load(path: Path, mapping: Mapping, lake: Path, part: str, keep: Keep) -> InventoryReport:
    reading = read_records(path, mapping)
    records = [Record.of(cells, number, mapping) for number, cells in reading.records]
    kept = [record for record in records if record.organisation_code is not None]
    named = [record for record in kept if record.text(mapping.columns["use_case_label"])]
    distinct = _without_duplicates(named, mapping)
    coded = with_codes(distinct, mapping)
    if not coded.records:
        raise InventoryError(f"{path.name} : aucune ligne des organisations de la correspondance. Rien n'est changé.")
    keep(path, mapping)
    before = _codes_of(lake, mapping.source_code)
    tables = tables_of(coded.records, mapping)
    for table, rows in tables.items():
        lake_tables.write(lake, table, part, rows)
    nameless = [record.number for record in kept if not record.text(mapping.columns["use_case_label"])]
    return InventoryReport(
        source_code=mapping.source_code,
        file_name=path.name,
        read_count=len(records) + len(reading.shifted),
        taken_count=len(coded.records),
        duplicate_count=len(named) - len(distinct) + coded.duplicate_count,
        left_out_count=len(records) - len(kept),
        rejected=tuple(sorted([*nameless, *coded.without_key, *coded.clashing, *reading.shifted])),
        untranslated=_untranslated(tables, mapping),
        damaged_dates=dict(Counter(column for column, _ in damaged_dates(coded.records, mapping))),
        without_key=tuple(coded.without_key),
        clashing=tuple(sorted(coded.clashing)),
        told_apart_count=coded.told_apart_count,
        is_unfinished=reading.is_unfinished,
        shifted=reading.shifted,
        short_count=reading.short_count,
        gone_count=len(before - set(tables["inventory_use_cases"]["use_case_code"])),
    )


def tables_of(records: list[Record], mapping: Mapping) -> dict[str, pl.DataFrame]:
    """The rows of each table of the lake for the records of one inventory."""
    rows = {
        "inventory_use_cases": [use_case_row(record, mapping) for record in records],
        "inventory_attributes": [row for record in records for row in attribute_rows(record, mapping)],
    }
    made = {table: pl.DataFrame(found, schema=lake_tables.LAKE_TABLES[table]) for table, found in rows.items()}
    return made | {"inventory_unmapped": unmapped_rows(records, mapping)}


def _untranslated(tables: dict[str, pl.DataFrame], mapping: Mapping) -> dict[str, int]:
    use_cases, attributes = tables["inventory_use_cases"], tables["inventory_attributes"]
    having = {
        name: attributes.filter(pl.col("dimension") == name)["use_case_code"].n_unique() for name in mapping.attributes
    }
    return {name: use_cases[name].null_count() for name in mapping.translations} | {
        name: use_cases.height - count for name, count in having.items()
    }


def _codes_of(lake: Path, source_code: str) -> set[str]:
    known = lake_tables.read(lake, TABLES[0])
    return set(known.filter(pl.col("source_code") == source_code)["use_case_code"])


def _without_duplicates(records: list[Record], mapping: Mapping) -> list[Record]:
    """The first of the records that are equal on the columns of the mapping's rule; all where it has no rule."""
    if not mapping.duplicate_columns:
        return records
    first: dict[tuple[str, ...], Record] = {}
    for record in records:
        first.setdefault(tuple(record.text(column).casefold() for column in mapping.duplicate_columns), record)
    return list(first.values())
