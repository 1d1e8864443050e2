"""The files that one file brought into the archive: each is a reception of its own, that names the other's.

Belongs here: recording them once, however often the zip is read again. Does not: opening zips (``workbook.zipped``),
telling which zips are of that kind (``quality.batch.bundles``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sources.archive import archive, archive_events
from sources.archive.archive import Reception
from sources.archive.archive_records import NameMask, as_it_is, with_masked_name, write_record
from sources.home.home import Home


def receive_files(
    home: Home, zipped: Reception, files: Iterable[tuple[str, bytes]], mask_name: NameMask = as_it_is
) -> list[Reception]:
    """Archive name and bytes of each file, its bytes first; those recorded already and purged bytes are not kept.

    Names that held personal data may be the same once ``mask_name`` has masked them: bytes tell their files apart.
    """
    known = {
        _key(with_masked_name(each, mask_name))
        for each in archive.receptions(home)
        if each.derived_from == zipped.number
    }
    purged = archive_events.purged_contents(home)
    received = []
    for inner_name, content in files:
        name = f"{Path(zipped.file_name).stem} – {inner_name}"
        named = with_masked_name(_reception(zipped, name, content), mask_name)
        if _key(named) not in known:
            received.append(_receive_file(home, named, content, purged))
    return received


def _key(reception: Reception) -> tuple[str, str]:
    return reception.file_name, reception.content_sha256 if reception.is_name_masked else ""


def _reception(zipped: Reception, name: str, content: bytes) -> Reception:
    """A file of the zip, not yet numbered."""
    sha256 = hashlib.sha256(content).hexdigest()
    # It came with the zip: plausible days and what was known on a day are the same.
    return Reception(0, zipped.folder, name, sha256, len(content), zipped.received_at, 0, zipped.number)


def _receive_file(home: Home, named: Reception, content: bytes, purged: set[str]) -> Reception:
    if named.content_sha256 not in purged:
        archive.keep_content(home, content)
    number = archive.last_number(home) + 1
    while True:
        reception = replace(named, number=number)
        try:
            write_record(home, reception)
            return reception
        except FileExistsError:
            number += 1
