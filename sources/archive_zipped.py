"""The files of a zip of several workbooks in the archive: each is a reception of its own, that names the zip's.

Belongs here: recording them once, however often the zip is read again. Does not: opening zips (``workbook.zipped``),
telling which zips are of that kind (``quality.bundles``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sources import archive, archive_events
from sources.archive import Reception
from sources.archive_records import write_record
from sources.home import Home


def receive_files(home: Home, zipped: Reception, files: Iterable[tuple[str, bytes]]) -> list[Reception]:
    """Archive name and bytes of each file, its bytes first; those recorded already and purged bytes are not kept."""
    known = {each.file_name for each in archive.receptions(home) if each.derived_from == zipped.number}
    purged = archive_events.purged_contents(home)
    received = []
    for inner_name, content in files:
        name = f"{Path(zipped.file_name).stem} – {inner_name}"
        if name not in known:
            received.append(_receive_file(home, zipped, name, content, purged))
    return received


def _receive_file(home: Home, zipped: Reception, name: str, content: bytes, purged: set[str]) -> Reception:
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in purged:
        archive.keep_content(home, content)
    number = archive.last_number(home) + 1
    while True:
        now = datetime.now(UTC)
        reception = Reception(number, zipped.folder, name, sha256, len(content), now, 0, zipped.number)
        try:
            write_record(home, reception)
            return reception
        except FileExistsError:
            number += 1
