"""The cell styles of an ods that show a number as a percentage or in another unit, or a text struck out or raised.

Belongs here: data styles, and the styles of cells and of parts of texts that name them. Does not: the cells
(``ods_marks``), what a format shows beside a number (``number_formats``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from xml.etree import ElementTree

from sources.workbook.formats.marks import EXPONENT, STRUCK
from sources.workbook.formats.number_formats import may_show_otherwise

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_PERCENTAGE = f"{_NUMBER}percentage-style"
_OF_VALUES = tuple(f"{_NUMBER}{kind}-style" for kind in ("number", "currency", "text"))
_CONDITION = re.compile(r"value\(\)\s*([<>=!]+\s*-?[\d.]+)")
_MAY_BE_DRESSED = re.compile(
    rb"""line-through-(?:style|type)=["'](?!none)|text-position=["'](?!0%)|display-factor="""
    rb"""|<number:(?:text|currency-symbol)[^>]*>[^<]*[A-Za-z0-9$\xa3]|<number:text/>|min-integer-digits=.0"""
)
"""Where none stands in a document, no style of it has a look."""


class OdsStyles(NamedTuple):
    """``percent``: the names of the cell styles of percentages; ``fonts``: name of a style, of a cell or of a part of
    its text, → look of its font; ``codes``: name of a cell style → its format, if it may show something else."""

    percent: frozenset[str] = frozenset()
    fonts: Mapping[str, str] = MappingProxyType({})
    codes: Mapping[str, str] = MappingProxyType({})

    def __bool__(self) -> bool:
        return bool(self.percent or self.fonts or self.codes)


def may_be_dressed(parts: Iterable[bytes]) -> bool:
    """Whether a style of these documents may strike out, raise, or show a unit."""
    return any(_MAY_BE_DRESSED.search(part) for part in parts)


def ods_styles(documents: Iterable[ElementTree.Element], *, are_dressed: bool) -> OdsStyles:
    """The styles of the documents; a style has its own look or format, or its parent's."""
    roots = list(documents)
    formats = {style.get(f"{_STYLE}name", "") for root in roots for style in root.iter(_PERCENTAGE)}
    formats |= set(_leading_to(formats, roots))
    codes = dict(_told_codes(roots)) if are_dressed else {}
    if not formats and not are_dressed:
        return OdsStyles()
    own: dict[str, str | None] = {}
    parents: dict[str, str | None] = {}
    fonts: dict[str, str | None] = {}
    for root in roots:
        for style in root.iter(f"{_STYLE}style"):
            name = style.get(f"{_STYLE}name", "")
            if style.get(f"{_STYLE}family") == "table-cell":
                own[name] = style.get(f"{_STYLE}data-style-name")
                parents[name] = style.get(f"{_STYLE}parent-style-name")
            fonts[name] = _font_look(style)
    shown = {name: _inherited(name, own, parents) for name in own}
    looks = {name: _inherited(name, fonts, parents) for name in fonts} if are_dressed else {}
    return OdsStyles(
        frozenset(name for name, code in shown.items() if code in formats),
        {name: look for name, look in looks.items() if look},
        {name: codes[code] for name, code in shown.items() if code in codes},
    )


def _leading_to(formats: set[str], roots: Iterable[ElementTree.Element]) -> Iterator[str]:
    """The formats that hand some of their numbers over to one of ``formats``, by a condition."""
    for root in roots:
        for style in root.iter():
            if any(mapped.get(f"{_STYLE}apply-style-name") in formats for mapped in style.iterfind(f"{_STYLE}map")):
                yield style.get(f"{_STYLE}name", "")


def _told_codes(roots: Iterable[ElementTree.Element]) -> Iterator[tuple[str, str]]:
    """Name of a format → its code, as a spreadsheet writes it, where it may show something else than the value. Its
    conditions lead to other formats."""
    for root in roots:
        styles = {style.get(f"{_STYLE}name", ""): style for style in root.iter() if style.tag in _OF_VALUES}
        for name, style in styles.items():
            sections = [
                f"[{found[1]}]{_code(other) if other is not None else 'General'}"
                for each in style.iterfind(f"{_STYLE}map")
                if (found := _CONDITION.search(each.get(f"{_STYLE}condition", "")))
                for other in [styles.get(each.get(f"{_STYLE}apply-style-name", ""))]
            ]
            code = (";".join([*sections, _code(style)]) or ";").replace("!=", "<>")
            if may_show_otherwise(code):
                yield name, code


def _code(style: ElementTree.Element) -> str:
    """The section of a format that one style is."""
    pieces = []
    for part in style:
        text = (part.text or "").replace('"', "")
        if part.tag == f"{_NUMBER}number":
            factor = part.get(f"{_NUMBER}display-factor", "1")
            is_always = part.get(f"{_NUMBER}min-integer-digits", "1") != "0"
            pieces.append("#0"[is_always] + "," * (len(factor.split(".")[0].strip("1")) // 3))
        elif part.tag == f"{_NUMBER}currency-symbol":
            pieces.append(f"[${text}]")
        elif part.tag == f"{_NUMBER}text" and text:
            pieces.append(f'"{text}"')
        elif part.tag == f"{_NUMBER}text-content":
            pieces.append("@")
        elif part.tag in (f"{_NUMBER}scientific-number", f"{_NUMBER}fraction"):
            return "General"
    return "".join(pieces)


def _font_look(style: ElementTree.Element) -> str | None:
    """The look that the style itself gives; "" where it says that there is none."""
    written = style.find(f"{_STYLE}text-properties")
    if written is None:
        return None
    said = [written.get(f"{_STYLE}text-line-through-{what}") for what in ("style", "type")]
    if any(one not in (None, "none") for one in said):
        return STRUCK
    position = written.get(f"{_STYLE}text-position")
    if position is not None and not position.startswith("0%"):
        return EXPONENT
    return "" if position is not None or any(said) else None


def _inherited(name: str, own: Mapping[str, str | None], parents: Mapping[str, str | None]) -> str | None:
    seen: set[str] = set()
    following: str | None = name
    while following is not None and following not in seen:
        if own.get(following) is not None:
            return own[following]
        seen.add(following)
        following = parents.get(following)
    return None
