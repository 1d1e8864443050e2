"""Alerts as a mail server receives them: one message for many, each told once, no cell in any."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aiosmtpd.controller import Controller
from dagster import DagsterInstance

from pipelines.operations.alerts import SendingError, send_alerts
from pipelines.operations.alerts.state import AlertState
from pipelines.warehouse.publication import PublicationError
from quality.batch import batch
from sources.archive import archive, archive_events
from sources.home.home import Home
from tests.pipelines.conftest import LYON, Installation
from tests.pipelines.operations.incidents.test_failures import SECRET_CELL, fail_with

TEAM = "equipe@gcs.example"


class Mailbox:
    """What a real SMTP server on this machine received."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[tuple[list[str], Message]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"

    def text(self, number: int = -1) -> str:
        parts = [part for part in self.messages[number][1].walk() if part.get_content_type() == "text/plain"]
        return parts[0].get_payload(decode=True).decode()  # type: ignore[union-attr]

    def subject(self, number: int = -1) -> str:
        return str(make_header(decode_header(self.messages[number][1]["Subject"])))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def alerted(installation: Installation, mailbox: Mailbox, instance: DagsterInstance) -> Installation:
    """A home whose alerts go to the mailbox, after its first look, and once the demonstration's reviews were told."""
    server = f"mailto://127.0.0.1:{mailbox.port}?from=cartographie@gcs.example&mode=insecure"
    (installation.home.root / "cartographie.toml").write_text(
        f'[alerts]\nurls = ["{server}&to={TEAM}"]\ndisk_free_gib = 0\nreceipts_url = "https://gcs.example/accuses"\n'
        f'receipt_mail_url = "{server}"\nreceipt_addresses = {{{LYON} = "dim@chu-lyon.example"}}\nreminder_days = []\n'
    )
    assert send_alerts(installation.home, instance).alert_count == 0
    send_alerts(installation.home, instance)
    mailbox.messages.clear()
    return installation


def drop_bad_files(installation: Installation, count: int) -> None:
    for number in range(count):
        path = installation.home.intake / "630780989" / f"mauvais {number}.xlsx"
        path.write_bytes(b"PK\x03\x04" + f"{SECRET_CELL} {number}".encode())
        os.utime(path, (1, 1))
    archive.receive(installation.home)
    batch.process(installation.home, installation.referential)


def test_fifty_bad_files_make_one_message_sent_once(
    alerted: Installation, mailbox: Mailbox, instance: DagsterInstance
) -> None:
    assert mailbox.messages == []
    drop_bad_files(alerted, 50)
    assert send_alerts(alerted.home, instance).alert_count == 50
    assert send_alerts(alerted.home, instance).alert_count == 0
    assert len(mailbox.messages) == 1 and mailbox.messages[0][0] == [TEAM]
    assert "Fichiers refusés en entier (50)" in mailbox.subject()
    text = mailbox.text()
    assert "https://gcs.example/accuses/630780989/index.html" in text and "et 30 autre(s)" in text
    assert "CHU de Clermont-Ferrand" in text and SECRET_CELL not in text


def test_a_failed_run_is_told_with_its_cause_and_remedy(
    alerted: Installation, mailbox: Mailbox, instance: DagsterInstance
) -> None:
    fail_with(PublicationError("La copie publiée diffère de l'entrepôt."), instance)
    fail_with(ValueError(SECRET_CELL), instance)
    assert send_alerts(alerted.home, instance).alert_count == 2
    text = mailbox.text()
    assert "[O0204]" in text and "La copie publiée diffère" in text and "→ relancez la passe" in text
    assert SECRET_CELL not in text


def test_what_could_not_be_sent_is_sent_at_the_next_look(
    alerted: Installation, mailbox: Mailbox, instance: DagsterInstance
) -> None:
    drop_bad_files(alerted, 1)
    settings = alerted.home.root / "cartographie.toml"
    good = settings.read_text()
    settings.write_text(good.replace(str(mailbox.port), "9"))
    with pytest.raises(SendingError, match="sera renvoyé") as raised:
        send_alerts(alerted.home, instance)
    assert "gcs.example" not in str(raised.value)
    settings.write_text(good)
    assert send_alerts(alerted.home, instance).alert_count == 1


def test_an_establishment_gets_its_receipt(alerted: Installation, mailbox: Mailbox, instance: DagsterInstance) -> None:
    alerted.drop("courriel", "courriel.xlsx", assessor="MED-91")
    archive.receive(alerted.home)
    batch.process(alerted.home, alerted.referential)
    assert send_alerts(alerted.home, instance).receipt_count == 1
    assert send_alerts(alerted.home, instance).receipt_count == 0
    recipients, received = mailbox.messages[0]
    assert recipients == ["dim@chu-lyon.example"]
    attached = [part for part in received.walk() if part.get_filename()]
    page = next(iter(alerted.receipts_of("courriel.xlsx")))
    assert attached[0].get_payload(decode=True) == page.read_bytes()


