"""A foreign inventory in the lake, through its mapping.

Belongs here: which rows are kept, how they are translated, what is counted. Does not: anything about one inventory
(its mapping says it), nor use cases, assessments or scores of establishments.

What no table of the mapping translates is counted and left null ("non rattaché"), never forced onto a code.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sources import lake as lake_tables
from sources.inventories.mapping import Mapping, MappingError, load_mapping
from sources.inventories.translation import Record, attribute_rows, damaged_dates, unmapped_rows, use_case_row
from sources.referential.loader import Referential, load_referential
from sources.text_files import NotTextError, read_text

__all__ = ["InventoryError", "InventoryReport", "MappingError", "load_inventory", "load_shipped_inventories"]

SHIPPED_INVENTORIES = {"us_2024": Path(__file__).parent / "us_2024_hhs_va.csv.gz"}
"""Mapping code → the extract shipped with the project (see README.md)."""

Keep = Callable[[Path, Mapping], object]
"""Keeps an inventory that is about to be used, and its mapping."""

TABLES = ("inventory_use_cases", "inventory_attributes", "inventory_unmapped")


class InventoryError(Exception):
    """The file cannot be read as the inventory of that mapping; the message is French and names the remedy."""


@dataclass(frozen=True)
class InventoryReport:
    """What became of the records of a file: read = taken + duplicates + rejected + left out.

    ``left_out_count``: organisations that the mapping does not name. ``rejected``: records without a use case name,
    by number (heading line counted as 1). ``untranslated``: rows left null, by column of the lake or attribute.
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
        (lake / table / f"{_shipped_part(mapping)}.parquet").unlink(missing_ok=True)
    return report


def load_shipped_inventories(
    lake: Path, referential: Referential | None = None, keep: Keep = lambda path, mapping: None
) -> list[InventoryReport]:
    """Load the extracts shipped with the project, but those whose source was loaded from a file."""
    known = referential or load_referential()
    reports = []
    for code, path in SHIPPED_INVENTORIES.items():
        mapping = load_mapping(code, known)
        if not (lake / TABLES[0] / f"{mapping.source_code}.parquet").exists():
            reports.append(_load(path, mapping, lake, _shipped_part(mapping), keep))
    return reports


def _shipped_part(mapping: Mapping) -> str:
    return f"{mapping.source_code}.shipped"


def _load(path: Path, mapping: Mapping, lake: Path, part: str, keep: Keep) -> InventoryReport:
    records = list(_records(path, mapping))
    kept = [record for record in records if record.organisation_code is not None]
    named = [record for record in kept if record.text(mapping.columns["use_case_label"])]
    taken = _without_duplicates(named, mapping)
    if not taken:
        raise InventoryError(f"{path.name} : aucune ligne des organisations de la correspondance. Rien n'est changé.")
    keep(path, mapping)
    use_cases = pl.DataFrame(
        [use_case_row(record, mapping) for record in taken], schema=lake_tables.LAKE_TABLES["inventory_use_cases"]
    )
    attributes = [row for record in taken for row in attribute_rows(record, mapping)]
    for table, rows in (
        ("inventory_use_cases", use_cases),
        ("inventory_attributes", pl.DataFrame(attributes, schema=lake_tables.LAKE_TABLES["inventory_attributes"])),
        ("inventory_unmapped", unmapped_rows(taken, mapping)),
    ):
        lake_tables.write(lake, table, part, rows)
    with_attribute = Counter(
        dimension for dimension, _ in {(row["dimension"], row["use_case_code"]) for row in attributes}
    )
    return InventoryReport(
        source_code=mapping.source_code,
        file_name=path.name,
        read_count=len(records),
        taken_count=len(taken),
        duplicate_count=len(named) - len(taken),
        left_out_count=len(records) - len(kept),
        rejected=tuple(record.number for record in kept if not record.text(mapping.columns["use_case_label"])),
        untranslated={name: use_cases[name].null_count() for name in mapping.translations}
        | {name: len(taken) - with_attribute[name] for name in mapping.attributes},
        damaged_dates=dict(Counter(column for column, _ in damaged_dates(taken, mapping))),
    )


def _records(path: Path, mapping: Mapping) -> Iterator[Record]:
    """Each record of the file with its organisation, its use case code and its number; codes count in file order."""
    try:
        lines = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=mapping.delimiter)
        records = [cells for cells in lines if cells]
    except (NotTextError, csv.Error) as error:
        raise InventoryError(f"{path.name} : fichier illisible ou incomplet. Attendu un fichier CSV.") from error
    headings = [" ".join(cell.split()) for cell in records[0]] if records else []
    missing = [column for column in mapping.needed_columns if column not in headings]
    if missing:
        raise InventoryError(
            f"{path.name} : colonnes absentes : {', '.join(missing)}."
            " Vérifiez que le fichier et la correspondance vont ensemble."
        )
    order: Counter[str] = Counter()
    for number, cells in enumerate(records[1:], start=2):
        yield Record.of(dict(zip(headings, cells, strict=False)), number, mapping, order)


def _without_duplicates(records: list[Record], mapping: Mapping) -> list[Record]:
    """The first of the records that are equal on the columns of the mapping's rule; all where it has no rule."""
    if not mapping.duplicate_columns:
        return records
    first: dict[tuple[str, ...], Record] = {}
    for record in records:
        first.setdefault(tuple(record.text(column).casefold() for column in mapping.duplicate_columns), record)
    return list(first.values())
