"""A published release, opened to be exported.

Belongs here: opening it read-only, its stamp, asking for rows. Does not: which rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines.warehouse.publication import Release, current_release
from sources.home.home import WAREHOUSE_FILE, Home

PARIS = ZoneInfo("Europe/Paris")
Row = dict[str, Any]


class ExportError(Exception):
    """There is nothing to export, or it lacks what was asked; the message is French and names the remedy."""


@dataclass(frozen=True)
class OpenRelease:
    """One release: its stamp and a read-only connection to its tables."""

    release: Release
    connection: duckdb.DuckDBPyConnection

    @property
    def name(self) -> str:
        return self.release.name

    @property
    def published_at(self) -> datetime:
        """When it was published, Europe/Paris."""
        return datetime.fromisoformat(self.release.published_at).astimezone(PARIS)

    def has(self, table: str) -> bool:
        """Whether the release holds a table or view of that name."""
        query = "select count(*) from information_schema.tables where table_name = ?"
        return bool(self.connection.execute(query, [table]).fetchall()[0][0])

    def rows(self, query: str, **parameters: Any) -> list[Row]:
        """The rows of a query, each by column name; parameters are ``$named``."""
        found = self.connection.execute(query, parameters)
        names = [column[0] for column in found.description]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


@contextmanager
def open_release(home: Home) -> Iterator[OpenRelease]:
    """The release that readers see now, whatever is published meanwhile. Raises ``ExportError`` before the first."""
    release = current_release(home)
    if release is None:
        raise ExportError("Rien n'est publié : lancez « cartographie up » ou « cartographie run », puis exportez.")
    file = home.published / "releases" / release.name / WAREHOUSE_FILE
    with duckdb.connect(str(file), read_only=True) as connection:
        yield OpenRelease(release, connection)
