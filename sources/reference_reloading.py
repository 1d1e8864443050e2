"""Registers and inventories laid in the lake again, as the archive says that they were last received.

Belongs here: a lake made from nothing. Does not: what comes in for the first time (``reference_loading``).

What the project ships belongs to the program: an extract received from it is taken from it again, so that a later
version of the program replaces it as before. To be called under the home's write lock.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from sources import archive, lake
from sources.archive_records import Reception
from sources.archive_references import INVENTORY, MAPPING, REGISTER, current_references
from sources.finess.loader import SHIPPED_SITES, load_finess
from sources.home import Home
from sources.inventories.loader import SHIPPED_INVENTORIES, load_inventory
from sources.inventories.mapping import SHIPPED_MAPPINGS
from sources.reference_loading import take_shipped_inventories, take_shipped_register
from sources.referential.loader import Referential

_GZIP = b"\x1f\x8b"


def reload_references(home: Home, referential: Referential) -> None:
    """Fill the tables of registers and inventories from the archive, and from the shipped extracts where it has none.

    Raises what the loaders raise.
    """
    lake.ensure_schemas(home.lake)
    received = {key: one for key, one in current_references(home).items() if one.byte_count}
    with tempfile.TemporaryDirectory(prefix=".half-", dir=home.lake) as folder:
        mappings = Path(folder)
        lay_references(home, MAPPING, mappings)
        for (kind, name), reference in received.items():
            if kind == REGISTER and not _is_shipped(reference):
                load_finess(_readable_copy(home, reference, mappings), home.lake)
            elif kind == INVENTORY and not (_is_shipped(reference) and _is_shipped(received[MAPPING, f"{name}.toml"])):
                load_inventory(_readable_copy(home, reference, mappings), name, home.lake, mappings, referential)
    take_shipped_register(home)
    take_shipped_inventories(home, referential)


def lay_references(home: Home, kind: str, folder: Path) -> None:
    """The files of a kind in ``folder``, as they were last received; those out of use are left out."""
    for (its_kind, name), reference in current_references(home).items():
        if its_kind == kind and reference.byte_count:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(archive.content_path(home, reference.content_sha256), folder / name)


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
