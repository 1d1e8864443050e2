"""What happened to what is archived: append-only event records beside the receptions, each written once.

Belongs here: submissions set aside, files in which personal data was found, purges. Does not: the receptions
themselves (``archive``), nor doing what an event tells (``quality.batch``, ``quality.purge``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sources.durable import create_whole
from sources.home import Home


@dataclass(frozen=True)
class Purge:
    """One reception purged: ``content_sha256`` names the bytes, ``purged_at`` is UTC and ISO."""

    reception_number: int
    content_sha256: str
    purged_by: str
    reason: str
    purged_at: str


def set_aside(home: Home, number: int, reason: str) -> None:
    """Record that a submission is kept out of the warehouse; saying it again changes nothing."""
    _record(home, "set_aside", number, {"reason": reason, "set_aside_at": _now()})


def set_aside_numbers(home: Home) -> dict[int, str]:
    """Reception number → reason, for each submission set aside."""
    return {record["reception_number"]: record["reason"] for record in _records(home, "set_aside")}


def found_personal(home: Home, number: int, content_sha256: str, counts: Mapping[str, int]) -> None:
    """Record that personal data was found in a file: ``counts`` by rule code, never what or in which words."""
    event = {"content_sha256": content_sha256, "counts": dict(counts), "found_at": _now()}
    _record(home, "personal", number, event)


def purge(home: Home, number: int, content_sha256: str, purged_by: str, reason: str) -> None:
    """Record that a reception's content is removed for good, by whom and why; the first record stays."""
    event = {"content_sha256": content_sha256, "purged_by": purged_by, "reason": reason, "purged_at": _now()}
    _record(home, "purged", number, event)


def purges(home: Home) -> dict[int, Purge]:
    """Reception number → its purge."""
    return {record["reception_number"]: Purge(**record) for record in _records(home, "purged")}


def purged_contents(home: Home) -> set[str]:
    """The SHA-256 of all bytes that were purged: they are not taken again."""
    return {purge.content_sha256 for purge in purges(home).values()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record(home: Home, kind: str, number: int, event: Mapping[str, Any]) -> None:
    content = json.dumps({"reception_number": number, **event}, indent=1).encode()
    try:
        create_whole(_folder(home, kind) / f"{number:09d}.json", content)
    except FileExistsError:
        return


def _records(home: Home, kind: str) -> Iterator[dict[str, Any]]:
    return (json.loads(path.read_text()) for path in sorted(_folder(home, kind).glob("*.json")))


def _folder(home: Home, kind: str) -> Path:
    return home.archive / kind
