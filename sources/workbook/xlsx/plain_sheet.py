"""Whether the XML of a sheet is written in the one plain way in which searches in its bytes find what a parser finds.

Belongs here: the proof, in three steps. Does not: what is searched (``cell_errors``), nor reading what is not plain
(``sheet_xml``).

Nearly every program writes this way. The first step proves, of everything between the document's element and the end
of its cells, that it is UTF-8; that one prefix, or none, stands for the format's namespace from end to end, and that no
element of another vocabulary stands there; that there is no comment, CDATA section or instruction. Names of elements
and attributes cannot be written otherwise, so a search for them fails only where they are not. The second proves that
each attribute is ``name="value"``, without blanks around the sign, and that no value is written by character numbers.
The third, that no place has two cells (calamine gives the last) and no cell two values (it puts them together).
What calamine cannot read at all (a dimension ``A0``, an extension in a cell) need not be looked for: it says so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NAMESPACES = (
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Of the transitional and of the strict form of the standard."""

_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"(?:<\?xml version=[\"']1\.[01][\"'](?: encoding=[\"'](?i:utf-8)[\"'])?(?: standalone=[\"']\w+[\"'])? ?\?>)?\s*"
    rb'<((?:[A-Za-z_][\w.-]*:)?)worksheet((?:\s+[\w.:-]+="[^"<&]*")*)\s*>'
)
_DECLARED = re.compile(rb'\sxmlns(?::([\w.-]+))?="([^"]*)"')
_COMPATIBILITY = b"http://schemas.openxmlformats.org/markup-compatibility/2006"
_WITHOUT_CELLS = (
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    b"http://schemas.openxmlformats.org/drawingml/",
    _COMPATIBILITY,
    b"http://schemas.microsoft.com/office/",
)
"""Vocabularies that have no rows and cells among their elements; « markup-compatibility » is looked for apart."""

_OTHERS = ((b"xmlns", b"x"), (b"<!", b"!"), (b"<?", b"?"))
"""Another declaration, a comment or CDATA, an instruction; each with the letter that tells most sheets from it."""

_BLANKS = (b" ", b"\n", b"\t", b"\r")
_PLACES = re.compile(rb' r="([A-Z]{1,3}[0-9]{1,7})"')


class PlainSheet(NamedTuple):
    """The prefix of the format's elements (``x:`` or nothing), and where the cells begin and end."""

    prefix: bytes
    start: int
    end: int


def plain_sheet(xml: bytes) -> PlainSheet | None:
    """What the searches need to know; None where the first step of the proof fails."""
    head = _HEAD.match(xml)
    if head is None:
        return None
    prefix, attributes = head.groups()
    others = _other_prefixes(prefix, attributes)
    if others is None:
        return None
    end = xml.rfind(b"</%ssheetData" % prefix)
    start, end = head.end(), end if end >= 0 else len(xml)
    signs = [*(b"<%s:" % other for other in others)]
    if prefix:
        signs += [b"<c", b"<row"]
    if _COMPATIBILITY in attributes:
        signs.append(b"AlternateContent")
    if any(xml.find(sign, start, end) >= 0 for sign in signs):
        return None
    if any(is_found(xml, sign, letter, start, end) for sign, letter in _OTHERS):
        return None
    return PlainSheet(prefix, start, end)


def has_plain_attributes(xml: bytes, sheet: PlainSheet) -> bool:
    """The second step of the proof."""
    start, end = sheet.start, sheet.end
    if is_found(xml, b"='", b"'", start, end) or is_found(xml, b"&#", b"#", start, end):
        return False
    return not any(
        xml.find(blank, start, end) >= 0
        and (xml.find(b"=" + blank, start, end) >= 0 or xml.find(blank + b"=", start, end) >= 0)
        for blank in _BLANKS
    )


def has_each_cell_once(xml: bytes, sheet: PlainSheet) -> bool:
    """The third step: each cell says its place, and no two the same. A text that looks like a place fails it too."""
    start = max(xml.find(b"<%bsheetData" % sheet.prefix, sheet.start, sheet.end), sheet.start)
    places = _PLACES.findall(xml, start, sheet.end)
    cells = xml.count(b"<%bc" % sheet.prefix, start, sheet.end)
    return len(places) == cells == len(set(places)) and _ends_each_cell(xml, sheet)


def _ends_each_cell(xml: bytes, sheet: PlainSheet) -> bool:
    """Whether each value is the last thing in its cell, so that none holds two: calamine puts them together."""
    p, start, end = sheet.prefix, sheet.start, sheet.end
    for end_of_value in (b"</%bv" % p, b"</%bis" % p):
        values = xml.count(end_of_value, start, end)
        if values and values != xml.count(b"%b></%bc>" % (end_of_value, p), start, end):
            return False
    return True


def is_found(xml: bytes, sign: bytes, letter: bytes, start: int, end: int) -> bool:
    """Whether the sign stands there. One character is found ten times as fast as several: a ``letter`` of the sign that
    a sheet seldom has is looked for first."""
    return xml.find(letter, start, end) >= 0 and xml.find(sign, start, end) >= 0


def _other_prefixes(prefix: bytes, attributes: bytes) -> list[bytes] | None:
    """The prefixes of vocabularies that we do not know; None where the format's own is not the element's alone."""
    declared = [(name, address) for name, address in _DECLARED.findall(attributes)]
    own = [name for name, address in declared if address in NAMESPACES]
    if own != [prefix.rstrip(b":")] or (prefix and any(not name for name, _ in declared)):
        return None
    return [name for name, address in declared if address not in NAMESPACES and not address.startswith(_WITHOUT_CELLS)]
