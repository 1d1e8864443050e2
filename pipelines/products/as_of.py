"""A home made again from the archive alone: as it stands, or as it stood at the end of a day.

Belongs here: which records of the archive count, and the layers built from them. Does not: the steps (``batch``,
``rebuild``, ``publication``), comparing with what is published (``rebuild_check``). The home of before is read, never
written: its bytes are linked, its records copied.
"""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.products.analysis import after_publication
from pipelines.warehouse.build_stamp import remove_stamp
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.ducklake.holding import NOTE_FILE
from pipelines.warehouse.publication import Release, publish
from pipelines.warehouse.rebuild import rebuild
from quality.batch import batch
from quality.verdicts.referential_guard import refuse_codes_taken_away
from sources.archive.archive_records import RECORD_NAMES
from sources.archive.archive_references import MAPPING, REFERENTIAL, receive_site_referential
from sources.home.handles import own_names
from sources.home.home import Home
from sources.home.home_layout import ensure_layout
from sources.home.writer_lock import writing
from sources.referential.loader import Referential, load_referential
from sources.versions import snapshots
from sources.versions.inventory_versions import write_inventory_versions
from sources.versions.organisation_versions import write_organisation_versions
from sources.versions.reference_reloading import lay_references, reload_references

PARIS = ZoneInfo("Europe/Paris")
AS_OF_FOLDER = "as-of"

# When each kind of record counts from; a purge holds whatever the day, since the bytes are gone.
_RECORD_TIMES: dict[str, str | None] = {
    "receptions": "received_at",
    "references": "received_at",
    "set_aside": "set_aside_at",
    "sources_set_aside": "set_aside_at",
    "personal": "found_at",
    "decisions/duplicates": "received_at",
    "decisions/suggestions": "received_at",
    "stopped": "stopped_at",
    "purged": None,
}


def as_of(home: Home, day: date) -> Release:
    """Publish, in ``<home>/as-of/<day>/``, what was known at the end of ``day`` (Europe/Paris), and return the release.

    Drops, referential, registers, inventories, mappings and decisions count when received by then; rules, models and
    what is shipped are the program's of today. The folder is made anew each time. Raises ``BuildFailed``,
    ``ReferentialError``, ``PublicationError``, ``SolverError`` or ``AnalysisFailed``.
    """
    past = Home(home.root / AS_OF_FOLDER / day.isoformat(), is_apart=True)
    shutil.rmtree(past.root, ignore_errors=True)
    with writing(home.root, "copie des enregistrements de l'archive"):
        copy_records(home, past, end_of(day))
    with writing(past.root, "reconstruction"):
        referential = fill_from_records(home, past)
        manifest = read_manifest(past)
        rebuild(past, manifest, referential)
        release = publish(past)
        computed = after_publication.compute(past)
        if computed is not None and after_publication.keep(past, computed):
            after_publication.build_marts(past, manifest)
            release = after_publication.publish_described(past)
        return release


def fill_from_records(home: Home, past: Home) -> Referential:
    """Fill the lake of ``past``, whose archive is there, and return the referential that counted."""
    ensure_layout(past)
    lay_references(past, REFERENTIAL, past.referential)
    lay_references(past, MAPPING, past.root / "mappings")
    _copy_form_mappings(home, past)
    referential = load_referential(past.referential)
    fill_lake(past, referential)
    return referential


def remake_lake(home: Home, referential: Referential) -> None:
    """Make the lake again from the archive; the warehouse is built from nothing at the next pass.

    To be called under the home's write lock. Readers keep the release there is. Raises ``ReferentialInUseError``: then
    nothing is touched.
    """
    refuse_codes_taken_away(home, referential)
    receive_site_referential(home, home.referential)
    remove_stamp(home)
    shutil.rmtree(home.lake, ignore_errors=True)
    for path in home.warehouse.parent.glob("*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != NOTE_FILE:
            path.unlink()
    fill_lake(home, referential)


def fill_lake(home: Home, referential: Referential) -> None:
    """Fill a lake that is empty: referential, registers, inventories, then every reception by number."""
    referential.write_lake(home.lake)
    write_organisation_versions(home)
    snapshots.write_lake(home)
    reload_references(home, referential)
    write_inventory_versions(home, referential)
    batch.process(home, referential)


def _copy_form_mappings(home: Home, past: Home) -> None:
    """Today's: they are not archived. Without them a form's export of then would be read as no form's."""
    forms = home.root / "mappings" / "forms"
    if forms.is_dir():
        shutil.copytree(forms, past.root / "mappings" / "forms", dirs_exist_ok=True)


def end_of(day: date) -> datetime:
    """The first moment that is no longer of this day, Europe/Paris."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def copy_records(home: Home, past: Home, before: datetime) -> None:
    """Give ``as_of`` an archive of the records of before that moment, and of all purges, on the same bytes."""
    past.archive.mkdir(parents=True)
    (past.archive / "content").symlink_to(home.archive / "content")
    for folder, column in _RECORD_TIMES.items():
        target = past.archive / folder
        target.mkdir(parents=True, exist_ok=True)
        for path in (home.archive / folder / name for name in own_names(home.archive / folder, RECORD_NAMES)):
            # the record tells its zone, UTC
            if column is None or datetime.fromisoformat(json.loads(path.read_text())[column]) < before:
                shutil.copy2(path, target / path.name)
