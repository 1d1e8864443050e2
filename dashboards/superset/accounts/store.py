"""What the server's processes must know of each other: failed logins and sessions that ended, in a file of their own.

In the memory of each process, a limit would count once for each, and a session ended in one would go on in the other.
"""

import os
import sqlite3
import time
from pathlib import Path
from threading import local

from limits.storage import Storage

PLACE = Path(os.environ["CARTOGRAPHIE_SUPERSET_HOME"]) / "sessions.db"
URI = "cartographie://"
_TABLES = """
create table if not exists counter (name text primary key, amount integer not null, until real not null);
create table if not exists ended (session text primary key, until real not null);
create table if not exists known (who text primary key, until real not null);
"""


def _connection() -> sqlite3.Connection:
    """This thread's own; one that was opened before a fork is not of this process."""
    if getattr(_of_this_thread, "process", None) != os.getpid():
        opened = sqlite3.connect(PLACE, timeout=10, isolation_level=None)
        opened.execute("pragma journal_mode = wal")
        opened.execute("pragma synchronous = normal")
        opened.executescript(_TABLES)
        PLACE.chmod(0o600)
        _of_this_thread.opened, _of_this_thread.process = opened, os.getpid()
    return _of_this_thread.opened


def end_session(number: str, seconds: float) -> None:
    """Have a session be over, for all processes, until its cookie is too old anyhow."""
    _connection().execute("delete from ended where until < ?", [time.time()])
    _connection().execute("insert or replace into ended values (?, ?)", [number, time.time() + seconds])


def has_ended(number: str) -> bool:
    return _connection().execute("select 1 from ended where session = ?", [number]).fetchone() is not None


def keep_known(who: str, seconds: float) -> None:
    """Have an account be known at an address: it came in from there."""
    _connection().execute("delete from known where until < ?", [time.time()])
    _connection().execute("insert or replace into known values (?, ?)", [who, time.time() + seconds])


def is_known(who: str) -> bool:
    found = _connection().execute("select 1 from known where who = ? and until >= ?", [who, time.time()])
    return found.fetchone() is not None


class SharedCounters(Storage):
    """Counters of Flask-Limiter that all processes of the server share."""

    STORAGE_SCHEME: tuple[str, ...] = ("cartographie",)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        _connection().execute("delete from counter where until < ?", [now])
        [(counted,)] = (
            _connection()
            .execute(
                "insert into counter values (?, ?, ?) on conflict (name) do update set amount = amount + ? "
                "returning amount",
                [key, amount, now + expiry, amount],
            )
            .fetchall()
        )
        return counted

    def get(self, key: str) -> int:
        found = _connection().execute("select amount from counter where name = ? and until >= ?", [key, time.time()])
        return (found.fetchone() or (0,))[0]

    def get_expiry(self, key: str) -> float:
        found = _connection().execute("select until from counter where name = ?", [key]).fetchone()
        return found[0] if found else time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return _connection().execute("delete from counter").rowcount

    def clear(self, key: str) -> None:
        _connection().execute("delete from counter where name = ?", [key])


_of_this_thread = local()
