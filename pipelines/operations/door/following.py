"""What an establishment sees of its own: what was received and what became of it, what waits, what is unanswered.

Belongs here: reading intake, archive, receipts, lake and the published release for one establishment. Does not:
writing anything, deciding who may ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines.warehouse.publication import current_release
from quality.answers.answer import PARIS
from quality.answers.shelf import Shelf
from quality.privacy.guard import shown_name
from quality.reading.values.naming import code_within
from quality.verdicts.history import History
from sources.archive import archive
from sources.archive.archive_content import content_path
from sources.archive.drops import lying_in
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.template.layout import NOT_ASSESSED, question_codes

WAITING, RECEIVED, READ, PUBLISHED = "attente", "recu", "lu", "publie"
PROGRESS = {
    WAITING: "En attente d'être pris",
    RECEIVED: "Reçu, en cours de lecture",
    READ: "Lu, pas encore publié",
    PUBLISHED: "Lu et publié",
}
"""How far a file has come, besides what it has become (``quality.shelf.STATES``)."""

MOST_UNANSWERED = 200


def followed(home: Home, establishment: str) -> list[dict[str, Any]]:
    """The files of an establishment, the newest first: those that wait, those in hand, those answered."""
    release = current_release(home)
    published = set(release.build.receptions) if release else set()
    aside = set(archive.quarantined_numbers(home))
    states = History.load(home.lake, aside).states
    shelf = Shelf(home.receipts / establishment) if (home.receipts / establishment).is_dir() else None
    lines = shelf.lines({key: state.reception_number for key, state in states.items()}, aside) if shelf else []
    answered = [
        {
            **line.entry,
            "state": line.state,
            "state_code": line.state_code,
            "progress_code": PUBLISHED if line.entry["number"] in published else READ,
            "received": line.received,
            "can_be_withdrawn": line.state_code == "compte" and bool(line.entry["key"]),
            "has_original": content_is_given(home, line.entry["number"]),
        }
        for line in lines
    ]
    known = {line["number"] for line in answered}
    return [*_waiting(home, establishment), *_in_hand(home, establishment, known), *answered]


def content_is_given(home: Home, number: int) -> bool:
    """Whether the bytes of a reception can be given back: a file in which personal data was found is kept apart."""
    try:
        record = archive.reception(home, number)
        status = content_path(home, record.content_sha256).stat()
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return record.is_whole and bool(status.st_mode & 0o040)


def _waiting(home: Home, establishment: str) -> Iterator[dict[str, Any]]:
    received = {reception.signature for reception in archive.receptions(home)}
    for entry in lying_in(home, establishment):
        if entry.signature not in received:
            yield {"file_name": shown_name(entry.name)[0], "progress_code": WAITING, "state": PROGRESS[WAITING]}


def _in_hand(home: Home, establishment: str, known: set[int]) -> Iterator[dict[str, Any]]:
    done = set(lake.read(home.lake, "receptions")["reception_number"])
    left = [number for number in archive.reception_numbers(home) if number not in done and number not in known]
    for reception in archive.readable_receptions(home, reversed(left)):
        if reception.folder == establishment:
            yield {
                "number": reception.number,
                "file_name": shown_name(reception.file_name)[0],
                "received": reception.received_at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M"),
                "progress_code": RECEIVED,
                "state": PROGRESS[RECEIVED],
            }


def open_campaigns(referential: Referential, today: dt.date) -> list[dict[str, Any]]:
    """The campaigns that take answers today, the nearest deadline first."""
    rows = referential.table("campaigns").select("code", "label", "opens", "deadline", "is_demonstration").to_dicts()
    found = []
    for row in rows:
        if row["is_demonstration"]:
            continue
        opens, deadline = _day(row["opens"]), _day(row["deadline"])
        if (opens is None or opens <= today) and (deadline is None or today <= deadline):
            found.append(
                {
                    "code": row["code"],
                    "label": row["label"],
                    "deadline": deadline and deadline.strftime("%d/%m/%Y"),
                    "days_left": deadline and (deadline - today).days,
                }
            )
    return sorted(found, key=lambda each: each["days_left"] if each["days_left"] is not None else 10**6)


def _day(value: Any) -> dt.date | None:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value) if value else None


def unanswered(home: Home, referential: Referential, establishment: str, campaign: str) -> list[dict[str, Any]]:
    """The assessments that count and lack answers: who, of what, how many of how many questions."""
    states = History.load(home.lake, set(archive.quarantined_numbers(home))).states
    start = f"{establishment}|{campaign}|"
    numbers = [state.reception_number for key, state in states.items() if key.startswith(start)]
    files = lake.parts(home.lake, "cells")
    if not numbers or not files:
        return []
    questions = list(question_codes(referential))
    cells = (
        pl.scan_parquet(files)
        .filter(pl.col("reception_number").is_in(numbers), pl.col("is_taken"), pl.col("sheet_code") == "evaluations")
        .select("reception_number", "sheet", "row_number", "column_code", "cell_text")
        .collect()
    )
    names = referential.labels("use_cases") | _own_names(home, numbers, referential)
    found = [
        {
            "use_case": names.get(_code(said, referential), said.get("cas_usage", "")),
            "assessor": said.get("evaluateur", ""),
            "missing": len(questions) - sum(_is_answer(said.get(code)) for code in questions),
            "asked": len(questions),
        }
        for said in _rows(cells)
    ]
    left = [each for each in found if each["missing"]]
    return sorted(left, key=lambda each: (str(each["use_case"]), str(each["assessor"])))[:MOST_UNANSWERED]


def _is_answer(text: str | None) -> bool:
    return bool(text) and text != NOT_ASSESSED


def _rows(cells: pl.DataFrame) -> list[dict[str, str]]:
    rows: dict[tuple[int, str, int], dict[str, str]] = {}
    for reception, sheet, row, column, text in cells.iter_rows():
        rows.setdefault((reception, sheet, row), {})[column] = text
    return list(rows.values())


def _own_names(home: Home, numbers: list[int], referential: Referential) -> dict[str, str]:
    """The establishment's own names of its use cases, by code."""
    cells = (
        pl.scan_parquet(lake.parts(home.lake, "cells"))
        .filter(pl.col("reception_number").is_in(numbers), pl.col("is_taken"), pl.col("sheet_code") == "cas_usage")
        .select("reception_number", "sheet", "row_number", "column_code", "cell_text")
        .collect()
    )
    return {_code(said, referential): said["nom"] for said in _rows(cells) if said.get("cas_usage") and said.get("nom")}


def _code(said: dict[str, str], referential: Referential) -> str:
    written = said.get("cas_usage", "")
    return code_within(written, referential) or written


def silent(home: Home, referential: Referential, today: dt.date, addresses: dict[str, str]) -> list[dict[str, Any]]:
    """For each open campaign, the organisations that are expected and have sent nothing that counts."""
    states = History.load(home.lake, set(archive.quarantined_numbers(home))).states
    expected = referential.table("campaign_organisations").select("campaign_code", "organisation_code").to_dicts()
    labels = referential.labels("organisations")
    told = []
    for campaign in open_campaigns(referential, today):
        answered = {key.split("|")[0] for key in states if key.split("|")[1] == campaign["code"]}
        due = [each["organisation_code"] for each in expected if each["campaign_code"] == campaign["code"]]
        missing = [code for code in due if code not in answered]
        told.append(
            {
                **campaign,
                "expected": len(due),
                "silent": [
                    {"code": code, "label": labels.get(code, code), "address": addresses.get(code)} for code in missing
                ],
            }
        )
    return told
