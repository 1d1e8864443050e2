"""The published release, as an asset. Does not belong here: how a release is made
(``pipelines.warehouse.publication``)."""

from collections.abc import Sequence

from dagster import AssetKey, AssetsDefinition, MaterializeResult, ResourceParam, asset

from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.resources import HomeResource
from pipelines.warehouse.publication import publish

GROUP = "publication"


def build_publication(models: Sequence[AssetKey]) -> AssetsDefinition:
    """The asset ``publication``, downstream of ``models`` and, through them, of the whole warehouse."""

    @asset(
        name="publication",
        group_name=GROUP,
        deps=models,
        kinds={"duckdb"},
        owners=OWNERS,
        description=(
            "L'entrepôt tel que les lecteurs le voient : une copie vérifiée, en lecture seule, derrière le lien "
            "published/current remplacé d'un coup. Les trois dernières versions sont gardées."
        ),
    )
    def publication(home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
        with home.writing("publication"):
            release = publish(home.folders)
        return MaterializeResult(
            metadata={
                "release": release.name,
                "table_count": len(release.row_counts),
                "dagster/row_count": sum(release.row_counts.values()),
                "reception_count": len(release.build.receptions),
                "set_aside_count": len(release.build.set_aside),
            }
        )

    return publication
