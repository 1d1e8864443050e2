"""One response of a form as a file of its own: the layout's sheets, each cell where the export has it.

Belongs here: the format of that file, kept in the archive like any other. Does not: making it from an export
(``exports``). Rows and columns are the export's own, so that whatever is said of a cell points back to it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

RESPONSE_MARK = b'{"cartographie_reponse": 1,'

_LAST_ROW, _COLUMNS = 1_048_576, 16_384
"""What a spreadsheet can hold."""

Rows = dict[int, dict[int, str]]
"""Row number as a spreadsheet counts → 0-based column → text."""


@dataclass
class ResponseSheet:
    """One sheet of the layout in one response. ``columns``: 0-based column of the export → column code."""

    name: str
    columns: dict[int, str]
    rows: Rows = field(default_factory=dict)

    def answers(self) -> list[dict[str, str]]:
        """What the rows say, wherever they stand."""
        return [
            {self.columns[at]: text for at, text in sorted(cells.items())} for _, cells in sorted(self.rows.items())
        ]


def response_content(response_id: str, sheets: list[ResponseSheet]) -> bytes:
    """The file of one response; the same answers at the same places give the same bytes."""
    said = {"id": response_id, "sheets": [vars(sheet) for sheet in sheets]}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return RESPONSE_MARK + b" " + text[1:].encode()


def read_response(content: bytes) -> list[ResponseSheet]:
    """The sheets of a response's file. Raises ``ValueError`` when it is not one."""
    try:
        said = json.loads(content)
        return [
            ResponseSheet(
                str(sheet["name"]),
                {int(at): str(code) for at, code in sheet["columns"].items()},
                {int(row): {int(at): str(text) for at, text in cells.items()} for row, cells in sheet["rows"].items()},
            )
            for sheet in said["sheets"]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a response") from error


def response_grid(sheet: ResponseSheet) -> list[list[str]]:
    """The sheet as rows of text, its codes on the first one; what is not of this response is blank.

    Raises ``ValueError`` when a place lies outside any sheet.
    """
    places = [(1, at) for at in sheet.columns] + [(row, at) for row, cells in sheet.rows.items() for at in cells]
    if any(not 1 <= row <= _LAST_ROW or not 0 <= at < _COLUMNS for row, at in places):
        raise ValueError("a cell outside the sheet")
    cells = {1: sheet.columns} | sheet.rows
    grid: list[list[str]] = [[] for _ in range(max(cells))]
    for row, texts in cells.items():
        grid[row - 1] = [texts.get(at, "") for at in range(max(texts, default=-1) + 1)]
    return grid
