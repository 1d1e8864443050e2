"""What a heading says of the cells beside it: a birth date alone is any date, under « Date de naissance » it is not.

Belongs here: headings of telephone numbers, birth dates and social security numbers, and the values that they make
personal. Does not: what a text shows by itself (``detectors``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from quality.privacy.detectors import DATE, is_nir, is_phone
from quality.privacy.folding import fold
from quality.privacy.kinds import BIRTH_DATE, NIR, PHONE, PersonalKind

_LONGEST_HEADING = 40
_BEFORE = r"(?i)\s*(?:n[°o]\.?|num[ée]ro|date|no)?\s*(?:de|d['’])?\s*"
_DATE = re.compile(rf"\s*{DATE}(?:[ T]00:00(?::00)?)?\s*")
_NINE_DIGITS = re.compile(r"\+?[0-9][0-9 .\-/()]{7,18}")


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(fold(text)) is not None


def _is_number(text: str) -> bool:
    """A telephone number, one included that a spreadsheet took for a number, its leading zero lost."""
    text = fold(text)
    if _NINE_DIGITS.fullmatch(text.strip()) is None:
        return False
    return is_phone(text) or is_phone(f"0{text.strip()}")


_HEADING = re.compile(
    _BEFORE + r"(?:(naissance|ddn|n[ée](?:e|\(e\)|·e)?\s+le)|(t[ée]l[ée]phone|t[ée]l\.?|portable|gsm|mobile)"
    r"|(nir|s[ée]curit[ée] sociale|s[ée]cu|ss|ins))\b.*"
)
_BESIDE: tuple[tuple[Callable[[str], bool], PersonalKind], ...] = (
    (_is_date, BIRTH_DATE),
    (_is_number, PHONE),
    (is_nir, NIR),
)
"""What stands beside a heading of each of the kinds that ``_HEADING`` tells apart, in their order."""


def headings_among(texts: Iterable[str]) -> dict[str, int]:
    """Heading → which of the kinds of heading it is, for those of the texts that announce personal data."""
    found = {text: _HEADING.fullmatch(text) for text in texts if 2 <= len(text) <= _LONGEST_HEADING}
    return {text: match.lastindex - 1 for text, match in found.items() if match and match.lastindex}


def kind_beside(heading: int, text: str) -> PersonalKind | None:
    """The kind of personal data that the text is, given the kind of heading above it or on its left."""
    is_such, kind = _BESIDE[heading]
    return kind if is_such(text) else None
