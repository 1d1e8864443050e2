"""The archive: every record has its bytes, and these are those that arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.operations.backup.backup import file_sha256, object_path
from pipelines.operations.doctor.finding import Finding, error, well
from sources.archive import archive, archive_events
from sources.home.configuration import configuration
from sources.home.durable import write_whole
from sources.home.home import Home


def examine_archive(home: Home) -> Iterator[Finding]:
    purged = archive_events.purged_contents(home)
    receptions = archive.receptions(home)
    wanted = {reception.content_sha256: reception.number for reception in receptions}
    bad = [
        (number, sha256)
        for sha256, number in sorted(wanted.items())
        if sha256 not in purged and not _is_whole(archive.content_path(home, sha256), sha256)
    ]
    for number, sha256 in bad:
        yield error(
            "D0201",
            f"l'original de la réception {number} manque ou n'est plus celui reçu ({sha256[:12]}…)",
            "remettez-le d'une sauvegarde : « cartographie doctor --repair » le fait si [backup] destination l'a",
            _from_backup(home, sha256),
        )
    numbers = [reception.number for reception in receptions]
    if len(set(numbers)) != len(numbers):
        yield error("D0202", "deux réceptions portent le même numéro", "restaurez l'archive d'une sauvegarde")
    if not bad:
        yield well("D0201", f"{len(wanted)} originaux relus, tous intacts")


def _is_whole(path: Path, sha256: str) -> bool:
    return path.exists() and file_sha256(path) == sha256


def _from_backup(home: Home, sha256: str) -> Callable[[], str] | None:
    """Bytes are put back only when their hash proves them."""
    destination = configuration(home).backup.destination
    if destination is None or not _is_whole(object_path(destination, sha256), sha256):
        return None
    kept = object_path(destination, sha256)

    def put_back() -> str:
        content = kept.read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256
        path = archive.content_path(home, sha256)
        path.unlink(missing_ok=True)
        write_whole(path, content, mode=0o440)
        return f"original {sha256[:12]}… remis de la sauvegarde"

    return put_back
