"""Numeric cells of an xlsx that are shown as percentages.

Belongs here: the styles of a workbook, and the cells of a sheet that have one of them. Does not: what a format's code
says (``number_formats``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

from sources.workbook.formats.number_formats import BUILT_IN_PERCENTAGES, is_percentage
from sources.workbook.xlsx.xml_reading import is_plainly_encoded, parsed

_MAY_SAY_SO = re.compile(rb"""%|&#|numFmtId\s*=\s*["']\s*0*(?:9|10)\s*["']""")


@lru_cache(maxsize=16)
def percentage_styles(styles: bytes) -> frozenset[int]:
    """The numbers of the cell styles that show a percentage. Workbooks made from one template share this part."""
    if is_plainly_encoded(styles) and not _MAY_SAY_SO.search(styles):
        return frozenset()
    root = parsed(styles)
    formats = set(BUILT_IN_PERCENTAGES)
    for written in root.iterfind("{*}numFmts/{*}numFmt"):
        number = int(written.get("numFmtId", "0"))
        (formats.add if is_percentage(written.get("formatCode", "")) else formats.discard)(number)
    named = [int(xf.get("numFmtId", "0")) for xf in root.iterfind("{*}cellStyleXfs/{*}xf")]
    return frozenset(
        place for place, xf in enumerate(root.iterfind("{*}cellXfs/{*}xf")) if _format_of(xf, named) in formats
    )


def _format_of(xf: ElementTree.Element, named: list[int]) -> int:
    """The number of the format of a cell style: its own, or that of the named style from which it comes."""
    own = xf.get("numFmtId")
    if own is not None:
        return int(own)
    parent = int(xf.get("xfId", "0"))
    return named[parent] if parent < len(named) else 0
