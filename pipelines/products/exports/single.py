"""One export where a person wants it, from the newest release.

Belongs here: what ``cartographie export`` writes elsewhere than in the home. Does not: the home's own set (``folder``).
"""

from __future__ import annotations

from pathlib import Path

from pipelines.products.dictionary import read_dictionary, types_of
from pipelines.products.exports.committee import write_workbook
from pipelines.products.exports.open_data import write_package
from pipelines.products.exports.release import ExportError, open_release
from pipelines.products.report.reading import read_figures
from sources.home.home import WAREHOUSE_FILE, Home


def export_open_data(home: Home, folder: Path) -> int:
    """Write the open-data package into an empty or new folder; returns the number of files.

    Raises ``ExportError`` when the folder holds something or nothing is published.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportError(f"Le dossier {folder} n'est pas vide : rien n'y est écrit. Donnez-en un autre, ou videz-le.")
    with open_release(home) as release:
        return len(write_package(folder, release, read_dictionary(types=types_of(release.connection))))


def export_committee(
    home: Home, file: Path, campaign: str | None = None, profile: str = "equilibre", perimeter: str = "gcs"
) -> None:
    """Write the committee's workbook. Raises ``ExportError`` or ``NothingToReport``."""
    with open_release(home) as release:
        warehouse = home.published / "releases" / release.name / WAREHOUSE_FILE
        figures = read_figures(warehouse, campaign, profile, perimeter)
        write_workbook(file, release, figures, read_dictionary(types=types_of(release.connection)))
