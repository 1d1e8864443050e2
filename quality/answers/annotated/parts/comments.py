"""The comments of one sheet: its own are kept, ours are added, those of an earlier answer are taken away.

Belongs here: the comments part and the drawing that gives each comment its box. Does not: their words (``notes``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from quality.answers.annotated.notes import HEADING, Position, position
from quality.answers.annotated.parts.markup import (
    Element,
    NotPatchableError,
    attribute,
    cell_text,
    child,
    children_of,
    prefix,
    root,
    text_of,
    with_attribute,
)
from sources.workbook.seals import bears_a_seal, words_beside
from sources.workbook.xlsx.cell_errors import column_letters
from sources.workbook.xlsx.xlsx_notes import AUTHOR, ORIGINAL

_SHAPE = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)
_SHAPE_PLACE = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
_SHAPE_ID = re.compile(rb'"_x0000_s(\d+)"')
_BOX_PIXELS, _LINE_PIXELS, _LINE_CHARACTERS, _ROW_PIXELS = 380, 18, 52, 20

EMPTY_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<authors></authors><commentList></commentList></comments>"
)
_VOCABULARIES = {
    b"xmlns:v": "urn:schemas-microsoft-com:vml",
    b"xmlns:o": "urn:schemas-microsoft-com:office:office",
    b"xmlns:x": "urn:schemas-microsoft-com:office:excel",
}
"""What our boxes are written in; other programs declare only those that they use themselves."""

_BOX_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" '
    b'o:connecttype="rect"/></v:shapetype>'
)
_EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%s"/>'
    b"</o:shapelayout>" + _BOX_TYPE + b"</xml>"
)


def empty_drawing(sheet_number: int, count: int) -> bytes:
    """A drawing for that many boxes; their numbers come in blocks of 1024, which it must name."""
    blocks = ",".join(str(sheet_number + block) for block in range(count // 1024 + 1))
    return _EMPTY_DRAWING % blocks.encode()


def mended_comments(xml: bytes, notes: Mapping[Position, str]) -> tuple[bytes, set[Position], set[Position]]:
    """The comments part with ``notes``; then the cells that gained a comment, and those that lost theirs.

    A cell that has a comment keeps its words below ours.
    """
    p = prefix(xml)
    authors, listed = child(xml, root(xml), b"authors"), child(xml, root(xml), b"commentList")
    if authors is None or listed is None:
        raise NotPatchableError("commentaires illisibles")
    author_count = sum(1 for _ in children_of(xml, authors))
    kept: list[bytes] = []
    had: dict[Position, str] = {}
    for comment in children_of(xml, listed):
        place = position(attribute(comment.attributes, b"ref") or "")
        text = text_of(xml[comment.inside : comment.inside_end])
        own = _without_ours(text)
        if place is None or (place not in notes and own == text):
            kept.append(xml[comment.start : comment.end])
        else:
            had[place] = own
    gone = {place for place, own in had.items() if place not in notes and not own}
    written = {place: _above(text, had.get(place, "")) for place, text in notes.items()}
    written |= {place: own for place, own in had.items() if place not in notes and own}
    ours = [_comment(place, text, author_count, p) for place, text in sorted(written.items())]
    author = b"<%sauthor>%s</%sauthor>" % (p, AUTHOR.encode(), p)
    xml = _inner(xml, listed, b"".join([*kept, *ours]))
    xml = _inner(xml, authors, xml[authors.inside : authors.inside_end] + author)
    return xml, set(notes) - set(had), gone


def mended_drawing(
    xml: bytes, gained: Mapping[Position, str], gone: set[Position], widths: Mapping[int, int], sheet_number: int
) -> bytes:
    """The drawing with a box for each comment gained, and without the boxes of those gone.

    ``widths`` maps a 0-based column to its width in pixels, where it is not the usual 64.
    """
    if gone:
        xml = _SHAPE.sub(lambda shape: b"" if _place_of(shape[0]) in gone else shape[0], xml)
    number = max((int(found) for found in _SHAPE_ID.findall(xml)), default=1024 * sheet_number)
    shapes = [_shape(place, text, number + index, widths) for index, (place, text) in enumerate(gained.items(), 1)]
    if not shapes:
        return xml
    if b"_x0000_t202" not in xml:
        shapes.insert(0, _BOX_TYPE)
    xml = _with_vocabularies(xml)
    closing = xml.rfind(b"</xml>")
    if closing < 0:
        raise NotPatchableError("dessin des commentaires illisible")
    return xml[:closing] + b"".join(shapes) + xml[closing:]


def _with_vocabularies(xml: bytes) -> bytes:
    """The drawing whose element declares each prefix that our boxes use: openpyxl leaves out those it does not need."""
    element = root(xml)
    attributes = element.attributes
    for name, address in _VOCABULARIES.items():
        declared = attribute(attributes, name)
        if declared is None:
            attributes = with_attribute(attributes, name, address)
        elif declared != address:
            raise NotPatchableError("dessin des commentaires écrit autrement")
    start = element.start + 1 + len(element.name)
    return xml[:start] + attributes + xml[start + len(element.attributes) :]


def rewritten_comments(xml: bytes, rewrite: Callable[[str], str]) -> bytes:
    """The comments part with the words of each comment as ``rewrite`` gives them; those it leaves keep their runs."""
    p = prefix(xml)
    listed = child(xml, root(xml), b"commentList")
    for comment in reversed(list(children_of(xml, listed))) if listed else []:
        text = text_of(xml[comment.inside : comment.inside_end])
        if (rewritten := rewrite(text)) != text:
            inside = b"<%stext><%st>%s</%st></%stext>" % (p, p, cell_text(rewritten), p, p)
            xml = xml[: comment.inside] + inside + xml[comment.inside_end :]
    return xml


def _above(ours: str, own: str) -> str:
    return f"{ours}\n\n{ORIGINAL}\n{own}" if own else ours


def _without_ours(text: str) -> str:
    """The words of a comment's own author, where an earlier answer wrote above them."""
    if not text.lstrip().startswith(HEADING):
        return text
    if bears_a_seal(text):
        beside = words_beside(text)  # None where somebody wrote inside ours: all of it is then theirs.
        return text if beside is None else beside.removeprefix(ORIGINAL).lstrip("\n")
    return text.partition(f"\n{ORIGINAL}\n")[2]


