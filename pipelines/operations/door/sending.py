"""Laying a try in the intake: the very bytes that were tried, whole or not at all, over nobody else's file.

Belongs here: the act of sending. Does not: what becomes of a file then (``sources.archive``).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
from pathlib import Path

from pipelines.operations.door import waiting
from pipelines.operations.door.waiting import Try
from sources.archive import senders
from sources.archive.senders import Sender
from sources.home.handles import folder_below
from sources.home.home import Home

_NO_REPLACE = 1
_NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}
_MOST_NAMES = 1000


def send(home: Home, tried: Try, sent_by: str) -> list[str]:
    """Lay each file of a try in its establishment's intake; returns the names that they bear there.

    What a stop between two files leaves is sent again whole: the same bytes a second time change nothing.
    """
    (home.intake / tried.establishment).mkdir(parents=True, exist_ok=True)
    names = []
    with folder_below(home.intake, tried.establishment) as folder:
        for file in tried.files:
            if file.is_inner:
                continue
            content = waiting.content_of(home, tried.number, file).read_bytes()
            names.append(_lay(home, folder, tried.establishment, file.name, file.sha256, content, sent_by))
    return names


def _lay(home: Home, folder: int, establishment: str, name: str, sha256: str, content: bytes, sent_by: str) -> str:
    """Written under a name that the intake leaves alone, synced, noted, then named in one act."""
    half = f".half-{secrets.token_hex(8)}"
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            inode = os.fstat(stream.fileno()).st_ino
        senders.note(home, Sender(establishment, inode, sha256, sent_by))
        named = _named_free(folder, half, name)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(half, dir_fd=folder)
        raise
    os.fsync(folder)
    return named


def _named_free(folder: int, half: str, name: str) -> str:
    """Give a written file its name, or the next one that nobody's file bears."""
    path = Path(name)
    for count in range(1, _MOST_NAMES):
        wanted = name if count == 1 else f"{path.stem} ({count}){path.suffix}"
        try:
            _rename_over_nothing(folder, half, wanted)
        except FileExistsError:
            continue
        return wanted
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _rename_over_nothing(folder: int, half: str, name: str) -> None:
    """Rename, unless the name is taken: in one act where the system can (Linux, on local disks)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "renameat2"):
        if libc.renameat2(folder, os.fsencode(half), folder, os.fsencode(name), _NO_REPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in _NOT_OFFERED:
            raise OSError(number, os.strerror(number))
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(half, name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
