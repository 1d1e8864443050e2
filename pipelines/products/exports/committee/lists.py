"""The sheets that are lists: the ranking, the selected portfolio, the decisions.

Belongs here: which columns each shows. Does not: how any of it was computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.products.dictionary import Dictionary
from pipelines.products.exports.committee.sheets import Book
from pipelines.products.report.figures import Figures, Row

_RANKING = {
    "N°": 6, "Cas d'usage": 52, "Axe": 26, "Quadrant": 17, "Impact": 9, "Effort": 9, "Priorité": 9, "Rang": 7,
    "Pareto": 8, "Certitude": 11, "Complétude": 13, "Établ.": 8, "Éval.": 8,
}  # fmt: skip
_PRIORITY = "Indice de priorité = (impact + 100 − effort) / 2. À égalité, le meilleur rang est partagé."
_SELECTION = {
    "scenario_label": 30, "use_case_title": 44, "selection_label": 13, "reason_left_out": 42, "impact_score": 9,
    "effort_score": 9, "cost_eur": 12, "is_selected_by_greedy": 13, "core_share": 14,
}  # fmt: skip
_DECISIONS = {
    "committee_on": 12, "use_case_title": 40, "outcome_label": 12, "reason": 40, "decider_role_label": 22,
    "quadrant_label": 17, "newest_quadrant_label": 17, "is_against_result": 12, "next_review_on": 12,
    "is_review_due": 11, "file_name": 18, "cell": 9,
}  # fmt: skip
"""Columns of the mart that a sheet shows, in their order, with their widths: the rest is said by another column."""


def write_ranking(
    book: Book, figures: Figures, numbers: Mapping[str, int], pages: Mapping[str, str], subtitle: str
) -> None:
    """The sheet « Classement »; ``pages`` gives the cell of each use case's page."""
    sheet = book.sheet("Classement", list(_RANKING.values()))
    row = book.head(sheet, "Classement par indice de priorité", subtitle, len(_RANKING) - 1)
    sheet.write_string(row, 0, _PRIORITY, book.look("text"))
    first = row + 1
    for number, use_case in enumerate(figures.use_cases, start=first + 1):
        sheet.write_url(
            number, 1, f"internal:'Fiches'!{pages[use_case['use_case_code']]}", book.look("link"),
            use_case["use_case_title"],
        )  # fmt: skip
    rows = [_ranked(book, use_case, numbers) for use_case in figures.use_cases]
    for offset, heading in enumerate(_RANKING):
        sheet.write_string(first, offset, heading, book.look("heading"))
    for number, values in enumerate(rows, start=first + 1):
        for offset, value in enumerate(values):
            if offset != 1:
                book.put(sheet, number, offset, value)
    sheet.repeat_rows(first)
    sheet.freeze_panes(first + 1, 2)
    sheet.autofilter(first, 0, first + len(rows), len(_RANKING) - 1)


def _ranked(book: Book, row: Row, numbers: Mapping[str, int]) -> list[Any]:
    return [
        numbers[row["use_case_code"]], None, row["axis_label"],
        (row["quadrant_label"], book.quadrant(row["quadrant_code"])),
        row["impact_score"], row["effort_score"], row["priority_score"], row["priority_rank"], row["pareto_rank"],
        row["certainty_label"] if row["assessor_count"] else None, row["completeness_label"],
        row["establishment_count"], row["assessor_count"],
    ]  # fmt: skip


def write_selection(book: Book, figures: Figures, dictionary: Dictionary, subtitle: str) -> None:
    """The sheet « Sélection », by scenario, what is chosen first; it says so where the release holds none."""
    rows = sorted(
        figures.selection, key=lambda row: (row["scenario_rank"], row["scenario_code"], not row["is_selected"])
    )
    _write_mart(
        book, "Sélection", "Portefeuille choisi", subtitle, dictionary, "mart_portfolio_selection", _SELECTION, rows,
        "La sélection de portefeuille n'a pas encore été calculée pour cette version : elle l'est après la "
        "publication. Exportez de nouveau le classeur ensuite.",
    )  # fmt: skip


def write_decisions(book: Book, figures: Figures, dictionary: Dictionary, subtitle: str) -> None:
    """The sheet « Décisions »; it says so where none was recorded."""
    _write_mart(
        book, "Décisions", "Décisions du comité", subtitle, dictionary, "mart_decision", _DECISIONS, figures.decisions,
        "Aucune décision n'est enregistrée pour ce périmètre. Les coordinateurs les déposent par le classeur des "
        "décisions.",
    )  # fmt: skip


def _write_mart(
    book: Book,
    name: str,
    title: str,
    subtitle: str,
    dictionary: Dictionary,
    table: str,
    widths: Mapping[str, int],
    rows: Sequence[Row],
    none: str,
) -> None:
    """Columns of a mart, under the French labels of the dictionary; ``none`` is the sentence of an empty one."""
    if not rows:
        sheet = book.sheet(name, [120])
        row = book.head(sheet, title, subtitle, 0)
        sheet.write_string(row, 0, none, book.look("wrapped"))
        return
    labels = {column.name: column.label_fr for column in dictionary[table].columns}
    sheet = book.sheet(name, list(widths.values()))
    first = book.head(sheet, title, subtitle, len(widths) - 1)
    headings = [labels[column] for column in widths]
    table_rows = [[_dressed(book, column, row[column]) for column in widths] for row in rows]
    book.table(sheet, first, 0, headings, table_rows)
    book.open_rows(
        sheet, first, list(widths.values()), [headings, *([row[column] for column in widths] for row in rows)]
    )
    sheet.repeat_rows(first)
    sheet.freeze_panes(first + 1, 0)
    sheet.autofilter(first, 0, first + len(rows), len(widths) - 1)


def _dressed(book: Book, column: str, value: Any) -> Any:
    looks = {"cost_eur": "euros", "core_share": "share"}
    return (value, book.look(looks[column])) if column in looks else value
