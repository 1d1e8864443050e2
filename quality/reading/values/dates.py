"""What a text of a column of dates means: one day, one of several, or none.

Belongs here: how hands and programs write a day, and what each writing can mean. Does not: which days make sense in a
column (``plausible_days``), the texts of a file side by side (``column_values``).

The day stands before the month, as in France, unless the texts beside show another hand. A moment with a time zone is
the day that it was in Paris.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import NamedTuple
from zoneinfo import ZoneInfo

PLAIN_DATE = r"^(\d{4}-\d{2}-\d{2}|\d{2}/\d{2}/\d{4})$"

FIRST_YEAR, LAST_YEAR = 1990, 2100
PARIS = ZoneInfo("Europe/Paris")

_DAY_ZERO = dt.date(1899, 12, 30)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEKDAY = re.compile(r"(?P<day>lun|mar|mer|jeu|ven|sam|dim)(?:di|credi|dredi|anche)?\.?,? (?=[0-9]|1er)")
_CLOCK = re.compile(
    r"(?<=[0-9]{2})[ t,]+(?:a )?[0-9]{1,2}(?: ?h ?[0-9]{0,2}|:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)(?: ?[ap]m)?$"
)
_MOMENT = re.compile(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]+)?"
    r" ?(?P<zone>z|utc|gmt|[+-][0-9]{2}(?::?[0-9]{2})?)"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/. ])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2}) ?([-/. ]) ?([0-9]{1,2}) ?\2 ?([0-9]{4})")
_SHORT = re.compile(r"([0-9]{2}|[0-9])([-/. ])([0-9]{1,2})\2([0-9]{2})")
_IN_WORDS = re.compile(r"(1er|[0-9]{1,2})[ .\-/]{0,3}([a-z]+)\.?[ .\-/,]{0,3}([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? ([0-9]{1,2})(?:er|st|nd|rd|th)?,? ([0-9]{4})")
_DIGITS = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"[0-9]{5}")


class Window(NamedTuple):
    """The days between which an answer of the column makes sense."""

    earliest: dt.date
    latest: dt.date


class DateReading(NamedTuple):
    """``days``: what the text can mean, the French reading first; exactly one is a certain reading.

    ``is_month_first``: the text only makes a day when the month stands before it. ``why``: French, on a doubt.
    """

    days: tuple[dt.date, ...] = ()
    is_month_first: bool = False
    why: str = ""


def read_date(text: str, window: Window, has_month_first: bool) -> DateReading:
    """The reading of a cleaned text; ``has_month_first``: a text beside it shows the month before the day."""
    plain = _plain(text)
    named, plain = _without_weekday(plain)
    reading = _moment(plain) or _read(_CLOCK.sub("", plain), window, has_month_first)
    days = tuple(dict.fromkeys(day for day in reading.days if FIRST_YEAR <= day.year <= LAST_YEAR))
    if named is not None and len(days) == 1 and days[0].weekday() != named:
        return DateReading((), why=f"le {days[0]:%d/%m/%Y} est un {_WEEKDAYS[days[0].weekday()]}")
    return reading._replace(days=days)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.strip().removeprefix("le ")


def _without_weekday(plain: str) -> tuple[int | None, str]:
    found = _WEEKDAY.match(plain)
    if not found:
        return None, plain
    return [name[:3] for name in _WEEKDAYS].index(found["day"]), plain[found.end() :]


def _moment(plain: str) -> DateReading | None:
    """A moment with its time zone: the day that it was in Paris."""
    found = _MOMENT.fullmatch(plain)
    if not found:
        return None
    zone = found["zone"]
    offset = "+00:00" if zone in ("z", "utc", "gmt") else zone[:3] + ":" + (zone[3:].lstrip(":") or "00")
    try:
        moment = dt.datetime.fromisoformat(found["moment"].replace("t", " ") + offset)
        return DateReading((moment.astimezone(PARIS).date(),))
    except (ValueError, OverflowError):
        return DateReading()


def _read(plain: str, window: Window, has_month_first: bool) -> DateReading:
    if found := _YEAR_FIRST.fullmatch(plain):
        year, _, month, day = found.groups()
        return _day_and_month(int(day), int(month), int(year), has_month_first, is_iso=True)
    if found := _YEAR_LAST.fullmatch(plain):
        day, _, month, year = found.groups()
        return _day_and_month(int(day), int(month), int(year), has_month_first)
    if found := _SHORT.fullmatch(plain):
        return _short(int(found[1]), int(found[3]), int(found[4]), window, has_month_first)
    if found := _IN_WORDS.fullmatch(plain):
        day, month, year = found.groups()
        return _in_words(int(day.removesuffix("er")), month, year, window)
    if found := _MONTH_FIRST.fullmatch(plain):
        return _in_words(int(found[2]), found[1], found[3], window)
    if _DIGITS.fullmatch(plain):
        return _of_digits(plain)
    if _SERIAL.fullmatch(plain):
        return DateReading((_DAY_ZERO + dt.timedelta(int(plain)),))
    return DateReading()


def _day_and_month(day: int, month: int, year: int, has_month_first: bool, is_iso: bool = False) -> DateReading:
    """Day before month; where the column shows the other order too, both, for a spreadsheet may have swapped them."""
    usual, swapped = _date(year, month, day), _date(year, day, month)
    if usual is None:
        only = () if is_iso or swapped is None else (swapped,)
        why = f"{swapped:%d/%m/%Y}, si le mois y est écrit avant le jour" if only else ""
        return DateReading(only, is_month_first=bool(only), why=why)
    if has_month_first and swapped is not None and swapped != usual:
        return DateReading((usual, swapped))
    return DateReading((usual,))


def _short(first: int, second: int, third: int, window: Window, has_month_first: bool) -> DateReading:
    """Of a year of two digits, the readings that make sense: the day first, the year first, either century."""
    usual = _centuries(third, second, first)
    swapped = _centuries(third, first, second)
    year_first = _centuries(first, second, third)
    considered = [*usual, *year_first, *(swapped if has_month_first or not usual else [])]
    days = tuple(dict.fromkeys(day for day in considered if window.earliest <= day <= window.latest))
    if not days and considered:
        return DateReading((), why="l'année sur quatre chiffres")
    is_month_first = not usual and bool(swapped) and not year_first
    if is_month_first and days:
        return DateReading(days, True, f"{days[0]:%d/%m/%Y}, si le mois y est écrit avant le jour")
    return DateReading(days)


def _in_words(day: int, month: str, year: str, window: Window) -> DateReading:
    number = _MONTHS.get(month)
    if number is None:
        return DateReading()
    if len(year) == 4:
        return DateReading(tuple(filter(None, [_date(int(year), number, day)])))
    considered = _centuries(int(year), number, day)
    days = tuple(one for one in considered if window.earliest <= one <= window.latest)
    return DateReading(days, why="" if days or not considered else "l'année sur quatre chiffres")


def _of_digits(plain: str) -> DateReading:
    """Eight digits: the year first, or the day first."""
    year_first = _date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    day_first = _date(int(plain[4:]), int(plain[2:4]), int(plain[:2]))
    return DateReading(tuple(filter(None, (year_first, day_first))))


def _centuries(year: int, month: int, day: int) -> list[dt.date]:
    return [one for century in (2000, 1900) if (one := _date(century + year, month, day))]


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
