"""The exports of a release, as an asset.

Belongs here: making them after a publication. Does not: what they hold (``pipelines.products.exports``).
"""

from dagster import AssetsDefinition, Failure, MaterializeResult, ResourceParam, asset

from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.runs.priority import lower_priority
from pipelines.products.exports.folder import export_all

GROUP = "exports"


def build_exports() -> AssetsDefinition:
    """The asset ``exports``, downstream of ``publication``: it takes the newest release, whichever run it came from."""

    @asset(
        name="exports",
        group_name=GROUP,
        deps=["publication", "publication_analyses"],
        kinds={"excel"},
        owners=OWNERS,
        description=(
            "Ce qui sort du système, fait de la dernière version publiée : données ouvertes (Data Package), classeur "
            "et rapport du comité, dictionnaire des données. exports/current est remplacé d'un coup."
        ),
    )
    def exports(home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
        lower_priority()
        made = export_all(home.folders, with_pdf=True)
        if made.failed:
            # The others stand, and the sensor tries this release no more: a person reads why, and asks again.
            raise Failure(made.failed, allow_retries=False)
        return MaterializeResult(
            metadata={"release": made.release, "file_count": len(made.files), "left_out": made.left_out or "rien"}
        )

    return exports
