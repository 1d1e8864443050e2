"""Whether an act waits for its publication. Does not belong here: acts."""

from __future__ import annotations

from pipelines.warehouse.lake_state import table_digest
from pipelines.warehouse.publication import current_release
from sources.home.home import Home

_TABLE = "snapshots"


def is_snapshot_to_publish(home: Home) -> bool:
    """Whether readers do not see yet what an act fixed."""
    release = current_release(home)
    if release is None or _TABLE not in release.build.lake_tables:
        return False
    return release.build.lake_tables[_TABLE] != table_digest(home, _TABLE)
