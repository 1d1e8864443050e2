"""What submissions are judged and compared by, in the archive: a site's referential, registers, inventories, decisions.

Belongs here: recording each of them when it is first used, so that a past state can be made again. Does not: loading
them. A record has a number of the same sequence as drops: what was in use at number N is, of each kind and name, the
newest up to N.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sources.archive.archive_content import keep_stream
from sources.archive.archive_events import sources_set_aside
from sources.archive.archive_records import Reception, last_number, references, write_record
from sources.home.home import Home

REFERENTIAL, REGISTER, INVENTORY, MAPPING, DECISION = "referential", "register", "inventory", "mapping", "decision"
SNAPSHOT = "snapshot"
REFERENCE_KINDS = (REFERENTIAL, REGISTER, INVENTORY, MAPPING, DECISION, SNAPSHOT)


def receive_reference(
    home: Home, kind: str, name: str, content: bytes, note: str = "", received_at: datetime | None = None
) -> int:
    """Archive a reference, its bytes first, and return its number; nothing is written where it is the newest already.

    One that was set aside is received anew: what it goes with may be mended. ``name`` tells it from others of its kind
    (``axes.csv``, ``finess_sites``, ``us_2024``); empty content says that it is no longer in use. To be called under
    the home's write lock.
    """
    return receive_reference_stream(home, kind, name, io.BytesIO(content), note, received_at)


def receive_reference_stream(
    home: Home, kind: str, name: str, stream: BinaryIO, note: str = "", received_at: datetime | None = None
) -> int:
    """The same for a file of any size."""
    if kind not in REFERENCE_KINDS:
        raise ValueError(kind)
    sha256, size = keep_stream(home, stream, ())
    newest = current_references(home).get((kind, name))
    if newest is not None and newest.content_sha256 == sha256 and newest.number not in sources_set_aside(home):
        return newest.number
    number = last_number(home) + 1
    at = received_at or datetime.now(UTC)
    write_record(home, Reception(number, "", name, sha256, size, at, 0, kind=kind, note=note))
    return number


def current_references(home: Home, at: int | None = None) -> dict[tuple[str, str], Reception]:
    """(Kind, name) → the newest reference, up to the number ``at`` where it is given; those out of use included."""
    return {(one.kind, one.file_name): one for one in references(home) if at is None or one.number <= at}


def receive_site_referential(home: Home, folder: Path, received_at: datetime | None = None) -> None:
    """Archive the files of a site's referential as they are now; a file that went away is recorded as empty.

    ``received_at``, in UTC, is now for everybody but the demonstration, which tells of an earlier year.
    """
    present = {path.name: path for path in sorted(folder.glob("*.csv")) if path.is_file()}
    for name, path in present.items():
        receive_reference(home, REFERENTIAL, name, path.read_bytes(), received_at=received_at)
    for kind, name in current_references(home):
        if kind == REFERENTIAL and name not in present:
            receive_reference(home, REFERENTIAL, name, b"")
