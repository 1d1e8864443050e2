"""Asset checks that are not dbt tests.

Belongs here: what must hold between layers. Does not: rules about a submission's content (``quality``), tests of
models (``dbt_project``).
"""

import polars as pl
from dagster import AssetCheckResult, AssetCheckSeverity, asset_check

from pipelines.resources import HomeResource
from sources import archive, lake


@asset_check(
    asset="submissions",
    blocking=True,
    description="Sur chaque feuille : lignes lues = prises + rejetées + ignorées.",
)
def every_row_accounted_for(home: HomeResource) -> AssetCheckResult:
    counts = lake.read(home.folders.lake, "sheet_counts")
    answered = pl.col("taken_count") + pl.col("rejected_count") + pl.col("ignored_count")
    wrong = counts.filter(pl.col("read_count") != answered)
    return AssetCheckResult(
        passed=wrong.is_empty(),
        severity=AssetCheckSeverity.ERROR,
        metadata={
            "sheet_count": counts.height,
            "read_count": int(counts.get_column("read_count").sum()),
            "wrong_sheet_count": wrong.height,
            "wrong_reception_numbers": sorted(set(wrong.get_column("reception_number").to_list()))[:20],
        },
    )


@asset_check(
    asset="submissions",
    blocking=True,
    description="Chaque réception de l'archive a son verdict dans le lac, une fois et une seule.",
)
def every_reception_answered(home: HomeResource) -> AssetCheckResult:
    archived = {reception.number for reception in archive.receptions(home.folders)}
    answered = lake.read(home.folders.lake, "receptions").get_column("reception_number").to_list()
    missing, twice = archived - set(answered), len(answered) - len(set(answered))
    return AssetCheckResult(
        passed=not missing and not twice,
        severity=AssetCheckSeverity.ERROR,
        metadata={"reception_count": len(answered), "missing_count": len(missing), "answered_twice_count": twice},
    )
