"""The intake and the archive, as assets. Does not belong here: reading what arrived (``lake``)."""

from collections import Counter

from dagster import AssetExecutionContext, MaterializeResult, ResourceParam, asset

from pipelines.orchestration.assets.run_tags import as_metadata, tag_run
from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.resources import HomeResource
from quality.privacy.guard import shown_name
from sources.archive import archive

GROUP = "reception"


@asset(
    group_name=GROUP,
    kinds={"file"},
    owners=OWNERS,
    description="Chaque fichier déposé, archivé avant toute lecture : un enregistrement numéroté par dépôt.",
)
def receptions(context: AssetExecutionContext, home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
    with home.writing("réception des dépôts"):
        report = archive.receive(home.folders, shown_name)
    tag_run(context.instance, context.run_id, report.received)
    return MaterializeResult(
        metadata={
            "reception_count": len(report.received),
            "byte_count": sum(reception.byte_count for reception in report.received),
            "left_alone_count": len(report.left_alone),
            "left_alone_reasons": dict(Counter(entry.reason for entry in report.left_alone)),
            **as_metadata(report.received),
        }
    )
