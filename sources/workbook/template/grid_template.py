"""Writing the workbook whose assessments are a grid: use cases by name, questions down, levels in sight, a counter.

Belongs here: how the grid, what counts it and what opens the rest look. Does not: its lines (``grid``), the sheets that
it shares with the workbook of rows (``template``), reading back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sources.referential.loader import Referential
from sources.workbook.template import template
from sources.workbook.template.drop_down import DropDownLists, UseCaseList
from sources.workbook.template.examples import example_row
from sources.workbook.template.explanations import GRID_STEPS, write_catalogue, write_criteria, write_read_me
from sources.workbook.template.grid import (
    ASSESSMENTS,
    FIRST_ASSESSMENT,
    GRID_SHEET,
    SHORT_MODEL,
    Line,
    assessment_sheet,
    grid_lines,
)
from sources.workbook.template.layout import ENVELOPE, NOT_ASSESSED, workbook_layout
from sources.workbook.template.template import GREYED, Rows, Styles, write_cell, write_sheet
from sources.workbook.template.template_sheets import (
    CATALOGUE_SHEET,
    CRITERIA_SHEET,
    IGNORED_ROW_PREFIXES,
    LISTS_SHEET,
    MODEL_SHEET,
    READ_ME_SHEET,
    SUMMARY_SHEET,
    SUMMARY_TITLE,
)
from sources.workbook.xlsx.cell_errors import column_letters

_FREE_COLUMNS = 40
"""Prepared to be filled, beside those that are filled already."""
_WIDTHS = (9, 36, 46, 22)
_LINE_HEIGHT = 12.5
_MOST_IN_A_LINE = 54
_FIXED_HEIGHTS = {"evaluateur": 26, "cas_usage": 46}
_SHOWN = frozenset({ENVELOPE, "cas_usage"})
"""The sheets that everybody fills; the others are hidden while they hold nothing."""
_COLOURS = {"impact": "#1F6F54", "effort": "#B35C00", "attention": "#2B6CA3"}
_MISSING = "#FFE0B2"

Assessment = Mapping[str, Any]


def write_grid_workbook(
    path: Path, referential: Referential, rows: Rows | None = None, *, is_short: bool = False, is_open: bool = False
) -> Path:
    """Write the workbook at ``path``, filled with ``rows`` if any (as ``write_template``), and return the path.

    ``is_short``: the essential questions alone. ``is_open``: the sheets that few fill are not hidden.
    Raises ``OSError`` when the file cannot be written.
    """
    layout = [sheet for sheet in workbook_layout(referential) if sheet.code != ASSESSMENTS]
    of_sheets = {sheet.code: template.examples(sheet) if rows is None else rows.get(sheet.code, ()) for sheet in layout}
    with xlsxwriter.Workbook(str(path), template.OPTIONS) as workbook:
        workbook.set_properties({"title": template.TITLE, "created": template.CREATED})
        styles = Styles(workbook)
        read_me = workbook.add_worksheet(READ_ME_SHEET)
        first = [sheet for sheet in layout if sheet.code in _SHOWN]
        others = [sheet for sheet in layout if sheet.code not in _SHOWN]
        sheets = {sheet.code: workbook.add_worksheet(sheet.label) for sheet in first}
        grid, summary = workbook.add_worksheet(GRID_SHEET), workbook.add_worksheet(SUMMARY_SHEET)
        sheets |= {sheet.code: workbook.add_worksheet(sheet.label) for sheet in others}
        write_catalogue(workbook, workbook.add_worksheet(CATALOGUE_SHEET), referential)
        write_criteria(workbook, workbook.add_worksheet(CRITERIA_SHEET), referential)
        lists = DropDownLists(workbook.add_worksheet(LISTS_SHEET))
        for sheet in layout:
            write_sheet(sheets[sheet.code], sheet, styles, lists, of_sheets[sheet.code])
            if sheet in others and not is_open and not (rows and of_sheets[sheet.code]):
                sheets[sheet.code].hide()
        write_read_me(workbook, read_me, tuple(layout), GRID_STEPS)
        of_use_cases = next(sheet for sheet in layout if sheet.code == "cas_usage")
        use_cases = lists.use_cases(referential, of_use_cases, of_sheets["cas_usage"])
        drawn = _Grid(workbook, grid, styles, grid_lines(referential, is_short=is_short), use_cases)
        drawn.write(_assessments(referential, rows), lists, referential)
        _write_summary(workbook, summary, drawn)
        model = workbook.add_worksheet(MODEL_SHEET)
        template.write_model(model, referential)
        if is_short:
            model.write_row(2, 0, SHORT_MODEL)
        sheets[ENVELOPE].activate() if rows else read_me.activate()
    return path


def _assessments(referential: Referential, rows: Rows | None) -> Sequence[Assessment]:
    if rows is None:
        return [{**example_row(assessment_sheet(referential)), GREYED: True}]
    return list(rows.get(ASSESSMENTS, ()))


class _Grid:
    """The sheet while it is drawn; ``row_of``: column code → 0-based line."""

    def __init__(
        self, workbook: xlsxwriter.Workbook, sheet: Worksheet, styles: Styles, lines: Sequence[Line],
        use_cases: UseCaseList,
    ) -> None:  # fmt: skip
        self.workbook, self.sheet, self.styles, self.lines, self.use_cases = workbook, sheet, styles, lines, use_cases
        self.row_of = {line.column.code: row for row, line in enumerate(lines) if line.column}
        self.count_row = next(row for row, line in enumerate(lines) if line.kind == "count")
        asked = [row for row, line in enumerate(lines) if line.kind == "question"]
        self.first, self.last, self.asked = asked[0], asked[-1], len(asked)
        self.width = 0
        self.greyed: set[int] = set()
        self.told: list[tuple[str, int]] = []
        """Of each column filled at writing: its use case, and how many answers it has."""

    def write(self, assessments: Sequence[Assessment], lists: DropDownLists, referential: Referential) -> None:
        self.width = len(assessments) + _FREE_COLUMNS
        self._look()
        for row, line in enumerate(self.lines):
            self._write_line(row, line)
        self.greyed = {at for at, assessment in enumerate(assessments) if GREYED in assessment}
        for at, assessment in enumerate(assessments, start=FIRST_ASSESSMENT):
            self._write_assessment(at, assessment)
        self._write_counters(assessments)
        last = FIRST_ASSESSMENT + self.width - 1
        for row, line in enumerate(self.lines):
            if line.column is not None:
                source = self.use_cases.source if line.column.code == "cas_usage" else None
                span = FIRST_ASSESSMENT, last
                lists.offer_across(self.sheet, assessment_sheet(referential), line.column, row, span, source)
        self._mark(last)

    def _look(self) -> None:
        sheet = self.sheet
        for position, width in enumerate(_WIDTHS[:FIRST_ASSESSMENT]):
            sheet.set_column(position, position, width)
        sheet.set_column(FIRST_ASSESSMENT, FIRST_ASSESSMENT + self.width - 1, _WIDTHS[-1], self.styles.text)
        sheet.freeze_panes(self.count_row + 1, FIRST_ASSESSMENT)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0, self.count_row)
        sheet.repeat_columns(0, FIRST_ASSESSMENT - 1)
        sheet.fit_to_pages(0, 1)
        sheet.protect("", template.ALLOWED | {"insert_columns": True})

    def _write_line(self, row: int, line: Line) -> None:
        sheet, styles = self.sheet, self.styles
        if line.kind in ("title", "band"):
            look = styles.title if line.kind == "title" else styles.band(_COLOURS[line.side])
            sheet.set_row(row, 20, look)
            sheet.write_string(row, 0, line.code, look)
            sheet.write_string(row, 1, line.text, look)
            return
        heading = styles.required if line.column and line.column.required else styles.optional
        if line.kind == "heading":
            sheet.write_row(row, FIRST_ASSESSMENT, [str(at + 1) for at in range(self.width)], styles.optional)
        sheet.write_string(row, 0, line.code, styles.code)
        sheet.write_string(row, 1, line.text, heading)
        sheet.write_string(row, 2, line.levels, styles.optional if line.kind == "heading" else styles.levels)
        lines = sum(1 + len(text) // _MOST_IN_A_LINE for text in line.levels.split("\n"))
        sheet.set_row(row, max(_LINE_HEIGHT * lines, _FIXED_HEIGHTS.get(line.code, 18)))

    def _write_assessment(self, at: int, assessment: Assessment) -> None:
        is_greyed = GREYED in assessment
        for code, row in self.row_of.items():
            column = self.lines[row].column
            value = assessment.get(code)
            if column is None or (value is None and not is_greyed):
                continue
            if code == "cas_usage":
                value = self.use_cases.shown(value)
            write_cell(self.sheet, row, at, value, self.styles.greyed if is_greyed else self.styles.of(column))

    def _write_counters(self, assessments: Sequence[Assessment]) -> None:
        named = self.row_of["cas_usage"]
        for at in range(self.width):
            letters = column_letters(FIRST_ASSESSMENT + at)
            answers = f"{letters}{self.first + 1}:{letters}{self.last + 1}"
            told, count = self._counted(assessments[at]) if at < len(assessments) else ("", 0)
            self.told.append((told, count))
            given = f'COUNTA({answers})-COUNTIF({answers},"{NOT_ASSESSED}")'
            formula = f'=IF({letters}{named + 1}="","",{given}&"/{self.asked}")'
            shown = f"{count}/{self.asked}" if told else ""
            self.sheet.write_formula(self.count_row, FIRST_ASSESSMENT + at, formula, self.styles.counter, shown)

    def _counted(self, assessment: Assessment) -> tuple[str, int]:
        asked = [line.column.code for line in self.lines if line.kind == "question" and line.column]
        count = sum(assessment.get(code) not in (None, "", NOT_ASSESSED) for code in asked)
        return str(self.use_cases.shown(assessment.get("cas_usage")) or ""), count

    def _mark(self, last: int) -> None:
        """In orange what is not answered of a use case that is named, in red a name that the list has no more."""
        named, who = self.row_of["cas_usage"], self.row_of["evaluateur"]
        letters = column_letters(FIRST_ASSESSMENT)
        greyed = ",".join(f'LEFT({letters}${who + 1},{len(word)})<>"{word}"' for word in IGNORED_ROW_PREFIXES)
        missing = self.workbook.add_format({"bg_color": _MISSING})
        stale = self.workbook.add_format({"bg_color": "#F8C9CE", "font_color": "#7A1020"})
        for row in range(self.first, self.last + 1):
            if self.lines[row].kind == "question":
                formula = f'=AND({letters}${named + 1}<>"",{letters}{row + 1}="",{greyed})'
                self.sheet.conditional_format(
                    row, FIRST_ASSESSMENT, row, last, {"type": "formula", "criteria": formula, "format": missing}
                )
        whole = f'"{self.asked}/{self.asked}"'
        counted = f"{letters}{self.count_row + 1}"
        at_count = f'=AND({counted}<>"",{counted}<>{whole},{greyed})'
        self.sheet.conditional_format(
            self.count_row, FIRST_ASSESSMENT, self.count_row, last,
            {"type": "formula", "criteria": at_count, "format": missing},
        )  # fmt: skip
        cell = f"{letters}{named + 1}"
        gone = f'=AND(ISNUMBER(FIND("(",{cell})),COUNTIF({self.use_cases.area},{cell})=0)'
        self.sheet.conditional_format(
            named, FIRST_ASSESSMENT, named, last, {"type": "formula", "criteria": gone, "format": stale}
        )


def _write_summary(workbook: xlsxwriter.Workbook, sheet: Worksheet, grid: _Grid) -> None:
    """One line for each column of the grid: which it is, how far it has come, and the way there."""
    heading = workbook.add_format({"bold": True, "bg_color": "#DCE8EC", "border": 1, "border_color": "#B7C4CF"})
    sheet.write(0, 0, SUMMARY_TITLE, workbook.add_format({"bold": True}))
    for position, (title, width) in enumerate(
        (("Colonne", 10), ("Cas d'usage", 70), ("Évaluateur", 20), ("Répondu", 10))
    ):
        sheet.set_column(position, position, width)
        sheet.write_string(1, position, title, heading)
    rows = {1: grid.row_of["cas_usage"], 2: grid.row_of["evaluateur"], 3: grid.count_row}
    shown_columns = [at for at in range(grid.width) if at not in grid.greyed]
    for line, at in enumerate(shown_columns, start=2):
        letters = column_letters(FIRST_ASSESSMENT + at)
        sheet.write_url(line, 0, f"internal:'{GRID_SHEET}'!{letters}{grid.first + 1}", string=letters)
        for position, row in rows.items():
            cell = f"'{GRID_SHEET}'!{letters}{row + 1}"
            sheet.write_formula(
                line, position, f'=IF({cell}="","",{cell})', None, grid.told[at][0] if position == 1 else ""
            )
    sheet.freeze_panes(2, 0)
    sheet.protect("", {"format_columns": True})
