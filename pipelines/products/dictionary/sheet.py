"""The dictionary as one sheet: a row a column of a table, to be filtered and sorted.

Belongs here: the layout of that sheet. Does not: what is said of a table (the YAML of the dbt project).
"""

from __future__ import annotations

import io
from pathlib import Path

import xlsxwriter

from pipelines.products.dictionary.reading import Dictionary
from sources.home.durable import write_whole

TITLES = {
    "Famille": 30,
    "Table": 30,
    "Libellé de la table": 30,
    "Une ligne (anglais)": 32,
    "Colonne": 28,
    "Libellé": 28,
    "Description (anglais)": 60,
    "Type": 16,
    "Unité": 18,
    "Clé": 6,
    "Renvoie à": 30,
}
"""Heading of each column of the sheet → its width in characters."""


def sheet_rows(dictionary: Dictionary) -> list[tuple[str, ...]]:
    """The rows under the headings."""
    return [
        (
            table.family,
            table.name,
            table.label_fr,
            table.grain,
            column.name,
            column.label_fr,
            column.description,
            column.type,
            column.unit,
            "oui" if column.is_key else "",
            ".".join(column.refers_to) if column.refers_to else "",
        )
        for table in dictionary.tables
        for column in table.columns
    ]


def write_sheet(path: Path, dictionary: Dictionary) -> None:
    """Write or replace the workbook at once."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("Dictionnaire")
        heading = workbook.add_format({"bold": True, "bg_color": "#F2F5F7", "border": 1, "text_wrap": True})
        cell = workbook.add_format({"text_wrap": True, "valign": "top"})
        rows = sheet_rows(dictionary)
        for number, (title, width) in enumerate(TITLES.items()):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, title, heading)
        for row, values in enumerate(rows, start=1):
            for number, value in enumerate(values):
                sheet.write_string(row, number, value, cell)
        sheet.autofilter(0, 0, len(rows), len(TITLES) - 1)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&RPage &P / &N")
    write_whole(path, content.getvalue())
