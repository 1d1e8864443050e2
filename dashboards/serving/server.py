"""Prepares the Superset server and says how to start it. Starts and stops no process that stays.

The metadata do not need the warehouse: both can be made at the same time.
"""

import hashlib
import os
import secrets
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from dashboards.serving.environment import PROJECT, ROOT, environment_python

ADMIN, READER = "admin", "lecture"
POSTGRES_VARIABLE = "CARTOGRAPHIE_SUPERSET_POSTGRES"
"""Address of the PostgreSQL that holds the metadata, in a schema of their own; absent: SQLite in Superset's folder."""
_PREPARED_BY = ("prepare_metadata.py", "accounts/roles.py", "uv.lock")


class ServerFailure(Exception):
    """The Superset server could not be prepared or does not answer; the message is a French sentence."""


def accounts_file(superset_home: Path) -> Path:
    """The file, readable by its owner alone, that holds the first accounts and their passwords."""
    return superset_home / "comptes.txt"


def read_accounts(superset_home: Path) -> dict[str, str]:
    """Passwords of the first accounts by account name; raises ServerFailure where the file is missing."""
    try:
        lines = accounts_file(superset_home).read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise ServerFailure(f"Le fichier des comptes {accounts_file(superset_home)} est illisible.") from problem
    return dict(line.split(" : ", 1) for line in lines if " : " in line)


def prepare(superset_home: Path, published: Path, report: Callable[[str], None]) -> None:
    """Make or upgrade metadata, roles and first accounts under `superset_home`; nothing to do the second time.

    `published` is the folder whose `current` names the newest release; it need not exist yet.
    Raises ServerFailure; the metadata that were there before then stay as they were.
    """
    superset_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _ensure_secret_key(superset_home / "secret_key")
    metadata, stamp = superset_home / "metadata.db", superset_home / "metadata.version"
    on_postgres = POSTGRES_VARIABLE in os.environ
    is_there = on_postgres or metadata.exists()
    if is_there and stamp.exists() and stamp.read_text(encoding="ascii") == _wanted_version():
        return
    report("Préparation de Superset (métadonnées, rôles, comptes)…")
    if on_postgres:
        # A migration is a transaction there: an interrupted start leaves whole steps, and the next one goes on.
        _run_preparation(superset_home, published, {})
    else:
        _prepare_aside(superset_home, published, metadata)
    stamp.write_text(_wanted_version(), encoding="ascii")


def server_command(
    superset_home: Path, published: Path, port: int, host: str = "127.0.0.1"
) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment of the gunicorn that serves Superset on `host`:`port`.

    Start it in a process group of its own; it stops cleanly on SIGTERM.
    """
    arguments = [
        str(environment_python()),
        *("-m", "gunicorn", "--preload", "--workers", "2", "--threads", "4"),
        # It takes questions whole, bounds their length and time, and keeps connections (front/connections.py).
        *("--worker-class", "dashboards.superset.front.connections.FrontWorker"),
        *("--timeout", "120", "--graceful-timeout", "5", "--no-control-socket"),
        # Gunicorn looks for modules in its folder first: nothing must stand there that is called "superset".
        *("--chdir", str(superset_home.absolute()), "--log-level", "warning"),
        *("--bind", f"{host}:{port}", "superset.app:create_app()"),
    ]
    return arguments, server_environment(superset_home, published)


def wait_until_ready(url: str, seconds: float = 120, is_alive: Callable[[], bool] = lambda: True) -> None:
    """Return when the server at `url` answers; raise ServerFailure when it does not in time, or has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive():
            raise ServerFailure("Superset s'est arrêté au démarrage ; son journal dit pourquoi.")
        if answers(f"{url.rstrip('/')}/health"):
            return
        time.sleep(0.2)
    raise ServerFailure(f"Superset ne répond pas à l'adresse {url} après {seconds:.0f} secondes.")


def answers(address: str) -> bool:
    """Whether a server answers there with 200 within five seconds; an address that is none does not."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _wanted_version() -> str:
    contents = b"".join((PROJECT / name).read_bytes() for name in _PREPARED_BY)
    place = os.environ.get(POSTGRES_VARIABLE, "").encode()
    return hashlib.sha256(contents + place).hexdigest()


def _ensure_secret_key(path: Path) -> None:
    if path.exists():
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))


def _prepare_aside(superset_home: Path, published: Path, metadata: Path) -> None:
    """Work on a copy and put it in place when all is done: an interrupted start leaves nothing half made."""
    # A preparation whose start was killed may still write: its draft is its own.
    draft = superset_home / f"metadata.draft-{os.getpid()}.db"
    _remove(superset_home.glob("metadata.draft*.db*"))
    if metadata.exists():
        _copy_metadata(metadata, draft)
    on_the_draft = {"CARTOGRAPHIE_SUPERSET_METADATA": str(draft), "CARTOGRAPHIE_PREPARING": "1"}
    _run_preparation(superset_home, published, on_the_draft)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    # The journal of the file that is replaced would be played over the new one.
    _remove(superset_home.glob("metadata.db-*"))
    draft.replace(metadata)


def _run_preparation(superset_home: Path, published: Path, variables: dict[str, str]) -> None:
    command = [str(environment_python()), str(PROJECT / "prepare_metadata.py"), str(accounts_file(superset_home))]
    environment = server_environment(superset_home, published) | variables
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerFailure(f"Les métadonnées de Superset n'ont pas pu être préparées :\n{done.stderr[-3000:]}")


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink()


def _copy_metadata(metadata: Path, draft: Path) -> None:
    """Copy through SQLite, so that what still stands in its journal comes along."""
    with closing(sqlite3.connect(metadata)) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)


def server_environment(superset_home: Path, published: Path) -> dict[str, str]:
    """Variables of every process of Superset: what it inherits, without what would lead it astray, and our places."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SUPERSET_", "FLASK_", "PYTHON", "VIRTUAL_ENV", "GUNICORN"))
    }
    return inherited | {
        "SUPERSET_CONFIG_PATH": str(PROJECT / "superset_config.py"),
        "CARTOGRAPHIE_SUPERSET_HOME": str(superset_home.absolute()),
        "CARTOGRAPHIE_PUBLISHED": str(published.absolute()),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        # Arrow's own pool reserves a gibibyte that it does not use, and a process of the server has a limit.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        # One arena of memory for each thread keeps what was freed: as many as threads that answer are enough.
        "MALLOC_ARENA_MAX": "4",
    }
