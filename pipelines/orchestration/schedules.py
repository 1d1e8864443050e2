"""The schedules: when jobs run by themselves, as the configuration says. Does not belong here: what runs (``jobs``)."""

from __future__ import annotations

from dagster import DefaultScheduleStatus, JobDefinition, ScheduleDefinition

from pipelines.engines.dagster_names import UnresolvedAssetJobDefinition
from pipelines.orchestration.jobs import nightly_analysis_job, nightly_job, register_job
from pipelines.orchestration.upkeep_jobs import backup_job, comparison_job, upkeep_job
from sources.home.configuration import Configuration


def build_schedules(settings: Configuration) -> list[ScheduleDefinition]:
    """All schedules, running from the start; those of back-ups and of the register where they have a place."""
    runs = settings.runs
    schedules = [
        _schedule("chaque_nuit", nightly_job, runs.nightly_cron, settings),
        _schedule("analyses_chaque_nuit", nightly_analysis_job, runs.analysis_cron, settings),
        _schedule("menage_regulier", upkeep_job, runs.cleanup_cron, settings),
        _schedule("comparaison_chaque_nuit", comparison_job, runs.comparison_cron, settings),
    ]
    if settings.finess.sites or settings.finess.entities:
        schedules.append(_schedule("finess_regulier", register_job, settings.finess.cron, settings))
    if settings.backup.destination is not None:
        schedules.append(_schedule("sauvegarde_reguliere", backup_job, settings.backup.cron, settings))
    return schedules


def _schedule(
    name: str, job: JobDefinition | UnresolvedAssetJobDefinition, cron: str, settings: Configuration
) -> ScheduleDefinition:
    return ScheduleDefinition(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone=settings.runs.time_zone,
        default_status=DefaultScheduleStatus.RUNNING,
        description=job.description,
    )
