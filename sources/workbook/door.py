"""The door: what leaves the reader is composed (NFC) and shows all that it holds, once and for every format.

Belongs here: going through a sheet, cheaply when nothing is to be done. Does not: which characters those are
(``sources.text.characters``), how accents are put back (``twice_encoded``), what is said of it
(``quality.reading.sheets.unseen``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from sources.text.characters import invisible_in, is_readable, shows_as_written, visible, with_lost_named
from sources.workbook.text.french_text import shown_words
from sources.workbook.text.twice_encoded import LOST, may_be_misread, mended, proves_it
from sources.workbook.xlsx.cell_errors import column_letters

if TYPE_CHECKING:
    from sources.workbook.reading import RawSheet
    from sources.workbook.text.encodings import Remark

LOST_CHARACTER = "caractère illisible"
"""How what a cell shows begins, in ``RawSheet.errors``, where one of its characters was lost."""

_ROWS_AT_ONCE = 2000
_SHOWN_CELLS = 5


def admitted(sheets: Iterable[RawSheet]) -> list[RawSheet]:
    """The sheets with every name and text as it shows; a sheet that was so already is the same object.

    What was taken out of a cell is named in ``unseen``; a cell with a lost character is in error, and shows its name.
    Accents that another program took for other signs (« Ã© ») are put back where that gives French, and it is remarked;
    a cell where it does not is ``misread``.
    """
    texts = [(sheet, _unusual_in(sheet)) for sheet in sheets]
    is_proven = any(proves_it(text) for sheet, unusual in texts if not sheet.is_text for text in unusual)
    return [_admitted(sheet, _Texts(sheet, unusual, is_proven)) for sheet, unusual in texts]


def needs_nothing(text: str) -> bool:
    """Whether the text is let in as it is."""
    return shows_as_written(text) and not may_be_misread(text)


class _Texts:
    """What is to be done with the texts of a sheet."""

    def __init__(self, sheet: RawSheet, unusual: set[str], is_proven: bool) -> None:
        self.meant: dict[str, str] = {}
        self.misread: set[str] = set()
        self.changed: dict[str, str] = {}
        for text in unusual:
            meant, how = ("", "") if sheet.is_text else mended(text, is_proven)  # A CSV is mended as a whole.
            if LOST in meant and LOST not in text:
                self.misread.add(text)
            elif how:
                self.meant[text] = meant
            shown = visible(self.meant.get(text, text))
            if shown != text or text in self.misread or not is_readable(text):
                self.changed[text] = shown


def _admitted(sheet: RawSheet, texts: _Texts) -> RawSheet:
    name = sheet.name if shows_as_written(sheet.name) else visible(sheet.name)
    if not texts.changed and name == sheet.name:
        return sheet
    unseen, errors = dict(sheet.unseen), dict(sheet.errors)
    admitted_sheet = replace(sheet, name=name, rows=list(sheet.rows), unseen=unseen, errors=errors)
    misread: set[tuple[int, int]] = set()
    for index, row in enumerate(sheet.rows):
        if not texts.changed.keys().isdisjoint(row):
            admitted_sheet.rows[index] = [texts.changed.get(text, text) for text in row]
            _tell(admitted_sheet, index, [texts.meant.get(text, text) for text in row])
            misread |= {(index, column) for column, text in enumerate(row) if text in texts.misread}
    remarks = [*sheet.remarks, *_remarks(sheet, texts.meant)]
    return replace(admitted_sheet, misread=frozenset(misread), remarks=remarks)


def _tell(sheet: RawSheet, index: int, row: list[str]) -> None:
    """What was lost or taken out of the texts of a row."""
    for column, text in enumerate(row):
        if not is_readable(text):
            sheet.errors[index, column] = f"{LOST_CHARACTER} : {with_lost_named(text)}"
        elif names := invisible_in(text):
            sheet.unseen[index, column] = ", ".join(names)


def _remarks(sheet: RawSheet, meant: dict[str, str]) -> Iterator[Remark]:
    """That accents were put back, in which cells, and some of the words."""
    places = [(row, at) for row, cells in enumerate(sheet.rows) for at, text in enumerate(cells) if text in meant]
    if places:
        shown = ", ".join(f"{column_letters(at)}{row + 1}" for row, at in places[:_SHOWN_CELLS])
        more = f" et {len(places) - _SHOWN_CELLS} de plus" if len(places) > _SHOWN_CELLS else ""
        word = "cellules" if len(places) > 1 else "cellule"
        yield "I0448", f"« Ã© » pour « é », {word} {shown}{more}", shown_words(" ".join(meant.values()))


def _unusual_in(sheet: RawSheet) -> set[str]:
    """The texts of the sheet that may not be let in as they are."""
    unusual: set[str] = set()
    rows = [] if sheet.is_plain else sheet.rows
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        texts = set(chain.from_iterable(rows[start : start + _ROWS_AT_ONCE]))
        if not needs_nothing(" ".join(texts)):
            unusual |= {text for text in texts if not needs_nothing(text)}
    return unusual
