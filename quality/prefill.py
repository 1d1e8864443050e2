"""What an establishment already told, in the shape of the template: so that a second campaign costs minutes.

Belongs here: choosing the rows to show again, from the lake. Does not: drawing them (``sources.workbook.template``).
Use cases, solutions, projects and objectives come back as they were last taken; assessments come back as rows to fill,
each below its earlier answers, greyed. Answers already given in the campaign itself come back as they are.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from quality.history import History
from quality.normalise import number
from quality.typed import choice_reader, choices_reader
from sources import lake
from sources.referential.loader import Referential
from sources.workbook.layout import CHOICE_SEPARATOR, ENVELOPE, Column, Sheet, question_codes, workbook_layout
from sources.workbook.template import GREYED
from sources.workbook.template_sheets import PREVIOUS

Row = dict[str, Any]

_ASSESSMENTS = "evaluations"
_KEYS = {
    "cas_usage": ("cas_usage",),
    "objectifs": ("cas_usage", "indicateur"),
    "solutions": ("solution",),
    "projets": ("cas_usage", "solution"),
    _ASSESSMENTS: ("evaluateur", "cas_usage"),
}


class UnknownCodeError(ValueError):
    """An organisation or a campaign that the referential does not hold; the message is French."""


def prefilled_rows(
    lake_folder: Path, referential: Referential, organisation: str, campaign: str, set_aside: set[int]
) -> dict[str, list[Row]]:
    """Sheet code → rows for ``write_template``, from what counts now for the organisation.

    Raises:
        UnknownCodeError: no such organisation or campaign.
    """
    if organisation not in referential.codes("organisations"):
        raise UnknownCodeError(f"L'organisation « {organisation} » n'est pas dans le référentiel.")
    if campaign not in referential.codes("campaigns"):
        known = ", ".join(referential.codes("campaigns"))
        raise UnknownCodeError(f"La campagne « {campaign} » n'est pas dans le référentiel ; connues : {known}.")
    layout = {sheet.code: sheet for sheet in workbook_layout(referential)}
    told = _told(lake_folder, organisation, set_aside)
    rows: dict[str, list[Row]] = {
        ENVELOPE: [{"organisation": organisation, "campagne": referential.labels("campaigns")[campaign]}]
    }
    order = _campaign_order(referential, campaign)
    for code, keys in _KEYS.items():
        latest: dict[tuple[Any, ...], Row] = {}
        by_age = told.filter(pl.col("sheet_code") == code).sort("reception_number")
        for row in sorted(_rows(by_age, layout[code]), key=lambda row: order.get(row["_campaign"], -1)):
            latest[tuple(row.get(key) for key in keys)] = row
        rows[code] = [
            row for key in sorted(latest, key=str) for row in _shown(code, latest[key], campaign, referential)
        ]
    return rows


def _told(lake_folder: Path, organisation: str, set_aside: set[int]) -> pl.DataFrame:
    """The cells of the organisation's submissions that count now, with their campaign."""
    states = History.load(lake_folder, set_aside).states
    numbers = [s.reception_number for key, s in states.items() if key.startswith(f"{organisation}|")]
    files = sorted((lake_folder / "cells").glob("*.parquet"))
    campaigns = lake.read(lake_folder, "submissions").select("reception_number", "campaign_code")
    cells = pl.scan_parquet(files).filter(pl.col("reception_number").is_in(numbers), pl.col("is_taken")).collect()
    return cells.join(campaigns, on="reception_number")


def _campaign_order(referential: Referential, asked: str) -> dict[str, int]:
    """Older campaigns first, the one asked for last: what is told latest wins."""
    codes = referential.table("campaigns").sort("opens", "code")["code"].to_list()
    return {code: index for index, code in enumerate([code for code in codes if code != asked] + [asked])}


def _rows(cells: pl.DataFrame, sheet: Sheet) -> list[Row]:
    columns = {column.code: column for column in sheet.columns}
    rows: dict[tuple[int, int], Row] = {}
    lines = cells.select("reception_number", "row_number", "campaign_code", "column_code", "cell_text").iter_rows()
    for reception, number_of_row, campaign, code, text in lines:
        row = rows.setdefault((reception, number_of_row), {"_campaign": campaign})
        if code in columns:
            row[code] = _value(columns[code], text)
    return list(rows.values())


def _value(column: Column, text: str) -> Any:
    """The text as the template writes it: labels of today, real dates and numbers."""
    match column.kind:
        case "choice":
            code = choice_reader(column)(text)
            return column.choices[code] if code else None
        case "choices":
            codes = choices_reader(column)(text)
            labels = [column.choices[code] for code in codes.split("|")] if codes else []
            return f" {CHOICE_SEPARATOR} ".join(labels) or None
        case "number" | "integer":
            return pl.select(number(pl.lit(text))).item()
        case "date":
            return _date(text)
        case _:
            return text


def _date(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return text


def _shown(code: str, row: Row, campaign: str, referential: Referential) -> list[Row]:
    if code != _ASSESSMENTS or row["_campaign"] == campaign:
        return [row]
    empty = {name: row.get(name) for name in ("evaluateur", "role", "cas_usage")}
    answers = {question: row.get(question) for question in question_codes(referential)}
    previous = {**empty, **answers, "evaluateur": f"{PREVIOUS} ({row['_campaign']})", "date": None, GREYED: True}
    return [previous, empty]
