"""The folders of answers, by handle: each is given to an establishment, which may have been let write in it.

Belongs here: reading, writing and removing answers there without following a link, and without taking for ours what
somebody else laid. Does not: what an answer says (``receipts``), the list of a folder's answers (``shelf``).
"""

from __future__ import annotations

import os
import re
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sources.home.durable import write_whole_in
from sources.home.handles import folder_below, foreign_names, open_folder, open_plain, own_names, owners, status_at

ANSWER_NAMES = re.compile(r"index\.html|classeur-.+\.xlsx|\d{6,18}_.+\.(html|json|xlsx)", re.DOTALL)
_FOLLOWED = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """The handle of one folder of answers, made where there is none.

    A link that the owner of the answers laid is followed; anybody else's is put out of the way.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder_below(folder.parent) as root:
        try:
            status = status_at(folder.name, root)
        except FileNotFoundError:
            os.mkdir(folder.name, dir_fd=root)
            status = status_at(folder.name, root)
        handle = _open(folder, status, root)
        try:
            yield handle
        finally:
            os.close(handle)


def names(folder: Path, pattern: re.Pattern[str] = ANSWER_NAMES) -> list[str]:
    """In order, the answers that stand in a folder and are ours."""
    if not folder.is_dir():
        return []
    with opened(folder) as handle:
        return own_names(handle, pattern, owners(folder.parent))


def foreign(folder: Path) -> list[str]:
    """What stands in a folder of answers and is not ours."""
    with opened(folder) as handle:
        return foreign_names(handle, ANSWER_NAMES, owners(folder.parent))


def read(folder: Path, name: str) -> bytes:
    """The content of one answer; raises ``OSError`` where it is a link or anything but a file."""
    with opened(folder) as handle, os.fdopen(open_plain(name, handle), "rb") as stream:
        return stream.read()


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write answers in order, each whole; whatever bore such a name is replaced, not followed."""
    with opened(folder) as handle:
        for name, content in files:
            _make_way(name, handle)
            write_whole_in(handle, name, content, mode=0o640)


def remove(folder: Path, gone: Iterable[str]) -> int:
    """Remove answers; returns how many there were."""
    count = 0
    with opened(folder) as handle:
        for name in gone:
            _make_way(name, handle)
            try:
                os.unlink(name, dir_fd=handle)
                count += 1
            except FileNotFoundError:
                continue
    return count


def folders(receipts: Path) -> list[Path]:
    """The folders of answers."""
    return sorted(path for path in receipts.iterdir() if path.is_dir()) if receipts.is_dir() else []


def _open(folder: Path, status: os.stat_result, root: int) -> int:
    if stat.S_ISDIR(status.st_mode):
        return open_folder(folder.name, root)
    if stat.S_ISLNK(status.st_mode) and status.st_uid in owners(folder.parent):
        return os.open(folder.name, _FOLLOWED, dir_fd=root)
    _put_aside(folder.name, root)
    os.mkdir(folder.name, dir_fd=root)
    return open_folder(folder.name, root)


def _make_way(name: str, folder: int) -> None:
    """A folder under an answer's name can be neither replaced nor removed: the answers of all would wait for it."""
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(status_at(name, folder).st_mode):
            _put_aside(name, folder)


def _put_aside(name: str, folder: int) -> None:
    os.rename(name, f".écarté-{uuid.uuid4().hex[:8]}", src_dir_fd=folder, dst_dir_fd=folder)
