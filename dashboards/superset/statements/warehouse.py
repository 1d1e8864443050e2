"""How Superset opens the published warehouse: read-only, locked down, the newest release at each connection.

The bundle names no path: the database is `duckdb:///warehouse`, and the place is known here, on the server.
"""

import atexit
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import duckdb_engine

PUBLISHED = Path(os.environ["CARTOGRAPHIE_PUBLISHED"])

# DuckDB refuses two connections to one file with different settings: the same for all of a process.
LOCKED_DOWN = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": os.environ.get("CARTOGRAPHIE_DUCKDB_MEMORY", "512MB"),
    "threads": os.environ.get("CARTOGRAPHIE_DUCKDB_THREADS", "2"),
    # As where the warehouse is built (dbt_project/profiles.yml), and for the same reason.
    "disabled_optimizers": "top_n_window_elimination",
    # Sorts as French does, an É beside an E, and finds as before: "e" is not "é".
    "default_collation": "fr",
    "lock_configuration": "true",
}


def newest_release() -> str:
    """Path of the published file that readers see now; it need not exist yet."""
    return os.path.realpath(PUBLISHED / "current" / "warehouse.duckdb")


def open_newest_release(
    uri: Any, params: dict[str, Any], _username: object, _security_manager: object, _source: object
) -> tuple[Any, dict[str, Any]]:
    """Point a DuckDB connection at the release that `current` names now; leave any other database alone.

    The real path, not the link: DuckDB shares an open database by its path, so a link would go on
    showing the release of the first connection.
    """
    if uri.get_backend_name() != "duckdb":
        return uri, params
    release = newest_release()
    _hold_open(release)
    return uri.set(database=release, query={}), {**params, "connect_args": _how()}


def connect(release: str) -> Any:
    """A connection to a release, as Superset's own: DuckDB refuses two settings for one file in one process."""
    return duckdb_engine.Dialect().connect(release, **_how())


def _how() -> dict[str, Any]:
    return {"read_only": True, "config": dict(LOCKED_DOWN)}


def _hold_open(release: str) -> None:
    """Have this process hold the newest release open, and let go of the one before.

    Superset connects for each question: what DuckDB knows of an open file, its catalogue and what was read last, is
    then there already. An unreadable file is told to who asks.
    """
    # One that was opened before a fork is not of this process.
    wanted = (os.getpid(), release)
    with _holding:
        if wanted in _held:
            return
        _let_go()
        with suppress(duckdb.Error):
            _held[wanted] = connect(release)


# DuckDB's threads must have ended before the interpreter does.
@atexit.register
def _let_go() -> None:
    for (process, _), connection in _held.items():
        if process == os.getpid():
            connection.close()
    _held.clear()


_holding = Lock()
_held: dict[tuple[int, str], Any] = {}
