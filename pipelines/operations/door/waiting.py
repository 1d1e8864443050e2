"""The tries that wait to be sent: folders under ``<home>/door``, named at random, gone after a day.

Belongs here: keeping, reading, purging them. Does not: judging (``trying``), sending (``sending``). This is all the
state that the door has, and none of it is needed to rebuild anything.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sources.home.durable import write_whole
from sources.home.handles import folder_below
from sources.home.home import Home

KEPT_SECONDS = 24 * 3600
MOST_OF_ONE_ACCOUNT = 20
"""Past it, the oldest go: an account may not fill the disk within a day."""

_NUMBER = re.compile(r"[A-Za-z0-9_-]{22}")
_FACTS = "try.json"


@dataclass(frozen=True)
class TriedFile:
    """One file of a try: its name as its sender gave it, cleaned; where its bytes and its annotated workbook stand."""

    name: str
    sha256: str
    byte_count: int
    workbook_name: str | None = None
    replaces: str = ""
    verdict: str = ""
    verdict_label: str = ""
    is_inner: bool = False


@dataclass(frozen=True)
class Try:
    """What an account tried for an establishment, and what was answered; ``sent`` holds the names in the intake."""

    number: str
    account: str
    establishment: str
    at: float
    files: list[TriedFile] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    @property
    def can_be_sent(self) -> bool:
        return not self.sent and any(not file.is_inner for file in self.files)


@contextmanager
def turn_of(home: Home, account: str) -> Iterator[bool]:
    """Whether the account has no other try at work; it has this one while the block runs, and while we live."""
    (home.root / "door").mkdir(mode=0o700, exist_ok=True)
    name = hashlib.sha256(account.encode()).hexdigest()[:32]
    with (home.root / "door" / f".{name}.turn").open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def alone_with(home: Home, number: str) -> Iterator[None]:
    """Nobody else sends or removes the same try meanwhile; raises LookupError where it is gone."""
    try:
        with folder_below(folder_of(home, number)) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
    except FileNotFoundError as problem:
        raise LookupError(number) from problem


def new_number() -> str:
    return secrets.token_urlsafe(16)


def folder_of(home: Home, number: str) -> Path:
    """Where a try stands; raises LookupError for a number that is none."""
    if not _NUMBER.fullmatch(number):
        raise LookupError(number)
    return home.root / "door" / number


def content_of(home: Home, number: str, file: TriedFile) -> Path:
    return folder_of(home, number) / f"{file.sha256}.content"


def keep(home: Home, tried: Try) -> None:
    """Write what is known of a try; the bytes stand beside it already."""
    write_whole(folder_of(home, tried.number) / _FACTS, json.dumps(asdict(tried)).encode(), mode=0o600)


def read(home: Home, number: str, account: str, establishment: str) -> Try:
    """The try of this number, if it is this account's and this establishment's; raises LookupError."""
    found = _read(folder_of(home, number))
    if found is None or (found.account, found.establishment) != (account, establishment):
        raise LookupError(number)
    return found


def of_account(home: Home, account: str, establishment: str | None = None) -> list[Try]:
    """The account's tries, the newest first."""
    found = [one for one in _every(home) if one.account == account]
    kept = [one for one in found if establishment in (None, one.establishment)]
    return sorted(kept, key=lambda one: one.at, reverse=True)


def drop(home: Home, number: str) -> None:
    """Remove a try, once nobody sends it any more."""
    with suppress(LookupError), alone_with(home, number):
        shutil.rmtree(folder_of(home, number), ignore_errors=True)


def make_room(home: Home, account: str) -> None:
    """Let the oldest tries of an account go, so that one more may stand."""
    for one in of_account(home, account)[MOST_OF_ONE_ACCOUNT - 1 :]:
        drop(home, one.number)


def old_ones(home: Home, now: float | None = None) -> list[Path]:
    """The folders of tries that are past their day, those that a killed reader left half made included."""
    before = (time.time() if now is None else now) - KEPT_SECONDS
    return [path for path in _folders(home) if path.stat().st_mtime < before]


def purge_old(home: Home, now: float | None = None) -> int:
    """Remove the tries that are past their day; returns how many."""
    found = old_ones(home, now)
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
    return len(found)


def count(home: Home) -> int:
    return len(_folders(home))


def _folders(home: Home) -> list[Path]:
    root = home.root / "door"
    return [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()] if root.is_dir() else []


def _every(home: Home) -> Iterator[Try]:
    for path in _folders(home):
        if (found := _read(path)) is not None:
            yield found


def _read(folder: Path) -> Try | None:
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        return Try(**{**facts, "files": [TriedFile(**file) for file in facts["files"]]})
    except (OSError, ValueError, KeyError, TypeError):
        return None
