"""``<home>/exports``: everything that leaves the system, made from the newest release and replaced at once.

Belongs here: what stands in that folder, and putting a whole new set in the place of the one before. Does not: any of
its files (``open_data``, ``committee``, ``pipelines.products.dictionary``).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pipelines.products.dictionary import read_dictionary, types_of, write_page, write_sheet
from pipelines.products.exports.committee import write_workbook
from pipelines.products.exports.open_data import write_package
from pipelines.products.exports.release import OpenRelease, open_release
from pipelines.products.exports.stamp import STAMP, Exported, current_exports, exports_folder, files_in
from pipelines.products.report.figures import NothingToReport
from pipelines.products.report.page import render
from pipelines.products.report.pdf import NoBrowser, PrintingError, print_page
from pipelines.products.report.reading import read_figures
from sources.home.durable import sync_folder
from sources.home.home import WAREHOUSE_FILE, Home
from sources.home.writer_lock import exclusive

OPEN_DATA, COMMITTEE = "donnees-ouvertes", "comite.xlsx"
REPORT_PAGE, REPORT_PDF = "rapport.html", "rapport.pdf"
DICTIONARY_PAGE, DICTIONARY_SHEET = "dictionnaire.html", "dictionnaire.xlsx"
_WAIT_SECONDS = 120.0


def export_all(home: Home, *, with_pdf: bool = False) -> Exported:
    """Write every export of the newest release, then point ``exports/current`` at them; older sets are deleted.

    The report is printed as PDF when that is asked for and a browser is there. The same release again is not exported
    again, unless one of its exports failed: the others are there, and ``failed`` says which. Raises ``ExportError``
    when nothing is published.
    """
    folder = exports_folder(home)
    with exclusive(folder / ".lock", "exports", _WAIT_SECONDS), open_release(home) as release:
        made = current_exports(home)
        if made is not None and made.release == release.name and made.failed is None:
            return made
        half = folder / f".{release.name}.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        left_out, failed = _write(home, half, release, with_pdf)
        target = folder / release.name
        shutil.rmtree(target, ignore_errors=True)
        half.rename(target)
        _point_current_at(folder, release.name)
        _forget_the_others(folder, release.name)
        return Exported(target, release.name, files_in(target), left_out, failed)


def _write(home: Home, folder: Path, release: OpenRelease, with_pdf: bool) -> tuple[str | None, str | None]:
    """Write the files; returns what is left out, and what failed, each with its reason in French."""
    dictionary = read_dictionary(types=types_of(release.connection))
    write_package(folder / OPEN_DATA, release, dictionary)
    write_page(folder / DICTIONARY_PAGE, dictionary, release.name)
    write_sheet(folder / DICTIONARY_SHEET, dictionary)
    left_out, failed = None, None
    try:
        figures = read_figures(home.published / "releases" / release.name / WAREHOUSE_FILE)
        write_workbook(folder / COMMITTEE, release, figures, dictionary)
        (folder / REPORT_PAGE).write_text(render(figures, release.release), encoding="utf-8")
        if with_pdf:
            print_page(folder / REPORT_PAGE, folder / REPORT_PDF)
    except NothingToReport as nothing:
        left_out = f"{COMMITTEE}, {REPORT_PAGE} : {nothing}"
    except NoBrowser as absent:
        left_out = f"{REPORT_PDF} : {absent}"
    except PrintingError as failure:
        failed = f"{REPORT_PDF} : {failure}"
    stamp = {
        "release": release.name,
        "published_at": release.release.published_at,
        "left_out": left_out,
        "failed": failed,
    }
    (folder / STAMP).write_text(json.dumps(stamp, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return left_out, failed


def _point_current_at(folder: Path, name: str) -> None:
    link = folder / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(folder / "current")
    sync_folder(folder)


def _forget_the_others(folder: Path, keep: str) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
