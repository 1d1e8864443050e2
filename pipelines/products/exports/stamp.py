"""What is exported, as its stamp says: cheap to read, for a sensor.

Belongs here: the stamp's file, and whether it is that of the published release. Does not: making exports (``folder``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipelines.warehouse.publication import current_release
from sources.home.home import Home

STAMP = "export.json"


@dataclass(frozen=True)
class Exported:
    """One set of exports: its folder, the release it describes, and its files.

    ``left_out`` says what this release has nothing for, or this machine no program for; ``failed`` what went wrong.
    """

    folder: Path
    release: str
    files: list[str]
    left_out: str | None
    failed: str | None = None


def exports_folder(home: Home) -> Path:
    """Where the sets of exports stand; ``current`` points at the newest."""
    return home.root / "exports"


def current_exports(home: Home) -> Exported | None:
    """The newest set of exports, None before the first."""
    folder = exports_folder(home) / "current"
    try:
        stamp = json.loads((folder / STAMP).read_bytes())
    except (OSError, ValueError):
        return None
    return Exported(folder.resolve(), stamp["release"], files_in(folder), stamp["left_out"], stamp.get("failed"))


def is_export_due(home: Home) -> bool:
    """Whether a release is published that the exports do not describe."""
    release, made = current_release(home), current_exports(home)
    return release is not None and (made is None or made.release != release.name)


def files_in(folder: Path) -> list[str]:
    """The files under a folder, by their path in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
