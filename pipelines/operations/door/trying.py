"""Judging files as the intake would, beside archive and lake, and writing nothing there.

Belongs here: the answer to one try, and what its files would take the place of. Does not: judging (``quality``), where
a try stands (``waiting``), sending it (``sending``).
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.operations.door import waiting
from pipelines.operations.door.names import UnfitName, fit_name
from pipelines.operations.door.waiting import TriedFile, Try
from quality.answers.annotated import annotated_workbook
from quality.answers.answer import PARIS, Answer, answer_to, gone_rows
from quality.answers.receipts import receipt_body, receipt_json, since_the_previous
from quality.answers.shelf import Shelf
from quality.batch.bundles import files_of
from quality.batch.judging import Judgement, judge
from quality.verdicts.history import History
from quality.verdicts.verdicts import BUNDLE, WITHDRAWN
from sources.archive import archive
from sources.archive.archive import Reception
from sources.home.durable import write_whole
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.layout import ENVELOPE
from sources.workbook.template.template import write_template
from sources.workbook.zipped import unpacked

MOST_FILES = 20
NOTHING_CHOSEN = "Choisissez au moins un fichier."
TOO_MANY = f"Au plus {MOST_FILES} fichiers à la fois : mettez-les dans une archive zip, ou essayez-les en deux fois."


@dataclass(frozen=True)
class Tried:
    """One file under the number that it would have next, and where its bytes stand."""

    reception: Reception
    place: Path


def answer(home: Home, asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Keep the files of a try, judge them, and keep what is answered beside them.

    An establishment that is none is ``missing``: its code would be the name of a folder of the intake.
    """
    if not is_known(load_referential(home.referential), str(asked["establishment"])):
        return {"status": "missing"}, b""
    try:
        files = _withdrawal(home, asked) if asked["act"] == "withdraw" else list(_named(asked["files"], content))
    except UnfitName as problem:
        return {"status": "refused", "why": str(problem)}, b""
    if not 0 < len(files) <= MOST_FILES:
        return {"status": "refused", "why": TOO_MANY if files else NOTHING_CHOSEN}, b""
    with waiting.turn_of(home, asked["account"]) as is_free:
        if not is_free:
            return {"status": "busy"}, b""
        tried = try_files(home, asked["establishment"], asked["account"], files)
    return {"status": "ok", "number": tried.number}, b""


def try_files(home: Home, establishment: str, account: str, files: list[tuple[str, bytes]]) -> Try:
    """The try of these files. It is the account's from its first byte on: one that is stopped counts among its own."""
    waiting.make_room(home, account)
    tried = Try(waiting.new_number(), account, establishment, time.time())
    folder = waiting.folder_of(home, tried.number)
    folder.mkdir(parents=True, mode=0o700)
    waiting.keep(home, tried)
    # The intake takes what lies there in the order of names.
    due = [_kept(folder, name, content) for name, content in sorted(files)]
    tried = replace(tried, at=time.time(), files=_judged(home, establishment, folder, due))
    waiting.keep(home, tried)
    return tried


def _withdrawal(home: Home, asked: dict[str, Any]) -> list[tuple[str, bytes]]:
    """The workbook that withdraws a dossier, as its establishment would fill it; none where nothing counts for it."""
    establishment, campaign, dossier = (str(asked[name]) for name in ("establishment", "campaign", "dossier"))
    history = History.load(home.lake, set(archive.quarantined_numbers(home)))
    if history.counting(f"{establishment}|{campaign}|{dossier}") is None:
        return []
    referential = load_referential(home.referential)
    label = referential.labels("campaigns").get(campaign, campaign)
    row = {"organisation": establishment, "campagne": label, "dossier": dossier, "retrait": "oui"}
    with tempfile.TemporaryDirectory() as folder:
        name = fit_name(f"retrait-{dossier}-{campaign}.xlsx")
        path = write_template(Path(folder) / name, referential, {ENVELOPE: [row]})
        return [(name, path.read_bytes())]


def _named(sizes: list[dict[str, Any]], content: bytes) -> Iterator[tuple[str, bytes]]:
    start = 0
    names: set[str] = set()
    for each in sizes:
        name = _other_than(fit_name(str(each["name"])), names)
        names.add(name)
        yield name, content[start : start + int(each["size"])]
        start += int(each["size"])


def _other_than(name: str, taken: set[str]) -> str:
    """« envoi (2).xlsx » for a second file of one name."""
    path, count, found = Path(name), 1, name
    while found in taken:
        count += 1
        found = f"{path.stem} ({count}){path.suffix}"
    return found


def _kept(folder: Path, name: str, content: bytes) -> TriedFile:
    sha256 = hashlib.sha256(content).hexdigest()
    write_whole(folder / f"{sha256}.content", content, mode=0o600)
    return TriedFile(name, sha256, len(content))


