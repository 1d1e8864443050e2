"""Writing that survives a power cut: whole, synced with its folder, or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


def sync_folder(folder: Path) -> None:
    """Ask the system to put the folder's list of names on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def syncing_folders_once() -> Iterator[None]:
    """Inside, folders written to are synced once, at the end, however many files they took."""
    global _due
    if _due is not None:
        yield
        return
    _due = set()
    try:
        yield
    finally:
        folders, _due = _due, None
        for folder in folders:
            sync_folder(folder)


_HALF = ".half-"
_PART_BYTES = 2**20
_FILES_AT_ONCE = 200
"""Files of a group stay open until they are synced: fewer than a process may hold open."""
_due: set[Path] | None = None


def _sync_in_time(folder: Path) -> None:
    if _due is None:
        sync_folder(folder)
    else:
        _due.add(folder)


@contextlib.contextmanager
def _synced_half(folder: Path, parts: Iterable[bytes]) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=_HALF)
    half = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        yield half
    finally:
        half.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write or replace ``path``: a reader sees the old content or the new one, never between."""
    with _synced_half(path.parent, (content,)) as half:
        half.chmod(mode)
        half.replace(path)
    _sync_in_time(path.parent)


def write_whole_in(folder: int, name: str, content: bytes, mode: int = 0o644) -> None:
    """``write_whole`` in the folder of a handle: for folders in which others may write."""
    half = f"{_HALF}{secrets.token_hex(8)}"
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        try:
            os.fchmod(descriptor, mode)
            _write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(half, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(half, dir_fd=folder)
        raise
    os.fsync(folder)


def create_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write ``path``, which must not be there yet; raises ``FileExistsError`` when it is."""
    with _synced_half(path.parent, (content,)) as half:
        half.chmod(mode)
        os.link(half, path)
    _sync_in_time(path.parent)


@dataclass(frozen=True)
class NewFile:
    """A file to be made, which is not there yet."""

    path: Path
    content: bytes
    mode: int = 0o644


def create_together(files: Sequence[NewFile]) -> int:
    """Write files, in order: each is synced before it can be seen, all of a group after they were all written.

    Syncing them together lets the disk's journal take a group at once. Stops at the first that is there already;
    returns how many were made. Folders are synced at the end.
    """
    made = 0
    folders: set[Path] = set()
    for start in range(0, len(files), _FILES_AT_ONCE):
        group = files[start : start + _FILES_AT_ONCE]
        count = _create_group(group, folders)
        made += count
        if count < len(group):
            break
    for folder in folders:
        _sync_in_time(folder)
    return made


def _create_group(group: Sequence[NewFile], folders: set[Path]) -> int:
    halves: list[str] = []
    descriptors: list[int] = []
    made = 0
    try:
        for file in group:
            folder = file.path.parent
            if folder not in folders:
                folder.mkdir(parents=True, exist_ok=True)
                folders.add(folder)
            # a name that no other writer has, nor what a killed one left, and that ends as no finished file does
            descriptor, half = tempfile.mkstemp(dir=folder, prefix=_HALF)
            halves.append(half)
            descriptors.append(descriptor)
            os.fchmod(descriptor, file.mode)
            _write_all(descriptor, file.content)
        for descriptor in descriptors:
            os.fsync(descriptor)
        for half, file in zip(halves, group, strict=True):
            try:
                os.link(half, file.path)
            except FileExistsError:
                break
            made += 1
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
        for half in halves:
            os.unlink(half)  # noqa: PTH108
    return made


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


class Readable(Protocol):
    """What is copied."""

    def read(self, size: int = -1, /) -> bytes: ...


class UpTo:
    """The first bytes of a stream: one that grows while it is read ends all the same."""

    def __init__(self, stream: Readable, byte_count: int) -> None:
        self._stream, self._left = stream, byte_count

    def read(self, size: int = -1, /) -> bytes:
        part = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(part)
        return part


def copy_whole(
    source: Readable, folder: Path, place: Callable[[str], Path | None], mode: int = 0o644
) -> tuple[str, int]:
    """Copy a stream of any size; returns its SHA-256 and its size in bytes.

    ``place`` tells from the SHA-256 where the copy belongs, on the file system of ``folder``, or None when it is not
    to be kept.
    """
    digest = hashlib.sha256()
    size = 0

    def parts() -> Iterator[bytes]:
        nonlocal size
        while part := source.read(_PART_BYTES):
            digest.update(part)
            size += len(part)
            yield part

    with _synced_half(folder, parts()) as half:
        target = place(digest.hexdigest())
        if target is not None:
            half.chmod(mode)
            target.parent.mkdir(parents=True, exist_ok=True)
            half.replace(target)
            _sync_in_time(target.parent)
    return digest.hexdigest(), size
