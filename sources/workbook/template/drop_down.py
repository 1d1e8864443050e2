"""Drop-down lists, checks and messages of the template's cells, and the hidden sheet that holds the lists.

Belongs here: what a spreadsheet offers while a cell is filled. Does not: which values a column takes (``layout``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from sources.referential.loader import Referential
from sources.workbook.template.layout import FIRST_DATA_ROW, Column, Sheet
from sources.workbook.template.template_sheets import LISTS_SHEET
from sources.workbook.xlsx.cell_errors import column_letters

LAST_LIST_ROW = 502
GREYED = "greyed"
"""A row that holds this key is shown in grey: an example, or earlier answers; it is not read back."""
_NEW_USE_CASES = 300
"""How many the list can take up that are added to the sheet of use cases."""
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
        options = self._options(sheet, column, _input_message(column))
        if options:
            worksheet.data_validation(FIRST_DATA_ROW - 1, position, LAST_LIST_ROW - 1, position, options)

    def offer_across(
        self, worksheet: Worksheet, sheet: Sheet, column: Column, line: int, span: tuple[int, int], source: str | None
    ) -> None:
        """The same for a line of a grid, from the first to the last of ``span``; a given ``source`` binds nobody."""
        if source:
            options = {"ignore_blank": True, "validate": "list", "source": source, "error_type": "information"}
            options |= {"show_error": False, **_input_message(column)}
        else:
            options = self._options(sheet, column, {})  # what each answer means stands on its left
        if options:
            worksheet.data_validation(line, span[0], line, span[1], options)

    def use_cases(self, referential: Referential, sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> UseCaseList:
        """The list of use cases by name: the ``rows`` of their sheet, the catalogue, then what is written below."""
        column = len(self._ranges)
        self._ranges["use cases",] = ""
        return UseCaseList(self._worksheet, column, referential, sheet, rows)

    def _options(self, sheet: Sheet, column: Column, message: dict[str, str]) -> dict[str, Any]:
        options: dict[str, Any] = {"ignore_blank": True, **message}
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
                if not message:
                    return {}
                options["validate"] = "any"
        if options.get("error_type") == "stop":
            options |= {
                "error_title": "Valeur non prévue",
                "error_message": _message(f"Attendu : {column.expected}."),
            }
        return options

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


class UseCaseList:
    """Use cases as « name (code) », in one column of the hidden sheet; ``source``: the formula that offers them.

    Those of the workbook's own sheet are formulas: a name that is changed there changes here.
    """

    def __init__(
        self,
        worksheet: Worksheet,
        column: int,
        referential: Referential,
        sheet: Sheet,
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        known = [row for row in rows if GREYED not in row and row.get("cas_usage")]
        named = {str(row["cas_usage"]): str(row.get("nom") or row["cas_usage"]) for row in known}
        catalogue = sorted(referential.labels("use_cases").items(), key=lambda one: one[1])
        self._names = dict(catalogue) | named
        code, name = (
            column_letters(next(at for at, one in enumerate(sheet.columns) if one.code == wanted))
            for wanted in ("cas_usage", "nom")
        )
        letters, at, where = column_letters(column), 0, "'" + sheet.label.replace("'", "''") + "'"
        greyed = len(rows) - len(known)

        def write_own(line: int, shown: str) -> None:
            named_cell, code_cell = f"{where}!${name}${line}", f"{where}!${code}${line}"
            formula = f'=IF({named_cell}="","",{named_cell}&" ("&{code_cell}&")")'
            worksheet.write_formula(at, column, formula, None, shown)

        for line, row in enumerate(known, start=FIRST_DATA_ROW + greyed):
            write_own(line, self.shown(row["cas_usage"]) or "")
            at += 1
        for listed, _ in catalogue:
            if listed not in named:
                worksheet.write_string(at, column, f"{self._names[listed]} ({listed})")
                at += 1
        fixed = at
        for line in range(FIRST_DATA_ROW + greyed + len(known), FIRST_DATA_ROW + greyed + len(known) + _NEW_USE_CASES):
            write_own(line, "")
            at += 1
        new = f"'{LISTS_SHEET}'!${letters}${fixed + 1}:${letters}${at}"
        self.area = f"'{LISTS_SHEET}'!${letters}$1:${letters}${at}"
        self.source = f"=OFFSET('{LISTS_SHEET}'!${letters}$1,0,0,{fixed}+COUNTIF({new},\"?*\"),1)"

    def shown(self, code: Any) -> str | None:
        """A use case as the list offers it; what is no code stays as it is."""
        text = str(code) if code is not None else None
        return f"{self._names[text]} ({text})" if text in self._names else text


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
