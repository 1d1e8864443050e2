"""Sending: one message for all that is new, and each establishment's receipts to its own address.

Belongs here: grouping, wording of the whole, Apprise. Does not: finding what to tell (``events``). What could not be
sent is not marked as told, and is tried at the next look.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from pipelines.operations.alerts.alert import Alert
from pipelines.operations.alerts.events import current_alerts, receipts_place
from pipelines.operations.alerts.state import AlertState
from quality.answers import receipt_folders
from quality.verdicts.verdicts import PURGED
from sources.archive import archive
from sources.home.configuration import Alerts, configuration
from sources.home.home import Home
from sources.lake import lake

if TYPE_CHECKING:
    from dagster import DagsterInstance

LINES_A_GROUP = 20
ATTACHMENTS_A_MESSAGE = 10


class SendingError(Exception):
    """A message could not be sent; the message is French and names no address."""


@dataclass(frozen=True)
class SendReport:
    """How many alerts and receipts left at this look."""

    alert_count: int = 0
    receipt_count: int = 0


def send_alerts(home: Home, instance: DagsterInstance, now: datetime | None = None) -> SendReport:
    """Tell what is new. The first look tells nothing of what was there before; without addresses, nothing is sent.

    Raises ``SendingError`` when a message could not be sent; what was not told stays to be told.
    """
    settings = configuration(home).alerts
    state = AlertState.load(home)
    now = now or datetime.now(UTC)
    if state is None:
        last = max(archive.reception_numbers(home), default=0)
        AlertState(since_reception=last, since=now.isoformat(timespec="seconds"), mailed_reception=last).save(home)
        return SendReport()
    alert_count = _tell(home, instance, settings, state, now) if settings.urls else 0
    return SendReport(alert_count, _mail_receipts(home, settings, state))


def message(alerts: Sequence[Alert]) -> tuple[str, str]:
    """Title and text: a heading a group with its number, at most ``LINES_A_GROUP`` lines below each."""
    groups: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.group].append(alert)
    title = "Cartographie IA : " + " ; ".join(f"{group} ({len(found)})" for group, found in groups.items())
    return title[:180], "\n\n".join(_paragraph(group, found) for group, found in groups.items()) + "\n"


def _paragraph(group: str, alerts: Sequence[Alert]) -> str:
    lines = [f"{group} ({len(alerts)})"]
    lines += [f"- {alert.line}" for alert in alerts[:LINES_A_GROUP]]
    if len(alerts) > LINES_A_GROUP:
        lines.append(f"- et {len(alerts) - LINES_A_GROUP} autre(s)")
    lines += [f"→ {remedy}" for remedy in dict.fromkeys(alert.remedy for alert in alerts) if remedy]
    return "\n".join(lines)


def _tell(home: Home, instance: DagsterInstance, settings: Alerts, state: AlertState, now: datetime) -> int:
    new = [alert for alert in current_alerts(home, instance, state, now) if alert.key not in state.told]
    if new:
        title, text = message(new)
        _send([url.get_secret_value() for url in settings.urls], title, text)
        state.add(alert.key for alert in new)
        state.save(home)
    return len(new)


def _mail_receipts(home: Home, settings: Alerts, state: AlertState) -> int:
    """The answers given since the last look, to the organisations that asked for them; one message each."""
    received = lake.read(home.lake, "receptions").sort("reception_number")
    new = received.filter(received["reception_number"] > state.mailed_reception)
    if new.is_empty():
        return 0
    sent = 0
    if settings.receipt_mail_url is not None:
        for code, address in settings.receipt_addresses.items():
            is_answered = (new["folder"] == code) & (new["verdict_code"] != PURGED)
            numbers = new.filter(is_answered)["reception_number"].to_list()
            pages = _pages(home.receipts / code, numbers)
            if pages:
                text = _receipt_text(home, settings, code, len(pages))
                title = f"Cartographie IA : réponse à {len(pages)} fichier(s) déposé(s)"
                with _copied(home.receipts / code, pages[:ATTACHMENTS_A_MESSAGE]) as attached:
                    _send([_to(settings.receipt_mail_url.get_secret_value(), address)], title, text, attached)
                sent += len(pages)
    state.mailed_reception = int(new["reception_number"].to_list()[-1])
    state.save(home)
    return sent


def _pages(folder: Path, numbers: Sequence[int]) -> list[str]:
    """The names of the pages that answer to these receptions, in their order."""
    there = [name for name in receipt_folders.names(folder) if name.endswith(".html")]
    return [name for number in numbers for name in there if name.startswith(f"{number:06d}_")]


@contextmanager
def _copied(folder: Path, names: Sequence[str]) -> Iterator[list[Path]]:
    """Pages as they stand now, where nobody else writes: what is attached is opened by its path."""
    with tempfile.TemporaryDirectory() as place:
        copies = [Path(place) / name for name in names]
        for copy in copies:
            copy.write_bytes(receipt_folders.read(folder, copy.name))
        yield copies


def _receipt_text(home: Home, settings: Alerts, code: str, count: int) -> str:
    more = f"Les {ATTACHMENTS_A_MESSAGE} premières sont jointes.\n" if count > ATTACHMENTS_A_MESSAGE else ""
    return (
        f"Bonjour,\n\nvotre établissement a déposé {count} fichier(s) ; la réponse est jointe : ce qui a été pris, et "
        f"ce qui est à corriger. {more}Toutes vos réponses : {receipts_place(home, settings, code)}\n"
    )


def _to(url: str, address: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, f"to={quote(address)}"]))
    return urlunsplit(parts._replace(query=query))


def _send(urls: Iterable[str], title: str, text: str, attachments: Sequence[Path] = ()) -> None:
    import apprise

    sender = apprise.Apprise()
    if not all(sender.add(url) for url in urls):
        raise SendingError("Une adresse d'alerte n'est pas comprise : voyez [alerts] dans la configuration.")
    attached = [str(path) for path in attachments] or None
    if not sender.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT, attach=attached):
        raise SendingError(
            "Un message d'alerte n'a pas pu partir (serveur de messagerie injoignable ou refus) : il sera renvoyé. "
            "Vérifiez l'adresse dans [alerts] et que ce serveur est joignable d'ici."
        )
