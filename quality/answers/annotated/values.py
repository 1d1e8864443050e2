"""The values of a file as its annotated copy shows them (``fresh``).

Belongs here: which sheets and values are copied. Does not: writing them, nor notes beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from quality.privacy.guard import shown_name
from sources.forms.response import RESPONSE_MARK
from sources.workbook.filetype import file_type
from sources.workbook.formats.marks import SheetMarks
from sources.workbook.mending import read_by_parser, readable
from sources.workbook.reading import Places, read_workbook
from sources.workbook.seals import is_of_ours
from sources.workbook.template.template_sheets import EXPLAINING_SHEETS, MODEL_SHEET
from sources.workbook.unwrapping import unwrapped

_NOT_COPIED = frozenset(EXPLAINING_SHEETS) - {MODEL_SHEET}

Values = Sequence[Sequence[object]]


def values(content: bytes) -> dict[str, Values]:
    """Sheet name → the values of its cells, the first at A1; a CSV's are texts.

    The template's explanations are left out: nobody reads them, so nobody looked for personal data in them.
    """
    is_response = content.startswith(RESPONSE_MARK)
    content = content if is_response else unwrapped(content)
    kind, archive = ("csv", None) if is_response else file_type(content)
    if kind in ("csv", "zip", "old_xls", "xml"):
        return {sheet.name: [list(row) for row in sheet.rows] for sheet in read_workbook(content)}
    try:
        return _sheets(*readable(kind, content, archive))
    except CalamineError:
        if kind != "xlsx" or archive is None:
            raise
        return _sheets(*read_by_parser(archive))


def _sheets(content: bytes, marks: Mapping[str, SheetMarks]) -> dict[str, Values]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    copied = {
        metadata.name: _with_percentages(
            workbook.get_sheet_by_name(metadata.name).to_python(skip_empty_area=False),
            marks[metadata.name].percentages if metadata.name in marks else frozenset(),
        )
        for metadata in workbook.sheets_metadata
        if metadata.typ == SheetTypeEnum.WorkSheet and metadata.name not in _NOT_COPIED
    }
    return {shown_name(name)[0]: rows for name, rows in copied.items() if not _is_of_ours(name, rows)}


class Percentage(float):
    """A number that the file shows in hundredths."""


def _with_percentages(rows: list[list[Any]], places: Places) -> Values:
    for row, column in places:
        value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            rows[row][column] = Percentage(value)
    return rows


def _is_of_ours(name: str, rows: Values) -> bool:
    return is_of_ours(name, [[str(value) for value in row[:1]] for row in rows[:1]])
