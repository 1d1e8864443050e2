"""The lake, as assets: the referential, the registers, and the submissions validated.

Belongs here: filling lake tables. Does not: their columns (``sources.lake.lake``), the rules (``quality``), the models.
"""

from dagster import Config, Failure, MaterializeResult, ResourceParam, asset, get_dagster_logger

from pipelines.orchestration.assets.columns import columns_of, tables_starting
from pipelines.orchestration.assets.reception import receptions
from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.register_refresh import brought_files, take_brought
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.runs.retries import trying_again_what_may_pass
from pipelines.warehouse.quarantine.replay import NothingToReplay, first_to_replay, forget_from
from quality.batch import batch
from quality.verdicts.referential_guard import ReferentialInUseError, refuse_codes_taken_away
from sources.archive.archive_references import receive_site_referential
from sources.finess.loader import FinessReport
from sources.home.configuration import configuration
from sources.inventories.loader import InventoryError, InventoryReport, MappingError
from sources.lake import lake
from sources.referential.loader import Referential
from sources.versions import snapshots
from sources.versions.inventory_versions import write_inventory_versions
from sources.versions.organisation_versions import write_organisation_versions
from sources.versions.reference_loading import take_shipped_inventories, take_shipped_register

GROUP = "lac"
_SUBMISSION_TABLES = [
    table
    for table in lake.LAKE_TABLES
    if table not in tables_starting("finess_", "inventory_", "organisation_versions", "snapshot")
]


class TakeAgain(Config):
    """What to take again from the archive; neither: only what is new."""

    campaign_code: str = ""
    reception_number: int = 0


@asset(
    group_name=GROUP,
    kinds={"parquet"},
    owners=OWNERS,
    description="Le référentiel livré et les lignes propres au site, vérifiés ensemble : axes, critères, profils…",
)
def referential(home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
    resolved = home.referential()
    with home.writing("référentiel"):
        try:
            refuse_codes_taken_away(home.folders, resolved)
        except ReferentialInUseError as refusal:
            raise Failure(str(refusal), allow_retries=False) from refusal
        receive_site_referential(home.folders, home.folders.referential)
        resolved.write_lake(home.folders.lake)
        write_organisation_versions(home.folders)
        snapshots.write_lake(home.folders)
    site_rows = sum(int(rows.get_column("is_site").sum()) for rows in resolved.tables.values())
    return MaterializeResult(
        metadata={
            "table_count": len(resolved.tables),
            "dagster/row_count": sum(rows.height for rows in resolved.tables.values()),
            "site_row_count": site_rows,
            "checksum": resolved.checksum,
        }
    )


class Register(Config):
    """Whether to bring the register again; from where, the home's configuration alone says."""

    refresh: bool = False


@asset(
    group_name=GROUP,
    kinds={"parquet"},
    owners=OWNERS,
    metadata=columns_of(tables_starting("finess_")),
    description=(
        "Le répertoire FINESS : l'extrait livré avec le projet, ou le répertoire chargé par "
        "« cartographie sources finess » ou par le job actualisation_finess."
    ),
)
def establishments(config: Register, home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
    brought = _refreshed(home) if config.refresh else []
    with home.writing("répertoire FINESS"):
        lake.ensure_schemas(home.folders.lake)
        shipped = take_shipped_register(home.folders)
    sites = lake.read(home.folders.lake, "finess_sites").height
    entities = lake.read(home.folders.lake, "finess_entities").height
    return MaterializeResult(
        metadata={
            "is_shipped_extract": shipped is not None,
            "site_count": sites,
            "entity_count": entities,
            "brought_count": sum(report.taken_count for report in brought),
            "rejected_count": sum(report.rejected_count for report in ([shipped] if shipped else brought)),
            "dagster/row_count": sites + entities,
        }
    )


def _refreshed(home: HomeResource) -> list[FinessReport]:
    configured = configuration(home.folders).finess
    places = [place for place in (configured.sites, configured.entities) if place]
    with trying_again_what_may_pass(), brought_files(home.folders, places) as paths, home.writing("répertoire FINESS"):
        return [take_brought(home.folders, path) for path in paths]


@asset(
    group_name=GROUP,
    deps=[referential],
    kinds={"parquet"},
    owners=OWNERS,
    metadata=columns_of(tables_starting("inventory_")),
    description=(
        "Les inventaires étrangers, traduits par leur correspondance : les extraits livrés, ou ceux chargés par "
        "« cartographie sources inventory ». Ce qui ne se traduit pas reste « non rattaché »."
    ),
)
def inventories(home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
    resolved = home.referential()
    with home.writing("inventaires étrangers"):
        lake.ensure_schemas(home.folders.lake)
        shipped, problem = _shipped_inventories(home, resolved)
        write_inventory_versions(home.folders, resolved)
    use_cases = lake.read(home.folders.lake, "inventory_use_cases")
    return MaterializeResult(
        metadata={
            "use_case_counts": dict(use_cases.group_by("source_code").len().iter_rows()),
            "problem": problem,
            "untranslated_counts": {report.source_code: sum(report.untranslated.values()) for report in shipped},
            "dagster/row_count": use_cases.height,
        }
    )


def _shipped_inventories(home: HomeResource, resolved: Referential) -> tuple[list[InventoryReport], str]:
    """An inventory that does not go with the site's referential stops nothing: what the lake holds of it stays."""
    try:
        return take_shipped_inventories(home.folders, resolved), ""
    except (InventoryError, MappingError) as error:
        get_dagster_logger().warning(f"Inventaire livré laissé tel quel : {error}")
        return [], str(error)


@asset(
    group_name=GROUP,
    deps=[receptions, referential],
    kinds={"polars", "parquet"},
    owners=OWNERS,
    metadata=columns_of(_SUBMISSION_TABLES),
    description="Les classeurs reçus, lus, contrôlés et rangés dans le lac ; chaque fichier reçoit sa réponse.",
)
def submissions(config: TakeAgain, home: ResourceParam[HomeResource]) -> MaterializeResult[None]:
    resolved = home.referential()
    with home.writing("lecture et contrôle des dépôts"):
        try:
            first = first_to_replay(home.folders, config.campaign_code, config.reception_number)
        except NothingToReplay as error:
            raise Failure(str(error), allow_retries=False) from error
        if first is not None:
            forget_from(home.folders, first)
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
