"""All of Dagster's definitions, put together.

Belongs here: ``build_defs``, with which tests run the real definitions on a temporary home, and ``defs``, which
Dagster loads. Does not: any definition itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from dagster import Definitions, definitions, in_process_executor

from pipelines import checks
from pipelines.assets import analysis, lake, reception
from pipelines.assets.dashboards import build_dashboards
from pipelines.assets.exports import build_exports
from pipelines.assets.pages import build_pages, pages_of_marts
from pipelines.assets.publication import build_publication
from pipelines.assets.warehouse import build_models, last_models
from pipelines.dbt_manifest import DBT_PROJECT, read_manifest
from pipelines.jobs import (
    analysis_job,
    dashboards_job,
    exports_job,
    intake_job,
    nightly_analysis_job,
    nightly_job,
    register_job,
    take_again_job,
)
from pipelines.resources import HomeResource, SupersetResource
from pipelines.schedules import build_schedules
from pipelines.sensors import alert_sensor, analysis_sensor, exports_sensor, intake_sensor
from pipelines.upkeep_jobs import backup_job, comparison_job, upkeep_job
from sources.configuration import configuration
from sources.home import Home
from sources.workbook.pool import READERS


def build_defs(home: Home | None = None, project: Path = DBT_PROJECT, **resources: Any) -> Definitions:
    """The definitions for a home (``$CARTOGRAPHIE_HOME`` when not given) and a dbt project.

    ``resources`` take the place of those of the same name (``home``, ``superset``).
    Raises ``ProjectError`` when dbt cannot read the project, ``ConfigurationError`` for the home's settings.
    """
    home = home or Home.locate()
    settings = configuration(home)
    READERS.limit(settings.intake.reader_memory_mib * 2**20, settings.intake.reader_seconds)
    manifest = read_manifest(home, project)
    superset_url = settings.servers.superset_url or SupersetResource.from_environment().url
    pages = pages_of_marts(superset_url)
    return Definitions(
        assets=[
            reception.receptions,
            lake.referential,
            lake.establishments,
            lake.inventories,
            lake.submissions,
            build_models(manifest, project, pages),
            build_publication(last_models(manifest)),
            analysis.analyses,
            analysis.build_analysis_models(manifest, project, pages),
            analysis.build_described_publication(last_models(manifest, of_analyses=True)),
            build_dashboards(),
            build_exports(),
            *build_pages(superset_url),
        ],
        asset_checks=[
            checks.every_row_accounted_for,
            checks.every_reception_answered,
            checks.build_contracts_check(manifest),
            *checks.WARNINGS,
        ],
        jobs=[
            intake_job,
            nightly_job,
            take_again_job,
            register_job,
            dashboards_job,
            analysis_job,
            nightly_analysis_job,
            exports_job,
            backup_job,
            upkeep_job,
            comparison_job,
        ],
        sensors=[intake_sensor, analysis_sensor, exports_sensor, alert_sensor],
        schedules=build_schedules(settings),
        resources={"home": HomeResource(root=str(home.root)), "superset": SupersetResource.from_environment()}
        | resources,
        # One process a run: a process a step would cost six seconds each.
        executor=in_process_executor,
    )


@cache
def _definitions_of(home: Home) -> Definitions:
    """Built once in a process: a forked worker finds them made."""
    return build_defs(home)


@definitions
def defs() -> Definitions:
    """What Dagster loads, when it loads it: importing this module builds nothing."""
    return _definitions_of(Home.locate())
