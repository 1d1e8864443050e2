"""The answers of one establishment in order: what each file has become, and the list of them on ``index.html``.

Belongs here: remembering the answers of a folder without opening them all. Does not: writing one (``receipts``).

The index page carries the list that it shows, so that a pass reads one page instead of every answer; an answer that
the page does not know (a stopped pass) is read from its JSON, one whose JSON is gone was purged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from quality.answers import receipt_folders
from quality.answers.answer import PARIS, Answer
from quality.verdicts.verdicts import BUNDLE, DIVIDED, FORM_EXPORT, HELD, REFUSED, SET_ASIDE, UNCHANGED, WITHDRAWN

INDEX_PAGE = "index.html"

_EMBEDDED = re.compile(r'<script type="application/json" id="envois">(.*?)</script>', re.DOTALL)
_NUMBER = re.compile(r"(\d{6,})_")
_PAGE_NAME = re.compile(re.escape(INDEX_PAGE))
_DAMAGED = (ValueError, KeyError, TypeError, RecursionError)

STATES = {
    "compte": "Compte",
    "remplace": "Remplacé",
    "refuse": "Refusé",
    "en_attente": "En attente de confirmation",
    "retire": "Retiré",
    "retrait": "Retrait enregistré",
    "identique": "Identique au précédent",
    "formulaire": "Export de formulaire lu",
    "archive": "Archive ouverte",
    "envois": "Partagé en plusieurs envois",
    "mis_de_cote": "Mis de côté",
    "purge": "Purgé",
}


@dataclass(frozen=True)
class Line:
    """One line of the index: what was sent, and its state now."""

    entry: Mapping[str, Any]
    state_code: str

    @property
    def state(self) -> str:
        return STATES[self.state_code]

    @property
    def received(self) -> str:
        return datetime.fromisoformat(self.entry["received_at"]).astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


class Shelf:
    """The answers that stand in ``folder``, by reception number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._there = _receipts(folder)  # by reception number, the name of its JSON
        self.entries = self._remembered()

    def previous(self, key: str, before: int) -> dict[str, Any] | None:
        """The JSON answer to the latest file of the same key received before this number."""
        numbers = [n for n, entry in self.entries.items() if entry["key"] == key and n < before and n in self._there]
        return _content(self.folder, self._there[max(numbers)]) if numbers else None

    def add(self, answer: Answer, files: Mapping[str, str | None]) -> None:
        """Remember an answer just written."""
        reception = answer.reception
        if reception is None or files["json"] is None:
            return
        submission = answer.verdict.submission
        self._there[reception.number] = files["json"]
        self.entries[reception.number] = {
            "number": reception.number,
            "received_at": reception.received_at.isoformat(),
            "file_name": answer.file_name,
            "verdict": answer.verdict.code,
            "verdict_label": answer.verdict.label,
            "key": submission and submission.key,
            "campaign": answer.campaign,
            "dossier": submission and submission.dossier_code,
            "taken": sum(count.taken for count in answer.verdict.counts),
            "rejected": sum(count.rejected for count in answer.verdict.counts),
            "files": dict(files),
        }

    def lines(self, current: Mapping[str, int], set_aside: Collection[int]) -> list[Line]:
        """The newest first; ``current`` maps a key → the reception that counts for it."""
        return [
            Line(entry, self._state(entry, current, set_aside))
            for _, entry in sorted(self.entries.items(), reverse=True)
        ]

    def embedded(self) -> Markup:
        """The list as the page carries it: JSON in which nothing can end the script."""
        text = json.dumps([self.entries[number] for number in sorted(self.entries)], ensure_ascii=False)
        return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))

    def _state(self, entry: Mapping[str, Any], current: Mapping[str, int], set_aside: Collection[int]) -> str:
        number, verdict = entry["number"], entry["verdict"]
        if number not in self._there:
            return "purge"
        if number in set_aside or verdict == SET_ASIDE:
            return "mis_de_cote"
        if verdict == REFUSED:
            return "refuse"
        if verdict == HELD:
            return "en_attente"
        if verdict == UNCHANGED:
            return "identique"
        if verdict == FORM_EXPORT:
            return "formulaire"
        if verdict in (BUNDLE, DIVIDED):
            return "archive" if verdict == BUNDLE else "envois"
        counts = current.get(entry["key"] or "")
        if counts == number:
            return "retrait" if verdict == WITHDRAWN else "compte"
        is_withdrawn = counts in self.entries and self.entries[counts]["verdict"] == WITHDRAWN
        return "retire" if is_withdrawn and verdict != WITHDRAWN else "remplace"

    def _remembered(self) -> dict[int, dict[str, Any]]:
        entries = _listed(self.folder) if receipt_folders.names(self.folder, _PAGE_NAME) else {}
        for number in self._there.keys() - entries.keys():
            content = _content(self.folder, self._there[number])
            with suppress(*_DAMAGED):
                if content and content.get("files"):
                    entries[number] = _entry(number, content)
        return entries


def _listed(folder: Path) -> dict[int, dict[str, Any]]:
    """The list that the page carries; none where it is damaged: the answers themselves are read then."""
    try:
        found = _EMBEDDED.search(receipt_folders.read(folder, INDEX_PAGE).decode())
        return {int(entry["number"]): dict(entry) for entry in json.loads(found[1])} if found else {}
    except _DAMAGED:
        return {}


def _content(folder: Path, name: str) -> dict[str, Any] | None:
    """What an answer says; None where it is damaged: one that cannot be read keeps nobody from getting theirs."""
    try:
        content = json.loads(receipt_folders.read(folder, name))
    except _DAMAGED:
        return None
    return content if isinstance(content, dict) else None


def _receipts(folder: Path) -> dict[int, str]:
    """Reception number → the name of its JSON answer."""
    numbered = ((_NUMBER.match(name), name) for name in receipt_folders.names(folder) if name.endswith(".json"))
    return {int(found[1]): name for found, name in numbered if found}


def _entry(number: int, content: Mapping[str, Any]) -> dict[str, Any]:
    submission = content["submission"]
    return {
        "number": number,
        "received_at": content["reception"]["received_at"],
        "file_name": content["file_name"],
        "verdict": content["verdict"],
        "verdict_label": content["verdict_label"],
        "key": submission and submission["key"],
        "campaign": content["campaign_label"],
        "dossier": submission and submission["dossier_code"],
        "taken": sum(sheet["taken"] for sheet in content["sheets"]),
        "rejected": sum(sheet["rejected"] for sheet in content["sheets"]),
        "files": content["files"],
    }
