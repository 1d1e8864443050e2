"""The sheet « Fiches »: one printed page a use case, with room for the committee's decision.

One sheet with a page break after each, and not a sheet each: it prints in one go or by page number, and five hundred
use cases do not make five hundred tabs. Every page has the same number of rows, so that breaks and links are known
beforehand. Does not belong here: reading (``details``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipelines.products.exports.committee.details import Details
from pipelines.products.exports.committee.sheets import Book
from pipelines.products.report.figures import Figures, Row

NAME = "Fiches"
PAGE_ROWS = 34
_WIDTHS = [30, 8, 8, 8, 11, 2, 28, 14, 10.5, 10.5]
_RIGHT = 6
_SCALE = 76  # per cent: 34 rows, nine of them taller, and these widths fill an A4 page
_LAST = len(_WIDTHS) - 1
_MOST_ESTABLISHMENTS, _MOST_PROJECTS = 6, 6
_OUTCOMES = "☐ Retenu      ☐ Reporté      ☐ Écarté      ☐ À compléter"


def page_cells(figures: Figures) -> dict[str, str]:
    """The first cell of the page of each use case."""
    return {
        row["use_case_code"]: xl_rowcol_to_cell(number * PAGE_ROWS, 0) for number, row in enumerate(figures.use_cases)
    }


def write_pages(book: Book, figures: Figures, details: Details, numbers: Mapping[str, int], subtitle: str) -> None:
    """Write the page of every use case, in the order of the ranking."""
    sheet = book.sheet(NAME, _WIDTHS, fit=False)
    sheet.set_print_scale(_SCALE)
    sheet.set_default_row(15)
    for position, use_case in enumerate(figures.use_cases):
        _Page(book, sheet, position * PAGE_ROWS, use_case, details).write(numbers, subtitle, figures)
    sheet.set_h_pagebreaks([number * PAGE_ROWS for number in range(1, len(figures.use_cases))])
    sheet.print_area(0, 0, max(1, len(figures.use_cases)) * PAGE_ROWS - 1, _LAST)


class _Page:
    def __init__(self, book: Book, sheet: Worksheet, top: int, use_case: Row, details: Details) -> None:
        self._book, self._sheet, self._top, self._use_case = book, sheet, top, use_case
        self._details, self._code = details, use_case["use_case_code"]

    def write(self, numbers: Mapping[str, int], subtitle: str, figures: Figures) -> None:
        self._heading(numbers[self._code], subtitle)
        self._scores()
        self._criteria()
        self._establishments()
        self._projects()
        self._attention()
        self._decision([row for row in figures.decisions if row.get("use_case_code") == self._code])

    def _text(self, row: int, column: int, text: str, look: str = "text") -> None:
        self._sheet.write_string(self._top + row, column, text, self._book.look(look))

    def _section(self, row: int, column: int, last: int, title: str) -> None:
        for number in range(column, last + 1):
            self._sheet.write_blank(self._top + row, number, None, self._book.look("section"))
        self._text(row, column, title, "section")

    def _heading(self, number: int, subtitle: str) -> None:
        row, described = self._use_case, self._details.described.get(self._code, {})
        self._sheet.set_row(self._top, 26)
        self._text(0, 0, f"{number}. {row['use_case_title']}", "title")
        confidential = ["CONFIDENTIEL"] if described.get("is_confidential") else []
        words = [self._code, row["axis_label"], described.get("segment_label"), row["domain_label"],
                 row["function_labels"]]  # fmt: skip
        self._text(1, 0, " · ".join([*confidential, *filter(None, words)]), "subtitle")
        self._text(2, 0, subtitle)
        need = described.get("need")
        if need:
            self._sheet.set_row(self._top + 3, 30)
            self._sheet.merge_range(self._top + 3, 0, self._top + 3, _LAST, "", self._book.look("wrapped"))
            self._text(3, 0, f"Besoin : {need}", "wrapped")

    def _scores(self) -> None:
        row = self._use_case
        self._section(4, 0, 4, "Place dans la matrice")
        self._book.put(
            self._sheet, self._top + 5, 0, (row["quadrant_label"], self._book.quadrant(row["quadrant_code"]))
        )
        self._text(5, 1, self._flags())
        sides = [
            [label, row[f"{side}_score"], row[f"{side}_low_score"], row[f"{side}_high_score"],
             (row[f"{side}_completeness_share"], self._book.look("share"))]
            for side, label in (("impact", "Impact"), ("effort", "Effort"))
        ]  # fmt: skip
        priority = ["Indice de priorité", row["priority_score"], None, None, None]
        self._table(6, 0, ["", "Score", "Bas", "Haut", "Complétude"], [*sides, priority])

    def _flags(self) -> str:
        row = self._use_case
        words = [
            f"rang {row['priority_rank']}" if row["priority_rank"] else None,
            row["certainty_label"].lower() if row["assessor_count"] else "aucune évaluation",
            "proche d'un seuil" if row["is_borderline"] else None,
            "à compléter" if row["is_incomplete"] and row["assessor_count"] else None,
        ]
        return " · ".join(filter(None, words))

    def _criteria(self) -> None:
        self._section(10, 0, 4, "Par critère")
        rows = [
            [row["criterion_label"], row["score"], row["low_score"], row["high_score"],
             (row["completeness_share"], self._book.look("share"))]
            for row in self._details.criteria.get(self._code, [])
        ]  # fmt: skip
        self._table(11, 0, ["Critère", "Score", "Bas", "Haut", "Complétude"], rows)
        for number in range(len(rows)):
            self._sheet.set_row(self._top + 12 + number, 26)
        if rows:
            first = self._top + 12
            bar = {"type": "data_bar", "bar_solid": True, "bar_color": "#9ECAE1", "min_type": "num", "min_value": 0,
                   "max_type": "num", "max_value": 100}  # fmt: skip
            self._sheet.conditional_format(first, 1, first + len(rows) - 1, 1, bar)

    def _establishments(self) -> None:
        found = self._details.establishments.get(self._code, [])
        self._section(4, _RIGHT, _LAST, f"Évaluations ({self._use_case['assessor_count']} de {len(found)} établ.)")
        rows = [
            [row["organisation_label"], row["impact_score"], row["effort_score"], row["assessor_count"]]
            for row in found[:_MOST_ESTABLISHMENTS]
        ]
        self._table(5, _RIGHT, ["Établissement", "Impact", "Effort", "Évaluateurs"], rows)
        self._more(6 + len(rows), len(found) - len(rows))

    def _projects(self) -> None:
        found = self._details.projects.get(self._code, [])
        self._section(13, _RIGHT, _LAST, f"Projets ({len(found)})")
        rows = [
            [row["organisation_label"], row["status_label"], row["evidence_label"], row["deployed_on"]]
            for row in found[:_MOST_PROJECTS]
        ]
        self._table(14, _RIGHT, ["Organisation", "Statut", "Preuve", "Déployé le"], rows)
        self._more(15 + len(rows), len(found) - len(rows))

    def _attention(self) -> None:
        self._section(21, 0, 4, "Points d'attention (hors score)")
        answers: dict[str, list[str]] = {}
        for row in self._details.attention.get(self._code, []):
            answers.setdefault(row["question_label"], []).append(f"{row['answer_text']} {row['answer_count']}")
        for offset, (label, counts) in enumerate(answers.items(), start=22):
            self._text(offset, 0, label)
            self._text(offset, 1, ", ".join(counts))

    def _decision(self, decisions: Sequence[Row]) -> None:
        self._section(28, 0, _LAST, "Décision du comité")
        if decisions:
            last = decisions[0]
            said = [str(last.get(name) or "") for name in ("committee_on", "outcome_label", "reason")]
            self._text(29, 0, "Dernière décision : " + " · ".join(filter(None, said)))
        self._text(30, 0, _OUTCOMES, "strong")
        self._text(30, _RIGHT, "Date du comité :")
        self._text(31, 0, "Motif :")
        self._text(31, _RIGHT, "Prochaine revue :")
        for row, columns in ((30, (7, 8)), (31, (1, 2, 3, 4, 7, 8)), (32, (0, 1, 2, 3, 4))):
            for column in columns:
                self._sheet.write_blank(self._top + row, column, None, self._book.look("field"))

    def _table(self, row: int, column: int, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._book.table(self._sheet, self._top + row, column, headings, rows)
        else:
            self._text(row, column, "Aucun.", "hint")

    def _more(self, row: int, count: int) -> None:
        if count > 0:
            self._text(row, _RIGHT, f"… et {count} autre(s)", "hint")
