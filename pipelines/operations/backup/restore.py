"""A snapshot put back into an empty home.

Belongs here: choosing it, checking each content as it is written, saying what is left to do. Does not: making the
warehouse and the publication again, which ``cartographie run`` does from the lake.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.operations.backup.backup import Entry, Snapshot, object_path, snapshots
from pipelines.operations.backup.backup_contents import POSTGRES_DUMP, BackupError
from sources.home.durable import copy_whole, syncing_folders_once
from sources.home.home import Home
from sources.home.home_layout import check_file_system, check_version, make_root
from sources.home.system_errors import system_reason

_MOST_RIGHTS = 0o755
"""What was open to writing by others when it was backed up is not when it is put back."""


@dataclass(frozen=True)
class RestoreReport:
    """Which snapshot stands in the home now; ``postgres_dump`` is left for the person to load."""

    snapshot: Snapshot
    postgres_dump: Path | None

    @property
    def byte_count(self) -> int:
        return sum(entry.byte_count for entry in self.snapshot.entries)


def restore(source: Path, home: Home, name: str | None = None) -> RestoreReport:
    """Put the newest snapshot of ``source``, or the one named, into ``home``, which must be empty.

    Raises ``BackupError``: nothing of an existing home is ever overwritten.
    """
    snapshot = _choose(source, name)
    if home.root.exists() and any(home.root.iterdir()):
        raise BackupError(f"{home.root} n'est pas vide : une restauration n'écrase rien. Donnez un dossier neuf.")
    try:
        make_root(home)
        check_file_system(home.root)
        with syncing_folders_once():
            for entry in snapshot.entries:
                _put_back(source, home, entry)
        _give_to_owner(home)
    except (ValueError, TypeError, OverflowError) as error:
        raise BackupError(f"Cet instantané est abîmé ({snapshot.name}) : prenez-en un plus ancien.") from error
    except OSError as error:
        raise BackupError(
            f"La restauration dans {home.root} s'est arrêtée ({system_reason(error.errno)}) : videz ce dossier, faites "
            "de la place ou donnez le droit d'y écrire, puis relancez."
        ) from None
    check_version(home)
    dump = home.root / POSTGRES_DUMP
    return RestoreReport(snapshot, dump if dump.exists() else None)


def _choose(source: Path, name: str | None) -> Snapshot:
    there = {path.stem: path for path in snapshots(source)}
    if not there:
        raise BackupError(f"Aucune sauvegarde dans {source} : donnez le dossier passé à « cartographie backup ».")
    chosen = max(there) if name is None else name
    if chosen not in there:
        raise BackupError(f"Pas d'instantané {chosen} dans {source}. Il y a : {', '.join(sorted(there))}.")
    return Snapshot.read(there[chosen])


def _put_back(source: Path, home: Home, entry: Entry) -> None:
    target = _inside(home, entry)

    def place(sha256: str) -> Path | None:
        return target if sha256 == entry.sha256 else None

    kept = object_path(source, entry.sha256)
    if not kept.exists():
        raise BackupError(f"Un contenu manque à cette sauvegarde ({entry.path}) : prenez un instantané plus ancien.")
    with kept.open("rb") as stream:
        sha256, _ = copy_whole(stream, target.parent, place, entry.mode & _MOST_RIGHTS)
    if sha256 != entry.sha256:
        raise BackupError(f"La sauvegarde est abîmée ({entry.path}) : essayez un instantané plus ancien (--snapshot).")
    os.utime(target, ns=(entry.modified_ns, entry.modified_ns))


def _give_to_owner(home: Home) -> None:
    """Every file and folder to whoever owns the home: who puts it back, or who owned it, is no reason to be trusted."""
    owner = home.root.stat()
    for _, folders, files, handle in os.fwalk(home.root, follow_symlinks=False):
        for name in (*folders, *files):
            os.chown(name, owner.st_uid, owner.st_gid, dir_fd=handle, follow_symlinks=False)


def _inside(home: Home, entry: Entry) -> Path:
    """Where an entry goes; a list that was tampered with writes nowhere else."""
    target = home.root / entry.path
    if ".." in target.parts or not target.is_relative_to(home.root):
        raise BackupError(f"Cette sauvegarde veut écrire hors de l'installation ({entry.path}) : elle est refusée.")
    return target
