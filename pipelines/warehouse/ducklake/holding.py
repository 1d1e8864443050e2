"""One writer of a catalog at a time, whichever host it runs on, and the snapshot that each build left.

Belongs here: PostgreSQL's advisory lock, beside the lock of the home, and telling whether anybody wrote since. Does
not: the lock of the home (``sources.home.writer_lock``).

dbt commits each model by itself, so that a pass is many snapshots; only a build that ended well is noted, and a release
is copied from the noted one. After a killed or failed pass, or one of another host, the newest snapshot is not the
noted one: the next pass builds all from nothing.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.warehouse.ducklake.catalog import Catalog, catalog_of, unreachable
from pipelines.warehouse.ducklake.guards import asking, check, snapshot_in
from pipelines.warehouse.ducklake.storage import check_storage
from sources.home.configuration import configuration
from sources.home.durable import write_whole
from sources.home.home import Home

if TYPE_CHECKING:
    import psycopg2.extensions

LOCK = 0x6361_7274_6F67  # one number for all installations that share a base
POLL_SECONDS = 0.5

NOTE_FILE = "snapshot.json"
"""Beside the warehouse's file; it stays when the warehouse moves away, and says where something is left."""


class CatalogBusy(Exception):
    """Another installation writes in the same catalog, or wrote since the last build; the message is French."""


@dataclass(frozen=True)
class Held:
    """The catalog, held by this process until it lets go or PostgreSQL stops."""

    home: Home
    catalog: Catalog
    connection: psycopg2.extensions.connection

    def check_still_held(self) -> None:
        """Raise ``CatalogUnreachable`` when PostgreSQL stopped since, even if it answers again, or
        ``StorageRefused``: then no model is to blame."""
        self._snapshot()
        check_storage(self.catalog)

    def check_nobody_wrote(self) -> None:
        """Raise ``CatalogBusy`` when what is to be continued is not what the last build of this home left."""
        if self._snapshot() != noted_snapshot(self.home):
            raise CatalogBusy(
                f"Le catalogue DuckLake {self.catalog.place} n'est plus tel que la dernière construction l'a laissé : "
                "une autre installation y a écrit, ou une passe a été interrompue. La prochaine passe refait tout."
            )

    def note(self) -> None:
        """What stands now is whole: the next publication is copied from it."""
        said = {"catalog": self.catalog.place, "snapshot": self._snapshot()}
        write_whole(_note(self.home), json.dumps(said).encode())

    def _snapshot(self) -> int | None:
        import psycopg2

        try:
            return snapshot_in(self.connection)
        except psycopg2.Error as error:
            raise unreachable(self.catalog, error) from None


@contextmanager
def holding(home: Home) -> Iterator[Held | None]:
    """Hold the catalog of the home, once it is known to be fit; None when the warehouse is a file.

    Raises what ``check`` raises, and ``CatalogBusy``.
    """
    catalog = catalog_of(home)
    if catalog is None:
        yield None
        return
    with asking(catalog) as connection:
        _acquire(connection, catalog, home)
        check(catalog)
        yield Held(home, catalog, connection)


def noted_snapshot(home: Home) -> int | None:
    """The snapshot that the last good build left, in the catalog that the settings name."""
    catalog = catalog_of(home)
    try:
        said = json.loads(_note(home).read_text())
    except FileNotFoundError:
        return None
    return said["snapshot"] if catalog is not None and said["catalog"] == catalog.place else None


def take_note_over(home: Home, built: Home) -> None:
    """What was built in the catalog from another folder counts as built here."""
    write_whole(_note(home), _note(built).read_bytes())


def is_as_noted(home: Home) -> bool:
    """Whether nothing was written since the last good build; always so of a file, which no other host writes.

    Raises ``CatalogUnreachable``.
    """
    catalog = catalog_of(home)
    if catalog is None:
        return True
    with asking(catalog) as connection:
        newest = snapshot_in(connection)
    return newest is not None and newest == noted_snapshot(home)


def _acquire(connection: psycopg2.extensions.connection, catalog: Catalog, home: Home) -> None:
    deadline = time.monotonic() + configuration(home).runs.lock_wait_seconds
    with connection.cursor() as cursor:
        cursor.execute("select set_config('application_name', %s, false)", [_who(home)])
        while True:
            cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
            if cursor.fetchone() == (True,):
                return
            if time.monotonic() >= deadline:
                raise CatalogBusy(
                    f"Une autre installation ({_holder(cursor)}) écrit dans le catalogue DuckLake {catalog.place} : "
                    "attendez qu'elle finisse."
                )
            time.sleep(POLL_SECONDS)


def _who(home: Home) -> str:
    """PostgreSQL keeps 63 bytes of it: of a long folder, its end."""
    host = socket.gethostname()[:20]
    return f"{host} {str(home.root)[len(host) - 59 :]}"


def _holder(cursor: psycopg2.extensions.cursor) -> str:
    cursor.execute(
        "select application_name from pg_locks inner join pg_stat_activity using (pid) "
        "where locktype = 'advisory' and granted and (classid::bigint << 32) | objid::bigint = %s",
        [LOCK],
    )
    found = cursor.fetchone()
    return str(found[0]) if found else "partie à l'instant"


def _note(home: Home) -> Path:
    return home.warehouse.parent / NOTE_FILE
