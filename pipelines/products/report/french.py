"""Numbers, dates and counts as French readers write them, by Babel, and the shade of a share. No sentence here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

_LOCALE = "fr"
ABSENT = "—"


def number(value: Decimal | float | int | None, decimals: int = 1) -> str:
    """``12,5``; a dash when there is none."""
    if value is None:
        return ABSENT
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=_LOCALE)


def percent(share: Decimal | float | None, decimals: int = 0) -> str:
    """A share between 0 and 1 as ``12,5 %``."""
    if share is None:
        return ABSENT
    return format_percent(share, "#,##0" + ("." + "0" * decimals if decimals else "") + "\u202f%", locale=_LOCALE)


def day(value: dt.date | None) -> str:
    """``23 novembre 2026``, the first of a month as ``1er``."""
    if value is None:
        return ABSENT
    written = format_date(value, "d MMMM y", locale=_LOCALE)
    return f"1er{written[1:]}" if value.day == 1 else written


def counted(count: int, one: str, many: str) -> str:
    """``1 cas``, ``12 cas``; nought counts as one in French."""
    return f"{number(count, 0)} {one if count < 2 else many}"


def listed(names: Sequence[str]) -> str:
    """``a, b et c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}" if names else ""


def quoted(name: str) -> str:
    return f"«\u202f{name}\u202f»"


def heat(share: Decimal | float | None) -> str:
    """The background of a cell that holds a share, pale to dark, so that ink stays legible on it in grey too."""
    return f"background:rgba(0,114,178,{0.55 * float(share):.3f})" if share else ""
