"""A workbook's styles with a few more: each marked cell keeps its own style, under another background.

Belongs here: fills, fonts and cell formats of ``xl/styles.xml``. Does not: which cell gets which (``marking``).
"""

from __future__ import annotations

import re

from quality.answers.annotated.parts.markup import (
    Element,
    NotPatchableError,
    attribute,
    children_of,
    prefix,
    root,
    with_attribute,
)

COLOURS = {"erreur": "FFF7C6C5", "avertissement": "FFFDE2B3", "information": "FFD3E5F7"}
"""The background of a marked cell by severity; the comment and the first sheet say the same in words."""

_COLOUR = re.compile("|".join(COLOURS.values()).encode(), re.IGNORECASE)


class Styles:
    """``xl/styles.xml`` being added to; ``marked`` and ``add`` give the numbers that cells name as their style."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._prefix = prefix(xml)
        self._parts: dict[bytes, Element] = {}
        self._items: dict[bytes, list[bytes]] = {}
        for element in children_of(xml, root(xml)):
            if element.local in (b"fonts", b"fills", b"borders", b"cellXfs"):
                self._parts[element.local] = element
                self._items[element.local] = [xml[e.start : e.end] for e in children_of(xml, element)]
        if len(self._parts) < 4 or not self._items[b"cellXfs"]:
            raise NotPatchableError("feuille de styles incomplète")
        self._marked: dict[tuple[int, str], int] = {}

    def marked(self, style: int, severity: str) -> int:
        """The style like ``style`` on the background of the severity."""
        key = (style, severity)
        if key not in self._marked:
            fill = self.add_fill(COLOURS[severity])
            self._marked[key] = self._add(b"cellXfs", self._with_fill(self._format(style), fill))
        return self._marked[key]

    def already_marked(self) -> dict[int, int]:
        """Styles that an earlier answer made → the style without its background."""
        ours = {i for i, fill in enumerate(self._items[b"fills"]) if _COLOUR.search(fill)}
        if not ours:
            return {}
        fills = [self._fill(item) for item in self._items[b"cellXfs"]]
        unmarked: dict[bytes, int] = {}
        for style, item in enumerate(list(self._items[b"cellXfs"])):
            if fills[style] not in ours:
                unmarked.setdefault(self._bare(item), style)
        found = {}
        for style, fill in enumerate(fills):
            if fill in ours:
                item = self._items[b"cellXfs"][style]
                bare = self._bare(item)
                if bare not in unmarked:
                    unmarked[bare] = self._add(b"cellXfs", self._with_fill(item, 0))
                found[style] = unmarked[bare]
        return found

    def add_fill(self, argb: str) -> int:
        p = self._prefix
        return self._add(
            b"fills",
            b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="%s"/><%sbgColor indexed="64"/>'
            b"</%spatternFill></%sfill>" % (p, p, p, argb.encode(), p, p, p),
        )

    def add_font(self, *, bold: bool = False, link: bool = False, size: int = 11, argb: str = "FF1C2733") -> int:
        p = self._prefix
        kind = (b"<%sb/>" % p if bold else b"") + (b"<%su/>" % p if link else b"")
        return self._add(
            b"fonts",
            b'<%sfont>%s<%ssz val="%d"/><%scolor rgb="%s"/><%sname val="Calibri"/><%sfamily val="2"/></%sfont>'
            % (p, kind, p, size, p, argb.encode(), p, p, p),
        )

    def add(self, *, font: int, fill: int = 0, border: int = 0, wrap: bool = True) -> int:
        """A style for a text cell of our own."""
        p = self._prefix
        return self._add(
            b"cellXfs",
            b'<%sxf numFmtId="49" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyNumberFormat="1" applyFont="1" '
            b'applyFill="1" applyBorder="1" applyAlignment="1"><%salignment vertical="top"%s/></%sxf>'
            % (p, font, fill, border, p, b' wrapText="1"' if wrap else b"", p),
        )

    def add_border(self, argb: str) -> int:
        p = self._prefix
        sides = b"".join(
            b'<%s%s style="thin"><%scolor rgb="%s"/></%s%s>' % (p, side, p, argb.encode(), p, side)
            for side in (b"left", b"right", b"top", b"bottom")
        )
        return self._add(b"borders", b"<%sborder>%s<%sdiagonal/></%sborder>" % (p, sides, p, p))

    def as_xml(self) -> bytes:
        """The part with what was added."""
        xml = self._xml
        for name, element in sorted(self._parts.items(), key=lambda part: -part[1].start):
            items = self._items[name]
            attributes = with_attribute(element.attributes, b"count", str(len(items)))
            whole = b"<" + element.name + attributes + b">" + b"".join(items) + b"</" + element.name + b">"
            xml = xml[: element.start] + whole + xml[element.end :]
        return xml

    def _add(self, part: bytes, item: bytes) -> int:
        items = self._items[part]
        if part in (b"fills", b"fonts", b"borders") and item in items:
            return items.index(item)
        items.append(item)
        return len(items) - 1

    def _format(self, style: int) -> bytes:
        formats = self._items[b"cellXfs"]
        return formats[style] if 0 <= style < len(formats) else formats[0]

    def _with_fill(self, item: bytes, fill: int) -> bytes:
        element = root(item)
        attributes = with_attribute(element.attributes, b"fillId", str(fill))
        attributes = with_attribute(attributes, b"applyFill", "1" if fill else None)
        opening = b"<" + element.name + attributes
        if element.inside == element.end:
            return opening + b"/>"
        return opening + b">" + item[element.inside :]

    def _fill(self, item: bytes) -> int:
        return int(attribute(root(item).attributes, b"fillId") or 0)

    def _bare(self, item: bytes) -> bytes:
        """A format without its background, to find the one from which it was made."""
        element = root(item)
        attributes = element.attributes
        for name in (b"fillId", b"applyFill"):
            attributes = with_attribute(attributes, name, None)
        inside = item[element.inside : element.inside_end] if element.inside_end < element.end else b""
        return b" ".join(sorted(attributes.split())) + inside
