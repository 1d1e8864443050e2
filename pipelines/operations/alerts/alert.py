"""One thing to be told: the group that it is told in, its line, and the key by which it is told once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Alert:
    """``key`` is stable over looks; ``group`` is the heading, ``line`` one line below it, both French."""

    key: str
    group: str
    line: str
    remedy: str = ""
