"""One writer at a time on a home, whoever starts it: a run of Dagster or ``cartographie run``.

Belongs here: the lock and the sentence that names its holder. Does not: the order of runs, which Dagster's queue
keeps. The lock belongs to the kernel (``flock``): a killed process cannot leave it behind. Not filelock: it empties the
file that it opens, and here the file says who holds the lock to those who wait; nor has it shared locks (``ports``).
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.1
WAIT_SECONDS = 600.0
"""A step waits this long for another one's: longer than any step on 100,000 assessments."""


class WriterBusy(Exception):
    """Somebody else writes in this home; the message says who and since when, in French."""


@contextmanager
def writing(home_root: Path, purpose: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the home's write lock; wait up to ``wait_seconds`` for it, then raise ``WriterBusy``.

    Not re-entrant: each step takes it once, at its outermost level.
    """
    with exclusive(home_root / "writer.lock", purpose, wait_seconds):
        yield


@contextmanager
def exclusive(path: Path, purpose: str, wait_seconds: float, told: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Hold the lock file ``path``; its content names the holder, for the message of those who wait in vain.

    ``told`` is what else the holder says of itself there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, path, wait_seconds)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder = {"pid": os.getpid(), "purpose": purpose, "since": since, **(told or {})}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise WriterBusy(_holder_sentence(path)) from None
            time.sleep(POLL_SECONDS)


def _holder_sentence(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
    except (OSError, ValueError):
        return "Un autre processus travaille déjà dans ce dossier ; attendez qu'il finisse."
    return (
        f"Un autre processus (n° {holder['pid']}, {holder['purpose']}) travaille déjà dans ce dossier "
        f"depuis {holder['since']} ; attendez qu'il finisse."
    )
