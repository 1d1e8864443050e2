"""A sheet's XML in any legal writing, by a parser: its marks, and the same cells written the one plain way.

Belongs here: sheets that are not proven plain (``plain_sheet``): other quotes, comments, CDATA, character numbers,
other encodings, elements of other vocabularies, cells without their place, errors that calamine does not know. What
calamine is then given is written here, so that it can neither lose nor mistake anything. Does not: what a mark means
(``marks``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from xml.parsers import expat
from xml.sax.saxutils import escape

from sources.workbook.formats.marks import (
    MOST_COLUMNS,
    MOST_MERGED,
    NO_STORED_RESULT,
    WRITTEN_TWICE,
    MergedRange,
    SheetMarks,
    column_index,
    column_letters,
)
from sources.workbook.xlsx.plain_sheet import NAMESPACES
from sources.workbook.xlsx.xml_reading import XmlError, parser

_OWN = tuple(f"{namespace.decode()}}}" for namespace in NAMESPACES)
_REFERENCE = re.compile(r"\s*\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\s*")
_TRUE = ("1", "true")
_BOOLEANS, _KINDS = frozenset({"", "0", "1", "true", "false"}), frozenset({"s", "str", "inlineStr", "d", "e"})
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE)
_FLAT = re.compile(r"0(?:\.0*)?")
_ALTERNATIVES = "}AlternateContent"
_LINE_ENDS = {"\r": "&#13;"}
_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_FOOT = b"</sheetData></worksheet>"

_PARENTS = {
    "sheetData": "worksheet", "row": "sheetData", "c": "row", "v": "c", "f": "c", "is": "c",
    "cols": "worksheet", "col": "cols", "mergeCells": "worksheet", "mergeCell": "mergeCells",
}  # fmt: skip
"""The elements that are read, and where each must stand; the rest is passed over, with what it holds."""


def read_sheet_xml(xml: bytes, percent: frozenset[int]) -> tuple[SheetMarks, bytes]:
    """The marks of a sheet, and its cells as plain XML; cells in error are left out, as calamine shows them.

    Raises:
        XmlError: it is no XML, no sheet, declares entities, or gives its cells in several versions.
    """
    reader = _SheetReader(percent)
    try:
        reader.parse(xml)
    except (expat.ExpatError, LookupError) as error:
        raise XmlError("feuille mal formée") from error
    return reader.marks(), reader.plain()


class _SheetReader:
    def __init__(self, percent: frozenset[int]) -> None:
        self._percent = percent
        self._path: list[str] = []
        self._skipped = 0
        self._written: dict[tuple[int, int], str] = {}
        self._said: dict[tuple[int, int], tuple[str, str]] = {}
        self._row = self._column = -1
        self._errors: dict[tuple[int, int], str] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._merged: list[MergedRange] = []
        self._empty: set[tuple[int, int]] = set()
        self._percentages: set[tuple[int, int]] = set()
        self._cell: _Cell | None = None
        self._text: list[str] | None = None
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._start_row, "c": self._start_cell, "col": self._column_settings, "mergeCell": self._merge,
        }  # fmt: skip

    def parse(self, xml: bytes) -> None:
        made = parser()
        made.StartElementHandler, made.EndElementHandler = self._start, self._end
        made.CharacterDataHandler = self._data
        made.Parse(xml, True)

    def marks(self) -> SheetMarks:
        return SheetMarks(
            self._errors,
            frozenset(self._hidden_rows),
            frozenset(self._hidden_columns),
            tuple(self._merged),
            frozenset(self._empty),
            frozenset(self._percentages),
        )

    def plain(self) -> bytes:
        rows: defaultdict[int, list[str]] = defaultdict(list)
        for (row, _), cell in sorted(self._written.items()):
            rows[row].append(cell)
        written = (f'<row r="{row + 1}">{"".join(cells)}</row>' for row, cells in rows.items())
        return b"".join([_HEAD, "".join(written).encode(), _FOOT])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith(_ALTERNATIVES) and "sheetData" in self._path:
            raise XmlError("des cellules en plusieurs versions")
        if self._skipped or not self._is_read(name):
            if not self._path:
                raise XmlError("ce n'est pas une feuille")
            self._skipped += 1
            return
        local = name.rpartition("}")[2]
        self._path.append(local)
        if begin := self._starts.get(local):
            begin(attributes)
        elif self._cell is not None:
            self._start_in_cell(self._cell, local, attributes)

    def _is_read(self, name: str) -> bool:
        if not name.startswith(_OWN):
            return False
        local = name.rpartition("}")[2]
        if not self._path:
            return local == "worksheet"
        if "is" in self._path:
            return (local, self._path[-1]) in (("t", "is"), ("r", "is"), ("t", "r"))
        return _PARENTS.get(local) == self._path[-1]

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        local = self._path.pop()
        if local in ("v", "t") and self._cell is not None and self._text is not None:
            self._cell.texts.append("".join(self._text))
            self._text = None
        elif local == "c" and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None

    def _data(self, text: str) -> None:
        if self._text is not None and not self._skipped:
            self._text.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = _number(attributes["r"]) - 1 if "r" in attributes else self._row + 1
        self._column = -1
        if _is_hidden(attributes, "ht"):
            self._hidden_rows.add(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        row = self._row
        if reference := attributes.get("r"):
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise XmlError("une cellule sans adresse lisible")
            self._column, row = column_index(found[1].upper()), int(found[2]) - 1
            self._row = row
        else:
            self._column += 1
        self._cell = _Cell((row, self._column), attributes.get("t", "n").strip(), attributes.get("s", "0").strip())

    def _start_in_cell(self, cell: _Cell, local: str, attributes: dict[str, str]) -> None:
        cell.value_count += local in ("v", "is")
        if local == "f":
            cell.has_formula = True
        elif local in ("v", "t"):
            self._text = []
            cell.has_value |= local == "v"
            if local == "t":
                kept = any(value == "preserve" for name, value in attributes.items() if name.endswith("}space"))
                cell.keeps_blanks.append(kept)

    def _end_cell(self, cell: _Cell) -> None:
        value = "".join(cell.texts)
        said = (cell.kind, value.strip())
        if said[1] and (self._said.setdefault(cell.place, said) != said or cell.value_count > 1):
            self._errors[cell.place] = WRITTEN_TWICE
            self._written.pop(cell.place, None)
            self._percentages.discard(cell.place)
            return
        if self._errors.get(cell.place) == WRITTEN_TWICE or (not said[1] and cell.place in self._said):
            return
        if cell.kind == "e" and (cell.has_value or cell.has_formula):
            self._errors[cell.place] = value.strip() or NO_STORED_RESULT
        elif cell.has_formula and not value.strip():
            if cell.kind == "str" and cell.has_value:
                self._empty.add(cell.place)
            else:
                self._errors[cell.place] = NO_STORED_RESULT
        elif cell.texts and not _can_be(cell.kind, said[1]):
            self._errors[cell.place] = said[1]
        elif cell.texts:
            if cell.kind == "n" and value.strip() and self._percent and _number(cell.style) in self._percent:
                self._percentages.add(cell.place)
            self._written[cell.place] = cell.plain()

    def _column_settings(self, attributes: dict[str, str]) -> None:
        if _is_hidden(attributes, "width"):
            first, last = (_number(attributes.get(bound, "1")) for bound in ("min", "max"))
            self._hidden_columns |= set(range(first - 1, min(last, MOST_COLUMNS)))

    def _merge(self, attributes: dict[str, str]) -> None:
        ends = [_REFERENCE.fullmatch(end) for end in attributes.get("ref", "").split(":")]
        if len(ends) == 2 and ends[0] and ends[1] and len(self._merged) < MOST_MERGED:
            (left, top), (right, bottom) = ((column_index(end[1].upper()), int(end[2]) - 1) for end in ends if end)
            self._merged.append((top, left, bottom, right))


class _Cell:
    """One cell as it is read; ``texts`` are those of its value, or of the runs of its own text."""

    def __init__(self, place: tuple[int, int], kind: str, style: str) -> None:
        self.place, self.kind, self.style = place, kind, style
        self.has_formula = self.has_value = False
        self.value_count = 0
        self.texts: list[str] = []
        self.keeps_blanks: list[bool] = []

    def plain(self) -> str:
        """The cell as calamine reads it; blanks around a number, a code or a date are none of the value."""
        row, column = self.place
        opening = f'<c r="{column_letters(column)}{row + 1}" s="{_number(self.style)}" t="{escape(self.kind)}">'
        if self.keeps_blanks:
            runs = zip(self.texts[-len(self.keeps_blanks) :], self.keeps_blanks, strict=True)
            inside = "".join(_run(text, is_kept) for text, is_kept in runs)
            return f"{opening}<is>{inside}</is></c>"
        value = "".join(self.texts)
        return f"{opening}<v>{escape(value if self.kind == 'str' else value.strip(), _LINE_ENDS)}</v></c>"


def _run(text: str, keeps_blanks: bool) -> str:
    space = ' xml:space="preserve"' if keeps_blanks else ""
    return f"<r><t{space}>{escape(text, _LINE_ENDS)}</t></r>"


def _can_be(kind: str, text: str) -> bool:
    """Whether a cell of that kind may hold the text; no program writes another, and calamine gives up the file."""
    if kind == "n":
        return not text or _NUMBER.fullmatch(text) is not None
    return text.lower() in _BOOLEANS if kind == "b" else kind in _KINDS


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or a column is hidden, or has no height or width."""
    return attributes.get("hidden") in _TRUE or _FLAT.fullmatch(attributes.get(size, "")) is not None


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise XmlError("un nombre attendu") from error
