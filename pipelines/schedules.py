"""The schedules: when jobs run by themselves, as the configuration says. Does not belong here: what runs (``jobs``)."""

from __future__ import annotations

from dagster import DefaultScheduleStatus, ScheduleDefinition

from pipelines.jobs import nightly_analysis_job, nightly_job
from sources.configuration import Configuration


def build_schedules(settings: Configuration) -> list[ScheduleDefinition]:
    """All schedules, running from the start."""
    return [
        ScheduleDefinition(
            name="chaque_nuit",
            job=nightly_job,
            cron_schedule=settings.runs.nightly_cron,
            execution_timezone=settings.runs.time_zone,
            default_status=DefaultScheduleStatus.RUNNING,
            description="La passe de la nuit ([runs] nightly_cron de la configuration).",
        ),
        ScheduleDefinition(
            name="analyses_chaque_nuit",
            job=nightly_analysis_job,
            cron_schedule=settings.runs.analysis_cron,
            execution_timezone=settings.runs.time_zone,
            default_status=DefaultScheduleStatus.RUNNING,
            description="Le cœur des portefeuilles ([runs] analysis_cron de la configuration).",
        ),
    ]
