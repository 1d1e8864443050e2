"""A release copied into a folder that another host reads: readers there see a whole one, or the one before.

Belongs here: copying what is published, verified, and turning the link. Does not: making a release (``publication``),
serving it.

The folder is laid out as ``published/`` is, and is that of one installation. A copy that was killed leaves a half that
nobody reads, and the next one begins again. Needed of the folder: renaming, symbolic links.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from pipelines.warehouse.publication import (
    RELEASE_FILE,
    PublicationError,
    Release,
    current_release,
    forget_old_releases,
    point_readers_at,
    sync_file,
)
from sources.home.durable import sync_folder
from sources.home.home import WAREHOUSE_FILE, Home
from sources.home.writer_lock import exclusive

_WAIT_SECONDS = 600.0


def copy_release(home: Home, folder: Path) -> tuple[Release, bool]:
    """Bring ``folder`` up to the release that readers of ``home`` see; whether anything had to be copied.

    Raises ``PublicationError`` when nothing is published or a copy differs, ``WriterBusy``, ``OSError``; those who read
    the folder then keep what they had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(home.published / "copy.lock", "copie d'une version publiée", _WAIT_SECONDS):
        release = current_release(home)
        if release is None:
            raise PublicationError("Rien n'est publié : il n'y a pas de version à copier.")
        target = folder / "releases" / release.name
        is_new = not target.exists()
        if is_new:
            _copy(home.published / "releases" / release.name, target)
        if not (folder / "current").is_symlink() or (folder / "current").readlink().name != release.name:
            point_readers_at(folder, release.name)
        forget_old_releases(home, folder, keep=release.name)
        return release, is_new


def _copy(source: Path, target: Path) -> None:
    half = target.with_name(f".{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    try:
        for name in (WAREHOUSE_FILE, RELEASE_FILE):
            shutil.copyfile(source / name, half / name)
            (half / name).chmod(0o444)
            sync_file(half / name)
            if _digest(half / name) != _digest(source / name):
                raise PublicationError(
                    f"La copie de {name} dans {target.parent} diffère de l'original : qui lit ce dossier garde la "
                    "version d'avant. Relancez la copie."
                )
        sync_folder(half)
        half.rename(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
