"""Rules of conditional formatting in an xlsx that show a number as something else: under another format, or struck out.

Belongs here: the rules that do so, and the cells for which they hold. Does not: looks of the cells' own styles
(``xlsx_looks``).

Most rules colour a cell, and are passed over unread. One whose condition is a formula may hold or not: it is told as
such, not computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree

from sources.workbook.formats.marks import BY_RULE, HIDDEN, STRUCK, column_index
from sources.workbook.formats.number_formats import holds, may_show_otherwise, shown_beside
from sources.workbook.xlsx.plain_sheet import is_found
from sources.workbook.xlsx.xml_reading import parsed

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_NO_VALUE = re.compile(rb"""\sshowValue\s*=\s*["'](?:0|false)["']""")
_SIGNS = {
    "lessThan": "<", "lessThanOrEqual": "<=", "equal": "=", "notEqual": "<>", "greaterThanOrEqual": ">=",
    "greaterThan": ">",
}  # fmt: skip
_BETWEEN = ("between", "notBetween")

ByRule = Callable[[tuple[int, int], float], str | None]


class _Rule(NamedTuple):
    """``look`` gives that of a number for which the rule holds."""

    areas: list[tuple[int, int, int, int]]
    holds: Callable[[float], bool | None]
    look: Callable[[float], str | None]


@lru_cache(maxsize=16)
def dressing_rules(styles: bytes) -> dict[str, str]:
    """Number of a style of rules → ``STRUCK``, or the code of a format that may show something else."""
    if b"dxf" not in styles:
        return {}
    found: dict[str, str] = {}
    for at, style in enumerate(parsed(styles).iterfind("{*}dxfs/{*}dxf")):
        strike, written = style.find("{*}font/{*}strike"), style.find("{*}numFmt")
        if strike is not None and strike.get("val", "1") not in ("0", "false"):
            found[str(at)] = STRUCK
        elif written is not None and may_show_otherwise(code := written.get("formatCode", "")):
            found[str(at)] = code
    return found


def looks_by_rules(sheet: bytes, styles: Mapping[str, str]) -> ByRule | None:
    """Gives the look that the rules of a sheet give to a number at a place; None of a sheet without such rules."""
    end = sheet.rfind(b"sheetData")
    if not is_found(sheet, b"conditionalFormatting", b"F", end, len(sheet)):
        return None
    if not styles and not _NO_VALUE.search(sheet, end):
        return None
    rules = [
        _Rule(areas, _condition(rule), look)
        for group in parsed(sheet).iterfind("{*}conditionalFormatting")
        if (areas := _areas(group.get("sqref", "")))
        for rule in group.iterfind("{*}cfRule")
        if (look := _look(rule, styles))
    ]

    def by_rules(at: tuple[int, int], number: float) -> str | None:
        row, column = at
        for rule in rules:
            if any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in rule.areas):
                does_hold, look = rule.holds(number), rule.look(number)
                if look and does_hold is not False:
                    return look if does_hold else BY_RULE
        return None

    return by_rules if rules else None


def _look(rule: ElementTree.Element, styles: Mapping[str, str]) -> Callable[[float], str | None] | None:
    if any(
        bar.get("showValue") in ("0", "false")
        for kind in ("dataBar", "iconSet")
        for bar in rule.iterfind(f"{{*}}{kind}")
    ):
        return lambda _: HIDDEN
    style = styles.get(rule.get("dxfId", ""))
    return None if style is None else lambda number: STRUCK if style == STRUCK else shown_beside(style, number)


def _condition(rule: ElementTree.Element) -> Callable[[float], bool | None]:
    """Whether the rule holds of a number; None where that would have to be computed."""
    bounds = [(formula.text or "").strip() for formula in rule.iterfind("{*}formula")]
    operator, kind = rule.get("operator", ""), rule.get("type")
    if kind in ("dataBar", "iconSet"):
        return lambda _: True
    try:
        numbers = [float(bound) for bound in bounds]
    except ValueError:
        return lambda _: None
    if kind != "cellIs" or len(numbers) != 1 + (operator in _BETWEEN):
        return lambda _: None
    if operator in _BETWEEN:
        return lambda number: (min(numbers) <= number <= max(numbers)) is (operator == "between")
    sign = _SIGNS.get(operator)
    return lambda number: None if sign is None else holds(sign, number, bounds[0])


def _areas(written: str) -> list[tuple[int, int, int, int]]:
    """(first row, first column, last row, last column) of each."""
    found = []
    for area in written.split():
        if ends := _AREA.fullmatch(area):
            left, top, right, bottom = ends[1], ends[2], ends[3] or ends[1], ends[4] or ends[2]
            found.append((int(top) - 1, column_index(left), int(bottom) - 1, column_index(right)))
    return found
