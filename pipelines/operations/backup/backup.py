"""Back-ups: a folder of contents named by their SHA-256, and snapshots that list them.

Belongs here: making a snapshot, checking it, forgetting old ones. Does not: what is in one (``backup_contents``),
putting it back (``restore``).

A content already there is not written again. A snapshot appears only once all its contents were read back and found
right. A purge reaches the back-ups too: a snapshot that holds a purged file is removed at the next one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipelines.operations.backup.backup_contents import ARCHIVE, BackupError, database_copies, files_of, plain_files
from sources.archive import archive_events
from sources.home.configuration import configuration
from sources.home.durable import copy_whole, write_whole
from sources.home.handles import open_below
from sources.home.home import Home
from sources.home.system_errors import system_reason
from sources.home.writer_lock import exclusive, writing

SNAPSHOTS, OBJECTS = "snapshots", "objects"
FORMAT = 1
_CONTENT_FOLDER = "archive/content/"
_INTAKE_FOLDER = "intake/"


class OriginalsDamaged(Exception):
    """The snapshot was taken, with originals whose bytes are no longer those received; the message is French."""


@dataclass(frozen=True)
class Entry:
    """One file of a snapshot: path in the home, content, size in bytes, rights, modification time in ns."""

    path: str
    sha256: str
    byte_count: int
    mode: int
    modified_ns: int

    @property
    def signature(self) -> tuple[str, int, int]:
        return self.path, self.byte_count, self.modified_ns


@dataclass(frozen=True)
class Snapshot:
    """A state of a home; ``taken_at`` is UTC, ISO."""

    name: str
    taken_at: str
    entries: list[Entry]
    format: int = FORMAT

    @classmethod
    def read(cls, path: Path) -> Snapshot:
        """Raises ``BackupError`` where the list is of another version, or damaged."""
        try:
            content = json.loads(path.read_text())
            if content["format"] != FORMAT:
                raise BackupError(
                    f"La sauvegarde {path} est d'une version inconnue : restaurez-la avec celle qui l'a faite."
                )
            return cls(**{**content, "entries": [Entry(**entry) for entry in content["entries"]]})
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BackupError(
                f"L'instantané {path} est abîmé : prenez-en un plus ancien (--snapshot), et retirez celui-là."
            ) from error


@dataclass
class BackupReport:
    """What a back-up did. ``damaged`` names files of the archive whose bytes are no longer those received."""

    snapshot: Snapshot
    new_count: int = 0
    new_bytes: int = 0
    removed: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def byte_count(self) -> int:
        return sum(entry.byte_count for entry in self.snapshot.entries)


def back_up(home: Home, destination: Path) -> BackupReport:
    """Take a snapshot of ``home`` into ``destination`` and check it; the installation may be running.

    The archive is copied first, without a lock, since nothing in it changes; the lock of writers is then held while
    what came meanwhile, and the layers that change, are copied.

    Raises ``BackupError``, ``WriterBusy``.
    """
    destination = destination.expanduser().absolute()
    if destination.resolve().is_relative_to(home.root.resolve()):
        raise BackupError("La sauvegarde ne peut pas être dans l'installation elle-même : choisissez un autre disque.")
    try:
        with exclusive(destination / "backup.lock", "sauvegarde", wait_seconds=0):
            return _Writer(home, destination).run()
    except OSError as error:
        raise BackupError(
            f"La sauvegarde dans {destination} a échoué ({system_reason(error.errno)}) ; les précédentes restent. "
            "Vérifiez la place libre, les droits et que le disque est monté."
        ) from None


def snapshots(destination: Path) -> list[Path]:
    """The snapshots of a folder of back-ups, the oldest first."""
    return sorted(path for path in (destination / SNAPSHOTS).glob("2*Z.json") if path.is_file())


def _known_of(earlier: list[Path]) -> dict[tuple[str, int, int], Entry]:
    """What the newest of earlier snapshots says of each file; nothing where it is damaged: all is copied again."""
    try:
        return {entry.signature: entry for entry in Snapshot.read(earlier[-1]).entries} if earlier else {}
    except BackupError:
        return {}


def object_path(destination: Path, sha256: str) -> Path:
    return destination / OBJECTS / sha256[:2] / sha256


def file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Writer:
    """One snapshot being taken."""

    def __init__(self, home: Home, destination: Path):
        self._home, self._destination = home, destination
        self._known = _known_of(snapshots(destination))
        self._entries: dict[str, Entry] = {}
        self._new_count = self._new_bytes = 0
        self._damaged: list[str] = []

    def run(self) -> BackupReport:
        now = datetime.now(UTC)
        wait = configuration(self._home).runs.lock_wait_seconds
        self._keep_all(files_of(self._home.root, ARCHIVE))
        with writing(self._home.root, "sauvegarde", wait):
            self._keep_all(plain_files(self._home.root))
        with tempfile.TemporaryDirectory(dir=self._destination, prefix=".databases-") as folder:
            for name, copy in database_copies(self._home, Path(folder)):
                self._keep(name, copy)
        entries = sorted(self._entries.values(), key=lambda entry: entry.path)
        snapshot = Snapshot(now.strftime("%Y%m%dT%H%M%S.%fZ"), now.isoformat(timespec="seconds"), entries)
        _check(self._destination, snapshot)
        content = json.dumps(asdict(snapshot)).encode()
        write_whole(self._destination / SNAPSHOTS / f"{snapshot.name}.json", content, mode=0o600)
        removed = _forget(self._home, self._destination)
        return BackupReport(snapshot, self._new_count, self._new_bytes, removed, self._damaged)

    def _keep_all(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._keep(str(path.relative_to(self._home.root)), path)

    def _keep(self, name: str, path: Path) -> None:
        try:
            status = path.stat()
        except FileNotFoundError:  # A drop that was answered, a part that was replaced.
            return
        known = self._known.get((name, status.st_size, status.st_mtime_ns))
        is_original = name.startswith(_CONTENT_FOLDER) and name not in self._entries
        is_another = known is not None and is_original and path.name != known.sha256
        if known is None or is_another or not object_path(self._destination, known.sha256).exists():
            known = self._copy(name, path, status.st_mode & 0o777, status.st_mtime_ns)
        if known is not None:
            self._entries[name] = known
            self._known[known.signature] = known

    def _copy(self, name: str, path: Path, mode: int, modified_ns: int) -> Entry | None:
        def place(sha256: str) -> Path | None:
            target = object_path(self._destination, sha256)
            if target.exists():
                return None
            self._new_count += 1
            return target

        try:
            with _opened(self._home, name, path) as stream:
                before = self._new_count
                sha256, size = copy_whole(stream, self._destination / OBJECTS, place, mode=0o600)
        except FileNotFoundError:
            return None
        except OSError:
            if name.startswith(_INTAKE_FOLDER):  # Its sender has put something else in its place.
                return None
            raise
        self._new_bytes += size * (self._new_count - before)
        if name.startswith(_CONTENT_FOLDER) and path.name != sha256:
            self._damaged.append(name)
        return Entry(name, sha256, size, mode, modified_ns)


def _opened(home: Home, name: str, path: Path) -> BinaryIO:
    """A file of the home, to be read; in the intake no name of the way may be a link, nor the file have another."""
    if name.startswith(_INTAKE_FOLDER):
        _, *names = Path(name).parts
        handle = open_below(home.intake, *names)
        if os.fstat(handle).st_nlink > 1:
            os.close(handle)
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))
        return os.fdopen(handle, "rb")
    return path.open("rb")


def _check(destination: Path, snapshot: Snapshot) -> None:
    """Read every content back; raises ``BackupError`` naming the first that is not what it should be."""
    for sha256 in {entry.sha256 for entry in snapshot.entries}:
        path = object_path(destination, sha256)
        if not path.exists() or file_sha256(path) != sha256:
            path.unlink(missing_ok=True)
            raise BackupError(
                f"La sauvegarde se relit mal (contenu {sha256[:12]}…) : ce contenu est retiré. Relancez ; si cela "
                "revient, changez de disque."
            )


def _forget(home: Home, destination: Path) -> list[str]:
    """Remove snapshots past their number and those that hold a purged file, then contents that none lists.

    Beside a damaged snapshot no content is removed: what it lists is not known.
    """
    purged = archive_events.purged_contents(home)
    paths = snapshots(destination)
    read: dict[Path, Snapshot] = {}
    for path in paths:
        with suppress(BackupError):
            read[path] = Snapshot.read(path)
    too_old = set(paths[: -configuration(home).backup.snapshots])
    removed = [
        path
        for path, snapshot in read.items()
        if path in too_old or any(Path(entry.path).name in purged for entry in snapshot.entries)
    ]
    for path in removed:
        path.unlink()
    listed = {entry.sha256 for path, snapshot in read.items() if path not in removed for entry in snapshot.entries}
    unlisted = [path for path in (destination / OBJECTS).glob("??/*") if path.name not in listed]
    for path in unlisted if len(read) == len(paths) else ():
        path.unlink()
    return [path.stem for path in removed]
