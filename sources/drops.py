"""What lies in the intake: which entries are drops, which are left alone and why, which are still being copied.

Belongs here: looking at names, kinds, times and the ends of files. Does not: taking anything (``archive``).
"""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sources.configuration import Intake, configuration
from sources.home import Home

ANSWERED_FOLDER = "traités"
_LOOK_AGAIN_SECONDS = 0.3
_ZIP_END_BYTES = 65_557
_TEMPORARY_PREFIXES = ("~$", ".~lock.", ".", "~")
_TEMPORARY_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


DropSignature = tuple[str, str, int, int]


@dataclass(frozen=True)
class LeftAlone:
    """An entry of the intake that is not a drop, and why, in French."""

    path: Path
    reason: str


def look(home: Home, known: Callable[[], set[DropSignature]]) -> tuple[list[Path], list[LeftAlone]]:
    drops: list[Path] = []
    left_alone: list[LeftAlone] = []
    for path in _entries(home):
        reason = _why_not_a_drop(path)
        if reason is None:
            drops.append(path)
        else:
            left_alone.append(LeftAlone(path, reason))
    drops = _without_received(home, drops, known)
    stable = _stable(drops, configuration(home).intake)
    left_alone += [
        LeftAlone(path, "copie en cours : sera pris dès qu'il ne change plus") for path in drops if path not in stable
    ]
    return [path for path in drops if path in stable], left_alone


def _entries(home: Home) -> Iterator[Path]:
    """What lies in the intake's folders, and files laid in the intake itself."""
    if not home.intake.is_dir():
        return
    for folder in sorted(home.intake.iterdir()):
        if folder.is_symlink() or not folder.is_dir():
            yield folder
            continue
        try:
            yield from sorted(entry for entry in folder.iterdir() if entry.name != ANSWERED_FOLDER)
        except PermissionError:
            yield folder


def _why_not_a_drop(path: Path) -> str | None:
    name = path.name.lower()
    if name in _SYSTEM_FILES or name.startswith(_TEMPORARY_PREFIXES) or name.endswith(_TEMPORARY_SUFFIXES):
        return "fichier temporaire d'un logiciel : déposez le classeur lui-même"
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "ne peut pas être lu : vérifiez les droits du fichier"
    if stat.S_ISLNK(mode):
        return "lien : les liens ne sont jamais suivis, déposez le fichier lui-même"
    if stat.S_ISDIR(mode):
        return "dossier : déposez les fichiers directement dans le dossier de l'établissement"
    if not stat.S_ISREG(mode):
        return "n'est pas un fichier ordinaire"
    return None


def _without_received(home: Home, drops: list[Path], known: Callable[[], set[DropSignature]]) -> list[Path]:
    """Leave out what was received and still lies there, because its folder is not writable or its answer is due."""
    if not drops:
        return []
    received = known()
    return [path for path in drops if drop_signature(home, path) not in received]


def _stable(paths: list[Path], waits: Intake) -> set[Path]:
    """Those that are not being copied: a fresh file is looked at twice, a workbook without its end is waited for."""
    now = time.time()
    before = {path: _signature(path) for path in paths}
    age = {path: abs(now - before[path][0] / 1e9) for path in paths}
    fresh = [path for path in paths if age[path] < waits.settling_seconds]
    if fresh:
        time.sleep(_LOOK_AGAIN_SECONDS)
    changed = {path for path in fresh if _signature(path) != before[path]}
    halves = {path for path in paths if age[path] < waits.half_copied_seconds and _is_half_a_zip(path)}
    return set(paths) - changed - halves


def _is_half_a_zip(path: Path) -> bool:
    """Whether the file begins as a zip (xlsx, ods) and lacks the record that ends one: a copy that has paused."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) != b"PK\x03\x04":
                return False
            stream.seek(-min(_ZIP_END_BYTES, stream.seek(0, 2)), 2)
            return b"PK\x05\x06" not in stream.read()
    except OSError:
        return False


def _signature(path: Path) -> tuple[int, int]:
    try:
        status = path.lstat()
    except OSError:
        return (0, -1)
    return status.st_mtime_ns, status.st_size


def drop_signature(home: Home, path: Path) -> DropSignature:
    """What tells one drop from another: folder, name, modification time (ns), size."""
    return (drop_folder(home, path), path.name, *_signature(path))


def drop_folder(home: Home, path: Path) -> str:
    """The folder of the intake in which it lies; none for what lies in the intake itself."""
    return "" if path.parent == home.intake else path.parent.name


def drops_lying(home: Home) -> set[DropSignature]:
    """The signatures of what lies in the intake and is a drop, received or not."""
    return {drop_signature(home, path) for path in _entries(home) if _why_not_a_drop(path) is None}
