"""Writing that survives a power cut: whole, synced with its folder, or not there at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


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


_due: set[Path] | None = None


def _sync_in_time(folder: Path) -> None:
    if _due is None:
        sync_folder(folder)
    else:
        _due.add(folder)


@contextlib.contextmanager
def _synced_half(folder: Path, content: bytes) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".half-")
    half = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        yield half
    finally:
        half.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write or replace ``path``: a reader sees the old content or the new one, never between."""
    with _synced_half(path.parent, content) as half:
        half.chmod(mode)
        half.replace(path)
    _sync_in_time(path.parent)


def create_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write ``path``, which must not be there yet; raises ``FileExistsError`` when it is."""
    with _synced_half(path.parent, content) as half:
        half.chmod(mode)
        os.link(half, path)
    _sync_in_time(path.parent)
