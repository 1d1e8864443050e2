"""One thing that was examined, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How grave; also the command's exit code."""

    OK = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True)
class Finding:
    """``code`` is stable (see docs/exploitation.md); ``said`` and ``remedy`` are French; ``repair`` mends it safely."""

    code: str
    level: Level
    said: str
    remedy: str = ""
    repair: Callable[[], str] | None = None


def well(code: str, said: str) -> Finding:
    return Finding(code, Level.OK, said)


def error(code: str, said: str, remedy: str, repair: Callable[[], str] | None = None) -> Finding:
    return Finding(code, Level.ERROR, said, remedy, repair)


def warning(code: str, said: str, remedy: str, repair: Callable[[], str] | None = None) -> Finding:
    return Finding(code, Level.WARNING, said, remedy, repair)
