"""The numbered records of the archive on pairs of use cases: the bytes first, then what they say, never changed.

Belongs here: writing one and reading them all. Does not: what they say (``decisions``, ``suggestions``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sources.archive import archive
from sources.archive.archive_records import RECORD_NAMES
from sources.home.durable import create_whole
from sources.home.handles import own_names
from sources.home.home import Home


def record(home: Home, kind: str, content: bytes, said: Mapping[str, Any]) -> int:
    """Archive bytes and what they say; return the record's number.

    ``after_reception`` is the last number given before it: numbers order, the clock does not.
    """
    sha256 = archive.keep_content(home, content)
    number = max((number for number, _ in _paths(home, kind)), default=0) + 1
    while True:
        event = {
            "number": number,
            "after_reception": archive.last_number(home),
            "content_sha256": sha256,
            "byte_count": len(content),
            "received_at": dt.datetime.now(dt.UTC).isoformat(),
            **said,
        }
        path = _folder(home, kind) / f"{number:09d}.json"
        try:
            create_whole(path, json.dumps(event, indent=1, ensure_ascii=False, default=str).encode())
            return number
        except FileExistsError:
            number += 1


def records(home: Home, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and record, in order."""
    for number, path in _paths(home, kind):
        yield number, json.loads(path.read_text())


def _paths(home: Home, kind: str) -> list[tuple[int, Path]]:
    folder = _folder(home, kind)
    return sorted((int(name.removesuffix(".json")), folder / name) for name in own_names(folder, RECORD_NAMES))


def _folder(home: Home, kind: str) -> Path:
    return home.archive / "decisions" / kind
