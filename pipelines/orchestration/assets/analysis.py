"""The analyses that follow a publication, as assets.

Belongs here: the three steps of ``pipelines.products.analysis.after_publication`` as Dagster shows and runs them. Does
not: the steps themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    Config,
    Failure,
    MaterializeResult,
    ResourceParam,
    asset,
)
from dagster_dbt import dbt_assets

from pipelines.orchestration.assets.warehouse import ANALYSIS_GROUP, Events, ModelsTranslator, as_events
from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.runs.priority import lower_priority
from pipelines.products.analysis import after_publication
from pipelines.warehouse.dbt_manifest import ProjectError
from pipelines.warehouse.publication import built_row_counts
from pipelines.warehouse.warehouse import ANALYSIS_TAG, MachineRefused


class AnalysisConfig(Config):
    """``with_core``: how often each use case is chosen under other weights too; long, so at night."""

    with_core: bool = False


@asset(
    group_name=ANALYSIS_GROUP,
    deps=["publication"],
    output_required=False,
    kinds={"numpy", "parquet"},
    owners=OWNERS,
    description=(
        "Robustesse aux poids (simulation SMAA), accord des évaluateurs (alpha de Krippendorff) et portefeuilles des "
        "scénarios, calculés sur la version publiée. Rien n'est refait si rien n'a changé."
    ),
)
def analyses(
    context: AssetExecutionContext, config: AnalysisConfig, home: ResourceParam[HomeResource]
) -> Iterator[MaterializeResult[None]]:
    lower_priority()
    computed = after_publication.compute(home.folders, config.with_core)
    if computed is None:
        context.log.info("Rien à faire : la version publiée est déjà décrite, ou une plus récente se prépare.")
        return
    with home.writing("analyses"):
        must_publish = after_publication.keep(home.folders, computed)
    results = computed.results
    context.log.info(f"{len(results.computed)} partie(s) calculée(s), {results.kept_count} gardée(s)")
    if must_publish:
        yield MaterializeResult(
            metadata={
                "described_release": computed.release.name,
                "computed_part_count": len(results.computed),
                "kept_part_count": results.kept_count,
            }
        )


def build_analysis_models(manifest: Mapping[str, Any], project: Path, pages: Mapping[str, str]) -> AssetsDefinition:
    """The models that show the results, as one step."""
    translator = ModelsTranslator(pages)

    @dbt_assets(
        manifest=manifest, select=f"tag:{ANALYSIS_TAG}", dagster_dbt_translator=translator, name="modeles_analyses"
    )
    def analysis_models(context: AssetExecutionContext, home: ResourceParam[HomeResource]) -> Events:
        try:
            with home.writing("tables des analyses"):
                result = after_publication.build_marts(home.folders, manifest, project)
                counts = built_row_counts(home.folders)
        except (
            after_publication.AnalysisFailed,
            after_publication.PublicationError,
            ProjectError,
            MachineRefused,
        ) as failure:
            raise Failure(str(failure), allow_retries=False) from failure
        yield from as_events(result, context, manifest, translator, counts)

    return analysis_models


def build_described_publication(models: Sequence[AssetKey]) -> AssetsDefinition:
    """The asset ``publication_analyses``, downstream of the marts of the analyses."""

    @asset(
        name="publication_analyses",
        group_name=ANALYSIS_GROUP,
        deps=models,
        kinds={"duckdb"},
        owners=OWNERS,
        description="La même version des données, publiée à nouveau avec ses analyses.",
    )
    def publication_analyses(home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
        try:
            with home.writing("publication des analyses"):
                release = after_publication.publish_described(home.folders)
        except after_publication.PublicationError as error:
            raise Failure(str(error), allow_retries=False) from error
        return MaterializeResult(metadata={"release": release.name, "build_id": release.build.build_id})

    return publication_analyses
