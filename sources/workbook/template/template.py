"""Writing the submission workbook from the layout: never by hand.

Belongs here: how the workbook looks and which lists it offers. Does not: what it asks (``layout``).
Each read sheet has its labels on row 1, its codes on row 2, and data from row 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sources.referential.loader import Referential
from sources.workbook.template.drop_down import GREYED, DropDownLists
from sources.workbook.template.examples import example_row
from sources.workbook.template.explanations import fit_for_print, write_catalogue, write_criteria, write_read_me
from sources.workbook.template.layout import FIRST_DATA_ROW, TEMPLATE_VERSION, Column, Sheet, workbook_layout
from sources.workbook.template.template_sheets import (
    CATALOGUE_SHEET,
    CRITERIA_SHEET,
    LISTS_SHEET,
    MODEL_SHEET,
    READ_ME_SHEET,
)

ALLOWED = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True
)
"""The structure is protected, without a password; cells to fill, widths, rows, sorting stay free."""

CREATED = dt.datetime(2026, 1, 1)
TITLE = "Cartographie des cas d'usage de l'IA"

_COMMENT_WIDTH = 40
"""In characters."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Sheet code → rows, each column code → value (text, number, date); what a row lacks stays empty."""


OPTIONS = {"in_memory": True, "default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}


def write_template(path: Path, referential: Referential, rows: Rows | None = None) -> Path:
    """Write the workbook at ``path``, filled with ``rows`` if any, and return the path.

    Without rows each sheet shows a greyed example. The same referential and rows give the same cells.
    Raises ``OSError`` when the file cannot be written.
    """
    layout = workbook_layout(referential)
    with xlsxwriter.Workbook(str(path), OPTIONS) as workbook:
        workbook.set_properties({"title": TITLE, "created": CREATED})
        styles = Styles(workbook)
        write_read_me(workbook, workbook.add_worksheet(READ_ME_SHEET), layout)
        sheets = [(sheet, workbook.add_worksheet(sheet.label)) for sheet in layout]
        write_catalogue(workbook, workbook.add_worksheet(CATALOGUE_SHEET), referential)
        write_criteria(workbook, workbook.add_worksheet(CRITERIA_SHEET), referential)
        lists = DropDownLists(workbook.add_worksheet(LISTS_SHEET))
        for sheet, worksheet in sheets:
            write_sheet(worksheet, sheet, styles, lists, examples(sheet) if rows is None else rows.get(sheet.code, ()))
        write_model(workbook.add_worksheet(MODEL_SHEET), referential)
        sheets[0][1].activate() if rows else workbook.get_worksheet_by_name(READ_ME_SHEET).activate()
    return path


class Styles:
    """The few formats of a workbook to fill."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        heading = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#B7C4CF"}
        self.required = workbook.add_format({**heading, "bg_color": "#0F4C5C", "font_color": "#FFFFFF"})
        self.optional = workbook.add_format({**heading, "bg_color": "#DCE8EC", "font_color": "#1C2733"})
        self.code = workbook.add_format(
            {"italic": True, "font_size": 8, "font_color": "#5B6770", "bg_color": "#F4F6F7"}
        )
        self.text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "locked": False})
        self.date = workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left", "locked": False})
        self.number = workbook.add_format({"num_format": "General", "valign": "top", "locked": False})
        self.whole = workbook.add_format({"num_format": "#,##0", "valign": "top", "locked": False})
        self.greyed = workbook.add_format(
            {"num_format": "@", "text_wrap": True, "valign": "top", "italic": True, "font_color": "#5B6770",
             "bg_color": "#EEF0F2", "locked": False}
        )  # fmt: skip

        self.levels = workbook.add_format(
            {"text_wrap": True, "valign": "top", "font_size": 9, "font_color": "#1C2733", "bg_color": "#F4F6F7"}
        )
        self.title = workbook.add_format({"bold": True, "font_size": 14, "font_color": "#0F4C5C"})
        self.counter = workbook.add_format({"bold": True, "align": "center"})
        self._workbook = workbook
        self._bands: dict[str, Format] = {}

    def band(self, colour: str) -> Format:
        """A line that names what follows, in white on a colour."""
        if colour not in self._bands:
            look = {"bold": True, "font_color": "#FFFFFF", "bg_color": colour, "valign": "vcenter"}
            self._bands[colour] = self._workbook.add_format(look)
        return self._bands[colour]

    def of(self, column: Column) -> Format:
        match column.kind:
            case "date":
                return self.date
            case "integer":
                return self.whole
            case "number":
                return self.number
            case _:
                return self.text


def write_sheet(
    worksheet: Worksheet, sheet: Sheet, styles: Styles, lists: DropDownLists, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Draw a sheet: labels, codes, lists and ``rows``; its structure is protected, its cells are free."""
    frozen = 3 if sheet.code == "evaluations" else 1
    fit_for_print(worksheet, sum(column.width for column in sheet.columns))
    worksheet.repeat_rows(0, FIRST_DATA_ROW - 2)
    worksheet.repeat_columns(0, frozen - 1)
    worksheet.set_row(0, 48)
    worksheet.freeze_panes(FIRST_DATA_ROW - 1, frozen)
    for position, column in enumerate(sheet.columns):
        worksheet.set_column(position, position, column.width, styles.of(column))
        worksheet.write_string(0, position, column.label, styles.required if column.required else styles.optional)
        worksheet.write_string(1, position, column.code, styles.code)
        if note := _note(column):
            worksheet.write_comment(0, position, note, {"x_scale": 2.2, "y_scale": _comment_height(note)})
        lists.offer(worksheet, sheet, position)
    for index, row in enumerate(rows, start=FIRST_DATA_ROW - 1):
        for position, column in enumerate(sheet.columns):
            style = styles.greyed if GREYED in row else styles.of(column)
            value = row.get(column.code)
            if value is not None or GREYED in row:
                write_cell(worksheet, index, position, value, style)
    worksheet.protect("", ALLOWED)


def examples(sheet: Sheet) -> list[Mapping[str, Any]]:
    """The greyed row that shows how a sheet is filled."""
    row = example_row(sheet)
    return [{**row, GREYED: True}] if row else []


def _note(column: Column) -> str:
    duty = "Obligatoire." if column.required else "Facultatif."
    return "\n".join(part for part in (column.help, f"Attendu : {column.expected}.", duty) if part)


def _comment_height(note: str) -> float:
    """In default heights (four lines and a bit): a comment does not scroll."""
    lines = sum(1 + len(line) // _COMMENT_WIDTH for line in note.split("\n"))
    return max(1.6, lines * 0.25)


def write_cell(worksheet: Worksheet, row: int, position: int, value: Any, style: Format) -> None:
    """Write a value as what it is: a text, a date, a number."""
    match value:
        case None:
            worksheet.write_blank(row, position, None, style)
        case bool():
            worksheet.write_string(row, position, "oui" if value else "non", style)
        case dt.date():
            worksheet.write_datetime(row, position, dt.datetime(value.year, value.month, value.day), style)
        case int() | float():
            worksheet.write_number(row, position, value, style)
        case _:
            worksheet.write_string(row, position, str(value), style)


def write_model(worksheet: Worksheet, referential: Referential) -> None:
    """The hidden sheet that says which template the workbook comes from."""
    worksheet.hide()
    worksheet.write_row(0, 0, ["modele", TEMPLATE_VERSION])
    worksheet.write_row(1, 0, ["referentiel", referential.checksum])
