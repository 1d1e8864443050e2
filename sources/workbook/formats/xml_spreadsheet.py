"""A workbook in one XML document as Excel 2003 wrote it (« Feuille de calcul XML 2003 »), and many programs export it.

Belongs here: its sheets, values and marks. Does not: other workbooks in XML (a Flat ODS is unwrapped to an ods).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.formats.marks import (
    EXPONENT,
    MOST_COLUMNS,
    MOST_MERGED,
    NO_STORED_RESULT,
    NOTE,
    STRUCK,
    WRITTEN_TWICE,
    MergedRange,
    SheetMarks,
)
from sources.workbook.formats.number_formats import is_percentage, shown_beside
from sources.workbook.seals import is_sealed
from sources.workbook.xlsx.xml_reading import parsed

Sheet = tuple[str, list[list[object]], SheetMarks, bool]

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_MOST_ROWS = 1_048_576
_MOST_CELLS = 6_000_000
_NAMED_PERCENTAGE = "Percent"


def read_xml_spreadsheet(content: bytes) -> list[Sheet]:
    """Name, values from A1 on, marks, and whether it is hidden, of each sheet.

    Raises:
        ValueError: it is no XML, or a place or a value in it cannot be read.
        UnreadableFileError: too large.
    """
    root = parsed(content.lstrip())
    styles = _styles(root)
    return [_Table(sheet, styles).read() for sheet in root.iterfind(f"{_SS}Worksheet")]


class _Style(NamedTuple):
    """``code`` of its format; ``look`` of its font, as in ``SheetMarks.looks``."""

    code: str = ""
    look: str | None = None

    @property
    def is_percentage(self) -> bool:
        return self.code == _NAMED_PERCENTAGE or is_percentage(self.code)


def _styles(root: ElementTree.Element) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    for style in root.iterfind(f"{_SS}Styles/{_SS}Style"):
        written, font = style.find(f"{_SS}NumberFormat"), style.find(f"{_SS}Font")
        parent = styles.get(style.get(f"{_SS}Parent", ""), _Style())
        own = written.get(f"{_SS}Format") if written is not None else None
        look = parent.look if font is None else _font_look(font)
        styles[style.get(f"{_SS}ID", "")] = _Style(parent.code if own is None else own, look)
    return styles


def _font_look(font: ElementTree.Element) -> str | None:
    if font.get(f"{_SS}StrikeThrough") in ("1", "true"):
        return STRUCK
    return EXPONENT if font.get(f"{_SS}VerticalAlign") in ("Superscript", "Subscript") else None


def _rich_look(data: ElementTree.Element) -> str | None:
    """What a part of a text looks like: Excel writes it in the words of HTML."""
    parts = {part.tag for part in data.iter() if "".join(part.itertext()).strip()}
    if f"{_HTML}S" in parts:
        return STRUCK
    return EXPONENT if {f"{_HTML}Sup", f"{_HTML}Sub"} & parts else None


class _Table:
    """One sheet, read row by row."""

    def __init__(self, sheet: ElementTree.Element, styles: Mapping[str, _Style]) -> None:
        self._sheet, self._styles = sheet, styles
        self._looks: dict[tuple[int, int], str] = {}
        self._notes: dict[tuple[int, int], str] = {}
        self._values: dict[int, dict[int, object]] = {}
        self._errors: dict[tuple[int, int], str] = {}
        self._empty: set[tuple[int, int]] = set()
        self._percentages: set[tuple[int, int]] = set()
        self._merged: list[MergedRange] = []
        self._hidden_rows: set[int] = set()

    def read(self) -> Sheet:
        table = self._sheet.find(f"{_SS}Table")
        hidden_columns: set[int] = set()
        if table is not None:
            for column, width, element in _placed(table.iterfind(f"{_SS}Column"), "Span", MOST_COLUMNS):
                if element.get(f"{_SS}Hidden") == "1":
                    hidden_columns |= set(range(column, min(column + width, MOST_COLUMNS)))
            for row, height, element in _placed(table.iterfind(f"{_SS}Row"), "Span", _MOST_ROWS):
                if element.get(f"{_SS}Hidden") == "1":
                    self._hidden_rows |= set(range(row, min(row + height, _MOST_ROWS)))
                for column, _, cell in _placed(element.iterfind(f"{_SS}Cell"), "MergeAcross", MOST_COLUMNS):
                    self._look_at(row, column, cell, element.get(f"{_SS}StyleID", ""))
        marks = SheetMarks(
            self._errors, frozenset(self._hidden_rows), frozenset(hidden_columns), tuple(self._merged),
            frozenset(self._empty), frozenset(self._percentages), self._looks, self._notes,
        )  # fmt: skip
        visible = self._sheet.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible", "SheetVisible")
        return self._sheet.get(f"{_SS}Name", ""), self._grid(), marks, visible != "SheetVisible"

    def _look_at(self, row: int, column: int, cell: ElementTree.Element, row_style: str) -> None:
        across, down = (int(cell.get(f"{_SS}Merge{way}", "0")) for way in ("Across", "Down"))
        if (across or down) and len(self._merged) < MOST_MERGED:
            self._merged.append((row, column, row + down, column + across))
        note, data = cell.find(f"{_SS}Comment"), cell.find(f"{_SS}Data")
        words = "" if note is None else "".join(note.itertext())
        if words.strip() and not is_sealed(words):
            self._notes[row, column] = NOTE
        text = "" if data is None else "".join(data.itertext())
        kind = "" if data is None else data.get(f"{_SS}Type", "String")
        if kind == "Error":
            self._errors[row, column] = text.strip() or "erreur"
        elif not text and cell.get(f"{_SS}Formula") is not None:
            if kind == "String":
                self._empty.add((row, column))
            else:
                self._errors[row, column] = NO_STORED_RESULT
        elif text:
            if self._values.get(row, {}).get(column, value := _value(kind, text)) != value:
                self._errors[row, column] = WRITTEN_TWICE
            self._values.setdefault(row, {})[column] = value
            self._dress(row, column, data, self._styles.get(cell.get(f"{_SS}StyleID", row_style), _Style()))

    def _dress(self, row: int, column: int, data: ElementTree.Element | None, style: _Style) -> None:
        """Note how the cell is shown: by its format where it is a number, by its font."""
        is_number = data is not None and data.get(f"{_SS}Type") == "Number"
        if is_number and style.is_percentage:
            self._percentages.add((row, column))
        rich = _rich_look(data) if data is not None else None
        value = self._values[row][column]
        number = value if is_number and isinstance(value, float) else None
        is_formatted = bool(style.code) and (is_number or isinstance(value, str))
        if look := rich or style.look or (shown_beside(style.code, number) if is_formatted else None):
            self._looks[row, column] = look

    def _grid(self) -> list[list[object]]:
        height = max(self._values, default=-1) + 1
        width = max((max(cells) for cells in self._values.values()), default=-1) + 1
        if height * width > _MOST_CELLS:
            raise UnreadableFileError("E0006", f"plus de {_MOST_CELLS // 10**6} millions de cellules")
        nothing: dict[int, object] = {}
        return [
            [cells.get(column, "") for column in range(width)]
            for cells in (self._values.get(row, nothing) for row in range(height))
        ]


def _placed(
    elements: Iterator[ElementTree.Element], spanning: str, most: int
) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Each element with its 0-based position and the number of places that it takes; an index skips some."""
    position = 0
    for element in elements:
        stated = element.get(f"{_SS}Index")
        position = int(stated) - 1 if stated else position
        width = int(element.get(f"{_SS}{spanning}", "0")) + 1
        if not (0 <= position < most and 1 <= width <= most):
            raise ValueError("a place outside the sheet")
        yield position, width, element
        position += width


def _value(kind: str, text: str) -> object:
    if kind == "Number":
        return float(text)
    if kind == "Boolean":
        return text.strip() in ("1", "true")
    if kind == "DateTime":
        moment = dt.datetime.fromisoformat(text.strip().removesuffix("Z"))
        return moment.time() if moment.date() in (dt.date(1899, 12, 31), dt.date(1899, 12, 30)) else moment
    return text
