"""Submissions taken again from the archive, as if they had just arrived in their order.

Belongs here: making the layers above the archive forget what came from a reception on. Does not: taking them, which
the next pass does (``quality.batch.batch``).

What is judged depends on what was there before, never on what came later: from the first reception to take again on,
all are judged anew, in their order, so that the lake equals one that was never touched.
"""

from __future__ import annotations

import re

import polars as pl

from pipelines.warehouse.build_stamp import remove_stamp
from pipelines.warehouse.ducklake.tidying import empty
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake

_PART = re.compile(r"r(\d+)-(\d+)\.parquet")


class NothingToReplay(Exception):
    """No such campaign or reception; the message is French."""


def first_to_replay(home: Home, campaign_code: str = "", reception_number: int = 0) -> int | None:
    """The first reception of a campaign, or the one named; None when neither is asked for.

    Raises ``NothingToReplay``.
    """
    if not campaign_code and not reception_number:
        return None
    if reception_number:
        if reception_number not in archive.reception_numbers(home):
            raise NothingToReplay(f"Aucune réception {reception_number} dans l'archive : voyez l'index des accusés.")
        return reception_number
    received = lake.read(home.lake, "submissions").filter(pl.col("campaign_code") == campaign_code)
    if received.is_empty():
        raise NothingToReplay(f"Rien n'a été reçu pour la campagne « {campaign_code} » : vérifiez son code.")
    return min(received["reception_number"].to_list())


def forget_from(home: Home, number: int) -> int:
    """Remove from the lake each batch that holds a reception ≥ ``number``; returns how many batches.

    The warehouse goes with them. To be called under the home's write lock; the mark of a batch goes first, so that a
    stop in between leaves a batch that the next pass sweeps and does again.
    """
    remove_warehouse(home)
    marks = [path.name for path in (home.lake / "receptions").glob("r[0-9]*.parquet") if _last(path.name) >= number]
    for table in ["receptions", *(name for name in lake.LAKE_TABLES if name != "receptions")]:
        for path in (home.lake / table).glob("r[0-9]*.parquet"):
            if _last(path.name) >= number:
                path.unlink()
    return len(marks)


def remove_warehouse(home: Home) -> None:
    """Take the warehouse away: the next pass makes the whole of it again. Readers keep the last release."""
    remove_stamp(home)
    home.warehouse.unlink(missing_ok=True)
    home.warehouse.with_name(f"{home.warehouse.name}.wal").unlink(missing_ok=True)
    empty(home)


def first_number(part_name: str) -> int | None:
    """The first reception of a part of the lake, None when it is not a batch's."""
    found = _PART.fullmatch(part_name)
    return int(found[1]) if found else None


def _last(part_name: str) -> int:
    found = _PART.fullmatch(part_name)
    return int(found[2]) if found else -1
