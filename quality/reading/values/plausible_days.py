"""Which days make sense in which column of which file: the campaign's beginning and the day of the reception.

Belongs here: what the columns of dates say of time, and the days that bound it. Does not: reading dates (``dates``).

The day of the reception is the one on record, in Paris: judged again later, a file gets the same answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from quality.reading.values.dates import PARIS, Window
from sources.archive.archive import Reception
from sources.referential.loader import Referential
from sources.workbook.template.layout import DateOf

ASSESSMENT_DAYS_BEFORE = 366
"""An assessment answers a campaign: one made more than a year before it opened is looked at again."""

YEARS_AHEAD = 5
"""A status planned for later than that is most likely a slip of the year."""

_YEARS_BEFORE: dict[DateOf, int] = {"assessment": 1, "sending": 1, "observation": 5, "status": 5, "decision": 5, "": 5}
"""How many years before the campaign a year of two digits may mean."""


@dataclass(frozen=True)
class FileDays:
    """By reception number: the day it arrived, and the day its campaign opens where it names one."""

    received: Mapping[int, dt.date] = field(default_factory=dict)
    opens: Mapping[int, dt.date] = field(default_factory=dict)

    def received_on(self, number: int) -> dt.date:
        """A file that is only checked arrives today."""
        return self.received.get(number) or dt.datetime.now(PARIS).date()

    def window(self, number: int, date_of: DateOf) -> Window:
        """The days that a date of two-digit year may mean."""
        received = self.received_on(number)
        opens = min(self.opens.get(number, received), received)
        earliest = opens.replace(year=opens.year - _YEARS_BEFORE[date_of], day=1)
        is_ahead = date_of in ("status", "")
        return Window(earliest, received.replace(year=received.year + YEARS_AHEAD, day=1) if is_ahead else received)


def days_received(receptions: Iterable[Reception]) -> dict[int, dt.date]:
    """Reception number → the day on record, in Paris."""
    return {one.number: one.received_at.astimezone(PARIS).date() for one in receptions}


def with_days(frame: pl.DataFrame, days: FileDays) -> pl.DataFrame:
    """Beside each row, ``_received_on`` and ``_opens_on`` (null where the campaign is not known)."""
    numbers = frame["reception_number"].unique().to_list()
    received = {number: days.received_on(number) for number in numbers}
    number = pl.col("reception_number")
    return frame.with_columns(
        _received_on=number.replace_strict(received, default=None, return_dtype=pl.Date),
        _opens_on=number.replace_strict(dict(days.opens), default=None, return_dtype=pl.Date),
    )


def days_opened(envelopes: pl.DataFrame, referential: Referential) -> dict[int, dt.date]:
    """Reception number → the day on which the earliest campaign that it names opens."""
    opens = dict(referential.table("campaigns").select("code", "opens").drop_nulls().iter_rows())
    found: dict[int, dt.date] = {}
    for number, campaign in envelopes.select("reception_number", "campagne__value").iter_rows():
        if campaign in opens:
            found[number] = min(opens[campaign], found.get(number, opens[campaign]))
    return found
