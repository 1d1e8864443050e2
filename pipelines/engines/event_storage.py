"""Dagster's SQLite event log with its connections kept open.

Belongs here: how connections are opened, and nothing of what is stored. Dagster opens and closes an engine for each
event; each close empties SQLite's write-ahead log with a sync. A run of this project has some 460 events, and spent
as long on that as dbt on the models.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

ENGINES_KEPT = 6
"""Each run has a database of its own: those least recently used are closed."""


class PooledSqliteEventLogStorage(SqliteEventLogStorage):
    """The same databases as ``SqliteEventLogStorage``, opened once instead of at each event."""

    def __init__(self, *arguments: Any, **named: Any):
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(*arguments, **named)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> PooledSqliteEventLogStorage:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection
            self._close_all_but(ENGINES_KEPT)

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            sqlalchemy.event.listen(engine, "connect", _sync_at_checkpoints)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def _close_all_but(self, kept: int) -> None:
        while len(self._engines) > kept:
            self._engines.popitem(last=False)[1].dispose()

    def wipe(self) -> None:
        with self._db_lock:
            self._close_all_but(0)
        super().wipe()

    def dispose(self) -> None:
        with self._db_lock:
            self._close_all_but(0)
        super().dispose()


def _sync_at_checkpoints(connection: Any, _record: Any) -> None:
    """With a write-ahead log this cannot damage the database: a power cut may cost the last events of a run."""
    connection.execute("PRAGMA synchronous=NORMAL")
