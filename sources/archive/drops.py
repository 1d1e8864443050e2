"""What lies in the intake: which entries are drops, which are left alone and why, which are still being copied.

Belongs here: looking at names, kinds, times and the ends of files. Does not: taking anything (``archive``), moving it
away (``answered``).

Whoever may write in a folder of the intake may change what stands under a name at any moment: everything is looked at
by handle (``handles``), and no link is followed.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sources.home.configuration import Intake, configuration
from sources.home.handles import folder_below, open_folder, open_plain, status_at
from sources.home.home import Home

ANSWERED_FOLDER = "traités"
_LOOK_AGAIN_SECONDS = 0.3
_ZIP_END_BYTES = 65_557
_TEMPORARY_PREFIXES = ("~$", ".~lock.", ".", "~")
_TEMPORARY_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


class DropSignature(NamedTuple):
    """What tells one drop from another while it lies there; times in nanoseconds.

    Size and modification time are whatever the sender says: copies keep them. The system alone gives the inode and the
    time of the last change, so that a file laid again is never taken for the one that was there before. The name is no
    part of it: a record may keep it masked.
    """

    folder: str
    modified_ns: int
    byte_count: int
    inode: int
    changed_ns: int


@dataclass(frozen=True)
class LeftAlone:
    """An entry of the intake that is not a drop, and why, in French."""

    path: Path
    reason: str


class Entry(NamedTuple):
    """An entry of the intake as it was seen; ``folder`` is "" for what lies in the intake itself."""

    folder: str
    name: str
    status: os.stat_result | None

    def path(self, home: Home) -> Path:
        return home.intake.joinpath(*way(self.folder), self.name)

    @property
    def signature(self) -> DropSignature:
        assert self.status is not None
        return signature(self.folder, self.status)


def way(folder: str) -> tuple[str, ...]:
    """The names from the intake to one of its folders; none to the intake itself."""
    return (folder,) if folder else ()


def signature(folder: str, status: os.stat_result) -> DropSignature:
    return DropSignature(folder, status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)


def look(home: Home, known: Callable[[], set[DropSignature]]) -> tuple[list[Entry], list[LeftAlone]]:
    """The drops to be taken, in order, and what is left alone; ``known`` gives those received that may still lie."""
    drops: list[Entry] = []
    left_alone: list[LeftAlone] = []
    for entry in _entries(home):
        reason = _why_not_a_drop(entry)
        if reason is None:
            drops.append(entry)
        elif reason:
            left_alone.append(LeftAlone(entry.path(home), reason))
    received = known() if drops else set()
    drops = [drop for drop in drops if drop.signature not in received]
    stable = _stable(home, drops, configuration(home).intake)
    left_alone += [
        LeftAlone(drop.path(home), "copie en cours : sera pris dès qu'il ne change plus")
        for drop in drops
        if drop not in stable
    ]
    return stable, left_alone


def drops_lying(home: Home) -> set[DropSignature]:
    """The signatures of what lies in the intake and is a drop, received or not."""
    return {entry.signature for entry in _entries(home) if _why_not_a_drop(entry) is None}


def lying_in(home: Home, folder: str) -> list[Entry]:
    """The drops that lie in one folder of the intake, received or not."""
    try:
        with folder_below(home.intake) as intake:
            return [entry for entry in _entries_of(folder, intake) if _why_not_a_drop(entry) is None]
    except OSError:
        return []


def _entries(home: Home) -> Iterator[Entry]:
    """What lies in the intake's folders, and files laid in the intake itself."""
    with suppress(FileNotFoundError, NotADirectoryError), folder_below(home.intake) as intake:
        for entry in _listed("", intake):
            if entry.status is None or not stat.S_ISDIR(entry.status.st_mode):
                yield entry
            elif entry.name != ANSWERED_FOLDER:
                yield from _entries_of(entry.name, intake)


