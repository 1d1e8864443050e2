"""The schedules. Does not belong here: what runs (``jobs``)."""

from __future__ import annotations

from dagster import DefaultScheduleStatus, ScheduleDefinition

from pipelines.jobs import nightly_job

nightly = ScheduleDefinition(
    name="chaque_nuit",
    job=nightly_job,
    cron_schedule="30 2 * * *",
    execution_timezone="Europe/Paris",
    default_status=DefaultScheduleStatus.RUNNING,
    description="À 2 h 30.",
)
