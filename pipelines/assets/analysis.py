"""The analyses that follow a publication, as assets.

Belongs here: the three steps of ``pipelines.analysis.after_publication`` as Dagster shows and runs them. Does not: the
steps themselves.
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
    asset,
)
from dagster_dbt import dbt_assets

from pipelines.analysis import after_publication
from pipelines.assets.warehouse import ANALYSIS_GROUP, Events, ModelsTranslator, as_events
from pipelines.dbt_manifest import ProjectError
from pipelines.publication import row_counts
from pipelines.resources import HomeResource
from pipelines.warehouse import ANALYSIS_TAG


class AnalysisConfig(Config):
    """``with_core``: how often each use case is chosen under other weights too; long, so at night."""

    with_core: bool = False


@asset(
    group_name=ANALYSIS_GROUP,
    deps=["publication"],
    output_required=False,
    kinds={"numpy", "parquet"},
    description=(
        "Robustesse aux poids (simulation SMAA), accord des évaluateurs (alpha de Krippendorff) et portefeuilles des "
        "scénarios, calculés sur la version publiée. Rien n'est refait si rien n'a changé."
    ),
)
def analyses(
    context: AssetExecutionContext, config: AnalysisConfig, home: HomeResource
) -> Iterator[MaterializeResult[None]]:
    report = after_publication.analyse(home.folders, config.with_core, home.wait_seconds)
    if report is None:
        context.log.info("Rien à faire : la version publiée est déjà décrite, ou une plus récente se prépare.")
        return
    context.log.info(f"{len(report.computed)} partie(s) calculée(s), {report.kept_count} gardée(s)")
    if report.must_publish:
        yield MaterializeResult(
            metadata={
                "described_release": report.release,
                "computed_part_count": len(report.computed),
                "kept_part_count": report.kept_count,
            }
        )


def build_analysis_models(manifest: Mapping[str, Any], project: Path) -> AssetsDefinition:
    """The models that show the results, as one step."""
    translator = ModelsTranslator()

    @dbt_assets(
        manifest=manifest, select=f"tag:{ANALYSIS_TAG}", dagster_dbt_translator=translator, name="modeles_analyses"
    )
    def analysis_models(context: AssetExecutionContext, home: HomeResource) -> Events:
        try:
            result = after_publication.build_marts(home.folders, manifest, project, home.wait_seconds)
        except (after_publication.AnalysisFailed, after_publication.PublicationError, ProjectError) as failure:
            raise Failure(str(failure), allow_retries=False) from None
        counts = row_counts(home.folders.warehouse)
        yield from as_events(result, context, manifest, translator, counts)

    return analysis_models


def build_described_publication(models: Sequence[AssetKey]) -> AssetsDefinition:
    """The asset ``publication_analyses``, downstream of the marts of the analyses."""

    @asset(
        name="publication_analyses",
        group_name=ANALYSIS_GROUP,
        deps=models,
        kinds={"duckdb"},
        description="La même version des données, publiée à nouveau avec ses analyses.",
    )
    def publication_analyses(home: HomeResource) -> MaterializeResult[None]:
        try:
            release = after_publication.publish_described(home.folders, home.wait_seconds)
        except after_publication.PublicationError as error:
            raise Failure(str(error), allow_retries=False) from None
        return MaterializeResult(metadata={"release": release.name, "build_id": release.build.build_id})

    return publication_analyses
