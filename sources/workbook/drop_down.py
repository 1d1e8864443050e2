"""Drop-down lists, checks and messages of the template's cells, and the hidden sheet that holds the lists.

Belongs here: what a spreadsheet offers while a cell is filled. Does not: which values a column takes (``layout``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from sources.workbook.cell_errors import column_letters
from sources.workbook.layout import FIRST_DATA_ROW, Column, Sheet
from sources.workbook.template_sheets import LISTS_SHEET

LAST_LIST_ROW = 502
_LONGEST_INPUT_MESSAGE = 255
_LONGEST_INPUT_TITLE = 32


class DropDownLists:
    """The lists of one workbook, each written once, in a column of the hidden sheet."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._ranges: dict[tuple[str, ...], str] = {}
        worksheet.hide()

    def offer(self, worksheet: Worksheet, sheet: Sheet, position: int) -> None:
        """Give the cells of a column their list or their check, and the message that shows when one is chosen."""
        column = sheet.columns[position]
        options: dict[str, Any] = {"ignore_blank": True, **_input_message(column)}
        match column.kind:
            case "choice":
                options |= {"validate": "list", "source": self._source(sheet, column), "error_type": "stop"}
            case "choices":
                options |= {"validate": "list", "source": self._source(sheet, column), "error_type": "information"}
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
                "error_message": _message(f"Attendu : {column.expected}."),
            }
        worksheet.data_validation(FIRST_DATA_ROW - 1, position, LAST_LIST_ROW - 1, position, options)

    def _source(self, sheet: Sheet, column: Column) -> str:
        """The formula that gives the list: all labels, or those that go with the choice of another column."""
        everything = self._range(column.offered)
        if column.depends_on is None:
            return f"={everything}"
        other = next(index for index, each in enumerate(sheet.columns) if each.code == column.depends_on)
        groups = [sheet.columns[other].choices[column.parents[code]] for code in column.choices]
        belongs = self._range(groups)
        chosen = f"${column_letters(other)}{FIRST_DATA_ROW}"
        first = everything.split(":")[0]
        narrowed = f"OFFSET({first},MATCH({chosen},{belongs},0)-1,0,COUNTIF({belongs},{chosen}),1)"
        return f'=IF({chosen}="",{everything},{narrowed})'

    def _range(self, labels: Sequence[str]) -> str:
        """The range that holds these labels, written on first use."""
        key = tuple(labels)
        if key not in self._ranges:
            column = len(self._ranges)
            self._worksheet.write_column(0, column, labels)
            letters = column_letters(column)
            self._ranges[key] = f"'{LISTS_SHEET}'!${letters}$1:${letters}${len(labels)}"
        return self._ranges[key]


def _input_message(column: Column) -> dict[str, str]:
    if not column.help:
        return {}
    return {
        "input_title": column.label[:_LONGEST_INPUT_TITLE],
        "input_message": _message(column.help),
    }


def _message(text: str) -> str:
    """A text that fits: its last lines, which tell one answer from another, rather than the beginning of them all."""
    while len(text) > _LONGEST_INPUT_MESSAGE and "\n" in text:
        text = text.partition("\n")[2]
    return text if len(text) <= _LONGEST_INPUT_MESSAGE else f"{text[: _LONGEST_INPUT_MESSAGE - 1]}…"
