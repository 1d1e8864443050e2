"""Registers and inventories laid in the lake again, as the archive says that they were last received.

Belongs here: a lake made from nothing. Does not: what comes in for the first time (``reference_loading``).

What the project ships belongs to the program: an extract received from it is taken from it again, so that a later
version of the program replaces it as before. To be called under the home's write lock.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from sources.archive import archive
from sources.archive.archive_events import set_source_aside, sources_set_aside
from sources.archive.archive_records import Reception, references
from sources.archive.archive_references import INVENTORY, MAPPING, REGISTER, current_references
from sources.finess.files import FinessError
from sources.finess.loader import SHIPPED_SITES, load_finess
from sources.home.home import Home
from sources.inventories.loader import SHIPPED_INVENTORIES, InventoryError, load_inventory
from sources.inventories.mapping import SHIPPED_MAPPINGS, MappingError
from sources.lake import lake
from sources.referential.loader import Referential
from sources.versions.reference_loading import forget_source, take_shipped_inventories, take_shipped_register

_GZIP = b"\x1f\x8b"


def reload_references(home: Home, referential: Referential) -> None:
    """Fill the tables of registers and inventories from the archive, and from the shipped extracts where it has none.

    A source that cannot be loaded any more is set aside, and the one before it counts: it stops nothing else.
    """
    lake.ensure_schemas(home.lake)
    received = [key for key in current_references(home) if key[0] in (REGISTER, INVENTORY)]
    for kind, name in sorted(received, key=lambda key: _newest(home, *key).number):
        _lay(home, referential, kind, name)
    take_shipped_register(home)
    take_shipped_inventories(home, referential)


def lay_source_again(
    home: Home, referential: Referential, kind: str, name: str, left_out: Collection[int] = ()
) -> None:
    """One register or inventory in the lake as the archive has it, but for the references left out or set aside."""
    forget_source(home, kind, name)
    _lay(home, referential, kind, name, left_out)
    take_shipped_register(home)
    take_shipped_inventories(home, referential)


def sources_from_files(home: Home) -> list[Reception]:
    """The references in use of registers and inventories that somebody brought, the newest first."""
    aside = sources_set_aside(home)
    received = current_references(home)
    found = [
        one
        for (kind, name), one in received.items()
        if one.byte_count and one.number not in aside
        if (kind == REGISTER and not _is_shipped(one)) or (kind == INVENTORY and not _is_all_shipped(received, name))
    ]
    return sorted(found, key=lambda one: one.number, reverse=True)


def _newest(home: Home, kind: str, name: str) -> Reception:
    return current_references(home)[kind, name]


def _lay(home: Home, referential: Referential, kind: str, name: str, left_out: Collection[int] = ()) -> None:
    """The newest reference that can be loaded; nothing where it is out of use, or is the project's own."""
    received = current_references(home)
    kept_out = {*left_out, *sources_set_aside(home)}
    versions = [one for one in references(home) if (one.kind, one.file_name) == (kind, name)]
    for reference in reversed([one for one in versions if one.number not in kept_out]):
        if not reference.byte_count or _is_own(received, reference):
            return
        try:
            _load(home, referential, reference)
            return
        except (FinessError, InventoryError, MappingError) as error:
            set_source_aside(home, reference.number, kind, name, str(error))


def _load(home: Home, referential: Referential, reference: Reception) -> None:
    with tempfile.TemporaryDirectory(prefix=".half-", dir=home.lake) as folder:
        mappings = Path(folder)
        file = _readable_copy(home, reference, mappings)
        if reference.kind == REGISTER:
            load_finess(file, home.lake, tables=[reference.file_name])
        else:
            lay_references(home, MAPPING, mappings)
            load_inventory(file, reference.file_name, home.lake, mappings, referential)


def _is_own(received: dict[tuple[str, str], Reception], reference: Reception) -> bool:
    if reference.kind == REGISTER:
        return _is_shipped(reference)
    return _is_all_shipped({**received, (INVENTORY, reference.file_name): reference}, reference.file_name)


def lay_references(home: Home, kind: str, folder: Path) -> None:
    """The files of a kind in ``folder``, as they were last received; those out of use are left out."""
    for (its_kind, name), reference in current_references(home).items():
        if its_kind == kind and reference.byte_count:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(archive.content_path(home, reference.content_sha256), folder / name)


def _is_all_shipped(received: dict[tuple[str, str], Reception], name: str) -> bool:
    """Whether an inventory and its mapping are the project's own, and not copied under another name."""
    inventory, mapping = received[INVENTORY, name], received[MAPPING, f"{name}.toml"]
    return name in SHIPPED_INVENTORIES and _is_shipped(inventory) and _is_shipped(mapping)


def _is_shipped(reference: Reception) -> bool:
    files = [SHIPPED_SITES, *SHIPPED_INVENTORIES.values(), *SHIPPED_MAPPINGS.glob("*.toml")]
    return reference.content_sha256 in {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _readable_copy(home: Home, reference: Reception, folder: Path) -> Path:
    """A copy under a name by which its loader knows how to open it."""
    content = archive.content_path(home, reference.content_sha256)
    with content.open("rb") as stream:
        is_packed = stream.read(2) == _GZIP
    file = folder / f"{reference.file_name}{'.csv.gz' if is_packed else '.csv'}"
    shutil.copyfile(content, file)
    return file
