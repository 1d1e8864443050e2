"""Registers and inventories, archived on first use and then loaded in the lake.

Belongs here: tying the loaders to the archive of one home. Does not: reading the files (``finess``, ``inventories``).
To be called under the home's write lock.
"""

from __future__ import annotations

from pathlib import Path

from sources.archive_references import INVENTORY, MAPPING, REGISTER, receive_reference
from sources.finess.loader import SHIPPED_SITES, FinessReport, load_finess, load_shipped_finess
from sources.home import Home
from sources.inventories.loader import InventoryReport, load_inventory, load_shipped_inventories
from sources.inventories.mapping import Mapping
from sources.referential.loader import Referential


def take_register(home: Home, path: Path) -> FinessReport:
    """Archive and load a file of the FINESS register; raises what ``load_finess`` raises."""
    return load_finess(path, home.lake, lambda table: receive_reference(home, REGISTER, table, path.read_bytes()))


def take_shipped_register(home: Home) -> FinessReport | None:
    """Archive and load the shipped extract, unless a register of sites is loaded."""
    return load_shipped_finess(
        home.lake, lambda table: receive_reference(home, REGISTER, table, SHIPPED_SITES.read_bytes())
    )


def take_inventory(home: Home, path: Path, mapping_code: str, referential: Referential) -> InventoryReport:
    """Archive and load a foreign inventory and its mapping; raises what ``load_inventory`` raises."""
    return load_inventory(
        path,
        mapping_code,
        home.lake,
        home.root / "mappings",
        referential,
        lambda path, mapping: _receive_inventory(home, path, mapping),
    )


def take_shipped_inventories(home: Home, referential: Referential) -> list[InventoryReport]:
    """Archive and load the shipped extracts, but those whose source was loaded from a file."""
    return load_shipped_inventories(
        home.lake, referential, lambda path, mapping: _receive_inventory(home, path, mapping)
    )


def _receive_inventory(home: Home, path: Path, mapping: Mapping) -> None:
    """The mapping first: an inventory is of use with its mapping only."""
    receive_reference(home, MAPPING, mapping.path.name, mapping.path.read_bytes())
    receive_reference(home, INVENTORY, mapping.path.stem, path.read_bytes())
