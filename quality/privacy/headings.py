"""What a heading says of the cells beside it: a birth date alone is any date, under « Date de naissance » it is not.

Belongs here: headings of telephone numbers, birth dates and social security numbers, and the values that they make
personal. Does not: what a text shows by itself (``detectors``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from quality.privacy.detectors import DATE, is_nir, is_phone
from quality.privacy.kinds import BIRTH_DATE, NIR, PHONE, PersonalKind

_LONGEST_HEADING = 40
_BEFORE = r"(?i)\s*(?:n[°o]\.?|num[ée]ro|date|no)?\s*(?:de|d['’])?\s*"
_DATE = re.compile(rf"\s*{DATE}(?:[ T]00:00(?::00)?)?\s*")
_NINE_DIGITS = re.compile(r"\+?[0-9][0-9 .\-/()\u00a0\u202f]{7,18}")


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    """A telephone number, one included that a spreadsheet took for a number, its leading zero lost."""
    if _NINE_DIGITS.fullmatch(text.strip()) is None:
        return False
    return is_phone(text) or is_phone(f"0{text.strip()}")


_HEADINGS: tuple[tuple[re.Pattern[str], Callable[[str], bool], PersonalKind], ...] = (
    (re.compile(rf"{_BEFORE}(?:naissance|ddn|n[ée](?:e|\(e\)|·e)?\s+le)\b.*"), _is_date, BIRTH_DATE),
    (re.compile(rf"{_BEFORE}(?:t[ée]l[ée]phone|t[ée]l\.?|portable|gsm|mobile)\b.*"), _is_number, PHONE),
    (re.compile(rf"{_BEFORE}(?:nir|s[ée]curit[ée] sociale|s[ée]cu|ss|ins)\b.*"), is_nir, NIR),
)


def headings_among(texts: Iterable[str]) -> dict[str, int]:
    """Heading → which of the kinds of heading it is, for those of the texts that announce personal data."""
    found = {text: _heading(text) for text in texts if 2 <= len(text) <= _LONGEST_HEADING}
    return {text: index for text, index in found.items() if index is not None}


def _heading(text: str) -> int | None:
    return next((index for index, (pattern, _, _) in enumerate(_HEADINGS) if pattern.fullmatch(text)), None)


def kind_beside(heading: int, text: str) -> PersonalKind | None:
    """The kind of personal data that the text is, given the kind of heading above it or on its left."""
    _, is_such, kind = _HEADINGS[heading]
    return kind if is_such(text) else None
