"""What an establishment already told, in the shape of the template: so that a second campaign costs minutes.

Belongs here: choosing the rows to show again, from the lake. Does not: drawing them
(``sources.workbook.template.template``). Use cases, solutions, projects and objectives come back as they were last
taken; assessments come back as rows to fill, each below its earlier answers, greyed. Answers already given in the
campaign itself come back as they are.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from quality.reading.identities import IDENTITIES
from quality.reading.tables import LINEAGE
from quality.reading.values.dates import Window, read_date
from quality.reading.values.naming import code_within
from quality.reading.values.numbers import read_number
from quality.reading.values.typed import choice_reader, choices_reader
from quality.verdicts.history import History
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.template.layout import CHOICE_SEPARATOR, ENVELOPE, Column, Sheet, question_codes, workbook_layout
from sources.workbook.template.template import GREYED
from sources.workbook.template.template_sheets import previous_title

Row = dict[str, Any]

_ASSESSMENTS = "evaluations"


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
    for code, keys in IDENTITIES.items():
        latest: dict[tuple[Any, ...], Row] = {}
        by_age = told.filter(pl.col("sheet_code") == code).sort("reception_number")
        for row in sorted(_rows(by_age, layout[code], referential), key=lambda row: order.get(row["_campaign"], -1)):
            latest[tuple(row.get(key) for key in keys)] = row
        rows[code] = [
            row for key in sorted(latest, key=str) for row in _shown(code, latest[key], campaign, referential)
        ]
    return rows


def _told(lake_folder: Path, organisation: str, set_aside: set[int]) -> pl.DataFrame:
    """The cells of the organisation's submissions that count now, with their campaign."""
    states = History.load(lake_folder, set_aside).states
    numbers = [s.reception_number for key, s in states.items() if key.startswith(f"{organisation}|")]
    files = lake.parts(lake_folder, "cells")
    campaigns = lake.read(lake_folder, "submissions").select("reception_number", "campaign_code")
    cells = pl.scan_parquet(files).filter(pl.col("reception_number").is_in(numbers), pl.col("is_taken")).collect()
    return cells.join(campaigns, on="reception_number")


def _campaign_order(referential: Referential, asked: str) -> dict[str, int]:
    """Older campaigns first, the one asked for last: what is told latest wins."""
    codes = referential.table("campaigns").sort("opens", "code")["code"].to_list()
    return {code: index for index, code in enumerate([code for code in codes if code != asked] + [asked])}


def _rows(cells: pl.DataFrame, sheet: Sheet, referential: Referential) -> list[Row]:
    columns = {column.code: column for column in sheet.columns}
    rows: dict[tuple[int, str, int], Row] = {}
    lines = cells.select(*LINEAGE, "campaign_code", "column_code", "cell_text").iter_rows()
    for reception, name, number_of_row, campaign, code, text in lines:
        row = rows.setdefault((reception, name, number_of_row), {"_campaign": campaign})
        if code in columns:
            row[code] = _value(columns[code], text, referential)
    return list(rows.values())


def _value(column: Column, text: str, referential: Referential) -> Any:
    """The text as the template writes it: labels of today, codes alone, real dates and numbers."""
    match column.kind:
        case "choice":
            code = choice_reader(column)(text)
            return column.choices[code] if code else None
        case "choices":
            codes = choices_reader(column)(text)
            labels = [column.choices[code] for code in codes.split("|")] if codes else []
            return f" {CHOICE_SEPARATOR} ".join(labels) or None
        case "number" | "integer":
            number = read_number(text, column.unit).value
            return text if number is None else number
        case "date":
            return _date(text)
        case "use_case":
            return code_within(text, referential) or text
        case _:
            return text


def _date(text: str) -> dt.date | str:
    days = read_date(text, Window(dt.date.min, dt.date.max), has_month_first=False).days
    return days[0] if len(days) == 1 else text


def _shown(code: str, row: Row, campaign: str, referential: Referential) -> list[Row]:
    if code != _ASSESSMENTS or row["_campaign"] == campaign:
        return [row]
    empty = {name: row.get(name) for name in ("evaluateur", "role", "cas_usage")}
    answers = {question: row.get(question) for question in question_codes(referential)}
    shown = {"role": row.get("role"), "cas_usage": row.get("cas_usage"), **answers}
    title = previous_title(row["_campaign"], shown)
    return [{**shown, "evaluateur": title, "date": None, GREYED: True}, empty]
