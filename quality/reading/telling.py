"""How much of what is wrong is told cell by cell: what a person can read, and the true count of the rest.

Belongs here: that bound. Does not: what is wrong (``validation``), which the lake holds whole, cell by cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from quality.reading.grids.turning import row_of
from quality.reading.sheets.structure import FoundWorkbook
from quality.rules.rules import RULES, Problem
from sources.lake.lake import LAKE_TABLES
from sources.workbook.template.layout import Sheet

MOST_TOLD = 500
"""Problems of one rule in one file that an answer tells one by one; the last of them says how many more there are."""

_LONGEST_QUOTE = 200


def told(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that an answer tells, in their order."""
    listed = list(problems)
    if len(listed) <= MOST_TOLD:
        return listed
    kept: dict[str, list[int]] = {}
    more: Counter[str] = Counter()
    for place, problem in enumerate(listed):
        places = kept.setdefault(problem.rule_code, [])
        if len(places) < MOST_TOLD:
            places.append(place)
        else:
            more[problem.rule_code] += 1
        more[problem.rule_code] += problem.more
    last = {places[-1]: more[rule] for rule, places in kept.items()}
    chosen = sorted(place for places in kept.values() for place in places)
    return [replace(listed[place], more=last.get(place, 0)) if listed[place].more or place in last else listed[place]
            for place in chosen]  # fmt: skip


def thousands(count: int) -> str:
    """« 19 950 »."""
    return f"{count:,}".replace(",", "\u202f")


def split(
    failures: list[tuple[str, str, int]], numbers: pl.Series
) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]], dict[tuple[int, str], int]]:
    """The failures told one by one, the others, and how many others there are by reception and rule."""
    if len(failures) <= MOST_TOLD:
        return failures, [], {}
    count: Counter[tuple[int, str]] = Counter()
    first: list[tuple[str, str, int]] = []
    others: list[tuple[str, str, int]] = []
    for failure in failures:
        key = (numbers[failure[2]], failure[1])
        count[key] += 1
        (first if count[key] <= MOST_TOLD else others).append(failure)
    return first, others, {key: found - MOST_TOLD for key, found in count.items() if found > MOST_TOLD}


def rows_of(
    others: list[tuple[str, str, int]], frame: pl.DataFrame, sheet: Sheet, found: dict[int, FoundWorkbook]
) -> pl.DataFrame:
    """The failures that are not told one by one as rows of the lake's problems."""
    schema = LAKE_TABLES["problems"]
    indices: dict[tuple[str, str], list[int]] = {}
    for code, rule, index in others:
        indices.setdefault((code, rule), []).append(index)
    tables = [pl.DataFrame(schema=schema)]
    for (code, rule), rows in indices.items():
        places = frame[rows].select("reception_number", "sheet").unique()
        parts = {place: found[place[0]].part_of(sheet.code, place[1]) for place in places.iter_rows()}
        lines = frame[rows].select("reception_number", "sheet", "row_number").iter_rows()
        located = [(parts[number, name], row) for number, name, row in lines]
        cells = [part.cell(row, code) for part, row in located]
        rows_told = [row_of(cell) if part.is_turned else row for cell, (part, row) in zip(cells, located, strict=True)]
        tables.append(
            frame[rows].select(
                "reception_number",
                "sheet",
                row_number=pl.Series(rows_told, dtype=pl.Int32),
                column_label=pl.lit(sheet.column(code).label),
                cell=pl.Series(cells, dtype=pl.String),
                rule_code=pl.lit(rule),
                severity=pl.lit(RULES[rule].severity),
                found_text=pl.col(code).str.slice(0, _LONGEST_QUOTE),
                expected_text=pl.lit(None, pl.String),
            ).cast(schema)
        )  # fmt: skip
    return pl.concat(tables)
