"""The names of the files of the lake, and taking out of it what the product did not write.

Belongs here: which files of a table count. Does not: the tables and their columns (``lake``).

The models read each table whole, by a pattern of names that knows no owner. So what is foreign is taken out before they
do, and laid in ``écartés/``, for a person to look at; nothing is lost with it, since the lake is made of the archive.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from sources.home.handles import foreign_names
from sources.home.home import Home

SET_APART_FOLDER = "écartés"

_REFERENTIAL = re.compile(r"referential\.parquet")
_OF_RECEPTIONS = re.compile(r"(r\d{9,18}-\d{9,18}|_schema)\.parquet")
_OF_ACTS = re.compile(r"(n\d{9,18}|_schema)\.parquet")
_OTHERS = re.compile(r"\w[\w.-]*\.parquet")
_NOT_OF_RECEPTIONS = ("finess_", "inventory_")
_BY_ONE_HAND = {"set_aside", "duplicate_decisions", "duplicate_suggestions", "organisation_versions"}


def part_names(table: str) -> re.Pattern[str]:
    """The names that the files of a table bear."""
    if table.startswith("ref_"):
        return _REFERENTIAL
    if table.startswith(_NOT_OF_RECEPTIONS) or table in _BY_ONE_HAND:
        return _OTHERS
    return _OF_ACTS if table.startswith("snapshot") else _OF_RECEPTIONS


def foreign_parts(home: Home) -> Iterator[Path]:
    """What stands in the folders of tables and was not written by the product."""
    tables = sorted(path.name for path in home.lake.glob("*")) if home.lake.is_dir() else []
    for table in tables:
        if (home.lake / table).is_symlink() or not (home.lake / table).is_dir():
            yield home.lake / table
        else:
            yield from (home.lake / table / name for name in foreign_names(home.lake / table, part_names(table)))


def set_apart_foreign_parts(home: Home) -> list[Path]:
    """Take out of the lake what is foreign to it; returns where each now lies. Under the home's write lock."""
    apart = home.root / SET_APART_FOLDER
    moved = []
    for path in list(foreign_parts(home)):
        apart.mkdir(mode=0o700, exist_ok=True)
        place = apart / f"{uuid.uuid4().hex[:8]}_{path.parent.name}_{path.name}"
        moved.append(path.rename(place))
    return moved
