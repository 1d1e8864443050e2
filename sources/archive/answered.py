"""What becomes of a drop once it is answered: moved to ``traités/`` beside it, or removed.

Belongs here: moving, listing and removing by handle in folders that others write (``handles``). Does not: taking drops
(``archive``). What is moved is what was archived: a file that was changed since stays, and is received again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

from sources.archive.archive_records import Reception
from sources.archive.drops import ANSWERED_FOLDER, signature, way
from sources.home.handles import folder_below, open_folder, owners, status_at
from sources.home.home import Home

_LONGEST_NAME_BYTES = 255
_LONGEST_SUFFIX = 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def mark_answered(home: Home, reception: Reception) -> None:
    """Move the answered file to ``traités/`` beside it; a file changed since, or a folder not writable, stays.

    The reception record already keeps a file that stays from being received twice.
    """
    with suppress(OSError), folder_below(home.intake, *way(reception.folder)) as folder:
        if (lying := _name_lying(reception, folder)) is None:
            return
        with suppress(FileExistsError):
            os.mkdir(ANSWERED_FOLDER, dir_fd=folder)
        with _answered_folder(home, folder) as answered:
            name = _free_name(reception, lying, answered)
            os.rename(lying, name, src_dir_fd=folder, dst_dir_fd=answered)
            if not _is_same(reception, status_at(name, answered)):
                os.rename(name, _name_back(reception, lying, folder), src_dir_fd=answered, dst_dir_fd=folder)


def answered_copies(home: Home, reception: Reception) -> list[Path]:
    """The copies of an answered file in ``traités/``."""
    folder = home.intake.joinpath(*way(reception.folder), ANSWERED_FOLDER)
    with _folder_of_copies(home, reception) as answered:
        return [folder / name for name in _copies(reception, answered)]


def remove_answered_copies(home: Home, reception: Reception) -> int:
    """Remove the copies of an answered file from ``traités/``; returns how many there were."""
    with _folder_of_copies(home, reception) as answered:
        names = _copies(reception, answered)
        for name in names:
            os.unlink(name, dir_fd=answered)
        return len(names)


def remove_drop(home: Home, reception: Reception) -> None:
    """Remove a file that still lies in the intake as it was received."""
    with suppress(FileNotFoundError), folder_below(home.intake, *way(reception.folder)) as folder:
        if (lying := _name_lying(reception, folder)) is not None:
            os.unlink(lying, dir_fd=folder)


@contextmanager
def _answered_folder(home: Home, folder: int) -> Iterator[int]:
    """The handle of ``traités/``: a real folder that we, or root, or whoever owns the intake, made."""
    handle = open_folder(ANSWERED_FOLDER, folder)
    try:
        if os.fstat(handle).st_uid not in owners(home.intake):
            raise PermissionError(f"{ANSWERED_FOLDER}: not ours")
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _folder_of_copies(home: Home, reception: Reception) -> Iterator[int | None]:
    """The handle of ``traités/``, None where there is none that is ours."""
    with ExitStack() as opened:
        answered = None
        with suppress(OSError):
            folder = opened.enter_context(folder_below(home.intake, *way(reception.folder)))
            answered = opened.enter_context(_answered_folder(home, folder))
        yield answered


def _copies(reception: Reception, answered: int | None) -> list[str]:
    if answered is None:
        return []
    with os.scandir(answered) as entries:
        return sorted(entry.name for entry in entries if entry.name.startswith(f"{reception.number:06d}_"))


def _name_lying(reception: Reception, folder: int) -> str | None:
    """The name under which the file lies in the folder as it was received; None where it does not.

    It is the recorded one, or, where that is masked, that of the file with the same inode.
    """
    names = [reception.file_name]
    if reception.is_name_masked:
        with os.scandir(folder) as entries:
            names += [entry.name for entry in entries if entry.inode() == reception.inode]
    return next((name for name in names if _lies_as(reception, name, folder)), None)


def _lies_as(reception: Reception, name: str, folder: int) -> bool:
    try:
        return signature(reception.folder, status_at(name, folder)) == reception.signature
    except OSError:  # It went away, or a masked name is none that a file can bear.
        return False


def _is_same(reception: Reception, status: os.stat_result) -> bool:
    """Whether this is the file that was received; moving it has changed the time of its last change."""
    found = signature(reception.folder, status)
    return found._replace(changed_ns=reception.changed_ns) == reception.signature


def _name_back(reception: Reception, name: str, folder: int) -> str:
    """The name under which what stood in the place of the file when it was moved is laid back, to be received."""
    return name if _is_free(name, folder) else _free_name(reception, name, folder)


def _free_name(reception: Reception, name: str, folder: int) -> str:
    """A name that nothing bears in the folder yet: nothing there is ever written over."""
    names = (_answered_name(reception, name, time) for time in count(1))
    return next(free for free in names if _is_free(free, folder))


def _is_free(name: str, folder: int) -> bool:
    try:
        status_at(name, folder)
    except FileNotFoundError:
        return True
    return False


def _answered_name(reception: Reception, name: str, time: int) -> str:
    """``<number>_<name>``: characters that do not show are underscores, and a long name keeps its suffix."""
    name = _CONTROLS.sub("_", name)
    number = f"{reception.number:06d}_"
    suffix = Path(name).suffix[:_LONGEST_SUFFIX]
    stem = name.removesuffix(suffix)
    again = f" ({time})" if time > 1 else ""
    while len(os.fsencode(number + stem + again + suffix)) > _LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return number + stem + again + suffix
