"""The archive: the first act on any dropped file, and the only layer that is not rebuilt from another.

Belongs here: taking drops out of the intake, keeping their bytes by content, and the append-only records of
receptions and of submissions set aside. Does not: understanding what a file says (``sources.workbook``, ``quality``).

A reception's number orders everything; the clock orders nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sources.durable import create_whole, syncing_folders_once
from sources.home import Home

ANSWERED_FOLDER = "traités"
SETTLING_SECONDS = 2.0
"""A file touched less than this ago may still be copied: it is looked at twice before it is taken."""

_LOOK_AGAIN_SECONDS = 0.3
_TEMPORARY_PREFIXES = ("~$", ".~lock.", ".", "~")
_TEMPORARY_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Reception:
    """One drop: which bytes arrived, in which folder, under which name. ``received_at`` is in UTC."""

    number: int
    folder: str
    file_name: str
    content_sha256: str
    byte_count: int
    received_at: datetime
    modified_ns: int


@dataclass(frozen=True)
class LeftAlone:
    """An entry of the intake that is not a drop, and why, in French."""

    path: Path
    reason: str


@dataclass(frozen=True)
class ReceptionReport:
    received: list[Reception]
    left_alone: list[LeftAlone]


def receive(home: Home) -> ReceptionReport:
    """Archive every drop of the intake that has no reception yet, in order of folder and name.

    Files stay where they are until they are answered (``mark_answered``).
    """
    drops, left_alone = _look(home)
    received: list[Reception] = []
    with syncing_folders_once():
        number = _last_number(home)
        for path in drops:
            content = _read_regular_file(path)
            if content is None:
                reason = "le fichier a disparu ou ne peut pas être lu ; il sera repris s'il revient"
                left_alone.append(LeftAlone(path, reason))
                continue
            reception = _archive(home, path, *content, after=number)
            number = reception.number
            received.append(reception)
    return ReceptionReport(received, left_alone)


def has_new_drops(home: Home) -> bool:
    """Whether ``receive`` would find something; does not read contents."""
    return bool(_look(home)[0])


def left_alone(home: Home) -> list[LeftAlone]:
    """What lies in the intake and is not taken, with the reason."""
    return _look(home)[1]


def receptions(home: Home) -> list[Reception]:
    """All receptions, by number."""
    return [reception(home, number) for number in reception_numbers(home)]


def reception_numbers(home: Home) -> list[int]:
    """The numbers of all receptions, in order, without opening their records."""
    return sorted(int(path.stem) for path in _records(home).glob("*.json"))


def reception(home: Home, number: int) -> Reception:
    """The reception with this number."""
    return _reception(_records(home) / f"{number:09d}.json")


def lying(home: Home) -> list[Reception]:
    """The receptions whose file still lies in the intake, unchanged."""
    there = {
        (_folder(home, path), path.name, *_signature(path)) for path in _entries(home) if _why_not_a_drop(path) is None
    }
    if not there:
        return []
    return [r for r in receptions(home) if (r.folder, r.file_name, r.modified_ns, r.byte_count) in there]


def content_path(home: Home, sha256: str) -> Path:
    """Where the bytes with this SHA-256 stand."""
    return home.archive / "content" / sha256[:2] / sha256


def mark_answered(home: Home, reception: Reception) -> None:
    """Move the answered file to ``traités/`` beside it; a file changed since, or a folder not writable, stays.

    The reception record already keeps a file that stays from being received twice.
    """
    source = home.intake / reception.folder / reception.file_name
    try:
        if source.lstat().st_mtime_ns != reception.modified_ns:
            return
        answered = source.parent / ANSWERED_FOLDER
        answered.mkdir(exist_ok=True)
        source.replace(answered / f"{reception.number:06d}_{reception.file_name}"[:255])
    except OSError:
        return


def set_aside(home: Home, number: int, reason: str) -> None:
    """Record that a submission is kept out of the warehouse; saying it again changes nothing."""
    record = {"reception_number": number, "reason": reason, "set_aside_at": datetime.now(UTC).isoformat()}
    try:
        create_whole(_set_aside_record(home, number), _as_json(record))
    except FileExistsError:
        return


def set_aside_numbers(home: Home) -> dict[int, str]:
    """Reception number → reason, for each submission set aside."""
    records = (json.loads(path.read_text()) for path in sorted((home.archive / "set_aside").glob("*.json")))
    return {record["reception_number"]: record["reason"] for record in records}


def _look(home: Home) -> tuple[list[Path], list[LeftAlone]]:
    drops: list[Path] = []
    left_alone: list[LeftAlone] = []
    for path in _entries(home):
        reason = _why_not_a_drop(path)
        if reason is None:
            drops.append(path)
        else:
            left_alone.append(LeftAlone(path, reason))
    drops = _without_received(home, drops)
    stable = _stable(drops)
    left_alone += [
        LeftAlone(path, "copie en cours : sera pris dès qu'il ne change plus") for path in drops if path not in stable
    ]
    return [path for path in drops if path in stable], left_alone


def _entries(home: Home) -> Iterator[Path]:
    """What lies in the intake's folders, and files laid in the intake itself."""
    if not home.intake.is_dir():
        return
    for folder in sorted(home.intake.iterdir()):
        if folder.is_symlink() or not folder.is_dir():
            yield folder
            continue
        try:
            yield from sorted(entry for entry in folder.iterdir() if entry.name != ANSWERED_FOLDER)
        except PermissionError:
            yield folder


