"""A text table of several submissions of one organisation, as one table for each: same headings, same row numbers.

Belongs here: writing these tables, each proven to be read as its rows were. Does not: whose rows are whose
(``csv_envelope``), archiving them (``sources.archive.archive_zipped``), judging them: each is judged like any file.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping
from io import BytesIO, StringIO

from quality.reading.headings.headings import find_headings
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.sheets.structure import FoundWorkbook, TextPart, find_structure
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.layout import ENVELOPE, Sheet

MAX_PARTS = 50

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time that a zip says of its files: the same rows give the same bytes."""

Rows = dict[int, list[str]]
"""Row number → cells."""


def text_part(
    name: str, found: FoundWorkbook, raw: list[RawSheet], layout: tuple[Sheet, ...], rows: Mapping[str, Rows]
) -> TextPart | None:
    """The tables with these rows alone (by name of the table); None where they would not be read as they were."""
    tables = {
        part.name: _Table(part, next(sheet for sheet in raw if sheet.name == part.name), rows[part.name])
        for code, part in found.sheets.items()
        if code != ENVELOPE and part.name in rows
    }
    content = _content(tables)
    try:
        again = find_structure(read_workbook(content), layout)
    except UnreadableFileError:
        return None
    read = {code: part for code, part in again.sheets.items() if code != ENVELOPE}
    is_same = len(read) == len(tables) and all(table.is_read_as(read) for table in tables.values())
    if not is_same or again.row_problems or again.is_refused:
        return None
    return TextPart(name, content, {each: len(table.rows) for each, table in tables.items()})


class _Table:
    """One table of a file with some of its rows."""

    def __init__(self, part: FoundSheet, raw: RawSheet, rows: Rows) -> None:
        headings = find_headings(raw, part.sheet)
        self._part = part
        self._raw = raw
        self._last_heading = headings.last_row
        width = max(len(row) for row in raw.rows[headings.row : headings.last_row + 1])
        # Excel cuts the blank cells at the end of a block of rows, which are then no block any more.
        self.rows = {number: cells + [""] * (width - len(cells)) for number, cells in rows.items()}

    def text(self) -> str:
        """As CSV; the rows that are not of this table are blank, so that the others keep their numbers."""
        written = StringIO()
        writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
        for index, row in enumerate(self._raw.rows[: max(self.rows)]):
            kept = row if index <= self._last_heading else self.rows.get(index + 1, [])
            writer.writerow([self._raw.errors.get((index, at), text) for at, text in enumerate(kept)])
        return written.getvalue()

    def is_read_as(self, read: Mapping[str, FoundSheet]) -> bool:
        """Whether what was read is this table: the same columns, rows and errors."""
        other = read.get(self._part.sheet.code)
        errors = {place: shown for place, shown in self._part.errors.items() if place[0] in self.rows}
        return other is not None and (other.positions, dict(other.rows), other.errors, other.ignored_row_count) == (
            self._part.positions, self.rows, errors, 0
        )  # fmt: skip


def _content(tables: Mapping[str, _Table]) -> bytes:
    """The bytes of one table, or of a zip of several."""
    if len(tables) == 1:
        [table] = tables.values()
        return table.text().encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", _FIRST_DAY), table.text())
    return packed.getvalue()


def can_be_divided(found: FoundWorkbook, raw: list[RawSheet]) -> bool:
    """Whether the file is text and no cell of a workbook, nothing refuses it whole, and its tables have their names."""
    return all(sheet.is_text for sheet in raw) and not found.is_refused and len({s.name for s in raw}) == len(raw)
