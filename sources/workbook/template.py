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
from sources.workbook.drop_down import DropDownLists
from sources.workbook.examples import example_row
from sources.workbook.explanations import fit_for_print, write_catalogue, write_criteria, write_read_me
from sources.workbook.layout import FIRST_DATA_ROW, TEMPLATE_VERSION, Column, Sheet, workbook_layout
from sources.workbook.template_sheets import (
    CATALOGUE_SHEET,
    CRITERIA_SHEET,
    LISTS_SHEET,
    MODEL_SHEET,
    READ_ME_SHEET,
)

_ALLOWED = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True
)
"""The structure is protected, without a password; cells to fill, widths, rows, sorting stay free."""

_CREATED = dt.datetime(2026, 1, 1)

_COMMENT_WIDTH = 40
"""In characters."""

GREYED = "greyed"
"""A row that holds this key is shown in grey: an example, or earlier answers; it is not read back."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Sheet code → rows, each column code → value (text, number, date); what a row lacks stays empty."""


def write_template(path: Path, referential: Referential, rows: Rows | None = None) -> Path:
    """Write the workbook at ``path``, filled with ``rows`` if any, and return the path.

    Without rows each sheet shows a greyed example. The same referential and rows give the same cells.
    Raises ``OSError`` when the file cannot be written.
    """
    layout = workbook_layout(referential)
    with xlsxwriter.Workbook(str(path), {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        workbook.set_properties({"title": "Cartographie des cas d'usage de l'IA", "created": _CREATED})
        styles = Styles(workbook)
        write_read_me(workbook, workbook.add_worksheet(READ_ME_SHEET), layout)
        sheets = [(sheet, workbook.add_worksheet(sheet.label)) for sheet in layout]
        write_catalogue(workbook, workbook.add_worksheet(CATALOGUE_SHEET), referential)
        write_criteria(workbook, workbook.add_worksheet(CRITERIA_SHEET), referential)
        lists = DropDownLists(workbook.add_worksheet(LISTS_SHEET))
        for sheet, worksheet in sheets:
            write_sheet(worksheet, sheet, styles, lists, _examples(sheet) if rows is None else rows.get(sheet.code, ()))
        _write_model(workbook.add_worksheet(MODEL_SHEET), referential)
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
                _write_cell(worksheet, index, position, value, style)
    worksheet.protect("", _ALLOWED)


def _examples(sheet: Sheet) -> list[Mapping[str, Any]]:
    row = example_row(sheet)
    return [{**row, GREYED: True}] if row else []


def _note(column: Column) -> str:
    duty = "Obligatoire." if column.required else "Facultatif."
    return "\n".join(part for part in (column.help, f"Attendu : {column.expected}.", duty) if part)


def _comment_height(note: str) -> float:
    """In default heights (four lines and a bit): a comment does not scroll."""
    lines = sum(1 + len(line) // _COMMENT_WIDTH for line in note.split("\n"))
    return max(1.6, lines * 0.25)


def _write_cell(worksheet: Worksheet, row: int, position: int, value: Any, style: Format) -> None:
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


def _write_model(worksheet: Worksheet, referential: Referential) -> None:
    worksheet.hide()
    worksheet.write_row(0, 0, ["modele", TEMPLATE_VERSION])
    worksheet.write_row(1, 0, ["referentiel", referential.checksum])
