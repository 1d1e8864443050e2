"""Every statement on the warehouse is looked at before it runs, and interrupted when it runs past its time.

Superset gives up waiting and lets the database work on; here the database is told to stop, by a thread that watches.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import duckdb
import duckdb_engine

from dashboards.superset.statements.sql import check

SECONDS = float(os.environ.get("CARTOGRAPHIE_STATEMENT_SECONDS", "30"))
TOO_LONG = "La requête a été arrêtée : elle dépassait {seconds:g} secondes. Filtrez-la, ou agrégez-la."
ENDED = "La base s'est arrêtée sur cette requête : simplifiez-la avant de la renvoyer."
_LOOK_SECONDS = 0.25


class StatementTooLong(duckdb.Error):
    """The statement was interrupted; the message is a French sentence."""


class DatabaseEnded(duckdb.Error):
    """The database broke down; the message is a French sentence: its own tells of the program's place and stack."""


class Watch:
    """Interrupts connections whose statement runs past its time, and goes on until they are let go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[int, tuple[Any, float]] = {}
        self._process: int | None = None

    def begin(self, connection: Any) -> None:
        with self._lock:
            self._until[id(connection)] = (connection, time.monotonic() + SECONDS)
            # A thread does not come along when a process is forked.
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._look, name="cartographie-watch", daemon=True).start()

    def end(self, connection: Any) -> None:
        with self._lock:
            self._until.pop(id(connection), None)

    def is_overdue(self, connection: Any) -> bool:
        found = self._until.get(id(connection))
        return found is not None and time.monotonic() > found[1]

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            with self._lock:
                overdue = [connection for connection, until in self._until.values() if now > until]
                for connection in overdue:
                    connection.interrupt()


WATCH = Watch()


class WatchedConnection(duckdb_engine.ConnectionWrapper):
    """duckdb-engine's connection, with cursors that are watched until it is closed."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._watched = connection

    def cursor(self) -> "WatchedCursor":
        return WatchedCursor(self._watched, self)

    def close(self) -> None:
        WATCH.end(self._watched)
        super().close()


class WatchedCursor(duckdb_engine.CursorWrapper):
    """duckdb-engine's cursor, which runs what is allowed, as long as is allowed; fetching counts."""

    def __init__(self, connection: Any, wrapper: WatchedConnection) -> None:
        super().__init__(connection, wrapper)
        self._watched = connection

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        if statement.lower() not in {"commit", "rollback"}:
            check(statement)
        WATCH.begin(self._watched)
        self._run(super().execute, statement, parameters, context)

    def executemany(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        check(statement)
        WATCH.begin(self._watched)
        self._run(super().executemany, statement, parameters, context)

    def fetchall(self) -> Any:
        found = self._run(self._watched.fetchall)
        WATCH.end(self._watched)
        return found

    def fetchmany(self, size: int | None = None) -> Any:
        return self._run(super().fetchmany, size)

    def fetchone(self) -> Any:
        return self._run(self._watched.fetchone)

    def _run(self, what: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return what(*arguments)
        except duckdb.InterruptException as interrupted:
            WATCH.end(self._watched)
            raise StatementTooLong(TOO_LONG.format(seconds=SECONDS)) from interrupted
        except (duckdb.FatalException, duckdb.InternalException) as problem:
            # The database of this process answers nobody any more: another process takes its place.
            os.kill(os.getpid(), signal.SIGTERM)
            raise DatabaseEnded(ENDED) from problem
        except duckdb.Error:
            WATCH.end(self._watched)
            raise


def watch_statements() -> None:
    """Have every connection of Superset to the warehouse watched."""
    connect = duckdb_engine.Dialect.connect

    def connect_watched(self: Any, *arguments: Any, **named: Any) -> WatchedConnection:
        opened = connect(self, *arguments, **named)
        return WatchedConnection(opened._ConnectionWrapper__c)

    duckdb_engine.Dialect.connect = connect_watched
