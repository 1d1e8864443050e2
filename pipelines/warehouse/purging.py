"""A purge seen from above: the lake loses the rows at once, the warehouse is made anew, readers follow.

Belongs here: what a purge means for the layers above the lake. Does not: the purge itself (``quality.batch.purge``).
"""

from __future__ import annotations

import shutil

from pipelines.warehouse.ducklake.tidying import empty_left_behind
from pipelines.warehouse.publication import current_release
from pipelines.warehouse.quarantine.replay import remove_warehouse
from quality.batch import purge
from sources.archive import archive_events
from sources.home.home import Home
from sources.home.writer_lock import writing
from sources.referential.loader import Referential

MOVE_FOLDER = "move"
"""Where a move builds (``pipelines.operations.moving``); one that was stopped leaves copies there."""


def purge_file(home: Home, referential: Referential, sha256: str, reason: str, purged_by: str) -> purge.PurgeReport:
    """Purge a file, and take the warehouse away: a database keeps for long what was deleted from it.

    Readers keep the last release until the next pass publishes one without the file, and forgets those with it.

    Raises:
        PurgeError: nothing was removed; the message is French.
    """
    with writing(home.root, "purge"):
        report = purge.purge(home, referential, sha256, reason, purged_by)
        shutil.rmtree(home.root / MOVE_FOLDER / "home", ignore_errors=True)
        remove_warehouse(home)
        empty_left_behind(home)
    return report


def is_purge_to_publish(home: Home) -> bool:
    """Whether readers still see something that was purged."""
    release = current_release(home)
    return release is not None and not archive_events.purges(home).keys().isdisjoint(release.build.receptions)
