"""Cells of an xlsx whose look changes what a person reads there: struck out, with an exponent, shown in another unit.

Belongs here: the styles, the rich texts and the cells that have them. Does not: what a format's code shows
(``number_formats``), which look matters in which column (``quality``).

A text struck out was taken back by whoever wrote it; « 40² » is forty with a note, and its text is « 402 »; 450 under
the format « 0 "k€" » is 450 000 to the eye.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from xml.etree import ElementTree

from sources.workbook.formats.marks import EXPONENT, HIDDEN, PALE, STRUCK, TODAY, VOLATILE, column_index
from sources.workbook.formats.number_formats import may_show_otherwise, shown_beside
from sources.workbook.xlsx.office_package import OfficePackage
from sources.workbook.xlsx.plain_sheet import is_found
from sources.workbook.xlsx.xlsx_rules import dressing_rules, looks_by_rules
from sources.workbook.xlsx.xml_reading import parsed

_RICH = ((b"strike", b"k"), (b"vertAlign", b"g"))
"""Each with the letter that tells from it at once a sheet whose texts stand elsewhere."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FALSE = ("0", "false")
_TEXTS = ("s", "str", "inlineStr")
_ZEROS_HIDDEN = re.compile(rb"""\sshowZeros\s*=\s*["'](?:0|false)["']""")

Looks = dict[tuple[int, int], str]


class _Styles(NamedTuple):
    """Number of a cell style → the look of its font or fill, and the code of a format that may show something else."""

    fonts: Mapping[str, str] = MappingProxyType({})
    codes: Mapping[str, str] = MappingProxyType({})


class XlsxLooks:
    """The looks that a workbook may have; asked for the cells of each sheet."""

    def __init__(self, package: OfficePackage, styles: bytes, strings: str) -> None:
        self._styles = style_looks(styles) if styles else _Styles()
        self._rules = dressing_rules(styles) if styles else {}
        self._strings = _string_looks(package.part(strings)) if strings in package else {}

    def of(self, sheet: bytes) -> Looks:
        """(row, column) → look, of the cells of a sheet that hold something."""
        return self._dressed(sheet) | _of_today(sheet)

    def _dressed(self, sheet: bytes) -> Looks:
        shows_no_zero = _shows_no_zero(sheet)
        by_rules = looks_by_rules(sheet, self._rules)
        if not (any(self._styles) or self._strings or shows_no_zero or by_rules or _may_be_rich(sheet)):
            return {}
        looks: Looks = {}
        for cell in parsed(sheet).iterfind("{*}sheetData/{*}row/{*}c"):
            kind, value = cell.get("t", "n"), (cell.findtext("{*}v") or "").strip()
            own = cell.find("{*}is")
            place = _PLACE.fullmatch(cell.get("r", "")) if value or own is not None else None
            if place is None:
                continue
            at = int(place[2]) - 1, column_index(place[1])
            number = _number(kind, value)
            look = self._look(cell, number)
            if look is None and number is not None:
                look = by_rules(at, number) if by_rules else None
                look = HIDDEN if shows_no_zero and not number else look
            if look:
                looks[at] = look
        return looks

    def _look(self, cell: ElementTree.Element, number: float | None) -> str | None:
        kind, style, own = cell.get("t", "n"), cell.get("s", "0"), cell.find("{*}is")
        rich = _rich_look(own) if own is not None else None
        if kind == "s":
            rich = self._strings.get((cell.findtext("{*}v") or "").strip())
        if look := rich or self._styles.fonts.get(style):
            return look
        code = self._styles.codes.get(style)
        return None if code is None or (number is None and kind not in _TEXTS) else shown_beside(code, number)


@lru_cache(maxsize=16)
def style_looks(styles: bytes) -> _Styles:
    """The looks of the cell styles; workbooks made from one template share this part."""
    root = parsed(styles)
    written = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    told = {number: code for number, code in written.items() if may_show_otherwise(code)}
    fonts = list(root.iterfind("{*}fonts/{*}font"))
    struck = {str(at) for at, font in enumerate(fonts) if _is_struck(font)}
    inks = {str(at): _color(font.find("{*}color")) for at, font in enumerate(fonts)}
    papers = {str(at): _paper(fill) for at, fill in enumerate(root.iterfind("{*}fills/{*}fill"))}
    looks: dict[str, str] = {}
    codes: dict[str, str] = {}
    for at, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        if style.get("fontId", "0") in struck:
            looks[str(at)] = STRUCK
        elif inks.get(style.get("fontId", "0"), "") == papers.get(style.get("fillId", "0"), "") != "":
            looks[str(at)] = PALE
        elif (number := style.get("numFmtId", "0")) in told:
            codes[str(at)] = told[number]
    return _Styles(looks, codes)


def _of_today(sheet: bytes) -> Looks:
    """The cells whose formula says what day it is: another one each time that somebody opens the workbook."""
    if not any(sign in sheet for sign in TODAY):
        return {}
    looks: Looks = {}
    shared: set[str] = set()
    for cell in parsed(sheet).iterfind("{*}sheetData/{*}row/{*}c"):
        formula, place = cell.find("{*}f"), _PLACE.fullmatch(cell.get("r", ""))
        if formula is None or place is None:
            continue
        number = formula.get("si", "")
        if any(sign in (formula.text or "").encode() for sign in TODAY):
            shared.add(number)
        elif not number or number not in shared:
            continue
        looks[int(place[2]) - 1, column_index(place[1])] = VOLATILE
    return looks


def _shows_no_zero(sheet: bytes) -> bool:
    """Whether the sheet shows an empty cell where a zero is: a box that is ticked for the whole sheet."""
    said = sheet.find(b"showZeros", 0, sheet.find(b"sheetData"))
    return said >= 0 and _ZEROS_HIDDEN.search(sheet, said - 1, said + 40) is not None


def _number(kind: str, value: str) -> float | None:
    try:
        return float(value) if kind == "n" else None
    except ValueError:
        return None


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


def _color(color: ElementTree.Element | None) -> str:
    """A colour by its name; white alike, by its value or as the first of the palette or the theme, the paper's; "" of
    none, or of one that the system chooses."""
    if color is None or color.get("indexed") in ("64", "65"):
        return ""
    tint = color.get("tint", "0")
    if rgb := color.get("rgb", "").upper()[-6:]:
        named = "white" if rgb == "FFFFFF" else rgb
    elif color.get("theme") == "0" or color.get("indexed") == "9":
        named = "white"
    else:
        named = "".join(f"{kind}{color.get(kind)}" for kind in ("theme", "indexed") if color.get(kind))
    return named and (named if not tint.strip("-0.") else f"{named} {tint}")


def _paper(fill: ElementTree.Element) -> str:
    """The colour behind a cell: white of none; "" of a pattern or a gradient."""
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return ""
    kind = pattern.get("patternType", "none")
    return "white" if kind == "none" else _color(pattern.find("{*}fgColor")) if kind == "solid" else ""


def _is_struck(font: ElementTree.Element) -> bool:
    strike = font.find("{*}strike")
    return strike is not None and strike.get("val", "1") not in _FALSE
