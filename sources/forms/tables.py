"""The export of a tool that gives its responses no identifier: tables of text, which say who sends each row.

Belongs here: its questions under the layout's own codes, a table a sheet of the layout, each cell where the export has
it. Does not: the exports whose responses are told apart (``exports``), judging rows (``quality``).
"""

from __future__ import annotations

from dataclasses import dataclass

from sources.forms.account import FormExport, Place
from sources.forms.exports import ExportReader
from sources.forms.headings import Part, find_columns
from sources.forms.mapping import FormMapping
from sources.forms.response import ResponseSheet, response_grid
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, workbook_layout


@dataclass(frozen=True)
class FormTables:
    """``sheets``: named as the layout names them. ``contradicted``: cells whose row is in none of them."""

    sheets: list[RawSheet]
    account: FormExport
    contradicted: list[Place]


def read_tables(raw: RawSheet, mapping: FormMapping, referential: Referential) -> FormTables | None:
    """The tables that a sheet of the tool holds; None when it asks nothing of ours beside who answers."""
    layout = workbook_layout(referential)
    part = find_columns(raw, mapping, layout)
    reader = ExportReader(mapping, layout, referential)
    found: dict[str, ResponseSheet] = {}
    contradicted: list[Place] = []
    for number, row in part.rows():
        read = reader.rows.read(part, number, row)
        contradicted += read.contradicted
        if not read.contradicted:
            reader.add_row(found, part, number, read)
    envelope = found.pop(ENVELOPE, None)
    if not found and not contradicted:
        return None
    account = reader.export
    account.unknown = [(raw.name, at, part.heading(at)) for at in part.unknown if part.is_filled(at)]
    if own := [part.heading(at) for at in part.own if part.is_filled(at)]:
        account.tool_columns[raw.name] = own
    return FormTables([_table(each, envelope, part) for each in found.values()], account, contradicted)


def _table(sheet: ResponseSheet, envelope: ResponseSheet | None, part: Part) -> RawSheet:
    """A table whose rows say who sends them; all as wide as its headings."""
    columns = dict(sheet.columns)
    rows = {number: dict(cells) for number, cells in sheet.rows.items()}
    if envelope is not None:
        columns |= envelope.columns
        for number, cells in rows.items():
            cells |= envelope.rows.get(number, {})
    grid = response_grid(ResponseSheet(sheet.name, columns, rows))
    width = max(map(len, grid))
    padded = [row + [""] * (width - len(row)) if row else row for row in grid]
    return RawSheet(sheet.name, padded, is_text=True, torn=part.raw.torn, remarks=part.raw.remarks)
