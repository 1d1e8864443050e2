"""Whether the lake is the one that the warehouse was built from, with new submissions only, and which tables changed.

Belongs here: telling by the files of the lake, without reading their rows. Does not: which replies changed, which a
model finds (``int_touched_reply``), which models a changed table concerns, which dbt's graph says (``warehouse``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sources.home.home import Home
from sources.lake import lake

MARK = "receptions"
"""The table that every new submission adds a part to."""


@dataclass(frozen=True)
class LakeState:
    """The parts of submissions up to ``last_part``: their names, sizes and times of writing, as one digest.

    ``tables``: a digest a lake table, of all its files.
    """

    last_part: str
    digest: str
    tables: Mapping[str, str] = field(default_factory=dict, compare=False)


def lake_state(home: Home, until: str | None = None) -> LakeState:
    """The state of the lake's parts up to ``until``, all of them by default. A purge or a refilled lake changes it."""
    last_part = max((path.name for path in (home.lake / MARK).glob("r[0-9]*.parquet")), default="")
    until = last_part if until is None else until
    digest = hashlib.sha256()
    tables: dict[str, str] = {}
    for table in sorted(lake.LAKE_TABLES):
        of_table = hashlib.sha256()
        for path in lake.parts(home.lake, table):
            said = _description(path)
            of_table.update(said)
            if path.name.startswith("r") and path.name <= until:
                digest.update(f"{table}/".encode() + said)
        tables[table] = of_table.hexdigest()
    return LakeState(until, digest.hexdigest(), tables)


def table_digest(home: Home, table: str) -> str:
    """That of one table, as ``LakeState.tables`` has it."""
    digest = hashlib.sha256()
    for path in lake.parts(home.lake, table):
        digest.update(_description(path))
    return digest.hexdigest()


def only_grew(home: Home, before: LakeState) -> bool:
    """Whether every part that stood ``before`` stands as it did."""
    return lake_state(home, before.last_part) == before


def changed_tables(home: Home, before: LakeState) -> frozenset[str]:
    """The lake tables whose files are not those of ``before``."""
    return frozenset(table for table, digest in lake_state(home).tables.items() if before.tables.get(table) != digest)


def _description(path: Path) -> bytes:
    """A part of submissions is written once, and its times tell; other files are written again at each pass."""
    if not path.name.startswith("r"):
        return f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
    found = path.stat()
    return f"{path.name} {found.st_size} {found.st_mtime_ns}\n".encode()
