"""The sheet that explains a workbook other than the template: a title, then one sentence a row.

Belongs here: how it looks. Does not: its words, which stand with what they explain.
"""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter

from sources.workbook.template.template_sheets import READ_ME_SHEET


def add_read_me(workbook: xlsxwriter.Workbook, lines: Sequence[str]) -> None:
    """Add the sheet as the workbook's next; the first line is its title."""
    worksheet = workbook.add_worksheet(READ_ME_SHEET)
    worksheet.set_column(0, 0, 110)
    title = workbook.add_format({"bold": True, "font_size": 14})
    text = workbook.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(lines):
        worksheet.write_string(row, 0, line, text if row else title)
