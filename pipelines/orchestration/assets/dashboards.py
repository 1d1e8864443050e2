"""The dashboards in Superset, as an asset.

Belongs here: publishing the project's dashboards on demand. Does not: their files and the publisher
(``dashboards``). A publication of data never comes here: Superset reads the new release by itself.
"""

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, ResourceParam, asset

from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.resources import HomeResource, SupersetResource
from pipelines.orchestration.runs.retries import trying_again_what_may_pass
from pipelines.products.dashboards import publish_dashboards
from pipelines.products.dashboards_event import metadata_of

GROUP = "tableaux_de_bord"


def build_dashboards() -> AssetsDefinition:
    """The asset ``dashboards``."""

    @asset(
        group_name=GROUP,
        deps=["publication"],
        kinds={"superset"},
        owners=OWNERS,
        description="Les tableaux de bord du projet, importés dans Superset ; ce qui a quitté le projet en est retiré.",
    )
    def dashboards(
        context: AssetExecutionContext, home: ResourceParam[HomeResource], superset: ResourceParam[SupersetResource]
    ) -> MaterializeResult[None]:
        with trying_again_what_may_pass():
            report = publish_dashboards(home.folders, superset.url, context.log.info, prove=True)
        return MaterializeResult(metadata=metadata_of(report))

    return dashboards
