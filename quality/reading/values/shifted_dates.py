"""Files whose dates are all off by the 1,462 days that lie between the two calendars of spreadsheets.

Belongs here: telling such a file from one with a few wrong dates. Does not: one date (``date_checks``).

A spreadsheet counts days from 1900 or from 1904. When the box is ticked after the dates were typed, or a sheet is
copied between two workbooks that count otherwise, every date moves by four years and a day, and each still looks like a
date. The file says it by itself: most of its dates make no sense beside the campaign and the reception, and do once
moved back.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from quality.reading.sheets.structure import FoundWorkbook
from quality.rules.rules import Problem
from sources.workbook.template.layout import Column, DateOf, Sheet

RULE = "E0230"
"""The rule of such a file; what is said of each of its dates then says the same thing again."""

CONSEQUENCES = ("E0231", "W0331", "W0332", "W0333", "I0432")

_SHIFT = dt.timedelta(days=1462)
_A_YEAR = dt.timedelta(days=366)
_FEWEST = 2
_FEWEST_STATUSES = 3
"""Dates that may all be planned prove nothing by themselves unless there are that many, all far ahead."""

_BOUND = ("assessment", "sending")
"""What happens during a campaign: such a day cannot lie years before it."""


class _Day(NamedTuple):
    day: dt.date
    date_of: DateOf
    sheet_code: str
    column: Column
    sheet: str
    row: int


def shifted_files(
    frames: Mapping[str, pl.DataFrame], layout: tuple[Sheet, ...], found: Mapping[int, FoundWorkbook]
) -> dict[int, list[Problem]]:
    """Reception number → the one problem of a file whose dates are shifted."""
    problems = {}
    for number, (received, opens, days) in _days_of_suspects(frames, layout).items():
        for shift in (_SHIFT, -_SHIFT):
            off = _off(days, received, opens, shift)
            if off:
                problems[number] = [_problem(found[number], off, len(days), shift, received)]
                break
    return problems


def _days_of_suspects(
    frames: Mapping[str, pl.DataFrame], layout: tuple[Sheet, ...]
) -> dict[int, tuple[dt.date, dt.date, list[_Day]]]:
    """Of each file with a date out of place: its reception, its campaign's beginning, and all its dates."""
    dated = [(sheet, column) for sheet in layout for column in sheet.columns if column.date_of]
    suspects: set[int] = set()
    for sheet, column in dated:
        frame, day = frames[sheet.code], pl.col(f"{column.code}__value")
        is_off = day > pl.col("_received_on")
        if column.date_of in _BOUND:
            is_off |= (day < pl.col("_opens_on").dt.offset_by("-2y")).fill_null(False)
        suspects.update(frame.filter(is_off)["reception_number"])
    days: dict[int, tuple[dt.date, dt.date, list[_Day]]] = {}
    for sheet, column in dated if suspects else ():
        rows = frames[sheet.code].filter(pl.col("reception_number").is_in(list(suspects)))
        own = rows.select(
            "reception_number", "_received_on", "_opens_on", "sheet", "row_number", f"{column.code}__value"
        )
        for number, received, opens, name, row, day in own.drop_nulls(f"{column.code}__value").iter_rows():
            listed = days.setdefault(number, (received, min(opens or received, received), []))[2]
            listed.append(_Day(day, column.date_of, sheet.code, column, name, row))
    return days


def _off(days: list[_Day], received: dt.date, opens: dt.date, shift: dt.timedelta) -> list[_Day]:
    """The dates that are out of place and fall into place without the shift, where they are most; else none."""
    judged = [one for one in days if one.date_of in _BOUND] if shift < dt.timedelta() else days
    earliest, late = opens - 2 * _A_YEAR, received + _A_YEAR

    def is_off(one: _Day) -> bool:
        moved = one.day - shift
        if shift < dt.timedelta():
            return one.day < earliest and opens - _A_YEAR <= moved <= received
        return one.day > received and moved <= received and (one.date_of not in _BOUND or moved >= earliest)

    off = [one for one in judged if is_off(one)]
    if len(off) < _FEWEST or 2 * len(off) <= len(judged):
        return []
    if all(one.date_of == "status" for one in off):
        may_be_planned = len(off) < _FEWEST_STATUSES or len(off) < len(days) or any(one.day < late for one in off)
        return [] if may_be_planned else off
    return off


def _problem(found: FoundWorkbook, off: list[_Day], count: int, shift: dt.timedelta, received: dt.date) -> Problem:
    by_kind: defaultdict[bool, list[_Day]] = defaultdict(list)
    for one in off:
        by_kind[one.date_of == "status"].append(one)
    shown = (by_kind[False] or by_kind[True])[0]
    part = found.part_of(shown.sheet_code, shown.sheet)
    side = "après le jour de la réception" if shift > dt.timedelta() else "des années avant la campagne"
    return Problem(
        RULE,
        sheet=part.name,
        row=shown.row,
        column=shown.column.label,
        cell=part.cell(shown.row, shown.column.code),
        found=f"{shown.day:%d/%m/%Y} (et {len(off) - 1} autres dates sur {count}, {side})",
        expected=f"{shown.day - shift:%d/%m/%Y}, et les autres dates de même (fichier reçu le {received:%d/%m/%Y})",
    )
