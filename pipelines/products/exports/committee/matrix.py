"""The sheet of the matrix: a native chart, and beside it the numbers of its points by quadrant.

Belongs here: the chart and the cells that it draws. Does not: quadrants and thresholds (the release).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook

from pipelines.products.exports.committee.sheets import QUADRANT_COLORS, Book
from pipelines.products.report.figures import NOT_EVALUATED, Figures

NAME = "Matrice"
_FIRST_COLUMN = 9
_AXIS: dict[str, Any] = {
    "min": 0,
    "max": 100,
    "major_unit": 25,
    "num_format": "0",
    "major_gridlines": {"visible": False},
    "line": {"color": "#51606E"},
    "num_font": {"name": "Arial", "size": 9},
}


def write_matrix(workbook: Workbook, book: Book, figures: Figures, numbers: Mapping[str, int], subtitle: str) -> None:
    """Write the sheet: quadrants as series, each point labelled with its number, thresholds as dashed lines."""
    sheet = book.sheet(NAME, [9.5] * _FIRST_COLUMN + [5, 50, 9, 9])
    sheet.set_default_row(15)
    row = book.head(sheet, "Matrice impact / effort", subtitle, _FIRST_COLUMN + 3)
    chart = workbook.add_chart({"type": "scatter"})
    first = row
    for quadrant in figures.quadrants:
        use_cases = figures.in_quadrant(quadrant["quadrant_code"])
        if quadrant["quadrant_code"] == NOT_EVALUATED or not use_cases:
            continue
        sheet.merge_range(
            first, _FIRST_COLUMN, first, _FIRST_COLUMN + 1, quadrant["quadrant_label"],
            book.quadrant(quadrant["quadrant_code"]),
        )  # fmt: skip
        for offset, heading in enumerate(("Impact", "Effort"), start=2):
            sheet.write_string(first, _FIRST_COLUMN + offset, heading, book.look("heading"))
        for offset, use_case in enumerate(use_cases, start=1):
            code = use_case["use_case_code"]
            values = [numbers[code], use_case["use_case_title"], use_case["impact_score"], use_case["effort_score"]]
            for column, value in enumerate(values, start=_FIRST_COLUMN):
                book.put(sheet, first + offset, column, value)
        chart.add_series(_series(quadrant, first + 1, first + len(use_cases), [
            numbers[use_case["use_case_code"]] for use_case in use_cases
        ]))  # fmt: skip
        first += len(use_cases) + 2
    _write_unplaced(book, sheet, figures, first)
    _draw_thresholds(book, sheet, chart, figures, first + 3)
    chart.set_x_axis({**_AXIS, "name": "Effort (0 à 100)"})
    chart.set_y_axis({**_AXIS, "name": "Impact (0 à 100)"})
    chart.set_legend({"position": "bottom", "delete_series": _lines(chart), "font": {"name": "Arial", "size": 10}})
    chart.set_title({"none": True})
    chart.set_size({"width": 640, "height": 600})
    sheet.insert_chart(row, 0, chart, {"description": "Matrice : l'effort en abscisse, l'impact en ordonnée ; les "
                                       "mêmes valeurs sont dans le tableau de droite."})  # fmt: skip


def _series(quadrant: Mapping[str, Any], first: int, last: int, numbers: list[int]) -> dict[str, Any]:
    color = QUADRANT_COLORS.get(quadrant["quadrant_code"], "#51606E")
    return {
        "name": quadrant["quadrant_label"],
        "categories": [NAME, first, _FIRST_COLUMN + 3, last, _FIRST_COLUMN + 3],
        "values": [NAME, first, _FIRST_COLUMN + 2, last, _FIRST_COLUMN + 2],
        "marker": {"type": "circle", "size": 9, "fill": {"color": color}, "border": {"color": "#FFFFFF"}},
        "data_labels": {
            "value": True,
            "position": "above",
            "font": {"name": "Arial", "size": 8},
            "custom": [{"value": f"{number}"} for number in numbers],
        },
    }


def _write_unplaced(book: Book, sheet: Any, figures: Figures, row: int) -> None:
    unplaced = len(figures.in_quadrant(NOT_EVALUATED))
    if unplaced:
        sentence = f"{unplaced} cas d'usage non évalué(s) sur un versant : hors du graphique, dans le classement."
        sheet.write_string(row, _FIRST_COLUMN, sentence, book.look("text"))


def _draw_thresholds(book: Book, sheet: Any, chart: Any, figures: Figures, row: int) -> None:
    """Two dashed lines, whose ends stand in cells under the chart's own (a chart draws cells only)."""
    impact, effort = figures.thresholds["IMPACT_HIGH"], figures.thresholds["EFFORT_HIGH"]
    hint = "Extrémités des deux lignes de seuil du graphique (impact, effort) :"
    sheet.write_string(row - 1, _FIRST_COLUMN, hint, book.look("text"))
    for offset, ((x1, y1), (x2, y2)) in enumerate((((0.0, impact), (100.0, impact)), ((effort, 0.0), (effort, 100.0)))):
        top = row + 2 * offset
        for line, (x, y) in enumerate(((x1, y1), (x2, y2))):
            sheet.write_number(top + line, _FIRST_COLUMN + 2, y, book.look("hint"))
            sheet.write_number(top + line, _FIRST_COLUMN + 3, x, book.look("hint"))
        name = "Seuil d'impact" if offset == 0 else "Seuil d'effort"
        sheet.write_string(top, _FIRST_COLUMN + 1, name, book.look("hint"))
        chart.add_series(
            {
                "name": name,
                "categories": [NAME, top, _FIRST_COLUMN + 3, top + 1, _FIRST_COLUMN + 3],
                "values": [NAME, top, _FIRST_COLUMN + 2, top + 1, _FIRST_COLUMN + 2],
                "marker": {"type": "none"},
                "line": {"color": "#51606E", "width": 1.25, "dash_type": "dash"},
            }
        )


def _lines(chart: Any) -> list[int]:
    """The thresholds' series, the last two, which the legend leaves out."""
    return [len(chart.series) - 2, len(chart.series) - 1]
