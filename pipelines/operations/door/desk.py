"""What the page asks besides judging: its state, a template, an answer, a file back, sending what was tried.

Belongs here: one function an act. Every act names an establishment; whether the account may ask for it was decided by
the page, and nothing that is not that establishment's is found here, whatever is named.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipelines.operations.door import following, pairs, sending, waiting
from pipelines.operations.door.trying import is_known
from quality.answers import receipt_folders
from quality.answers.answer import PARIS
from quality.answers.prefill import prefilled_rows
from quality.answers.receipts import receipt_style
from quality.answers.shelf import Shelf
from sources.archive import archive, senders
from sources.archive.archive_content import content_path
from sources.home.configuration import configuration
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.grid_template import write_grid_workbook

Told = tuple[dict[str, Any], bytes]
MISSING: Told = ({"status": "missing"}, b"")
SHORT, OPEN = "courte", "ouverte"


def answer(home: Home, asked: dict[str, Any], content: bytes) -> Told:
    """Answer one request; an act that is none, or something that is not there, is ``missing``."""
    act = _ACTS.get(str(asked.get("act")))
    if act is None:
        return MISSING
    try:
        return act(home, asked)
    except LookupError:
        return MISSING


def _today() -> dt.date:
    return dt.datetime.now(PARIS).date()


def _ping(_home: Home, _asked: dict[str, Any]) -> Told:
    return {"status": "ok"}, b""


def _establishments(home: Home, asked: dict[str, Any]) -> Told:
    """Code and name: of those that are named and known, or of all French organisations."""
    referential = load_referential(home.referential)
    rows = referential.table("organisations").select("code", "label", "country_code").to_dicts()
    wanted = asked.get("codes")
    found = [
        {"code": row["code"], "label": row["label"]}
        for row in rows
        if (row["country_code"] == "FR" if wanted is None else row["code"] in wanted)
    ]
    said = {"suggestions": pairs.waiting(home, referential)} if wanted is None else {}
    return {"status": "ok", "establishments": sorted(found, key=lambda each: each["label"]), **said}, b""


def _overview(home: Home, asked: dict[str, Any]) -> Told:
    referential, establishment = _opened(home, asked)
    campaigns = following.open_campaigns(referential, _today())
    for campaign in campaigns:
        campaign["form_url"] = configuration(home).intake.form_urls.get(campaign["code"])
        campaign["unanswered"] = following.unanswered(home, referential, establishment, campaign["code"])
    return {
        "status": "ok",
        "label": referential.labels("organisations").get(establishment, "Coordination du GCS"),
        "campaigns": campaigns,
        "lines": following.followed(home, establishment),
        "pairs": pairs.known_pairs(home, establishment),
        "suggestions": pairs.SUGGESTED,
        "progress": following.PROGRESS,
        "waiting": [
            _facts(one) for one in waiting.of_account(home, asked["account"], establishment) if one.can_be_sent
        ],
    }, b""


def _template(home: Home, asked: dict[str, Any]) -> Told:
    """The workbook of an establishment and a campaign; without campaign, the blank one.

    ``edition``: « courte » asks the essential questions, « ouverte » shows the sheets that few fill.
    """
    referential, establishment = _opened(home, asked)
    campaign = asked.get("campaign")
    rows = None
    name = "cartographie-vierge.xlsx"
    if campaign is not None:
        if campaign not in referential.codes("campaigns"):
            return MISSING
        rows = prefilled_rows(home.lake, referential, establishment, campaign, set(archive.quarantined_numbers(home)))
        name = f"cartographie-{establishment}-{campaign}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        edition = asked.get("edition")
        name = f"{Path(name).stem}-court.xlsx" if edition == SHORT else name
        path = write_grid_workbook(
            Path(folder) / name, referential, rows, is_short=edition == SHORT, is_open=edition == OPEN
        )
        return {"status": "ok", "name": name}, path.read_bytes()


def _try(home: Home, asked: dict[str, Any]) -> Told:
    tried = _own_try(home, asked)
    folder = waiting.folder_of(home, tried.number)
    answers = [(folder / f"{at + 1:02d}.html").read_text(encoding="utf-8") for at in range(len(tried.files))]
    return {"status": "ok", "try": _facts(tried), "answers": answers, "style": receipt_style()}, b""


def _try_workbook(home: Home, asked: dict[str, Any]) -> Told:
    tried = _own_try(home, asked)
    for file in tried.files:
        if file.workbook_name and file.workbook_name == asked["name"]:
            content = (waiting.folder_of(home, tried.number) / file.workbook_name).read_bytes()
            return {"status": "ok", "name": f"{Path(file.name).stem} – {file.workbook_name}"}, content
    return MISSING


def _send(home: Home, asked: dict[str, Any]) -> Told:
    """Once, however often it is asked: a second click finds it sent."""
    number = _own_try(home, asked).number
    with waiting.alone_with(home, number):
        tried = _own_try(home, asked)
        if tried.sent:
            return {"status": "sent", "names": tried.sent}, b""
        names = sending.send(home, tried, str(asked["sent_by"]))
        waiting.keep(home, replace(tried, sent=names))
    senders.forget_old(home)
    return {"status": "ok", "names": names}, b""


def _forget(home: Home, asked: dict[str, Any]) -> Told:
    waiting.drop(home, _own_try(home, asked).number)
    return {"status": "ok"}, b""


def _suggest(home: Home, asked: dict[str, Any]) -> Told:
    _, establishment = _opened(home, asked)
    try:
        pairs.suggest(home, establishment, asked)
    except pairs.UnfitSuggestion as problem:
        return {"status": "refused", "why": str(problem)}, b""
    return {"status": "ok"}, b""


def _received_answer(home: Home, asked: dict[str, Any]) -> Told:
    """An answer by its name, if it is one of those that this establishment's list names."""
    _, establishment = _opened(home, asked)
    shelf = Shelf(home.receipts / establishment)
    names = {name for entry in shelf.entries.values() for name in (entry["files"] or {}).values() if name}
    if asked["name"] not in names:
        return MISSING
    try:
        return {"status": "ok", "name": asked["name"]}, receipt_folders.read(shelf.folder, asked["name"])
    except OSError:
        return MISSING


