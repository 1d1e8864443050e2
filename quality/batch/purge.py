"""Purge: what one file brought is removed for good, everywhere but in the records that say so.

Belongs here: removing the archived content, its rows in the lake, its answers and the copies in the intake. Does not:
the record itself (``sources.archive.archive_events``), the warehouse, which follows the lake at the next pass.

The record comes first and the content goes last: a purge that was stopped is finished by the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from quality.answers import receipt_folders, receipts
from quality.privacy.guard import shown_name
from quality.verdicts.history import History
from quality.verdicts.verdicts import PURGED
from sources.archive import archive, archive_events
from sources.archive.archive import Reception
from sources.archive.archive_records import mask_recorded_name
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential

_SHORTEST_PREFIX = 8


class PurgeError(Exception):
    """The purge was not begun; the message is French."""


@dataclass
class PurgeReport:
    """What was removed: receptions by number, files, rows of the lake by table."""

    content_sha256: str
    numbers: list[int]
    file_count: int = 0
    row_counts: Counter[str] = field(default_factory=Counter)


def purge(home: Home, referential: Referential, sha256: str, reason: str, purged_by: str) -> PurgeReport:
    """Remove all that the bytes with this SHA-256 (or its beginning) brought, and record who asked for it and why.

    Raises:
        PurgeError: no reason given, or no file, or several, with this SHA-256.
    """
    if not reason.strip():
        raise PurgeError("Une purge demande une raison (--reason).")
    chosen = _receptions_of(home, sha256.strip().lower())
    for reception in chosen:
        archive_events.purge(home, reception.number, reception.content_sha256, purged_by, reason.strip())
    return _remove(home, referential, chosen)


def finish_purges(home: Home, referential: Referential) -> None:
    """Finish the purges that were recorded and whose content is still there."""
    unfinished = [
        archive.reception(home, number)
        for number, purge in archive_events.purges(home).items()
        if archive.content_path(home, purge.content_sha256).exists()
    ]
    if unfinished:
        _remove(home, referential, unfinished)


def _receptions_of(home: Home, sha256: str) -> list[Reception]:
    if len(sha256) < _SHORTEST_PREFIX:
        raise PurgeError(f"Donnez l'empreinte SHA-256 du fichier, {_SHORTEST_PREFIX} caractères au moins.")
    receptions = archive.receptions(home)
    contents = {each.content_sha256 for each in receptions if each.content_sha256.startswith(sha256)}
    if not contents:
        raise PurgeError("Aucun fichier reçu n'a cette empreinte : rien n'a été supprimé.")
    if len(contents) > 1:
        raise PurgeError(f"{len(contents)} fichiers ont une empreinte qui commence ainsi : donnez-la en entier.")
    return _with_what_brought_them(receptions, _with_responses(receptions, contents))


def _with_responses(receptions: list[Reception], contents: set[str]) -> list[Reception]:
    """The receptions of these bytes, the responses of the form's exports among them, and whoever has their bytes."""
    numbers: set[int] = set()
    while True:
        chosen = [each for each in receptions if each.content_sha256 in contents or each.derived_from in numbers]
        if len(chosen) == len(numbers):
            return chosen
        numbers = {each.number for each in chosen}
        contents = {each.content_sha256 for each in chosen}


def _with_what_brought_them(receptions: list[Reception], chosen: list[Reception]) -> list[Reception]:
    """These receptions and the zips and exports that hold their bytes; what else those brought stays."""
    by_number = {each.number: each for each in receptions}
    contents = {each.content_sha256 for each in chosen}
    parents = {each.derived_from for each in chosen}
    while numbers := parents - {None}:
        contents |= {by_number[number].content_sha256 for number in numbers if number}
        parents = {by_number[number].derived_from for number in numbers if number}
    return [each for each in receptions if each.content_sha256 in contents]


def _remove(home: Home, referential: Referential, chosen: list[Reception]) -> PurgeReport:
    contents = sorted({reception.content_sha256 for reception in chosen})
    numbers = [reception.number for reception in chosen]
    report = PurgeReport(chosen[0].content_sha256, numbers)
    beginnings = tuple(f"{number:06d}_" for number in numbers)
    answers = {
        folder: [name for name in receipt_folders.names(folder) if name.startswith(beginnings)]
        for folder in receipt_folders.folders(home.receipts)
    }
    report.file_count += sum(receipt_folders.remove(folder, names) for folder, names in answers.items())
    for reception in chosen:
        report.file_count += archive.remove_answered_copies(home, reception)
        archive.remove_drop(home, reception)
        mask_recorded_name(home, reception, shown_name)
    _remove_rows(home.lake, numbers, report.row_counts)
    report.file_count += _unlink(archive.content_path(home, sha256) for sha256 in contents)
    states = History.load(home.lake, set(archive.quarantined_numbers(home))).states
    for folder in sorted(path.name for path, names in answers.items() if names):
        receipts.write_index(home, referential, folder, states)
    return report


def _remove_rows(lake_folder: Path, numbers: list[int], counts: Counter[str]) -> None:
    """Take the receptions' rows out of every table; their own rows stay, with the verdict that says it."""
    is_purged = pl.col("reception_number").is_in(numbers)
    for table, schema in lake.LAKE_TABLES.items():
        if "reception_number" not in schema or table in ("receptions", "set_aside"):
            continue
        for path, rows in _parts_holding(lake_folder, table, numbers):
            kept = rows.filter(~is_purged)
            counts[table] += rows.height - kept.height
            if kept.is_empty():
                path.unlink()
            else:
                lake.write(lake_folder, table, path.stem, kept)
    verdict = pl.when(is_purged).then(pl.lit(PURGED)).otherwise(pl.col("verdict_code"))
    for path, rows in _parts_holding(lake_folder, "receptions", numbers):
        lake.write(lake_folder, "receptions", path.stem, rows.with_columns(verdict_code=verdict))


def _parts_holding(lake_folder: Path, table: str, numbers: list[int]) -> list[tuple[Path, pl.DataFrame]]:
    parts = []
    for path in lake.parts(lake_folder, table):
        if path.name == lake.SCHEMA_FILE:
            continue
        rows = pl.read_parquet(path)
        if rows["reception_number"].is_in(numbers).any():
            parts.append((path, rows))
    return parts


def _unlink(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        if path.exists():
            path.unlink()
            count += 1
    return count
