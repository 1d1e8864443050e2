"""Asset checks that are not dbt tests.

Belongs here: what must hold between layers. Does not: rules about a submission's content (``quality``), tests of
models (``dbt_project``).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, ResourceParam, asset_check

from pipelines.orchestration.resources import HomeResource
from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.publication import built_row_counts, current_release
from pipelines.warehouse.warehouse import ANALYSIS_TAG
from sources.archive import archive
from sources.home.configuration import configuration
from sources.lake import lake

LEAST_SHARE = 0.5
"""Fewer organisations than this share of the campaign before: something was not received."""


@asset_check(
    asset="submissions",
    blocking=True,
    description="Sur chaque feuille : lignes lues = prises + rejetées + ignorées.",
)
def every_row_accounted_for(home: ResourceParam[HomeResource]) -> AssetCheckResult:
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
def every_reception_answered(home: ResourceParam[HomeResource]) -> AssetCheckResult:
    archived = {reception.number for reception in archive.receptions(home.folders)}
    answered = lake.read(home.folders.lake, "receptions").get_column("reception_number").to_list()
    missing, twice = archived - set(answered), len(answered) - len(set(answered))
    return AssetCheckResult(
        passed=not missing and not twice,
        severity=AssetCheckSeverity.ERROR,
        metadata={"reception_count": len(answered), "missing_count": len(missing), "answered_twice_count": twice},
    )


@asset_check(
    asset="publication",
    description="La publication a les lignes de l'entrepôt dont elle est la copie, table par table.",
)
def publication_equals_warehouse(home: ResourceParam[HomeResource]) -> AssetCheckResult:
    release, stamp = current_release(home.folders), read_stamp(home.folders)
    built = built_row_counts(home.folders) if stamp is not None else {}
    published = release.row_counts if release else {}
    different = sorted(name for name in built.keys() | published.keys() if built.get(name) != published.get(name))
    return AssetCheckResult(
        passed=release is not None and stamp == release.build and not different,
        severity=AssetCheckSeverity.ERROR,
        metadata={"table_count": len(published), "different_tables": different},
    )


@asset_check(asset="publication", description="La dernière publication a moins d'heures que [alerts] silence_hours.")
def publication_is_fresh(home: ResourceParam[HomeResource]) -> AssetCheckResult:
    """The nightly pass looks the publication through even when nothing is new: a build older than that is a fault."""
    release = current_release(home.folders)
    limit = configuration(home.folders).alerts.silence_hours
    built_at = datetime.fromisoformat(release.build.built_at) if release else None
    hours = (datetime.now(UTC) - built_at).total_seconds() / 3600 if built_at else None
    return AssetCheckResult(
        passed=hours is not None and hours <= limit,
        severity=AssetCheckSeverity.WARN,
        metadata={"hours": -1.0 if hours is None else round(hours, 1), "limit_hours": limit},
    )


@asset_check(
    asset="submissions",
    description="Une campagne close compte au moins la moitié des dépôts de la précédente de même nature.",
)
def volume_against_earlier_campaigns(home: ResourceParam[HomeResource]) -> AssetCheckResult:
    today = datetime.now(UTC).date()
    closed = home.referential().table("campaigns").filter(pl.col("deadline") < today).sort("deadline")
    received = lake.read(home.folders.lake, "submissions").group_by("campaign_code").agg(
        pl.col("organisation_code").n_unique().alias("count")
    )  # fmt: skip
    counts = dict(received.iter_rows())
    thin = []
    for is_demonstration in (False, True):
        codes = closed.filter(pl.col("is_demonstration") == is_demonstration)["code"].to_list()
        known = [(code, counts.get(code, 0)) for code in codes]
        thin += [code for (_, before), (code, now) in pairwise(known) if now < before * LEAST_SHARE]
    return AssetCheckResult(
        passed=not thin,
        severity=AssetCheckSeverity.WARN,
        metadata={"thin_campaigns": thin, "organisation_counts": counts},
    )


def build_contracts_check(manifest: Mapping[str, Any]) -> AssetChecksDefinition:
    """The check that what readers see keeps the contracts of the models, as their YAML says them."""

    @asset_check(
        asset="publication",
        name="contracts_hold",
        description="Chaque table publiée a les colonnes et les types que le contrat de son modèle annonce.",
    )
    def contracts_hold(home: ResourceParam[HomeResource]) -> AssetCheckResult:
        contracts = {node["name"]: node["columns"] for node in manifest["nodes"].values() if _is_under_contract(node)}
        broken = broken_contracts(home.folders.current_release.resolve(), contracts)
        return AssetCheckResult(
            passed=not broken,
            severity=AssetCheckSeverity.ERROR,
            metadata={"contract_count": len(contracts), "broken_columns": broken[:50]},
        )

    return contracts_hold


def _is_under_contract(node: Mapping[str, Any]) -> bool:
    """The models of the analyses are published with the analyses, after the release that is checked."""
    is_model = node["resource_type"] == "model" and ANALYSIS_TAG not in node["tags"]
    return is_model and bool(node["config"]["contract"]["enforced"]) and node["config"]["materialized"] != "ephemeral"


def broken_contracts(release: Path, contracts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """« table.column » of each column that is missing, too many, or of another type than its contract says."""
    with duckdb.connect(str(release), read_only=True) as connection:
        rows = connection.execute("select table_name, column_name, data_type from duckdb_columns()").fetchall()
        found = {(table, column): kind for table, column, kind in rows if table in contracts}
        kinds = {str(column["data_type"]) for columns in contracts.values() for column in columns.values()}
        full_name = {kind: _type_in_full(connection, kind) for kind in kinds}
    expected = {
        (table, name): full_name[str(column["data_type"])]
        for table, columns in contracts.items()
        for name, column in columns.items()
    }
    return sorted(
        f"{table}.{column}"
        for table, column in found.keys() | expected.keys()
        if found.get((table, column)) != expected.get((table, column))
    )


def _type_in_full(connection: duckdb.DuckDBPyConnection, kind: str) -> str:
    """A type as DuckDB names it: YAML may say ``text`` for ``VARCHAR``."""
    (name,) = connection.execute(f"select typeof(cast(null as {kind}))").fetchone() or ("",)
    return str(name)


WARNINGS = [publication_equals_warehouse, publication_is_fresh, volume_against_earlier_campaigns]
"""Checks of what is there already: they stop nothing."""
