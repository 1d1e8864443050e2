"""Whether the lake is the one that the warehouse was built from, with new submissions only.

Belongs here: telling by the files of the lake's parts, without reading them. Does not: which rows changed, which the
models find (``dbt_project/models/intermediate/passes``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sources import lake
from sources.home import Home

_MARK = "receptions"


@dataclass(frozen=True)
class LakeState:
    """The parts of submissions up to ``last_part``: their names, sizes and times of writing, as one digest."""

    last_part: str
    digest: str


def lake_state(home: Home, until: str | None = None) -> LakeState:
    """The state of the lake's parts up to ``until``, all of them by default. A purge or a refilled lake changes it."""
    last_part = max((path.name for path in (home.lake / _MARK).glob("r*.parquet")), default="")
    until = last_part if until is None else until
    digest = hashlib.sha256()
    for table in sorted(lake.LAKE_TABLES):
        for path in sorted((home.lake / table).glob("r*.parquet")):
            if path.name <= until:
                found = path.stat()
                digest.update(f"{table}/{path.name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return LakeState(until, digest.hexdigest())


def only_grew(home: Home, before: LakeState) -> bool:
    """Whether every part that stood ``before`` stands as it did."""
    return lake_state(home, before.last_part) == before
