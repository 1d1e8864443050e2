"""What the warehouse was built from: written when a build ends well, taken away when one begins.

Belongs here: the stamp beside the warehouse. Does not: the build (``warehouse``) nor the publication, which takes
only a stamped warehouse: one left half-built by a killed or failed run is never published.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sources.home.durable import write_whole
from sources.home.home import Home


@dataclass(frozen=True)
class BuildStamp:
    """One good build: an identifier, its time (UTC, ISO), the receptions that it takes into account.

    ``engine`` is the version of DuckDB, whose hashes are keys; ``lake_parts``, ``lake_digest`` and ``lake_tables`` are
    a ``LakeState``.
    """

    build_id: str
    built_at: str
    models_checksum: str
    referential_checksum: str
    receptions: list[int] = field(default_factory=list)
    set_aside: list[int] = field(default_factory=list)
    analysis_checksum: str = ""
    """Of the inputs of the analyses that the warehouse shows; empty when they were made before this build."""
    engine: str = ""
    target: str = "file"
    """Where it was built: a file that another target's build left behind is not gone on from."""
    lake_parts: str = ""
    lake_digest: str = ""
    lake_tables: dict[str, str] = field(default_factory=dict)


def _path(home: Home) -> Path:
    return home.warehouse.parent / "build.json"


def read_stamp(home: Home) -> BuildStamp | None:
    """The stamp of the warehouse as it stands, or None when its last build did not end well."""
    try:
        return BuildStamp(**json.loads(_path(home).read_text()))
    except FileNotFoundError:
        return None


def remove_stamp(home: Home) -> None:
    _path(home).unlink(missing_ok=True)


def write_stamp(home: Home, stamp: BuildStamp) -> None:
    write_whole(_path(home), (json.dumps(asdict(stamp), indent=1, sort_keys=True) + "\n").encode())
