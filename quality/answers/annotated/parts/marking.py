"""One sheet's XML with cells marked or masked, everything else byte for byte as it was.

Belongs here: cells, rows, and the sheet's own settings that an answer changes. Does not: styles, comments, strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from quality.answers.annotated.notes import Position, position
from quality.answers.annotated.parts.markup import (
    Element,
    NotPatchableError,
    attribute,
    cell_text,
    children,
    children_of,
    prefix,
    with_attribute,
)
from sources.workbook.xlsx.cell_errors import column_index, column_letters

_ATTRIBUTES = rb"""((?:[^"'<>]|"[^"]*"|'[^']*')*?)"""
_AFTER_LEGACY_DRAWING = (
    b"legacyDrawingHF",
    b"drawingHF",
    b"picture",
    b"oleObjects",
    b"controls",
    b"AlternateContent",
    b"webPublishItems",
    b"tableParts",
    b"extLst",
)
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SELECTED = re.compile(rb"""\s+tabSelected\s*=\s*(?:"[^"]*"|'[^']*')""")
_PIXELS_PER_CHARACTER, _PIXELS_BESIDE = 7, 5

Replacement = Callable[[bytes, bytes], bytes | None]
"""(attributes, inside) of a masked cell → the whole cell anew without its style, or None to leave it."""


@dataclass(frozen=True)
class Column:
    """What a sheet says of some columns: ``first`` and ``last`` are 0-based and included."""

    first: int
    last: int
    style: int
    pixels: int | None


class SheetText:
    """A sheet's XML cut in three: before its rows, its rows, after them."""

    def __init__(self, xml: bytes) -> None:
        self.prefix = prefix(xml)
        opening = re.search(rb"<" + self.prefix + rb"sheetData" + _ATTRIBUTES + rb"(/?)>", xml)
        if opening is None:
            raise NotPatchableError("feuille sans données")
        self.has_rows = not opening[2]
        closing = xml.rfind(b"</" + self.prefix + b"sheetData>") if self.has_rows else opening.end()
        if closing < opening.end():
            raise NotPatchableError("feuille incomplète")
        self.head, self.data, self.tail = xml[: opening.end()], xml[opening.end() : closing], xml[closing:]

    def as_xml(self) -> bytes:
        return self.head + self.data + self.tail

    def columns(self) -> list[Column]:
        """The columns that have a style or a width of their own."""
        found = re.search(
            rb"<" + self.prefix + rb"cols" + _ATTRIBUTES + rb">(.*?)</" + self.prefix + b"cols>", self.head, re.DOTALL
        )
        if found is None:
            return []
        columns = []
        for element in children(found[2], 0, len(found[2])):
            width = attribute(element.attributes, b"width")
            columns.append(
                Column(
                    int(attribute(element.attributes, b"min") or 1) - 1,
                    int(attribute(element.attributes, b"max") or 1) - 1,
                    int(attribute(element.attributes, b"style") or 0),
                    int(float(width) * _PIXELS_PER_CHARACTER + _PIXELS_BESIDE) if width else None,
                )
            )
        return columns

    def merged_origin(self) -> Callable[[Position], Position]:
        """A cell → the one that shows the merged block in which it stands (itself, where there is none)."""
        blocks = []
        for element in self._tail_elements():
            if element.local == b"mergeCells":
                for merged in children_of(self.tail, element):
                    blocks.append(_block(attribute(merged.attributes, b"ref") or ""))
        found = [block for block in blocks if block]

        def origin(place: Position) -> Position:
            for first, last in found:
                if first[0] <= place[0] <= last[0] and first[1] <= place[1] <= last[1]:
                    return first
            return place

        return origin

    def deselect(self) -> None:
        """Let the sheet no longer be among those shown as selected: ours is."""
        self.head = _SELECTED.sub(b"", self.head)

    def change_cells(
        self, marks: Mapping[Position, Callable[[int], int]], masks: Mapping[Position, Replacement]
    ) -> None:
        """Give each cell of ``marks`` the style that its own style becomes, and replace each of ``masks``."""
        by_row: dict[int, set[int]] = {}
        for place in [*marks, *masks]:
            by_row.setdefault(place[0], set()).add(place[1])
        if not by_row or not self.has_rows:
            return
        columns = self.columns()
        pieces, copied_to = [], 0
        for number, tag in self._rows(by_row.keys()):
            if tag[2]:
                inside, end = b"", tag.end()
            else:
                closing = self.data.find(b"</" + self.prefix + b"row>", tag.end())
                if closing < 0:
                    raise NotPatchableError("ligne incomplète")
                inside, end = self.data[tag.end() : closing], closing + len(self.prefix) + 6
            row = _Row(number, tag[1], inside, self.prefix, columns)
            for column in sorted(by_row[number]):
                row.change(column, marks.get((number, column)), masks.get((number, column)))
            pieces += [self.data[copied_to : tag.start()], row.as_xml()]
            copied_to = end
        self.data = b"".join([*pieces, self.data[copied_to:]])

    def restyle(self, styles: Mapping[int, int]) -> None:
        """Give every cell whose style is a key of ``styles`` the style beside it."""
        if not styles:
            return
        pattern = re.compile(rb"(<" + self.prefix + rb"c\s(?:[^<>\"']|\"[^\"]*\")*?\ss=\")(\d+)(?=\")")
        self.data = pattern.sub(
            lambda found: found[1] + str(styles.get(int(found[2]), int(found[2]))).encode(), self.data
        )

    def unlink(self, places: Collection[Position]) -> list[str]:
        """Take away the links of these cells (an address becomes one as it is typed); returns their relations."""
        links = next((e for e in self._tail_elements() if e.local == b"hyperlinks"), None)
        if links is None or not places:
            return []
        kept, relations = [], []
        for link in children_of(self.tail, links):
            if position((attribute(link.attributes, b"ref") or "").partition(":")[0]) in places:
                found = _RELATION_ID.search(link.attributes)
                relations += [found[1].decode()] if found else []
            else:
                kept.append(self.tail[link.start : link.end])
        opening, closing = self.tail[links.start : links.inside], self.tail[links.inside_end : links.end]
        whole = b"".join([opening, *kept, closing]) if kept else b""
        self.tail = self.tail[: links.start] + whole + self.tail[links.end :]
        return relations

    def legacy_drawing_id(self) -> str | None:
        """The relation that holds the boxes of the sheet's comments, if any."""
        drawing = next((e for e in self._tail_elements() if e.local == b"legacyDrawing"), None)
        found = _RELATION_ID.search(drawing.attributes) if drawing else None
        return found[1].decode() if found else None

    def show_comments(self, relation_id: str) -> None:
        """Name the drawing that holds the comments' boxes, where the sheet names none."""
        where = len(self.tail)
        for element in self._tail_elements():
            if element.local in _AFTER_LEGACY_DRAWING:
                where = element.start
                break
            where = element.end
        added = b'<%slegacyDrawing xmlns:r="%s" r:id="%s"/>' % (self.prefix, _OFFICE, relation_id.encode())
        self.tail = self.tail[:where] + added + self.tail[where:]

    def _tail_elements(self) -> Iterator[Element]:
        start = len(self.prefix) + 12 if self.has_rows else 0
        yield from children(self.tail, start, len(self.tail))

    def _rows(self, wanted: object) -> Iterator[tuple[int, re.Match[bytes]]]:
        number = 0
        for tag in _row_pattern(self.prefix).finditer(self.data):
            reference = _ROW_NUMBER.search(tag[1])
            number = int(reference[1]) if reference else number + 1
            if number in wanted:  # type: ignore[operator]
                yield number, tag


_RELATION_ID = re.compile(rb"""\s[\w.-]+:id\s*=\s*["']([^"']+)["']""")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_CELL_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})\d+["']""")


@cache
def _row_pattern(p: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + p + rb"row\b" + _ATTRIBUTES + rb"(/?)>")


@cache
def _cell_pattern(p: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + p + rb"c\b" + _ATTRIBUTES + rb"(?:/>|>(.*?)</" + p + rb"c>)", re.DOTALL)


class _Row:
    """The cells of one row, by column."""

    def __init__(self, number: int, attributes: bytes, inside: bytes, p: bytes, columns: list[Column]) -> None:
        self._number, self._attributes, self._prefix, self._columns = number, attributes, p, columns
        self._cells: dict[int, tuple[bytes, bytes | None]] = {}
        self._is_stated = True
        column = -1
        for cell in _cell_pattern(p).finditer(inside):
            reference = _CELL_REFERENCE.search(cell[1])
            self._is_stated &= reference is not None
            column = column_index(reference[1].decode()) if reference else column + 1
            self._cells[column] = (cell[1], cell[2])

    def change(self, column: int, mark: Callable[[int], int] | None, mask: Replacement | None) -> None:
        if column not in self._cells:
            if mark is None:
                return
            if not self._is_stated:
                raise NotPatchableError("cellules sans adresse")
            reference = f"{column_letters(column)}{self._number}"
            self._cells[column] = (b' r="%s"' % reference.encode(), None)
            self._attributes = with_attribute(self._attributes, b"spans", None)
        attributes, inside = self._cells[column]
        if mask is not None and (masked := mask(attributes, inside or b"")) is not None:
            attributes, inside = with_attribute(attributes, b"t", "inlineStr"), masked
        if mark is not None:
            own = attribute(attributes, b"s")
            style = int(own) if own else (self._inherited(column) if inside is None else 0)
            attributes = with_attribute(attributes, b"s", str(mark(style)))
        self._cells[column] = (attributes, inside)

    def as_xml(self) -> bytes:
        p = self._prefix
        cells = b"".join(
            b"<%sc%s/>" % (p, attributes) if inside is None else b"<%sc%s>%s</%sc>" % (p, attributes, inside, p)
            for _, (attributes, inside) in sorted(self._cells.items())
        )
        return b"<%srow%s>%s</%srow>" % (p, self._attributes, cells, p)

    def _inherited(self, column: int) -> int:
        """The style of a cell that the file does not hold: its row's, else its column's."""
        if attribute(self._attributes, b"customFormat") in ("1", "true"):
            return int(attribute(self._attributes, b"s") or 0)
        return next((c.style for c in self._columns if c.first <= column <= c.last), 0)


def inline_text(text: str, p: bytes) -> bytes:
    """What a text cell of our own holds: text, whatever it begins with."""
    return b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (p, p, cell_text(text), p, p)


def widths(columns: list[Column]) -> dict[int, int]:
    """0-based column → pixels, for the first columns that have a width of their own."""
    return {
        index: column.pixels
        for column in columns
        if column.pixels is not None
        for index in range(column.first, min(column.last, 200) + 1)
    }


def _block(reference: str) -> tuple[Position, Position] | None:
    found = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", reference)
    if found is None:
        return None
    return (int(found[2]), column_index(found[1])), (int(found[4]), column_index(found[3]))
