"""Number formats: whether a cell shows its number as a percentage (0.4 shown as 40 %), and what stands beside it.

Belongs here: what a format's code says. Does not: where each kind of file writes its formats (``*_percentages``).
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable
from functools import lru_cache

from sources.workbook.formats.marks import HIDDEN, MONTH_FIRST, SCALED

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
_DIGIT_BESIDE = re.compile(r"#[\s\u00a0\u202f']*[0-9]|[0-9][\s\u00a0\u202f']*#|^\s*[-−–(]\s*#")
"""A digit that the format writes beside those of the number, or a sign before them: 40 under « 0"0" » is shown 400,
450 under « 0" 000" » 450 000, 450 under « -0 » less than nothing."""
_AS_IT_IS = re.compile(r"general|standard|@", re.IGNORECASE)
_DATE = re.compile(r"[dmyhsaj]", re.IGNORECASE)
_MONTH_BEFORE_DAY = re.compile(r"^[^dy]*(?<!m)m{1,2}(?!m)[^dmy]+d{1,2}(?!d)", re.IGNORECASE)
_FIRST_DAY = dt.date(1899, 12, 30)
_OUR_MONEY = frozenset({"", "€", "eur", "euro", "euros"})
_DASHES = frozenset("-–—")
"""How accountants write a zero."""
_SCALES = {
    1: re.compile(r"(?:k ?(?:€|eur|euros?)?|milliers?.*)"),
    2: re.compile(r"(?:m ?(?:€|eur|euros?)?|millions?.*)"),
}
_TOKEN = re.compile(r'"[^"]*"?|\\.?|\[[^\]]*\]?|[_*].?|.', re.DOTALL)
_OPERATOR = re.compile(r"\[\s*(<=|>=|<>|<|>|=)\s*(-?\d+(?:[.,]\d+)?)\s*\]")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


def holds(sign: str, value: float, bound: str) -> bool:
    """Whether a condition of a format (« > », « 40000 ») holds of a value."""
    return _COMPARED[sign](value, float(bound.replace(",", ".")))


@lru_cache(maxsize=10_000)
def may_show_otherwise(code: str) -> bool:
    """Whether the format shows some number or text as something else than itself (``shown_beside``)."""
    numbers, text = _sections(code)
    if not _CONDITION.search(code):
        return _look(code, numbers[0]) == MONTH_FIRST or any(
            shown_beside(code, value) is not None for value in (1.0, 0.0, None)
        )
    shares = {"%" in _bare(section) for section in numbers}
    is_whole = any(_OPERATOR.search(section) is None for section in numbers)
    return not is_whole or len(shares) > 1 or any(_look(code, section) is not None for section in (*numbers, text))


def shown_beside(code: str, value: float | None) -> str | None:
    """What the format writes beside a number (« k€ »), ``HIDDEN`` where it shows none or another; else None.

    ``value`` is None of a text. A section has a condition, or is that of all numbers, of those below zero (none that an
    answer may be), of zero; the fourth is that of texts. A scale that the format makes itself (45000 under « 0, "k€" »
    is shown « 45 k€ ») says what the number is.
    """
    numbers, text = _sections(code)
    if value is None:
        return _look(code, text)
    if _CONDITION.search(code):
        found = [(section, _OPERATOR.search(section)) for section in numbers]
        held = next((section for section, said in found if said and holds(said[1], value, said[2])), None)
        others = [section for section, said in found if said is None] if held is None else [held]
        looks = [_look(code, section) for section in others] or [HIDDEN]  # No section: « ##### ».
        if any("%" in _bare(section) for section in numbers) and not any("%" in _bare(one) for one in others):
            return HIDDEN  # Read as a percentage, as its neighbours are.
        return next(filter(None, looks), None) if value or not _is_a_dash(others) else None
    if value < 0:
        return None
    section = numbers[2] if not value and len(numbers) > 2 else numbers[0]
    if not value and _is_a_dash([section]):
        return None
    look = _look(code, section)
    if look == MONTH_FIRST:
        return look if _may_be_turned(value) else None
    return HIDDEN if not value and _shows_no_zero([section]) else look


@lru_cache(maxsize=10_000)
def _sections(code: str) -> tuple[list[str], str]:
    """The sections of numbers, and that of texts."""
    sections = [""]
    for token in _TOKEN.findall(code):
        if token == ";":
            sections.append("")
        else:
            sections[-1] += token
    are_texts = "@" in _NOT_SHOWN_AS_ITSELF.sub("", sections[-1])
    if len(sections) > 3 or (len(sections) > 1 and are_texts):
        return sections[:-1], sections[-1]
    return sections, code if are_texts else "@"


def _may_be_turned(value: float) -> bool:
    """Whether the day of a date may be taken for its month."""
    day = _FIRST_DAY + dt.timedelta(min(int(value), 10**6))
    return day.day <= 12 and day.day != day.month


def _bare(section: str) -> str:
    return _AS_IT_IS.sub("@", _NOT_SHOWN_AS_ITSELF.sub("", section))


def _literal(section: str) -> str:
    return "".join("".join(one) for one in _LITERAL.findall(section)).strip()


def _drawn(section: str) -> str:
    """What the section draws, each digit of the number as « # »."""
    return "".join(_drawn_token(token) for token in _TOKEN.findall(section))


def _drawn_token(token: str) -> str:
    match token[0]:
        case '"':
            return token.strip('"')
        case "\\":
            return token[1:]
        case "[":
            found = _LITERAL.fullmatch(token)
            return (found[3] or "") if found else ""
        case "_" | "*":
            return " " if token[0] == "_" else ""
        case "0" | "?":
            return "#"
        case _:
            return token


def _is_a_dash(sections: list[str]) -> bool:
    return all(_literal(one).strip(" €") in _DASHES and "0" not in _bare(one) for one in sections)


def _shows_no_zero(sections: list[str]) -> bool:
    """Whether one has only digits that a zero leaves out (« # »)."""
    bare = (_bare(one) for one in (sections[2:] or sections[:1]))
    return any(_DIGITS.search(one) and "0" not in one and not re.search(r"[@/]", one) for one in bare)


@lru_cache(maxsize=10_000)
def _look(code: str, section: str) -> str | None:
    literal, bare = _literal(section), _bare(section)
    if not bare.strip():
        return HIDDEN if ";" in code or literal else None
    if _DATE.search(bare):
        return MONTH_FIRST if _MONTH_BEFORE_DAY.search(bare) else None
    if not re.search(r"[0#?@]", bare):
        return None
    if _DIGIT_BESIDE.search(_drawn(section)):
        return HIDDEN
    thousands = len(bare.rstrip(" €$£")) - len(bare.rstrip(" €$£").rstrip(","))
    scale = _SCALES.get(thousands)
    if thousands and not literal.lower().strip("€ "):
        return SCALED
    if literal.lower() in _OUR_MONEY or (scale and scale.fullmatch(literal.lower())):
        return None
    return literal
