"""The report of the newest release, written whole or not at all.

Belongs here: which release, which file. Does not: what the report says.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.products.report.figures import NothingToReport
from pipelines.products.report.page import render
from pipelines.products.report.reading import read_figures
from pipelines.warehouse.publication import Release, current_release
from sources.home.durable import write_whole
from sources.home.home import WAREHOUSE_FILE, Home


def write_report(
    home: Home, target: Path, campaign: str | None = None, profile: str = "equilibre", perimeter: str = "gcs"
) -> Path:
    """Write the page of the newest release at ``target`` and return it.

    Raises:
        NothingToReport: nothing is published, or nothing for this campaign, profile and perimeter.
    """
    release = current_release(home)
    if release is None:
        raise NothingToReport("Rien n'est encore publié : lancez « cartographie run », puis relancez.")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, page_of(home, release, campaign, profile, perimeter).encode())
    return target


def page_of(home: Home, release: Release, campaign: str | None, profile: str, perimeter: str) -> str:
    """The page of one release: its own file is read, even when a newer one is published meanwhile."""
    warehouse = home.published / "releases" / release.name / WAREHOUSE_FILE
    return render(read_figures(warehouse, campaign, profile, perimeter), release)
