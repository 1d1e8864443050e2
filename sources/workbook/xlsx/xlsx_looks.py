"""Cells of an xlsx whose look changes what a person reads there: struck out, with an exponent, shown in another unit.

Belongs here: the styles, the rich texts and the cells that have them. Does not: what a format's code shows
(``number_formats``), which look matters in which column (``quality``).

A text struck out was taken back by whoever wrote it; « 40² » is forty with a note, and its text is « 402 »; 450 under
the format « 0 "k€" » is 450 000 to the eye.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

from sources.workbook.formats.marks import EXPONENT, HIDDEN, PALE, STRUCK, column_index
from sources.workbook.formats.number_formats import hides_zero, shown_beside
from sources.workbook.xlsx.office_package import OfficePackage
from sources.workbook.xlsx.plain_sheet import is_found
from sources.workbook.xlsx.xml_reading import parsed

_RICH = ((b"strike", b"k"), (b"vertAlign", b"g"))
"""Each with the letter that tells from it at once a sheet whose texts stand elsewhere."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FALSE = ("0", "false")
_HIDDEN_ZERO = "rien, si c'est zéro"
"""The look of a style that shows no zero; of a cell it is ``HIDDEN`` or none."""

Looks = dict[tuple[int, int], str]


class XlsxLooks:
    """The looks that a workbook may have; asked for the cells of each sheet."""

    def __init__(self, package: OfficePackage, styles: bytes, strings: str) -> None:
        self._styles = style_looks(styles) if styles else {}
        self._strings = _string_looks(package.part(strings)) if strings in package else {}

    def of(self, sheet: bytes) -> Looks:
        """(row, column) → look, of the cells of a sheet that hold something."""
        if not self._styles and not self._strings and not _may_be_rich(sheet):
            return {}
        looks: Looks = {}
        for cell in parsed(sheet).iterfind("{*}sheetData/{*}row/{*}c"):
            look = self._look(cell)
            place = _PLACE.fullmatch(cell.get("r", ""))
            if look and place:
                looks[int(place[2]) - 1, column_index(place[1])] = look
        return looks

    def _look(self, cell: ElementTree.Element) -> str | None:
        kind, value = cell.get("t", "n"), (cell.findtext("{*}v") or "").strip()
        own = cell.find("{*}is")
        if not value and own is None:
            return None
        rich = _rich_look(own) if own is not None else self._strings.get(value) if kind == "s" else None
        look = rich or self._styles.get(cell.get("s", "0"))
        if look == _HIDDEN_ZERO:
            return HIDDEN if kind == "n" and value.strip("0.") == "" else None
        return look if look in (STRUCK, EXPONENT, PALE) or kind == "n" else None


@lru_cache(maxsize=16)
def style_looks(styles: bytes) -> dict[str, str]:
    """Number of a cell style → its look; workbooks made from one template share this part."""
    root = parsed(styles)
    written = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    beside = {number: shown for number, code in written.items() if (shown := shown_beside(code)) is not None}
    beside |= {number: _HIDDEN_ZERO for number, code in written.items() if number not in beside and hides_zero(code)}
    fonts = list(root.iterfind("{*}fonts/{*}font"))
    struck = {str(at) for at, font in enumerate(fonts) if _is_struck(font)}
    white = {str(at) for at, font in enumerate(fonts) if _is_white(font.find("{*}color"))}
    bare = {str(at) for at, fill in enumerate(root.iterfind("{*}fills/{*}fill")) if _is_bare(fill)} if white else set()
    looks: dict[str, str] = {}
    for at, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        if style.get("fontId", "0") in struck:
            looks[str(at)] = STRUCK
        elif style.get("fontId", "0") in white and style.get("fillId", "0") in bare:
            looks[str(at)] = PALE
        elif (number := style.get("numFmtId", "0")) in beside:
            looks[str(at)] = beside[number]
    return looks


def _may_be_rich(part: bytes) -> bool:
    return any(is_found(part, sign, letter, 0, len(part)) for sign, letter in _RICH)


def _string_looks(strings: bytes) -> dict[str, str]:
    """Number of a shared text → its look."""
    if not _may_be_rich(strings):
        return {}
    looks = ((str(at), _rich_look(text)) for at, text in enumerate(parsed(strings).iterfind("{*}si")))
    return {at: look for at, look in looks if look}


def _rich_look(text: ElementTree.Element) -> str | None:
    runs = [run.find("{*}rPr") for run in text.iterfind("{*}r") if (run.findtext("{*}t") or "").strip()]
    if any(run is not None and _is_struck(run) for run in runs):
        return STRUCK
    raised = (run.find("{*}vertAlign") for run in runs if run is not None)
    return (
        EXPONENT if any(one is not None and one.get("val") in ("superscript", "subscript") for one in raised) else None
    )


def _is_white(color: ElementTree.Element | None) -> bool:
    """White itself, by its value or as the first colour of the palette or of the theme, which is the paper's."""
    if color is None or color.get("tint", "0") not in ("0", "0.0"):
        return False
    return color.get("rgb", "").upper().endswith("FFFFFF") or color.get("theme") == "0" or color.get("indexed") == "9"


def _is_bare(fill: ElementTree.Element) -> bool:
    """No colour behind the cell, or white."""
    pattern = fill.find("{*}patternFill")
    if pattern is None or pattern.get("patternType", "none") == "none":
        return pattern is not None
    return pattern.get("patternType") == "solid" and _is_white(pattern.find("{*}fgColor"))


def _is_struck(font: ElementTree.Element) -> bool:
    strike = font.find("{*}strike")
    return strike is not None and strike.get("val", "1") not in _FALSE