def _original(home: Home, asked: dict[str, Any]) -> Told:
    """The bytes of a reception, if this establishment sent them and nothing in them is kept apart."""
    _, establishment = _opened(home, asked)
    number = int(asked["number"])
    if number not in archive.reception_numbers(home):
        return MISSING
    record = archive.reception(home, number)
    if record.folder != establishment or not following.content_is_given(home, number):
        return MISSING
    return {"status": "ok", "name": record.file_name}, content_path(home, record.content_sha256).read_bytes()


def _silent(home: Home, _asked: dict[str, Any]) -> Told:
    referential = load_referential(home.referential)
    addresses = dict(configuration(home).alerts.receipt_addresses)
    return {"status": "ok", "campaigns": following.silent(home, referential, _today(), addresses)}, b""


def _opened(home: Home, asked: dict[str, Any]) -> tuple[Referential, str]:
    referential, establishment = load_referential(home.referential), str(asked["establishment"])
    if not is_known(referential, establishment):
        raise LookupError(establishment)
    return referential, establishment


def _own_try(home: Home, asked: dict[str, Any]) -> waiting.Try:
    _opened(home, asked)
    tried = waiting.read(home, str(asked["number"]), str(asked["account"]), str(asked["establishment"]))
    if not tried.files:  # still judged, or stopped meanwhile
        raise LookupError(tried.number)
    return tried


def _facts(tried: waiting.Try) -> dict[str, Any]:
    at = dt.datetime.fromtimestamp(tried.at, PARIS).strftime("%d/%m/%Y à %H:%M")
    return {**asdict(tried), "said_at": at, "can_be_sent": tried.can_be_sent}


_ACTS: dict[str, Callable[[Home, dict[str, Any]], Told]] = {
    "ping": _ping,
    "establishments": _establishments,
    "overview": _overview,
    "template": _template,
    "try": _try,
    "try_workbook": _try_workbook,
    "send": _send,
    "forget": _forget,
    "suggest": _suggest,
    "answer": _received_answer,
    "original": _original,
    "silent": _silent,
}
