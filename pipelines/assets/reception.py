"""The intake and the archive, as assets. Does not belong here: reading what arrived (``lake``)."""

from collections import Counter

from dagster import MaterializeResult, asset

from pipelines.resources import HomeResource
from sources import archive

GROUP = "reception"


@asset(
    group_name=GROUP,
    kinds={"file"},
    description="Chaque fichier déposé, archivé avant toute lecture : un enregistrement numéroté par dépôt.",
)
def receptions(home: HomeResource) -> MaterializeResult[None]:
    with home.writing("réception des dépôts"):
        report = archive.receive(home.folders)
    return MaterializeResult(
        metadata={
            "reception_count": len(report.received),
            "byte_count": sum(reception.byte_count for reception in report.received),
            "left_alone_count": len(report.left_alone),
            "left_alone_reasons": dict(Counter(entry.reason for entry in report.left_alone)),
        }
    )