def _inner(xml: bytes, element: Element, inside: bytes) -> bytes:
    whole = b"<" + element.name + element.attributes + b">" + inside + b"</" + element.name + b">"
    return xml[: element.start] + whole + xml[element.end :]


def _comment(place: Position, text: str, author: int, p: bytes) -> bytes:
    heading, line_end, rest = text.partition("\n")
    runs = b"".join(
        b'<%sr><%srPr>%s<%ssz val="9"/><%scolor indexed="81"/><%srFont val="Tahoma"/><%sfamily val="2"/></%srPr>'
        b'<%st xml:space="preserve">%s</%st></%sr>'
        % (p, p, b"<%sb/>" % p if is_heading else b"", p, p, p, p, p, p, cell_text(part), p, p)
        for part, is_heading in ((heading + line_end, heading.startswith(HEADING)), (rest, False))
        if part
    )
    reference = f"{column_letters(place[1])}{place[0]}".encode()
    return b'<%scomment ref="%s" authorId="%d"><%stext>%s</%stext></%scomment>' % (p, reference, author, p, runs, p, p)


def _place_of(shape: bytes) -> Position | None:
    found = _SHAPE_PLACE.search(shape)
    return (int(found[1]) + 1, int(found[2])) if found else None


def _shape(place: Position, text: str, number: int, widths: Mapping[int, int]) -> bytes:
    row, column = place[0] - 1, place[1]
    lines = sum(1 + len(line) // _LINE_CHARACTERS for line in text.split("\n"))
    top = max(row - 1, 0)
    bottom = top + -(-(lines * _LINE_PIXELS + 12) // _ROW_PIXELS)
    right, left_over = column + 1, _BOX_PIXELS + 15
    while left_over > widths.get(right, 64):
        left_over -= widths.get(right, 64)
        right += 1
    anchor = f"{column + 1}, 15, {top}, 4, {right}, {left_over}, {bottom}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;z-index:{number % 1024 + 1};'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    ).encode()
