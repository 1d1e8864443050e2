"""Number formats: whether a cell shows its number as a percentage (0.4 shown as 40 %), and what stands beside it.

Belongs here: what a format's code says. Does not: where each kind of file writes its formats (``*_percentages``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from sources.workbook.formats.marks import HIDDEN, SCALED

BUILT_IN_PERCENTAGES = frozenset({9, 10})
"""``0%`` and ``0.00%``: their codes are written in no file."""

_NOT_SHOWN_AS_ITSELF = re.compile(r'"[^"]*"?|\\.?|_.?|\*.?|\[[^\]]*\]?')
"""Quoted text, an escaped character, the width of one, a filling one, a colour or condition."""

_CONDITION = re.compile(r"\[\s*[<>=]")


@lru_cache(maxsize=10_000)
def is_percentage(code: str) -> bool:
    """Whether a number that counts here is shown with a percent sign that multiplies it by a hundred.

    The first section of a format is that of positive numbers, the only ones that an answer may be; where sections
    have conditions of their own, any of them decides.
    """
    sections = _NOT_SHOWN_AS_ITSELF.sub("", code).split(";")
    return "%" in (sections[0] if not _CONDITION.search(code) else "".join(sections))


_LITERAL = re.compile(r'"([^"]*)"?|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|([€$£])')
_DIGITS = re.compile(r"[0#?]")
_DIGIT_BESIDE = re.compile(r'[0#?](?:"\d|\\\d)|(?:\d"|\\\d)[0#?]')
"""A digit that the format writes against those of the number: 40 under « 0"0" » is shown 400."""
_DATE_OR_TEXT = re.compile(r"[dmyhs@aj]|general|standard", re.IGNORECASE)
_OUR_MONEY = frozenset({"", "€", "eur", "euro", "euros"})
_SCALES = {
    1: re.compile(r"(?:k ?(?:€|eur|euros?)?|milliers?.*)"),
    2: re.compile(r"(?:m ?(?:€|eur|euros?)?|millions?.*)"),
}


@lru_cache(maxsize=10_000)
def hides_zero(code: str) -> bool:
    """Whether the format shows nothing of a zero, and something of other numbers (« 0;-0;;@ »)."""
    sections = code.split(";")
    return len(sections) > 2 and bool(sections[0].strip()) and not sections[2].strip() and not _CONDITION.search(code)


@lru_cache(maxsize=10_000)
def shown_beside(code: str) -> str | None:
    """What the format writes beside a number that counts here (« k€ »), ``HIDDEN`` where it shows none; else None.

    A scale that the format makes itself (45000 under « 0, "k€" » is shown « 45 k€ ») says what the number is.
    """
    section = code.split(";")[0] if not _CONDITION.search(code) else code
    literal = "".join("".join(one) for one in _LITERAL.findall(section)).strip()
    bare = _NOT_SHOWN_AS_ITSELF.sub("", section)
    if not bare.strip():
        return HIDDEN if ";" in code or literal else None
    if not _DIGITS.search(bare) or _DATE_OR_TEXT.search(bare):
        return None
    if _DIGIT_BESIDE.search(section):
        return HIDDEN
    thousands = len(bare.rstrip(" €$£")) - len(bare.rstrip(" €$£").rstrip(","))
    scale = _SCALES.get(thousands)
    if thousands and not literal.lower().strip("€ "):
        return SCALED
    if literal.lower() in _OUR_MONEY or (scale and scale.fullmatch(literal.lower())):
        return None
    return literal
