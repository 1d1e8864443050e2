"""The exports of a release, as an asset.

Belongs here: making them after a publication. Does not: what they hold (``pipelines.exports``).
"""

from dagster import AssetsDefinition, MaterializeResult, asset

from pipelines.exports.folder import export_all
from pipelines.owners import OWNERS
from pipelines.resources import HomeResource
from pipelines.yielding import yield_to_writers

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
    def exports(home: HomeResource) -> MaterializeResult[None]:
        yield_to_writers()
        made = export_all(home.folders, with_pdf=True)
        return MaterializeResult(
            metadata={"release": made.release, "file_count": len(made.files), "left_out": made.left_out or "rien"}
        )

    return exports
