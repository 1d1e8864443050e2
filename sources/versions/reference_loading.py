"""Registers and inventories, archived on first use and then loaded in the lake.

Belongs here: tying the loaders to the archive of one home. Does not: reading the files (``finess``, ``inventories``).
To be called under the home's write lock.
"""

from __future__ import annotations

from pathlib import Path

from sources.archive import archive
from sources.archive.archive_events import sources_set_aside
from sources.archive.archive_references import (
    INVENTORY,
    MAPPING,
    REGISTER,
    current_references,
    receive_reference,
    receive_reference_stream,
)
from sources.finess.guard import doubts, gone_count, refusal
from sources.finess.loader import REGISTER_PART, SHIPPED_SITES, FinessReport, judge, lay, load_shipped_finess
from sources.home.home import Home
from sources.inventories.loader import (
    InventoryError,
    InventoryReport,
    forget_inventory,
    load_inventory,
    load_shipped_inventories,
)
from sources.inventories.mapping import Mapping, same_code, source_of
from sources.referential.loader import Referential


def take_register(home: Home, path: Path, force: bool = False) -> FinessReport:
    """Archive and load a file of the FINESS register; raises what ``load_finess`` raises.

    One that may not replace what is loaded is refused (``FinessError``), unless ``force``: the record then says why.
    """
    judged = judge(path)
    reasons = doubts(judged, home.lake)
    if reasons and not force:
        raise refusal(path.name, reasons)
    note = f"Pris malgré un doute (--force) : {' ; '.join(reasons)}." if reasons else ""
    gone = {one.read.table: gone_count(one, home.lake) for one in judged}

    def keep(table: str) -> None:
        with path.open("rb") as stream:
            receive_reference_stream(home, REGISTER, table, stream, note)

    return lay(judged, home.lake, keep, gone)


def take_shipped_register(home: Home) -> FinessReport | None:
    """Archive and load the shipped extract, unless a register of sites is loaded."""

    def keep(table: str) -> None:
        if not _stands_in(home, REGISTER, table):
            receive_reference(home, REGISTER, table, SHIPPED_SITES.read_bytes())

    return load_shipped_finess(home.lake, keep)


def _stands_in(home: Home, kind: str, name: str) -> bool:
    """Whether what ships only stands in for a source that somebody brought and that is set aside."""
    newest = current_references(home).get((kind, name))
    return newest is not None and newest.number in sources_set_aside(home)


def take_inventory(home: Home, path: Path, mapping_code: str, referential: Referential) -> InventoryReport:
    """Archive and load a foreign inventory and its mapping; raises what ``load_inventory`` raises.

    One that the same source had through another mapping is out of use from then on.
    """
    return load_inventory(
        path,
        mapping_code,
        home.lake,
        home.root / "mappings",
        referential,
        lambda path, mapping: _receive_inventory(home, path, mapping),
    )


def take_shipped_inventories(home: Home, referential: Referential) -> list[InventoryReport]:
    """Archive and load the shipped extracts, but those whose source was loaded from a file, and those removed."""
    known = current_references(home).items()
    removed = {name for (kind, name), one in known if kind == INVENTORY and not one.byte_count}

    def keep(path: Path, mapping: Mapping) -> None:
        if not _stands_in(home, INVENTORY, mapping.path.stem):
            _receive_inventory(home, path, mapping)

    return load_shipped_inventories(home.lake, referential, keep, removed)


def remove_inventory(home: Home, code: str) -> str:
    """Put an inventory out of use, in the archive and in the lake; returns its source.

    To be called under the home's write lock. Raises ``InventoryError`` for a code that is not in use.
    """
    in_use = _inventories_in_use(home)
    name = next((name for name in in_use if same_code(name, code)), None)
    if name is None:
        known = ", ".join(sorted(in_use)) or "aucun"
        raise InventoryError(f"Aucun inventaire « {code} » n'est chargé. Inventaires chargés : {known}.")
    forget_source(home, INVENTORY, name)
    receive_reference(home, INVENTORY, name, b"")
    return in_use[name]


def forget_source(home: Home, kind: str, name: str) -> None:
    """Take a register or an inventory out of the lake; the archive keeps it."""
    if kind == REGISTER:
        (home.lake / name / f"{REGISTER_PART}.parquet").unlink(missing_ok=True)
    elif name in (in_use := _inventories_in_use(home)):
        forget_inventory(home.lake, in_use[name])


def _receive_inventory(home: Home, path: Path, mapping: Mapping) -> None:
    """The mapping first: an inventory is of use with its mapping only."""
    others = [name for name, source in _inventories_in_use(home).items() if source == mapping.source_code]
    receive_reference(home, MAPPING, mapping.path.name, mapping.path.read_bytes())
    receive_reference(home, INVENTORY, mapping.path.stem, path.read_bytes())
    for name in others:
        if name != mapping.path.stem:
            receive_reference(home, INVENTORY, name, b"")


def _inventories_in_use(home: Home) -> dict[str, str]:
    """Name of each inventory in use → its source, as its archived mapping says."""
    known = current_references(home)
    found = {}
    for (kind, name), reference in known.items():
        mapping = known.get((MAPPING, f"{name}.toml"))
        if kind == INVENTORY and reference.byte_count and mapping is not None:
            found[name] = source_of(archive.content_path(home, mapping.content_sha256))
    return found
