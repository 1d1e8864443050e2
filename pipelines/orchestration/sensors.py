"""The sensors: what starts a run, and what tells people.

Belongs here: looking at the intake, waiting longer after each failed run, looking for what is worth a message.
Does not: what a drop is (``sources.archive.archive``), what is worth one (``alerts``), what runs (``jobs``).
"""

import time
from collections.abc import Sequence

from dagster import (
    DagsterRunStatus,
    DefaultSensorStatus,
    ResourceParam,
    RunRequest,
    RunsFilter,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from pipelines.engines.dagster_names import RunRecord
from pipelines.engines.instance import WRITER_TAG
from pipelines.operations.alerts import send_alerts
from pipelines.orchestration.jobs import (
    ANALYSIS_JOB,
    EXPORTS_JOB,
    INTAKE_JOB,
    NIGHTLY_ANALYSIS_JOB,
    NIGHTLY_JOB,
    PUBLISHING_JOBS,
    analysis_job,
    exports_job,
    intake_job,
)
from pipelines.orchestration.resources import HomeResource
from pipelines.products.analysis.after_publication import is_due
from pipelines.products.exports.stamp import is_export_due
from pipelines.products.snapshot.pending import is_snapshot_to_publish
from pipelines.warehouse.publication import is_behind
from pipelines.warehouse.purging import is_purge_to_publish
from sources.archive import archive

TICK_SECONDS = 5
"""Dagster's round; it looks no oftener, whatever is asked."""

WATCH_SECONDS, LOOK_SECONDS = 4.0, 0.4
"""How long one look for drops lasts, and how often it looks."""

ALERT_SECONDS = 60
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 30, 1800
_UNDER_WAY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


@sensor(
    name="depots",
    job=intake_job,
    minimum_interval_seconds=1,  # at each of Dagster's rounds: a round that comes a hair early is not left out
    default_status=DefaultSensorStatus.RUNNING,
    description="Lance la prise en compte dès qu'un fichier déposé ne change plus.",
)
def intake_sensor(context: SensorEvaluationContext, home: ResourceParam[HomeResource]) -> RunRequest | SkipReason:
    """One run for all that waits; a drop that arrives while a run is under way gets the next one.

    It keeps looking for most of the time until Dagster's next look, so that a drop waits tenths of a second.
    """
    until = time.monotonic() + WATCH_SECONDS
    is_left = _is_left_by_a_failed_run(context, home)
    while (why_not := _why_no_intake(context, home, is_left)) is not None:
        if time.monotonic() + LOOK_SECONDS > until:
            return SkipReason(why_not)
        time.sleep(LOOK_SECONDS)
        is_left = False  # it lists the whole archive: once in a round is enough
    return RunRequest()


def _is_left_by_a_failed_run(context: SensorEvaluationContext, home: ResourceParam[HomeResource]) -> bool:
    """Whether a run failed between reception and publication: its files lie no longer where drops are looked for."""
    if not is_behind(home.folders):
        return False
    writing = context.instance.get_run_records(RunsFilter(tags={WRITER_TAG: "home"}), limit=20)
    publishing = [found.dagster_run for found in writing if found.dagster_run.job_name in PUBLISHING_JOBS]
    return bool(publishing) and publishing[0].status == DagsterRunStatus.FAILURE


def _why_no_intake(context: SensorEvaluationContext, home: ResourceParam[HomeResource], is_left: bool) -> str | None:
    """Why no run is to be started now, in French; None when one is."""
    is_act = is_purge_to_publish(home.folders) or is_snapshot_to_publish(home.folders)
    if not (is_left or archive.has_new_drops(home.folders) or is_act):
        return "Rien de nouveau."
    runs = RunsFilter(job_name=INTAKE_JOB, statuses=_UNDER_WAY)
    if context.instance.get_runs_count(runs):
        return "Une exécution est en cours ; les nouveaux fichiers auront la suivante."
    last_runs = context.instance.get_run_records(RunsFilter(job_name=INTAKE_JOB), limit=8)
    if waiting := seconds_to_wait(last_runs, time.time()):
        return f"La dernière exécution a échoué ; nouvel essai dans {waiting:.0f} s."
    return None


@sensor(
    name="alertes",
    minimum_interval_seconds=ALERT_SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Envoie en un message ce qui est nouveau : refus, échecs, silences, revues, retard, disque.",
)
def alert_sensor(context: SensorEvaluationContext, home: ResourceParam[HomeResource]) -> SkipReason:
    """Starts no run; an error while sending is the tick's failure, and the message is tried again at the next."""
    report = send_alerts(home.folders, context.instance)
    return SkipReason(f"{report.alert_count} alerte(s), {report.receipt_count} accusé(s) envoyé(s).")


@sensor(
    name="publications",
    job=analysis_job,
    minimum_interval_seconds=TICK_SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Lance les analyses quand la version publiée n'est pas encore décrite.",
)
def analysis_sensor(context: SensorEvaluationContext, home: ResourceParam[HomeResource]) -> RunRequest | SkipReason:
    """One analysis of the newest release, however many were published meanwhile; drops go first."""
    if not is_due(home.folders):
        return SkipReason("La version publiée est déjà décrite.")
    for name in (INTAKE_JOB, NIGHTLY_JOB, ANALYSIS_JOB, NIGHTLY_ANALYSIS_JOB):
        if context.instance.get_runs_count(RunsFilter(job_name=name, statuses=_UNDER_WAY)):
            return SkipReason("Une exécution est en cours ; les analyses suivront.")
    last_runs = context.instance.get_run_records(RunsFilter(job_name=ANALYSIS_JOB), limit=8)
    if waiting := seconds_to_wait(last_runs, time.time()):
        return SkipReason(f"Les dernières analyses ont échoué ; nouvel essai dans {waiting:.0f} s.")
    return RunRequest()


def seconds_to_wait(last_runs: Sequence[RunRecord], now: float) -> float:
    """Seconds before trying again, 0 for now: after 1, 2, 3… failed runs in a row wait twice as long each time."""
    failures = 0
    for record in last_runs:
        if record.dagster_run.status != DagsterRunStatus.FAILURE:
            break
        failures += 1
    if not failures:
        return 0.0
    wait = min(FIRST_WAIT_SECONDS * 2 ** (failures - 1), LONGEST_WAIT_SECONDS)
    return max(0.0, (last_runs[0].end_time or now) + wait - now)


@sensor(
    name="exports",
    job=exports_job,
    minimum_interval_seconds=6 * TICK_SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Refait les exports quand la version publiée n'est pas encore exportée.",
)
def exports_sensor(context: SensorEvaluationContext, home: ResourceParam[HomeResource]) -> RunRequest | SkipReason:
    """One export of the newest release, however many were published meanwhile; every other run goes first."""
    if not is_export_due(home.folders):
        return SkipReason("La version publiée est déjà exportée.")
    if context.instance.get_runs_count(RunsFilter(statuses=_UNDER_WAY)):
        return SkipReason("Une exécution est en cours ; les exports suivront.")
    last_runs = context.instance.get_run_records(RunsFilter(job_name=EXPORTS_JOB), limit=8)
    if waiting := seconds_to_wait(last_runs, time.time()):
        return SkipReason(f"Les derniers exports ont échoué ; nouvel essai dans {waiting:.0f} s.")
    return RunRequest()