def _judged(home: Home, establishment: str, folder: Path, due: list[TriedFile]) -> list[TriedFile]:
    referential = load_referential(home.referential)
    history = History.load(home.lake, set(archive.quarantined_numbers(home)))
    next_number = archive.last_number(home) + 1
    shelf = Shelf(home.receipts / establishment) if (home.receipts / establishment).is_dir() else None
    told: list[TriedFile] = []
    batch = [_tried(folder, file, establishment, next_number + at) for at, file in enumerate(due)]
    is_inner = False
    while batch:
        receptions, places = [one.reception for one in batch], {one.reception.number: one.place for one in batch}
        judgement = judge(home, referential, receptions, history, places=places)
        for one in batch:
            said = _answer(judgement, one, referential, shelf)
            told.append(_write_answer(home, folder, said, one, history, at=len(told), is_inner=is_inner))
        first = receptions[-1].number + 1
        batch = list(_within(folder, establishment, judgement, batch, first)) if not is_inner else []
        is_inner = True
    return told


def _tried(folder: Path, file: TriedFile, establishment: str, number: int, **more: Any) -> Tried:
    reception = Reception(
        number, establishment, file.name, file.sha256, file.byte_count, datetime.now(UTC), 0, **more
    )  # fmt: skip
    return Tried(reception, folder / f"{file.sha256}.content")


def _within(folder: Path, establishment: str, judgement: Judgement, batch: list[Tried], first: int) -> Iterator[Tried]:
    """The files that files brought, as receptions that the intake would make of them."""
    number = first
    for one in batch:
        for name, content, response in _brought(judgement, one):
            file = _kept(folder, f"{Path(one.reception.file_name).stem} – {name}", content)
            yield _tried(
                folder, file, establishment, number, derived_from=one.reception.number, response_id=response
            )  # fmt: skip
            number += 1


def _brought(judgement: Judgement, one: Tried) -> Iterator[tuple[str, bytes, str | None]]:
    number = one.reception.number
    if judgement.verdicts[number].code == BUNDLE:
        yield from ((name, content, None) for name, content in unpacked(one.place))
    if number in judgement.divided:
        yield from ((name, content, None) for name, content in files_of(judgement.divided[number]))
    if number in judgement.exports:
        for response in judgement.exports[number].to_receive:
            yield f"réponse {response.response_id}", response.content, response.response_id


def _answer(judgement: Judgement, one: Tried, referential: Referential, shelf: Shelf | None) -> Answer:
    said = answer_to(one.reception, judgement.verdicts[one.reception.number], referential)
    said = said if shelf is None else since_the_previous(said, shelf)
    # It was not received: no number, no date.
    return replace(said, reception=None)


def _write_answer(
    home: Home, folder: Path, said: Answer, one: Tried, history: History, *, at: int, is_inner: bool
) -> TriedFile:
    workbook = annotated_workbook(one.place, said)
    name = f"{at + 1:02d}-annoté.xlsx" if workbook else None
    if workbook and name:
        write_whole(folder / name, workbook.content, mode=0o600)
    write_whole(folder / f"{at + 1:02d}.html", receipt_body(said, workbook, name).encode(), mode=0o600)
    write_whole(folder / f"{at + 1:02d}.json", receipt_json(said, workbook).encode(), mode=0o600)
    reception = one.reception
    return TriedFile(
        said.file_name if is_inner else reception.file_name, reception.content_sha256, reception.byte_count, name,
        _replaces(home, said, reception.number, history), said.verdict.code, said.verdict.label, is_inner,
    )  # fmt: skip


def _replaces(home: Home, said: Answer, number: int, history: History) -> str:
    """What sending it takes the place of, in a sentence; nothing where it takes nothing's."""
    previous = dict(history.replaced).get(number)
    submission = said.verdict.submission
    if previous is None or submission is None:
        return ""
    withdraws = said.verdict.code == WITHDRAWN
    verb = "retirera" if withdraws else "remplacera"
    try:
        record = archive.reception(home, previous)
    except OSError:  # of this same try
        return f"Ce fichier {verb} un autre fichier de cet essai (dossier « {submission.dossier_code} »)."
    day = record.received_at.astimezone(PARIS).strftime("%d/%m/%Y")
    gone = "" if withdraws else gone_rows(said.verdict)
    less = f" {gone[:1].upper()}{gone[1:]}." if gone else ""
    return f"Ce fichier {verb} l'envoi n° {previous} du {day} (dossier « {submission.dossier_code} »).{less}"


def is_known(referential: Referential, establishment: str) -> bool:
    """Whether an establishment has a door: a French organisation of the referential, or the coordinators."""
    return establishment == COORDINATORS_FOLDER or establishment in referential.codes("organisations")
