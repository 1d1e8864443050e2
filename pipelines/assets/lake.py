"""The lake, as assets: the referential, the registers, and the submissions validated.

Belongs here: filling lake tables. Does not: their columns (``sources.lake``), the rules (``quality``), the models.
"""

from __future__ import annotations

from dagster import MaterializeResult, asset

from pipelines.assets.reception import receptions
from pipelines.resources import HomeResource
from quality import batch
from sources import lake

GROUP = "lac"


@asset(
    group_name=GROUP,
    kinds={"parquet"},
    description="Le référentiel livré et les lignes propres au site, vérifiés ensemble : axes, critères, profils…",
)
def referential(home: HomeResource) -> MaterializeResult[None]:
    resolved = home.referential()
    with home.writing("référentiel"):
        resolved.write_lake(home.folders.lake)
    site_rows = sum(int(rows.get_column("is_site").sum()) for rows in resolved.tables.values())
    return MaterializeResult(
        metadata={
            "table_count": len(resolved.tables),
            "dagster/row_count": sum(rows.height for rows in resolved.tables.values()),
            "site_row_count": site_rows,
            "checksum": resolved.checksum,
        }
    )


@asset(
    group_name=GROUP,
    deps=[receptions, referential],
    kinds={"polars", "parquet"},
    description="Les classeurs reçus, lus, contrôlés et rangés dans le lac ; chaque fichier reçoit sa réponse.",
)
def submissions(home: HomeResource) -> MaterializeResult[None]:
    resolved = home.referential()
    with home.writing("lecture et contrôle des dépôts"):
        lake.ensure_schemas(home.folders.lake)
        report = batch.process(home.folders, resolved)
    return MaterializeResult(
        metadata={
            "reception_count": report.reception_count,
            "receipt_count": len(report.receipts),
            "verdicts": dict(report.verdict_counts),
            "rows": dict(report.row_counts),
            "seconds": dict(report.phase_seconds),
            "dagster/row_count": sum(report.row_counts.values()),
        }
    )
