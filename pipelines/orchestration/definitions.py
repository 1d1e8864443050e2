"""All of Dagster's definitions, put together.

Belongs here: ``build_defs``, with which tests run the real definitions on a temporary home, and ``defs``, which
Dagster loads. Does not: any definition itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dagster import (
    AssetsDefinition,
    AssetSpec,
    Definitions,
    definitions,
    in_process_executor,
    map_asset_specs,
    mem_io_manager,
)

from pipelines.orchestration import checks
from pipelines.orchestration.assets import analysis, dashboards, exports, lake, publication, reception
from pipelines.orchestration.assets.pages import build_pages, pages_of_marts
from pipelines.orchestration.assets.warehouse import ANALYSIS_GROUP, GROUP, build_models, last_models
from pipelines.orchestration.jobs import (
    analysis_job,
    dashboards_job,
    exports_job,
    intake_job,
    nightly_analysis_job,
    nightly_job,
    register_job,
    replay_job,
)
from pipelines.orchestration.resources import HomeResource, SupersetResource
from pipelines.orchestration.schedules import build_schedules
from pipelines.orchestration.sensors import alert_sensor, analysis_sensor, exports_sensor, intake_sensor
from pipelines.orchestration.upkeep_jobs import backup_job, comparison_job, upkeep_job
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, read_manifest
from sources.home.configuration import configuration
from sources.home.home import Home
from sources.workbook.pool import READERS

GROUPS = {
    reception.GROUP: "What was dropped, archived before anything reads it",
    lake.GROUP: "The lake: referential, registers and submissions, validated, as Parquet",
    GROUP: "The warehouse: dbt models in DuckDB, which one process writes",
    publication.GROUP: "The release that readers see",
    ANALYSIS_GROUP: "What is computed from a release, and its publication",
    dashboards.GROUP: "Superset: dashboards, and the charts and pages that people read",
    exports.GROUP: "What leaves the system: open data, the committee's workbook and report, the dictionary",
}
"""Dagster lets no group describe itself: each of its assets says it, in its metadata."""


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
    return Definitions(
        assets=_assets(manifest, project, superset_url),
        asset_checks=[
            checks.every_row_accounted_for,
            checks.every_reception_answered,
            checks.build_contracts_check(manifest),
            *checks.WARNINGS,
        ],
        jobs=[
            intake_job,
            nightly_job,
            replay_job,
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
        resources={
            "home": HomeResource(root=str(home.root)),
            "superset": SupersetResource.from_environment(),
            # Steps hand each other nothing but the home; Dagster's default takes a folder from whoever asks.
            "io_manager": mem_io_manager,
        }
        | resources,
        # One process a run: a process a step would cost six seconds each.
        executor=in_process_executor,
    )


def _assets(manifest: Mapping[str, Any], project: Path, superset_url: str) -> Sequence[AssetsDefinition | AssetSpec]:
    """All assets, each with what its group is."""
    pages = pages_of_marts(superset_url)
    made: list[AssetsDefinition] = [
        reception.receptions,
        lake.referential,
        lake.establishments,
        lake.inventories,
        lake.submissions,
        build_models(manifest, project, pages),
        publication.build_publication(last_models(manifest)),
        analysis.analyses,
        analysis.build_analysis_models(manifest, project, pages),
        analysis.build_described_publication(last_models(manifest, of_analyses=True)),
        dashboards.build_dashboards(),
        exports.build_exports(),
    ]
    return [*map_asset_specs(_with_group, made), *map_asset_specs(_with_group, build_pages(superset_url))]


def _with_group(spec: AssetSpec) -> AssetSpec:
    return spec.merge_attributes(metadata={"group": GROUPS[str(spec.group_name)]})


@cache
def _definitions_of(home: Home) -> Definitions:
    """Built once in a process: a forked worker finds them made."""
    return build_defs(home)


@definitions
def defs() -> Definitions:
    """What Dagster loads, when it loads it: importing this module builds nothing."""
    return _definitions_of(Home.locate())
