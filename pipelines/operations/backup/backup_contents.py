"""What a back-up holds, and copies of it that are whole while the installation runs.

Belongs here: which files of a home are kept, which are made again, and how a database in use is copied. Does not: the
folder of back-ups (``backup``), putting files back (``restore``).

Kept: what nothing else can tell again (archive, drops still waiting, the site's referential and mappings, settings),
what establishments were told (receipts, the lake by which they were judged), and the metadata of Dagster and
Superset. Made again: the warehouse, its releases, dbt's files, logs, Dagster's settings.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipelines.engines.instance import postgres_url
from sources.archive.archive import ANSWERED_FOLDER
from sources.home.configuration import FILE_NAME
from sources.home.handles import status_at
from sources.home.home import Home
from sources.home.home_layout import LAYOUT_FILE

ARCHIVE, CONTENT = "archive", "content"
FOLDERS = (ARCHIVE, "intake", "referential", "mappings", "lake", "receipts")
FILES = (LAYOUT_FILE, FILE_NAME, "alerts.json", "superset/secret_key", "superset/comptes.txt")
DATABASES = ("dagster/**/*.db", "superset/metadata.db")
POSTGRES_DUMP = "postgres/metadata.dump"

_UNFINISHED_PREFIX, _UNFINISHED_SUFFIX = ".half-", ".half"


class BackupError(Exception):
    """The back-up or the restoration stopped; the message is French and says what to do."""


def files_of(root: Path, folder: str) -> Iterator[Path]:
    """The files of one of ``FOLDERS``, in order: no link, nothing half written, no copy of what the archive holds."""
    for path in _listed(root / folder):
        is_half = path.name.startswith(_UNFINISHED_PREFIX) or path.suffix == _UNFINISHED_SUFFIX
        if is_half or (folder == "intake" and ANSWERED_FOLDER in path.relative_to(root).parts):
            continue
        yield path


def _listed(folder: Path) -> list[Path]:
    """The files in a folder, in order. Contents are looked for last: a record that was found has its content by then.

    Others write in the intake: folders are gone through by handle, no link is followed.
    """
    if not folder.is_dir():
        return []
    found: list[Path] = []
    for where, folders, names, handle in os.fwalk(folder, follow_symlinks=False):
        folders.sort(key=lambda name: (name == CONTENT, name))  # The order in which they are gone through.
        found += sorted(Path(where) / name for name in names if _is_plain(name, handle))
    return found


def _is_plain(name: str, folder: int) -> bool:
    try:
        return stat.S_ISREG(status_at(name, folder).st_mode)
    except OSError:  # It went away meanwhile.
        return False


def plain_files(root: Path) -> Iterator[Path]:
    """Everything that is kept and is no database."""
    for folder in FOLDERS:
        yield from files_of(root, folder)
    yield from (root / name for name in FILES if (root / name).is_file())


def database_copies(home: Home, folder: Path) -> Iterator[tuple[str, Path]]:
    """Consistent copies, in ``folder``, of the databases in use: name in the back-up, copy. One stands at a time."""
    for pattern in DATABASES:
        for path in sorted(home.root.glob(pattern)):
            copy = folder / "copy.db"
            _copy_sqlite(path, copy)
            yield str(path.relative_to(home.root)), copy
            copy.unlink()
    if (url := postgres_url(home)) is not None:
        dump = folder / "metadata.dump"
        _dump_postgres(url, dump)
        yield POSTGRES_DUMP, dump
        dump.unlink()


def _copy_sqlite(path: Path, copy: Path) -> None:
    """Through SQLite, so that what stands in the journal comes along and no writer is waited for."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("pragma journal_mode=delete")


def _dump_postgres(url: str, dump: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupError(
            "Les métadonnées sont dans PostgreSQL et pg_dump est introuvable : installez le client "
            "PostgreSQL (Debian : apt install postgresql-client), puis relancez la sauvegarde."
        )
    command = [program, "--format=custom", "--no-password", f"--file={dump}", f"--dbname={url}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["sans raison donnée"]
        raise BackupError(f"pg_dump a échoué ({said[0][:200]}) : vérifiez [metadata] postgres_url.")
