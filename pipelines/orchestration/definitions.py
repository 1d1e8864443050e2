"""All of Dagster's definitions, put together.

Belongs here: ``build_defs``, with which tests run the real definitions on a temporary home, and ``defs``, which
Dagster loads. Does not: any definition itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dagster import (
    AssetChecksDefinition,
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
    ANALYSIS_JOB,
    EXPORTS_JOB,
    NIGHTLY_ANALYSIS_JOB,
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

JOBS = (
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
)


@dataclass(frozen=True)
class Part:
    """Which of the definitions a code location serves."""

    passes: bool = True
    analyses: bool = True

    def serves(self, job: str) -> bool:
        return self.analyses if job in {ANALYSIS_JOB, NIGHTLY_ANALYSIS_JOB, EXPORTS_JOB} else self.passes


EVERYTHING, PASSES, ANALYSES = Part(), Part(analyses=False), Part(passes=False)


def build_defs(
    home: Home | None = None, project: Path = DBT_PROJECT, part: Part = EVERYTHING, **resources: Any
) -> Definitions:
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
        assets=[
            *(_assets(manifest, project, superset_url) if part.passes else []),
            *(_assets_of_analyses(manifest, project, superset_url) if part.analyses else []),
        ],
        asset_checks=_checks(manifest) if part.passes else [],
        jobs=[job for job in JOBS if part.serves(job.name)],
        sensors=[
            *([intake_sensor, alert_sensor] if part.passes else []),
            *([analysis_sensor, exports_sensor] if part.analyses else []),
        ],
        schedules=[schedule for schedule in build_schedules(settings) if part.serves(schedule.job_name)],
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


def _assets(manifest: Mapping[str, Any], project: Path, superset_url: str) -> Iterator[AssetsDefinition | AssetSpec]:
    """Those of passes, and what stands in Superset, each with what its group is."""
    made: list[AssetsDefinition] = [
        reception.receptions,
        lake.referential,
        lake.establishments,
        lake.inventories,
        lake.submissions,
        build_models(manifest, project, pages_of_marts(superset_url)),
        publication.build_publication(last_models(manifest)),
        dashboards.build_dashboards(),
    ]
    yield from map_asset_specs(_with_group, made)
    yield from map_asset_specs(_with_group, build_pages(superset_url))


def _assets_of_analyses(manifest: Mapping[str, Any], project: Path, superset_url: str) -> Sequence[AssetsDefinition]:
    """Those of a release: its analyses, and its exports."""
    made: list[AssetsDefinition] = [
        analysis.analyses,
        analysis.build_analysis_models(manifest, project, pages_of_marts(superset_url)),
        analysis.build_described_publication(last_models(manifest, of_analyses=True)),
        exports.build_exports(),
    ]
    return map_asset_specs(_with_group, made)


def _checks(manifest: Mapping[str, Any]) -> list[AssetChecksDefinition]:
    return [
        checks.every_row_accounted_for,
        checks.every_reception_answered,
        checks.build_contracts_check(manifest),
        *checks.WARNINGS,
    ]


def _with_group(spec: AssetSpec) -> AssetSpec:
    return spec.merge_attributes(metadata={"group": GROUPS[str(spec.group_name)]})


@cache
def _definitions_of(home: Home) -> Definitions:
    """Built once in a process: a forked worker finds them made. Analyses may be in another location."""
    is_apart = configuration(home).runs.analyses_socket is not None
    return build_defs(home, part=PASSES if is_apart else EVERYTHING)


@definitions
def defs() -> Definitions:
    """What Dagster loads, when it loads it: importing this module builds nothing."""
    return _definitions_of(Home.locate())
