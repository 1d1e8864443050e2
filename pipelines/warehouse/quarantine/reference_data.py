"""A register or an inventory that stops the warehouse is set aside: no hospital's drop waits for what is not its own.

Belongs here: finding which source is to blame, and keeping it out. Does not: submissions (``quarantine``), the build
(``warehouse``), laying a source in the lake (``sources.versions.reference_reloading``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipelines.warehouse.publication import current_release
from sources.archive.archive_events import set_source_aside
from sources.archive.archive_records import Reception
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.versions.inventory_versions import TABLE as VERSIONS
from sources.versions.inventory_versions import write_inventory_versions
from sources.versions.reference_reloading import lay_source_again, sources_from_files


def new_sources(home: Home) -> list[Reception]:
    """Those that somebody brought since the last publication, the newest first."""
    release = current_release(home)
    brought = sources_from_files(home)
    if release is None:
        return brought
    published_at = datetime.fromisoformat(release.published_at)
    return [one for one in brought if one.received_at > published_at]


def quarantine_one(
    home: Home, referential: Referential, candidates: list[Reception], builds: Callable[[], bool], reason: str
) -> Reception | None:
    """The first of the sources without which the warehouse builds, set aside; none, and all are there as before."""
    for source in candidates:
        lay_source_again(home, referential, source.kind, source.file_name, [source.number])
        (home.lake / VERSIONS / f"n{source.number:09d}.parquet").unlink(missing_ok=True)
        if builds():
            set_source_aside(home, source.number, source.kind, source.file_name, reason)
            return source
        lay_source_again(home, referential, source.kind, source.file_name)
        write_inventory_versions(home, referential)
    return None
