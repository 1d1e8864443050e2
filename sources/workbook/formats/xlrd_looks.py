"""What the cells of an xls look like, and the notes that lie over them, as xlrd reads them (``looks``, ``notes``).

Belongs here: whether a stream may hold such a look or note, and where they are. Does not: values (``old_excel``), the
other marks (``xls_marks``); which look matters in which column (``quality``).

calamine says nothing of either. xlrd reads the whole file a second time, so it is asked only where the records show a
font that is struck out or raised, a format that shows a unit, or a note.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import xlrd

from sources.workbook.formats.marks import EXPONENT, NOTE, STRUCK
from sources.workbook.formats.number_formats import may_show_otherwise, shown_beside
from sources.workbook.seals import is_sealed

FONT, NOTE_RECORD, FORMAT = 0x0031, 0x001C, 0x041E
_STRUCK_OUT = 0x0008
_CONTENT = (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE, xlrd.XL_CELL_BOOLEAN)
_FORMATTED = (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER)

UNREADABLE = (xlrd.XLRDError, AssertionError, LookupError, ValueError, struct.error)
"""What xlrd raises on a file that it does not know."""

Places = dict[tuple[int, int], str]


class Nowhere:
    """What xlrd says of a damaged file may quote it."""

    def write(self, _: str) -> None:
        return None


def opened(content: bytes) -> Any:
    """The book, with its formats. Raises as xlrd does: the file is damaged."""
    return xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=Nowhere())


def may_have_some(stream: bytes, kind: int, start: int, length: int) -> bool:
    """Whether one record of a stream (BIFF8) is of such a font, format or note."""
    if kind == NOTE_RECORD:
        return True
    if kind == FONT:
        options, raised = struct.unpack_from("<2xH4xH", stream, start)
        return bool(options & _STRUCK_OUT or raised)
    if kind == FORMAT:
        count, is_wide = struct.unpack_from("<2xHB", stream, start)
        written = stream[start + 5 : start + min(5 + count * (2 if is_wide & 1 else 1), length)]
        return may_show_otherwise(written.decode("utf-16-le" if is_wide & 1 else "latin-1", errors="replace"))
    return False


def looks_of(book: Any, sheet: Any) -> Places:
    """(row, column) → look, of the cells of a sheet that hold something."""
    fonts = {at: look for at, font in enumerate(book.font_list) if (look := _font_look(font))}
    codes = {key: one.format_str or "General" for key, one in book.format_map.items()}
    shown = {key: code for key, code in codes.items() if may_show_otherwise(code)}
    if not fonts and not shown:
        return {}
    looks = dict(_looks(book, sheet, fonts, shown))
    for place, runs in sheet.rich_text_runlist_map.items():
        if look := next((fonts[font] for _, font in runs if font in fonts), None):
            looks[place] = look
    return looks


def _looks(
    book: Any, sheet: Any, fonts: dict[int, str], shown: dict[int, str]
) -> Iterator[tuple[tuple[int, int], str]]:
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype not in _CONTENT or cell.xf_index is None or cell.xf_index >= len(book.xf_list):
                continue
            style = book.xf_list[cell.xf_index]
            if look := fonts.get(style.font_index):
                yield (row, column), look
            elif cell.ctype in _FORMATTED and style.format_key in shown:
                value = cell.value if cell.ctype == xlrd.XL_CELL_NUMBER else None
                if beside := shown_beside(shown[style.format_key], value):
                    yield (row, column), beside


def _font_look(font: Any) -> str | None:
    if font.struck_out:
        return STRUCK
    return EXPONENT if font.escapement else None


def notes_of(sheet: Any) -> Places:
    """(row, column) → ``NOTE``, of the cells over which words lie."""
    return {
        place: NOTE
        for place, note in sheet.cell_note_map.items()
        if (note.text or "").strip() and not is_sealed(note.text)
    }