def expect_clermont(home: Home, deadline: date) -> None:
    """A campaign of which one establishment is expected."""
    folder = home.referential
    folder.mkdir(exist_ok=True)
    (folder / "campaigns.csv").write_text(
        "code;label;origin;opens;deadline;is_demonstration\n"
        + f"2026-9;Campagne d'essai;proposed;2026-01-01;{deadline};non\n"
    )
    (folder / "campaign_organisations.csv").write_text(
        "code;label;origin;campaign_code;organisation_code\n"
        "2026-9:630780989;CHU de Clermont-Ferrand;proposed;2026-9;630780989\n"
    )


def test_silence_before_a_deadline_freshness_and_disk(
    alerted: Installation, mailbox: Mailbox, instance: DagsterInstance
) -> None:
    deadline = (datetime.now(UTC) + timedelta(days=5)).date()
    expect_clermont(alerted.home, deadline)
    settings = alerted.home.root / "cartographie.toml"
    text = settings.read_text().replace("reminder_days = []", "reminder_days = [14, 7, 3]\nsilence_hours = 1")
    settings.write_text(text.replace("disk_free_gib = 0", "disk_free_gib = 1000000"))
    later = datetime.now(UTC) + timedelta(hours=2)
    assert send_alerts(alerted.home, instance, later).alert_count == 3
    assert send_alerts(alerted.home, instance, later).alert_count == 0
    text = mailbox.text()
    assert f"Campagne d'essai : rien reçu, clôture le {deadline:%d/%m/%Y}" in text and "CHU de Clermont-Ferrand" in text
    assert "Données en retard" in text and "Disque presque plein" in text


def publish_a_due_review_and_marks_out_of_bounds(home: Home) -> None:
    """In the release that readers see, as a committee and real campaigns would leave it."""
    path = home.current_release.resolve()
    path.chmod(0o600)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into fct_decision by name select 'CAT-001' as use_case_code, 'tous' as perimeter_code, "
            "current_date + 3 as next_review_on, true as is_current"
        )
        connection.execute(
            "insert into mart_calibration by name select '2026-1' as campaign_code, 'Campagne 2026' as campaign_label, "
            f"'{LYON}' as organisation_code, 'CHU de Lyon' as organisation_label, 'Impact' as side_label, "
            "12.5 as mean_difference_score, true as is_out_of_bounds, false as is_demonstration"
        )


def test_each_kind_of_alert_leaves_in_one_message(
    alerted: Installation, mailbox: Mailbox, instance: DagsterInstance
) -> None:
    """Refused, set aside, failed, silent, review due, calibration, freshness, disk."""
    home = alerted.home
    drop_bad_files(alerted, 1)
    alerted.drop("aside", "de côté.xlsx", assessor="MED-92")
    archive.receive(home)
    batch.process(home, alerted.referential)
    number = archive.reception_numbers(home)[-1]
    archive_events.set_aside(home, number, "essai")
    fail_with(PublicationError("La copie publiée diffère de l'entrepôt."), instance)
    expect_clermont(home, deadline=(datetime.now(UTC) + timedelta(days=5)).date())
    publish_a_due_review_and_marks_out_of_bounds(home)
    settings = home.root / "cartographie.toml"
    text = settings.read_text().replace("reminder_days = []", "reminder_days = [14, 7, 3]\nsilence_hours = 1")
    settings.write_text(text.replace("disk_free_gib = 0", "disk_free_gib = 1000000"))

    assert send_alerts(home, instance, datetime.now(UTC) + timedelta(hours=2)).alert_count == 8
    assert [recipients for recipients, _ in mailbox.messages if recipients == [TEAM]] == [[TEAM]]
    told = next(number for number, (recipients, _) in enumerate(mailbox.messages) if recipients == [TEAM])
    headings = [line for line in mailbox.text(told).splitlines() if line.endswith("(1)")]
    assert len(headings) == 8
    for word in (
        "refusés en entier", "mis de côté", "Exécutions en échec", "rien reçu", "Revues à prévoir",
        "notation hors bornes", "Données en retard", "Disque presque plein",
    ):  # fmt: skip
        assert any(word in heading for heading in headings), word
    assert "12,5 points" in mailbox.text(told) and SECRET_CELL not in mailbox.text(told)


def test_without_addresses_nothing_is_sent_nor_marked(home_copy: Home, instance: DagsterInstance) -> None:
    send_alerts(home_copy, instance)
    fail_with(ValueError("x"), instance)
    assert send_alerts(home_copy, instance).alert_count == 0
    state = AlertState.load(home_copy)
    assert state is not None and state.told == {}


def test_the_state_is_readable_by_its_owner_alone(alerted: Installation) -> None:
    assert Path(alerted.home.root / "alerts.json").stat().st_mode & 0o077 == 0
