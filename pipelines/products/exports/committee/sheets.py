"""How the workbook looks and prints: formats, sheets ready for A4 landscape, cells that are never formulas.

Belongs here: what every sheet shares. Does not: what a sheet says.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

QUADRANT_COLORS = {
    "victoire_rapide": "#009E73",
    "projet_majeur": "#00609C",
    "tache_de_fond": "#E69F00",
    "a_ecarter": "#1F2933",
    "non_evalue": "#C9CDD3",
}
"""Those of the dashboards and of the report."""

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_DARK = {"#00609C", "#1F2933"}
_A4 = 9
_INK, _PALE, _LINE = "#1C2733", "#F2F5F7", "#C9D1D8"
_BASE = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "top"}
_BOXED = {"border": 1, "border_color": _LINE}
# The country tells programs that follow it to write a decimal comma; the others follow the reader's own settings.
_SCORE, _SHARE, _WHOLE, _EUROS, _DAY = (
    "[$-40C]0.0", "[$-40C]0 %", "[$-40C]0", "[$-40C]#,##0 €", "dd/mm/yyyy",
)  # fmt: skip
_LINE_HEIGHT = 13
_LOOKS: dict[str, dict[str, Any]] = {
    "text": {},
    "strong": {"bold": True},
    "hint": {"font_color": "#51606E", "font_size": 9, "text_wrap": True},
    "wrapped": {"text_wrap": True},
    "title": {"bold": True, "font_size": 18},
    "subtitle": {"font_size": 11, "font_color": "#51606E"},
    "section": {"bold": True, "font_size": 12, "bottom": 2, "bottom_color": "#1F6F54"},
    "banner": {"bold": True, "bg_color": "#FDF3E6", "font_color": "#8A4600", "border": 1, "border_color": "#B35C00",
               "valign": "vcenter", "text_wrap": True},
    "heading": {"bold": True, "bg_color": _PALE, "text_wrap": True, **_BOXED},
    "cell": {"text_wrap": True, **_BOXED},
    "score": {"num_format": _SCORE, "align": "right", **_BOXED},
    "share": {"num_format": _SHARE, "align": "right", **_BOXED},
    "whole": {"num_format": _WHOLE, "align": "right", **_BOXED},
    "euros": {"num_format": _EUROS, "align": "right", **_BOXED},
    "day": {"num_format": _DAY, "align": "left", **_BOXED},
    "big": {"num_format": _SCORE, "font_size": 16, "bold": True, "align": "left"},
    "link": {"font_color": "#0B5394", "underline": 1, "text_wrap": True, **_BOXED},
    "field": {"bottom": 1, "bottom_color": "#51606E"},
}  # fmt: skip


class Book:
    """A workbook being written, with its formats by name and what every printed page says."""

    def __init__(self, workbook: Workbook, footer: str, banner: str | None) -> None:
        self._workbook = workbook
        self._footer = footer
        self._formats: dict[tuple[str, str | None], Format] = {}
        self.banner = banner

    def look(self, name: str, fill: str | None = None) -> Format:
        """The format of that name; with ``fill``, on that colour, in the ink that is read best there."""
        if (name, fill) not in self._formats:
            ink = "#FFFFFF" if fill in _DARK else _INK
            filled = {"bg_color": fill, "font_color": ink, "bold": True} if fill else {}
            self._formats[name, fill] = self._workbook.add_format({**_BASE, **_LOOKS[name], **filled})
        return self._formats[name, fill]

    def quadrant(self, code: str) -> Format:
        """A cell in the colour of a quadrant."""
        return self.look("cell", QUADRANT_COLORS.get(code))

    def sheet(self, name: str, widths: Sequence[float], fit: bool = True) -> Worksheet:
        """A new sheet with these column widths; ``fit``: one page wide (a program that fits ignores page breaks)."""
        sheet = self._workbook.add_worksheet(name)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width, self.look("text"))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.hide_gridlines(2)
        banner = f"&C&B{self.banner}" if self.banner else ""
        sheet.set_header(f"&L&A{banner}")
        sheet.set_footer(f"&L&8{self._footer}&R&8Page &P / &N")
        if fit:
            sheet.fit_to_pages(1, 0)
        return sheet

    def head(self, sheet: Worksheet, title: str, subtitle: str, last_column: int) -> int:
        """The title of a sheet, and the banner where there is one; returns the next free row."""
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, title, self.look("title"))
        sheet.write_string(1, 0, subtitle, self.look("subtitle"))
        if not self.banner:
            return 3
        sheet.set_row(2, 20)
        if last_column:
            sheet.merge_range(2, 0, 2, last_column, self.banner, self.look("banner"))
        else:
            sheet.write_string(2, 0, self.banner, self.look("banner"))
        return 4

    def table(
        self, sheet: Worksheet, row: int, column: int, headings: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> int:
        """A boxed table; returns the row under it. A value may be ``(value, format)``."""
        for offset, heading in enumerate(headings):
            sheet.write_string(row, column + offset, heading, self.look("heading"))
        for number, values in enumerate(rows, start=row + 1):
            for offset, value in enumerate(values):
                self.put(sheet, number, column + offset, value)
        return row + 1 + len(rows)

    def open_rows(self, sheet: Worksheet, first: int, widths: Sequence[float], rows: Sequence[Sequence[Any]]) -> None:
        """Make the rows from ``first`` on high enough for their wrapped texts: not every program does so by itself."""
        for number, values in enumerate(rows, start=first):
            lines = max(
                len(textwrap.wrap(value, int(width) - 1)) if isinstance(value, str) else 1
                for value, width in zip(values, widths, strict=True)
            )
            if lines > 1:
                sheet.set_row(number, _LINE_HEIGHT * lines)

    def put(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        """One boxed cell by the type of its value: decimals are scores, integers counts, days days, all else text."""
        value, form = value if isinstance(value, tuple) else (value, None)
        if value is None:
            sheet.write_blank(row, column, None, form or self.look("cell"))
        elif isinstance(value, bool):
            sheet.write_string(row, column, "oui" if value else "non", form or self.look("cell"))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, form or self.look("day"))
        elif isinstance(value, int | float | Decimal):
            default = self.look("whole" if isinstance(value, int) else "score")
            sheet.write_number(row, column, float(value), form or default)
        else:
            sheet.write_string(row, column, str(value), form or self.look("cell"))
