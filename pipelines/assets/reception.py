"""The intake and the archive, as assets. Does not belong here: reading what arrived (``lake``)."""

from collections import Counter

from dagster import AssetExecutionContext, MaterializeResult, asset

from pipelines.assets.run_tags import tag_run
from pipelines.owners import OWNERS
from pipelines.resources import HomeResource
from sources import archive

GROUP = "reception"


@asset(
    group_name=GROUP,
    kinds={"file"},
    owners=OWNERS,
    description="Chaque fichier déposé, archivé avant toute lecture : un enregistrement numéroté par dépôt.",
)
def receptions(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[None]:
    with home.writing("réception des dépôts"):
        report = archive.receive(home.folders)
    tag_run(context.instance, context.run_id, report.received)
    return MaterializeResult(
        metadata={
            "reception_count": len(report.received),
            "byte_count": sum(reception.byte_count for reception in report.received),
            "left_alone_count": len(report.left_alone),
            "left_alone_reasons": dict(Counter(entry.reason for entry in report.left_alone)),
        }
    )
