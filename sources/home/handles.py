"""Folders in which others may write, gone through by handle: no link below them is followed, no pipe or device opened.

Belongs here: opening folders and files below a folder one name at a time, and whose a file is. Does not: which names
count where (``drops``, ``archive_records``, ``lake``), nor writing whole files in folders that are ours alone
(``durable``).

A path is looked up again at each call, and whoever may write in one of its folders can put a link there in between. A
handle stays on the folder that was opened, wherever its name leads since.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FOLDER = _ROOT | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@contextmanager
def folder_below(root: Path, *names: str) -> Iterator[int]:
    """The handle of the folder reached from ``root`` through ``names``, none of which may be a link.

    ``root`` itself is ours: it may stand elsewhere. Raises ``OSError``.
    """
    handle = os.open(root, _ROOT)
    try:
        for name in names:
            below = open_folder(name, handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def open_folder(name: str, above: int) -> int:
    """The handle of a folder in the one of handle ``above``; raises ``OSError`` for a link or anything else."""
    return os.open(_single(name), _FOLDER, dir_fd=above)


def open_plain(name: str, folder: int) -> int:
    """The handle, to read, of an ordinary file in a folder; raises ``OSError`` for a link, a pipe, a device.

    Opening waits for nobody; what was opened is then looked at, not the name.
    """
    handle = os.open(_single(name), _FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
    return handle


def open_below(root: Path, *names: str) -> int:
    """The handle, to read, of an ordinary file below ``root``, no name of the way being a link."""
    *folders, name = names
    with folder_below(root, *folders) as folder:
        return open_plain(name, folder)


def status_at(name: str, folder: int) -> os.stat_result:
    """What stands under a name in a folder, a link itself and not its goal."""
    return os.stat(_single(name), dir_fd=folder, follow_symlinks=False)


def owners(folder: Path | int) -> frozenset[int]:
    """Whose files count in a folder of the home: the account that runs this, root, and the folder's own."""
    return frozenset((os.geteuid(), 0, os.stat(folder).st_uid))  # noqa: PTH116


def own_names(folder: Path | int, names: re.Pattern[str], expected: frozenset[int] | None = None) -> list[str]:
    """In order, the ordinary files of ``folder`` whose name the product writes, of an owner that is ``expected``.

    ``expected`` is ``owners`` of the folder where it is not given.
    """
    return sorted(name for name, is_own in _told_apart(folder, names, expected) if is_own)


def foreign_names(folder: Path | int, names: re.Pattern[str], expected: frozenset[int] | None = None) -> list[str]:
    """The entries of ``folder`` that are not ``own_names``; what a killed writer left half written is none."""
    return sorted(name for name, is_own in _told_apart(folder, names, expected) if not is_own and not _is_half(name))


def _told_apart(
    folder: Path | int, names: re.Pattern[str], expected: frozenset[int] | None
) -> Iterator[tuple[str, bool]]:
    try:
        expected = owners(folder) if expected is None else expected
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            yield entry.name, bool(names.fullmatch(entry.name)) and _is_own(entry, expected)


def _is_own(entry: os.DirEntry[str], expected: frozenset[int]) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # It went away meanwhile.
        return False
    return stat.S_ISREG(status.st_mode) and status.st_uid in expected


def _is_half(name: str) -> bool:
    return name.startswith(".half-") or name.endswith(".half")


def _single(name: str) -> str:
    """A name that stays in its folder."""
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
    return name
