"""Inventories as each of their deliveries described them, in the lake.

Belongs here: the versions of foreign inventories, from the archive's references. Does not: the present delivery
(``sources.inventories``), what the models make of versions (``dim_use_case_history``, ``dim_project_history``).

Version 0 of a source is what the project ships. A delivery says all of its source, until the next one of it; a row
without code marks each, so that an inventory that was removed is seen too. One that cannot be read any more, or is set
aside, is no version.
"""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path

import polars as pl

from sources.archive import archive
from sources.archive.archive_events import sources_set_aside
from sources.archive.archive_records import Reception, references
from sources.archive.archive_references import INVENTORY, MAPPING
from sources.home.home import Home
from sources.inventories.loader import SHIPPED_INVENTORIES, InventoryError, MappingError, load_inventory
from sources.inventories.mapping import source_of
from sources.lake import lake
from sources.referential.loader import Referential

TABLE = "inventory_versions"
_SAID = "inventory_use_cases"


def write_inventory_versions(home: Home, referential: Referential) -> None:
    """Lay the versions that the lake lacks, and take away those of deliveries set aside."""
    aside = sources_set_aside(home)
    mappings: dict[str, Reception] = {}
    for reference in references(home):
        if reference.kind == MAPPING:
            mappings[reference.file_name] = reference
        elif reference.kind == INVENTORY:
            part = home.lake / TABLE / f"n{reference.number:09d}.parquet"
            mapping = mappings.get(f"{reference.file_name}.toml")
            if reference.number in aside:
                part.unlink(missing_ok=True)
            elif mapping is not None and not part.exists():
                _write(home, reference, mapping, referential)


def _write(home: Home, delivery: Reception, mapping: Reception, referential: Referential) -> None:
    mapping_path = archive.content_path(home, mapping.content_sha256)
    content = archive.content_path(home, delivery.content_sha256)
    if not mapping_path.exists() or not content.exists():
        return
    try:
        source_code = source_of(mapping_path)
        rows = _rows(delivery, mapping, mapping_path, content, referential) if delivery.byte_count else _nothing()
    except (InventoryError, MappingError, tomllib.TOMLDecodeError, KeyError):
        return
    shipped = SHIPPED_INVENTORIES.get(delivery.file_name)
    is_first = shipped is not None and shipped.read_bytes() == content.read_bytes()
    number = 0 if is_first and not _has_version(home, source_code) else delivery.number
    marked = pl.concat([pl.DataFrame({"source_code": [source_code]}), rows], how="diagonal").with_columns(
        reception_number=pl.lit(number, pl.Int64),
        received_at=pl.lit(delivery.received_at.replace(tzinfo=None) if number else None, pl.Datetime("us")),
    )
    lake.write(home.lake, TABLE, f"n{delivery.number:09d}", marked)


def _rows(
    delivery: Reception, mapping: Reception, mapping_path: Path, content: Path, referential: Referential
) -> pl.DataFrame:
    """The use cases of a delivery, by the mapping that was in use then."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / mapping.file_name).write_bytes(mapping_path.read_bytes())
        load_inventory(content, delivery.file_name, place / "lake", place, referential)
        return lake.read(place / "lake", _SAID)


def _nothing() -> pl.DataFrame:
    return lake.empty(_SAID)


def _has_version(home: Home, source_code: str) -> bool:
    known = lake.read(home.lake, TABLE)
    return not known.filter(pl.col("source_code") == source_code).is_empty()
