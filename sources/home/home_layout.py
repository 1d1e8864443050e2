"""Whether this program may work in a home: its layout's version, and what its file system must be able to do.

Belongs here: refusing before anything is written. Does not: the names of folders (``home``), mending (``doctor``).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sources.home.configuration import configuration
from sources.home.durable import write_whole
from sources.home.home import Home
from sources.home.system_errors import system_reason

LAYOUT_VERSION = 1
"""Raised when folders change in a way that an older program would misread; a migration is then written here."""

LAYOUT_FILE = "layout.version"


class HomeError(Exception):
    """The home cannot be used by this program; the message is French and says the remedy."""


def ensure_layout(home: Home) -> None:
    """Refuse a home that another version laid out or that its file system cannot keep safe; mark a new one.

    Where pages alone are served, ``published/`` is another's: it is read, and may be closed to writing.
    """
    try:
        make_root(home)
        check_version(home)
        written = () if configuration(home).servers.pages_only else _mounted(home)
        for folder in (home.root, *written):
            check_file_system(folder)
        if not _version_file(home).exists():
            write_whole(_version_file(home), f"{LAYOUT_VERSION}\n".encode())
    except OSError as error:
        raise HomeError(
            f"Le dossier de l'installation {home.root} ne peut pas être écrit ({system_reason(error.errno)}). "
            "Donnez ce droit au compte qui lance cartographie (chown), faites de la place, ou choisissez un autre "
            "dossier avec --home."
        ) from None


def refuse_where_pages_alone_are_served(home: Home) -> None:
    """Raise ``HomeError`` where a pass would publish over what another installation publishes."""
    if configuration(home).servers.pages_only:
        raise HomeError(
            f"L'installation {home.root} ne sert que des pages ([servers] pages_only) : rien n'y est reçu ni publié. "
            "Lancez cette commande sur la machine qui publie, ou retirez ce réglage et le lien published."
        )


def make_root(home: Home) -> None:
    """Make a home's folder; what one establishment sent is not for the other accounts of the machine."""
    if not home.root.exists():
        home.root.mkdir(parents=True)
        home.root.chmod(0o750)


def check_version(home: Home) -> None:
    """Raise ``HomeError`` when the home carries a version that this program does not know."""
    try:
        found = _version_file(home).read_text().strip()
    except FileNotFoundError:
        return
    if found != str(LAYOUT_VERSION):
        raise HomeError(
            f"Le dossier {home.root} est rangé selon la version « {found[:20]} » ; ce programme connaît la version "
            f"{LAYOUT_VERSION}. Lancez la version de cartographie qui l'a écrit (ou une plus récente), ou restaurez "
            "une sauvegarde dans un dossier neuf."
        )


def _mounted(home: Home) -> Iterator[Path]:
    """The layers of the home that lie elsewhere: a share, another disk."""
    own = home.root.stat().st_dev
    for folder in (home.archive, home.lake, home.receipts, home.published, home.warehouse.parent):
        if folder.is_dir() and folder.stat().st_dev != own:
            yield folder


def check_file_system(root: Path) -> None:
    """Raise ``HomeError`` naming what the file system of ``root`` cannot do; leaves nothing behind."""
    with tempfile.TemporaryDirectory(dir=root, prefix=".essai-") as name:
        folder = Path(name)
        missing = [what for what, works in _ABILITIES.items() if not _can(works, folder)]
    if missing:
        raise HomeError(
            f"Le système de fichiers de {root} ne sait pas faire ceci : {', '.join(missing)}. Les dépôts n'y seraient "
            "pas à l'abri d'un arrêt brutal. Mettez l'installation sur un disque local (ext4, xfs, btrfs) ; les "
            "dossiers de dépôt, eux, peuvent être montés d'ailleurs dans intake/."
        )


def _version_file(home: Home) -> Path:
    return home.root / LAYOUT_FILE


def _can(works: Callable[[Path], bool], folder: Path) -> bool:
    try:
        return works(folder)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}:
            raise
        return False


def _renames_over(folder: Path) -> bool:
    old, new = folder / "a", folder / "b"
    old.write_text("a")
    new.write_text("b")
    new.replace(old)
    return old.read_text() == "b" and not new.exists()


def _links_once(folder: Path) -> bool:
    """A hard link that must not be there yet: how the archive numbers receptions without overwriting one."""
    (folder / "c").write_text("c")
    os.link(folder / "c", folder / "d")
    with contextlib.suppress(FileExistsError):
        os.link(folder / "c", folder / "d")
        return False
    return True


def _replaces_a_symbolic_link(folder: Path) -> bool:
    (folder / "e").symlink_to("c")
    (folder / "f").symlink_to("d")
    (folder / "f").replace(folder / "e")
    return (folder / "e").readlink() == Path("d")


def _locks(folder: Path) -> bool:
    """Two descriptors on one file: the second must be refused while the first holds the lock."""
    first = os.open(folder / "g", os.O_RDWR | os.O_CREAT)
    second = os.open(folder / "g", os.O_RDWR)
    try:
        fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
    finally:
        os.close(first)
        os.close(second)


def _syncs_a_folder(folder: Path) -> bool:
    """Names too must be on disk before a sender is told that his file was taken."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        return True
    finally:
        os.close(descriptor)


_ABILITIES: dict[str, Callable[[Path], bool]] = {
    "remplacer un fichier d'un coup": _renames_over,
    "lier un fichier sans en écraser un autre": _links_once,
    "remplacer un lien symbolique d'un coup": _replaces_a_symbolic_link,
    "verrouiller un fichier": _locks,
    "mettre un dossier à l'abri d'une coupure": _syncs_a_folder,
}
