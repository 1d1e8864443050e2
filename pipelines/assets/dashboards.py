"""The dashboards in Superset, as an asset.

Belongs here: publishing the project's dashboards on demand. Does not: their files and the publisher
(``dashboards``). A publication of data never comes here: Superset reads the new release by itself.
"""

from __future__ import annotations

from dagster import AssetsDefinition, MaterializeResult, asset

from pipelines.resources import HomeResource, SupersetResource

GROUP = "tableaux_de_bord"


def build_dashboards() -> AssetsDefinition:
    """The asset ``dashboards``."""

    @asset(
        group_name=GROUP,
        deps=["publication"],
        kinds={"superset"},
        description="Les tableaux de bord du projet, importés dans Superset ; ce qui a quitté le projet y est supprimé.",
    )
    def dashboards(home: HomeResource, superset: SupersetResource) -> MaterializeResult[None]:
        report = superset.publish(home.folders)
        return MaterializeResult(metadata=report)

    return dashboards
