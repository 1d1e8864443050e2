"""What happened to what is archived: append-only event records beside the receptions, each written once.

Belongs here: submissions and sources set aside, files in which personal data was found, purges. Does not: the
receptions themselves (``archive``), nor doing what an event tells (``quality.batch.batch``, ``quality.batch.purge``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sources.archive.archive_records import RECORD_NAMES
from sources.home.durable import create_whole
from sources.home.handles import own_names
from sources.home.home import Home


@dataclass(frozen=True)
class Purge:
    """One reception purged: ``content_sha256`` names the bytes, ``purged_at`` is UTC and ISO."""

    reception_number: int
    content_sha256: str
    purged_by: str
    reason: str
    purged_at: str


@dataclass(frozen=True)
class SourceSetAside:
    """A register or an inventory that is kept out of the warehouse; ``reason`` is French."""

    kind: str
    name: str
    reason: str


def set_aside(home: Home, number: int, reason: str) -> None:
    """Record that a submission is kept out of the warehouse; saying it again changes nothing."""
    _record(home, "set_aside", number, {"reason": reason, "set_aside_at": _now()})


def quarantined_numbers(home: Home) -> dict[int, str]:
    """Reception number → reason, for each submission set aside."""
    return {record["reception_number"]: record["reason"] for record in _records(home, "set_aside")}


def set_source_aside(home: Home, number: int, kind: str, name: str, reason: str) -> None:
    """Record that a register or an inventory, as received under this number, is kept out of the warehouse."""
    event = {"kind": kind, "name": name, "reason": reason, "set_aside_at": _now()}
    _record(home, "sources_set_aside", number, event)


def sources_set_aside(home: Home) -> dict[int, SourceSetAside]:
    """Number of the reference → the source set aside and why."""
    records = list(_records(home, "sources_set_aside"))
    return {
        record["reception_number"]: SourceSetAside(record["kind"], record["name"], record["reason"])
        for record in records
    }


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


def stop(home: Home, number: int, content_sha256: str) -> None:
    """Record that judging this file ended the process that did: it is not judged again, nor in a rebuild."""
    _record(home, "stopped", number, {"content_sha256": content_sha256, "stopped_at": _now()})


def stops(home: Home) -> dict[int, str]:
    """Reception number → SHA-256, for each file whose judging was stopped."""
    return {record["reception_number"]: record["content_sha256"] for record in _records(home, "stopped")}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record(home: Home, kind: str, number: int, event: Mapping[str, Any]) -> None:
    content = json.dumps({"reception_number": number, **event}, indent=1).encode()
    try:
        create_whole(_folder(home, kind) / f"{number:09d}.json", content)
    except FileExistsError:
        return


def _records(home: Home, kind: str) -> Iterator[dict[str, Any]]:
    """Those that the product wrote; one that cannot be read stops nobody, ``doctor`` tells it."""
    folder = _folder(home, kind)
    for name in own_names(folder, RECORD_NAMES):
        with suppress(ValueError):
            yield json.loads((folder / name).read_text())


def _folder(home: Home, kind: str) -> Path:
    return home.archive / kind
