"""What is worth a message now, told or not: files, runs, deadlines, reviews, calibration, freshness, disk.

Belongs here: finding it, in the layers that hold it. Does not: choosing what was not told yet (``sending``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from pipelines.operations.alerts.alert import Alert
from pipelines.operations.alerts.state import AlertState
from pipelines.operations.incidents.failures import failed_runs
from pipelines.orchestration.jobs import NIGHTLY_JOB
from quality.verdicts.verdicts import REFUSED
from sources.archive import archive, archive_events
from sources.home.configuration import Alerts, configuration
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.lake import lake
from sources.referential.loader import Referential, load_referential

if TYPE_CHECKING:
    from dagster import DagsterInstance

_RUNS_LOOKED_AT = 20


def current_alerts(home: Home, instance: DagsterInstance, state: AlertState, now: datetime) -> Iterator[Alert]:
    """All that holds now, since ``state`` began; ``now`` has a time zone."""
    settings = configuration(home)
    today = now.astimezone(ZoneInfo(settings.runs.time_zone)).date()
    referential = load_referential(home.referential)
    yield from _files(home, referential, settings.alerts, state)
    yield from _runs(instance, state)
    yield from _silent(home, referential, settings.alerts, today)
    yield from _reviews(home, settings.alerts, today)
    yield from calibration_alerts(home)
    yield from _freshness(instance, settings.alerts, state, now)
    yield from _disk(home, settings.alerts, today)


def receipts_place(home: Home, settings: Alerts, folder: str) -> str:
    """The way to the receipts of an organisation."""
    base = settings.receipts_url or home.receipts.as_uri()
    return f"{base.rstrip('/')}/{folder}/index.html"


def _files(home: Home, referential: Referential, settings: Alerts, state: AlertState) -> Iterator[Alert]:
    """Files refused whole, and those set aside; their names are those that the receipts show."""
    labels = referential.labels("organisations")
    received = lake.read(home.lake, "receptions").filter(pl.col("reception_number") > state.since_reception)
    aside, stopped = archive.quarantined_numbers(home), archive_events.stops(home)
    for row in received.sort("reception_number").iter_rows(named=True):
        number, code = row["reception_number"], row["folder"]
        folder = code if code in labels else COORDINATORS_FOLDER
        where = f"{labels.get(code, 'Coordination')} : « {row['file_name']} » (réception {number}), réponse dans "
        line = where + receipts_place(home, settings, folder)
        if row["verdict_code"] == REFUSED:
            yield Alert(f"refused:{number}", "Fichiers refusés en entier", line)
        if number in stopped:
            yield Alert(f"stopped:{number}", "Fichiers dont l'examen arrêtait la passe : mis à part", line)
        if number in aside:
            yield Alert(f"aside:{number}", "Dépôts mis de côté : leurs lignes arrêtaient l'entrepôt", line)


def _runs(instance: DagsterInstance, state: AlertState) -> Iterator[Alert]:
    for failure in failed_runs(instance, _RUNS_LOOKED_AT):
        if failure.failed_at.isoformat() > state.since:
            line = f"{failure.job} [{failure.incident.code}] : {failure.cause}"
            yield Alert(f"run:{failure.run_id}", "Exécutions en échec", line, failure.incident.remedy)


def _silent(home: Home, referential: Referential, settings: Alerts, today: date) -> Iterator[Alert]:
    """Expected establishments from which nothing came, as a deadline nears; each reminder once."""
    labels = referential.labels("organisations")
    expected = referential.table("campaign_organisations")
    heard = set(lake.read(home.lake, "submissions").select("campaign_code", "organisation_code").iter_rows())
    for campaign in referential.table("campaigns").filter(~pl.col("is_demonstration")).iter_rows(named=True):
        left = (campaign["deadline"] - today).days
        if campaign["opens"] > today or left < 0:
            continue
        reminder = min((days for days in settings.reminder_days if days >= left), default=None)
        if reminder is None:
            continue
        code = campaign["code"]
        for (organisation,) in expected.filter(pl.col("campaign_code") == code).select("organisation_code").iter_rows():
            if (code, organisation) not in heard:
                group = f"{campaign['label']} : rien reçu, clôture le {campaign['deadline']:%d/%m/%Y}"
                yield Alert(f"silent:{code}:{reminder}:{organisation}", group, labels.get(organisation, organisation))


def _reviews(home: Home, settings: Alerts, today: date) -> Iterator[Alert]:
    for code, perimeter, due in _due_reviews(home, today + timedelta(days=settings.review_days)):
        line = f"{code} ({perimeter}), le {due:%d/%m/%Y}"
        yield Alert(f"review:{code}:{perimeter}:{due}", "Revues à prévoir en comité", line)


def _due_reviews(home: Home, until: date) -> list[tuple[str, str, date]]:
    """Use case, perimeter and date of each review due; none while no decision is published."""
    if not home.current_release.exists():
        return []
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        tables = connection.execute("select 1 from duckdb_tables() where table_name = 'fct_decision'").fetchall()
        if not tables:
            return []
        rows: list[Any] = connection.execute(
            "select use_case_code, perimeter_code, next_review_on from fct_decision "
            "where is_current and next_review_on <= ? order by all",
            [until],
        ).fetchall()
    return rows


def calibration_alerts(home: Home) -> Iterator[Alert]:
    """Establishments whose marks lie past the bounds from those of the others; once for each campaign and side."""
    for code, label, organisation, name, side, difference in _out_of_bounds(home):
        points = f"{difference:+.1f}".replace(".", ",")
        line = f"{name}, {side.lower()} : {points} points d'écart moyen"
        remedy = "voyez la page Qualité : rien n'est corrigé, c'est au comité d'en juger"
        yield Alert(f"calibration:{code}:{organisation}:{side}", f"{label} : notation hors bornes", line, remedy)


def _out_of_bounds(home: Home) -> list[Any]:
    """Campaign, organisation, side and difference, of real campaigns; none while no analysis is published."""
    if not home.current_release.exists():
        return []
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        if not connection.execute(
            "select 1 from information_schema.tables where table_name = 'mart_calibration'"
        ).fetchall():
            return []
        return connection.execute(
            "select campaign_code, campaign_label, organisation_code, organisation_label, side_label, "
            "mean_difference_score from mart_calibration where is_out_of_bounds and not is_demonstration order by all"
        ).fetchall()


def _freshness(instance: DagsterInstance, settings: Alerts, state: AlertState, now: datetime) -> Iterator[Alert]:
    from dagster import DagsterRunStatus, RunsFilter

    good = RunsFilter(job_name=NIGHTLY_JOB, statuses=[DagsterRunStatus.SUCCESS])
    records = instance.get_run_records(good, limit=1)
    last = datetime.fromtimestamp(records[0].end_time or 0, UTC) if records else datetime.fromisoformat(state.since)
    hours = (now - last).total_seconds() / 3600
    if hours > settings.silence_hours:
        line = f"aucune passe de nuit réussie depuis {hours:.0f} heures"
        yield Alert(f"freshness:{last:%Y-%m-%dT%H}", "Données en retard", line, "voyez « cartographie status »")


def _disk(home: Home, settings: Alerts, today: date) -> Iterator[Alert]:
    free = shutil.disk_usage(home.root).free / 2**30
    if free < settings.disk_free_gib:
        line = f"il reste {free:.1f} Gio pour {home.root}".replace(".", ",", 1)
        yield Alert(f"disk:{today}", "Disque presque plein", line, "faites de la place : les dépôts seraient refusés")
