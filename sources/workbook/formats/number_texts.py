"""Numbers as the text of a cell: percentages as they are shown, and texts that may be a number of two kinds.

Belongs here: what the text of a number loses. Does not: reading cells (``reading``), what a number means (``quality``).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal, InvalidOperation

_DOUBTFUL = re.compile(r"[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]*")


def is_doubtful_number(text: str) -> bool:
    """Whether a point or a comma stands alone before three digits: decimals, or thousands."""
    return _DOUBTFUL.fullmatch(text) is not None


def in_hundredths(rows: list[list[str]], places: Collection[tuple[int, int]]) -> list[list[str]]:
    """The rows with the numbers at ``places`` written as a spreadsheet shows a percentage: 0.4 as « 40 % ».

    Digits beyond the fifteenth are the machine's: 0.07 × 100 is 7, and 0.1 + 0.2 is 30 %.
    """
    for row, column in places:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = _percentage(rows[row][column])
    return rows


def _percentage(text: str) -> str:
    try:
        hundredths = Decimal(f"{float(text):.15g}") * 100
    except (ValueError, InvalidOperation):
        return text
    if not hundredths.is_finite():
        return text
    digits = format(hundredths, "f")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + " %"
