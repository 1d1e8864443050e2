"""The workbook put together from one release.

Belongs here: the order of the sheets, and the numbers that use cases keep from sheet to sheet. Does not: any sheet.
"""

from __future__ import annotations

import io
from pathlib import Path

from xlsxwriter import Workbook

from pipelines.products.dictionary import Dictionary
from pipelines.products.exports.committee.details import read_details
from pipelines.products.exports.committee.lists import write_decisions, write_ranking, write_selection
from pipelines.products.exports.committee.matrix import write_matrix
from pipelines.products.exports.committee.method import write_method
from pipelines.products.exports.committee.pages import page_cells, write_pages
from pipelines.products.exports.committee.sheets import OPTIONS, Book
from pipelines.products.exports.committee.synthesis import TITLE, write_synthesis
from pipelines.products.exports.release import OpenRelease
from pipelines.products.report.figures import Figures
from sources.home.durable import write_whole

_BANNER = "DÉMONSTRATION : évaluations inventées, rien n'est dit des établissements nommés"


def write_workbook(path: Path, release: OpenRelease, figures: Figures, dictionary: Dictionary) -> None:
    """Write or replace the workbook at once; ``figures`` are those of the same release."""
    scope = figures.scope
    details = read_details(release, scope)
    numbers = {row["use_case_code"]: number for number, row in enumerate(figures.use_cases, start=1)}
    subtitle = f"{scope.campaign_label} · {scope.perimeter_label} · profil {scope.profile_label}"
    stamp = f"{subtitle} · version {release.name}".replace("&", "&&")
    content = io.BytesIO()
    with Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"title": TITLE, "subject": subtitle, "comments": f"Version publiée {release.name}"})
        workbook.set_size(2400, 1600)
        book = Book(workbook, stamp, _BANNER if scope.is_demonstration else None)
        write_synthesis(book, figures, subtitle)
        write_matrix(workbook, book, figures, numbers, subtitle)
        write_ranking(book, figures, numbers, page_cells(figures), subtitle)
        write_selection(book, figures, dictionary, subtitle)
        write_decisions(book, figures, dictionary, subtitle)
        write_pages(book, figures, details, numbers, subtitle)
        write_method(book, release, figures, details, subtitle)
    write_whole(path, content.getvalue())