def _why_not_a_drop(path: Path) -> str | None:
    name = path.name.lower()
    if name in _SYSTEM_FILES or name.startswith(_TEMPORARY_PREFIXES) or name.endswith(_TEMPORARY_SUFFIXES):
        return "fichier temporaire d'un logiciel : déposez le classeur lui-même"
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "ne peut pas être lu : vérifiez les droits du fichier"
    if stat.S_ISLNK(mode):
        return "lien : les liens ne sont jamais suivis, déposez le fichier lui-même"
    if stat.S_ISDIR(mode):
        return "dossier : déposez les fichiers directement dans le dossier de l'établissement"
    if not stat.S_ISREG(mode):
        return "n'est pas un fichier ordinaire"
    return None


def _without_received(home: Home, drops: list[Path]) -> list[Path]:
    """Leave out what was received and still lies there, because its folder is not writable or its answer is due."""
    if not drops:
        return []
    known = {(r.folder, r.file_name, r.modified_ns, r.byte_count) for r in receptions(home)}
    return [path for path in drops if (_folder(home, path), path.name, *_signature(path)) not in known]


def _stable(paths: list[Path]) -> set[Path]:
    before = {path: _signature(path) for path in paths}
    fresh = [path for path in paths if abs(time.time() - before[path][0] / 1e9) < SETTLING_SECONDS]
    if fresh:
        time.sleep(_LOOK_AGAIN_SECONDS)
    return {path for path in paths if path not in fresh or _signature(path) == before[path]}


def _signature(path: Path) -> tuple[int, int]:
    try:
        status = path.lstat()
    except OSError:
        return (0, -1)
    return status.st_mtime_ns, status.st_size


def _folder(home: Home, path: Path) -> str:
    return "" if path.parent == home.intake else path.parent.name


def _read_regular_file(path: Path) -> tuple[bytes, int] | None:
    """The bytes and the modification time of a file; None when it went away or became a link meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        return stream.read(), status.st_mtime_ns


def _archive(home: Home, path: Path, content: bytes, modified_ns: int, after: int) -> Reception:
    sha256 = keep_content(home, content)
    number = after + 1
    while True:
        reception = Reception(
            number, _folder(home, path), path.name, sha256, len(content), datetime.now(UTC), modified_ns
        )
        try:
            create_whole(_records(home) / f"{number:09d}.json", _as_json(asdict(reception)))
            return reception
        except FileExistsError:
            number += 1


def keep_content(home: Home, content: bytes) -> str:
    """Keep bytes in the archive, once, and return their SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = content_path(home, sha256)
    if not (target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == sha256):
        target.unlink(missing_ok=True)
        create_whole(target, content, mode=0o440)
    return sha256


def _records(home: Home) -> Path:
    return home.archive / "receptions"


def _set_aside_record(home: Home, number: int) -> Path:
    return home.archive / "set_aside" / f"{number:09d}.json"


def _last_number(home: Home) -> int:
    return max(reception_numbers(home), default=0)


def _reception(path: Path) -> Reception:
    record = json.loads(path.read_text())
    return Reception(**{**record, "received_at": datetime.fromisoformat(record["received_at"])})


def _as_json(record: dict[str, object]) -> bytes:
    return json.dumps(record, indent=1, default=str).encode()