def _entries_of(folder: str, intake: int) -> list[Entry]:
    try:
        handle = open_folder(folder, intake)
    except OSError:
        return [Entry("", folder, None)]
    try:
        return _listed(folder, handle)
    finally:
        os.close(handle)


def _listed(folder: str, handle: int) -> list[Entry]:
    with os.scandir(handle) as entries:
        return sorted(Entry(folder, entry.name, _status(entry)) for entry in entries)


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def is_temporary_name(name: str) -> bool:
    """Whether a file of this name is some program's own, which is never taken."""
    folded = name.lower()
    return folded in _SYSTEM_FILES or folded.startswith(_TEMPORARY_PREFIXES) or folded.endswith(_TEMPORARY_SUFFIXES)


def _why_not_a_drop(entry: Entry) -> str | None:
    """None for a drop; else the reason, "" for the folder of answered files, of which nothing is to be said."""
    if entry.name == ANSWERED_FOLDER:
        return _why_not_for_answers(entry.status)
    if is_temporary_name(entry.name):
        return "fichier temporaire d'un logiciel : déposez le classeur lui-même"
    if entry.status is None:
        return "ne peut pas être lu : vérifiez les droits du fichier"
    mode = entry.status.st_mode
    if stat.S_ISLNK(mode):
        return "lien : les liens ne sont jamais suivis, déposez le fichier lui-même"
    if stat.S_ISDIR(mode):
        return "dossier : déposez les fichiers directement dans le dossier de l'établissement"
    if not stat.S_ISREG(mode):
        return "n'est pas un fichier ordinaire"
    if entry.status.st_nlink > 1:
        return "porte un second nom (lien physique) : sera pris quand il n'en a plus qu'un ; déposez une copie"
    return None


def _why_not_for_answers(status: os.stat_result | None) -> str:
    """Why answered files cannot be laid in what stands in the place of their folder."""
    if status is None or not stat.S_ISDIR(status.st_mode):
        return "n'est pas le dossier des fichiers traités : retirez-le, les fichiers pris restent en place d'ici là"
    return ""


def _stable(home: Home, drops: list[Entry], waits: Intake) -> list[Entry]:
    """Those that are not being copied: a fresh file is looked at twice, a workbook without its end is waited for."""
    now = time.time()
    age = {drop: abs(now - drop.signature.modified_ns / 1e9) for drop in drops}
    fresh = [drop for drop in drops if age[drop] < waits.settling_seconds]
    if fresh:
        time.sleep(_LOOK_AGAIN_SECONDS)
    waited_for = [drop for drop in drops if age[drop] < waits.half_copied_seconds]
    unstable = {*_those(home, fresh, _has_changed), *_those(home, waited_for, _is_half_a_zip)}
    return [drop for drop in drops if drop not in unstable]


def _those(home: Home, drops: Iterable[Entry], is_so: Callable[[Entry, int], bool]) -> Iterator[Entry]:
    """The drops for which it holds, or that cannot be looked at any more; each folder is opened once."""
    for folder, group in groupby(drops, key=lambda drop: drop.folder):
        in_folder = list(group)
        try:
            with folder_below(home.intake, *way(folder)) as handle:
                yield from (drop for drop in in_folder if is_so(drop, handle))
        except OSError:
            yield from in_folder


def _has_changed(drop: Entry, folder: int) -> bool:
    try:
        return signature(drop.folder, status_at(drop.name, folder)) != drop.signature
    except OSError:
        return True


def _is_half_a_zip(drop: Entry, folder: int) -> bool:
    """Whether the file begins as a zip (xlsx, ods) and lacks the record that ends one: a copy that has paused."""
    try:
        with os.fdopen(open_plain(drop.name, folder), "rb") as stream:
            if stream.read(4) != b"PK\x03\x04":
                return False
            stream.seek(-min(_ZIP_END_BYTES, stream.seek(0, 2)), 2)
            return b"PK\x05\x06" not in stream.read()
    except OSError:
        return False
