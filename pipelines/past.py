"""A home made again from the archive alone: as it stands, or as it stood at the end of a day.

Belongs here: which records of the archive count, and the layers built from them. Does not: the steps (``batch``,
``rebuild``, ``publication``). The home of before is read, never written: its bytes are linked, its records copied.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.build_stamp import remove_stamp
from pipelines.checksums import differences, file_checksums
from pipelines.dbt_manifest import read_manifest
from pipelines.publication import Release, publish
from pipelines.rebuild import BuildFailed, rebuild
from pipelines.warehouse import ANALYSIS_TAG, build
from pipelines.writer_lock import writing
from quality import batch
from sources import archive, lake
from sources.archive_references import INVENTORY, MAPPING, REFERENTIAL, REGISTER, current_references
from sources.finess.loader import load_finess
from sources.home import Home
from sources.home_layout import ensure_layout
from sources.inventories.loader import load_inventory
from sources.reference_loading import take_shipped_inventories, take_shipped_register
from sources.referential.loader import Referential, load_referential

PARIS = ZoneInfo("Europe/Paris")
AS_OF_FOLDER = "as-of"

# When each kind of record counts from; a purge holds whatever the day, since the bytes are gone.
_RECORD_TIMES: dict[str, str | None] = {
    "receptions": "received_at",
    "references": "received_at",
    "set_aside": "set_aside_at",
    "personal": "found_at",
    "decisions/duplicates": "received_at",
    "purged": None,
}
_GZIP = b"\x1f\x8b"


def as_of(home: Home, day: date) -> Release:
    """Publish, in ``<home>/as-of/<day>/``, what was known at the end of ``day`` (Europe/Paris), and return the release.

    Drops, referential, registers, inventories, mappings and decisions count when received by then; rules and models are
    the program's of today. The folder is made anew each time. Raises ``BuildFailed``, ``ReferentialError`` or
    ``PublicationError``.
    """
    past = Home(home.root / AS_OF_FOLDER / day.isoformat())
    shutil.rmtree(past.root, ignore_errors=True)
    with writing(home.root, "copie des enregistrements de l'archive"):
        _copy_records(home, past, before=datetime.combine(day + timedelta(days=1), time(), PARIS))
    ensure_layout(past)
    with writing(past.root, "reconstruction"):
        _lay_site_files(past)
        referential = load_referential(past.referential)
        fill_lake(past, referential)
        rebuild(past, read_manifest(past), referential)
        return publish(past)


def forget_derived_layers(home: Home, referential: Referential) -> None:
    """Take lake and warehouse away and lay registers and inventories again; the next pass makes the rest.

    To be called under the home's write lock. Readers keep the release there is.
    """
    remove_stamp(home)
    shutil.rmtree(home.lake, ignore_errors=True)
    shutil.rmtree(home.warehouse.parent, ignore_errors=True)
    _load_references(home, referential)


def fill_lake(home: Home, referential: Referential) -> None:
    """Fill the lake from the archive: referential, registers, inventories, then every reception by number."""
    referential.write_lake(home.lake)
    _load_references(home, referential)
    batch.process(home, referential)


def compare_with_rebuild(home: Home) -> list[str]:
    """Build the warehouse from nothing beside the one that stands, and name the tables that differ: there must be none.

    To be called under the home's write lock, after a good build. Nothing of the home changes.
    """
    fresh = Home(home.root / "rebuild")
    shutil.rmtree(fresh.root, ignore_errors=True)
    fresh.root.mkdir(parents=True)
    try:
        for name in ("archive", "lake", "analysis"):
            if (home.root / name).exists():
                (fresh.root / name).symlink_to(home.root / name)
        manifest = read_manifest(fresh)
        result = build(fresh, manifest, full_refresh=True)
        if not result.succeeded:
            raise BuildFailed(result)
        different = differences(file_checksums(home.warehouse), file_checksums(fresh.warehouse))
        return [table for table in different if table not in _analyses(manifest)]
    finally:
        shutil.rmtree(fresh.root, ignore_errors=True)


def _analyses(manifest: Mapping[str, Any]) -> set[str]:
    """The models of the analyses: they follow a publication, and may describe the one before."""
    return {node["name"] for node in manifest["nodes"].values() if ANALYSIS_TAG in node["tags"]}


def _copy_records(home: Home, past: Home, before: datetime) -> None:
    past.archive.mkdir(parents=True)
    (past.archive / "content").symlink_to(home.archive / "content")
    for folder, column in _RECORD_TIMES.items():
        target = past.archive / folder
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted((home.archive / folder).glob("*.json")):
            # the record tells its zone, UTC
            if column is None or datetime.fromisoformat(json.loads(path.read_text())[column]) < before:
                shutil.copy2(path, target / path.name)


def _lay_site_files(home: Home) -> None:
    """The site's own referential and mappings, as they were last received."""
    folders = {REFERENTIAL: home.referential, MAPPING: home.root / "mappings"}
    for (kind, name), reference in current_references(home).items():
        if kind in folders and reference.byte_count:
            folders[kind].mkdir(parents=True, exist_ok=True)
            shutil.copyfile(archive.content_path(home, reference.content_sha256), folders[kind] / name)


def _load_references(home: Home, referential: Referential) -> None:
    """Registers and inventories as they were last received; the shipped extracts where none was."""
    lake.ensure_schemas(home.lake)
    for (kind, name), reference in current_references(home).items():
        if kind not in (REGISTER, INVENTORY) or not reference.byte_count:
            continue
        file = _named_copy(home, name, archive.content_path(home, reference.content_sha256))
        try:
            if kind == REGISTER:
                load_finess(file, home.lake)
            else:
                load_inventory(file, name, home.lake, home.root / "mappings", referential)
        finally:
            file.unlink()
    take_shipped_register(home)
    take_shipped_inventories(home, referential)


def _named_copy(home: Home, name: str, content: Path) -> Path:
    """A copy under a name by which its loader knows how to open it."""
    with content.open("rb") as stream:
        is_packed = stream.read(2) == _GZIP
    file = home.lake / f".{name}{'.csv.gz' if is_packed else '.csv'}"
    shutil.copyfile(content, file)
    return file
