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
from sources.workbook.cell_errors import column_letters
from sources.workbook.explanations import fit_for_print, write_catalogue, write_criteria, write_read_me
from sources.workbook.layout import TEMPLATE_VERSION, Column, Sheet, workbook_layout
from sources.workbook.template_sheets import (
    CATALOGUE_SHEET,
    CRITERIA_SHEET,
    LISTS_SHEET,
    MODEL_SHEET,
    READ_ME_SHEET,
)

FIRST_DATA_ROW = 3
"""As a spreadsheet counts; the rows above hold the labels and the codes."""

LAST_LIST_ROW = 502
_LONGEST_INPUT_MESSAGE = 255
_LONGEST_INPUT_TITLE = 32
_CREATED = dt.datetime(2026, 1, 1)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Sheet code → rows, each column code → value (text, number, date); what a row lacks stays empty."""


def write_template(path: Path, referential: Referential, rows: Rows | None = None) -> Path:
    """Write the workbook at ``path``, filled with ``rows`` if any, and return the path.

    The same referential and rows give the same cells. Raises ``OSError`` when the file cannot be written.
    """
    layout = workbook_layout(referential)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as workbook:
        workbook.set_properties({"title": "Cartographie des cas d'usage de l'IA", "created": _CREATED})
        styles = _Styles(workbook)
        write_read_me(workbook, workbook.add_worksheet(READ_ME_SHEET), layout)
        sheets = [(sheet, workbook.add_worksheet(sheet.label)) for sheet in layout]
        write_catalogue(workbook, workbook.add_worksheet(CATALOGUE_SHEET), referential)
        write_criteria(workbook, workbook.add_worksheet(CRITERIA_SHEET), referential)
        lists = _Lists(workbook.add_worksheet(LISTS_SHEET))
        for sheet, worksheet in sheets:
            _write_sheet(worksheet, sheet, styles, lists, (rows or {}).get(sheet.code, ()))
        _write_model(workbook.add_worksheet(MODEL_SHEET), referential)
        sheets[0][1].activate() if rows else workbook.get_worksheet_by_name(READ_ME_SHEET).activate()
    return path


class _Styles:
    """The few formats of the workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        heading = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#B7C4CF"}
        self.required = workbook.add_format({**heading, "bg_color": "#0F4C5C", "font_color": "#FFFFFF"})
        self.optional = workbook.add_format({**heading, "bg_color": "#DCE8EC", "font_color": "#1C2733"})
        self.code = workbook.add_format(
            {"italic": True, "font_size": 8, "font_color": "#5B6770", "bg_color": "#F4F6F7"}
        )
        self.text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.date = workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        self.number = workbook.add_format({"num_format": "#,##0.##", "valign": "top"})

    def of(self, column: Column) -> Format:
        match column.kind:
            case "date":
                return self.date
            case "number" | "integer":
                return self.number
            case _:
                return self.text


class _Lists:
    """The hidden sheet that holds the drop-down lists, one column each."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._sources: dict[tuple[str, ...], str] = {}
        worksheet.hide()

    def source(self, labels: Sequence[str]) -> str:
        """The formula of the range that holds these labels, written on first use."""
        key = tuple(labels)
        if key not in self._sources:
            column = len(self._sources)
            self._worksheet.write_column(0, column, labels)
            letters = column_letters(column)
            self._sources[key] = f"='{LISTS_SHEET}'!${letters}$1:${letters}${len(labels)}"
        return self._sources[key]


def _write_sheet(
    worksheet: Worksheet, sheet: Sheet, styles: _Styles, lists: _Lists, rows: Sequence[Mapping[str, Any]]
) -> None:
    fit_for_print(worksheet)
    worksheet.repeat_rows(0, FIRST_DATA_ROW - 2)
    worksheet.set_row(0, 48)
    worksheet.freeze_panes(
        FIRST_DATA_ROW - 1, 1 if sheet.code == "etablissement" else 3 if sheet.code == "evaluations" else 1
    )
    for position, column in enumerate(sheet.columns):
        worksheet.set_column(position, position, column.width, styles.of(column))
        worksheet.write_string(0, position, column.label, styles.required if column.required else styles.optional)
        worksheet.write_string(1, position, column.code, styles.code)
        if note := _note(column):
            worksheet.write_comment(0, position, note, {"x_scale": 2.2, "y_scale": 1.6})
        _offer_values(worksheet, position, column, lists)
    for index, row in enumerate(rows, start=FIRST_DATA_ROW - 1):
        for position, column in enumerate(sheet.columns):
            _write_cell(worksheet, index, position, row.get(column.code), styles.of(column))


def _note(column: Column) -> str:
    duty = "Obligatoire." if column.required else "Facultatif."
    return "\n".join(part for part in (column.help, f"Attendu : {column.expected}.", duty) if part)


def _offer_values(worksheet: Worksheet, position: int, column: Column, lists: _Lists) -> None:
    options: dict[str, Any] = {"ignore_blank": True, **_input_message(column)}
    match column.kind:
        case "choice":
            options |= {"validate": "list", "source": lists.source(column.offered), "error_type": "stop"}
        case "choices":
            options |= {"validate": "list", "source": lists.source(column.offered), "error_type": "information"}
            options["show_error"] = False  # several values, separated by « ; », are not one of the list
        case "boolean":
            options |= {"validate": "list", "source": ["oui", "non"], "error_type": "stop"}
        case "date":
            options |= {"validate": "date", "criteria": "between", "minimum": dt.date(1990, 1, 1),
                        "maximum": dt.date(2100, 12, 31), "error_type": "stop"}  # fmt: skip
        case "number" | "integer":
            kind = "decimal" if column.kind == "number" else "integer"
            options |= {"validate": kind, "criteria": ">=", "value": 0, "error_type": "stop"}
        case _:
            if not column.help:
                return
            options["validate"] = "any"
    if options.get("error_type") == "stop":
        options |= {
            "error_title": "Valeur non prévue",
            "error_message": f"Attendu : {column.expected}."[:_LONGEST_INPUT_MESSAGE],
        }
    worksheet.data_validation(FIRST_DATA_ROW - 1, position, LAST_LIST_ROW - 1, position, options)


def _input_message(column: Column) -> dict[str, str]:
    if not column.help:
        return {}
    return {
        "input_title": column.label[:_LONGEST_INPUT_TITLE],
        "input_message": column.help[:_LONGEST_INPUT_MESSAGE],
    }


def _write_cell(worksheet: Worksheet, row: int, position: int, value: Any, style: Format) -> None:
    match value:
        case None:
            return
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
