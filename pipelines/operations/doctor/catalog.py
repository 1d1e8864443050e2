"""The warehouse on DuckLake: its catalog, its storage, and whether the last build ended well."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.operations.doctor.finding import Finding, error, warning, well
from pipelines.operations.incidents.incidents import incident_of
from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.ducklake.catalog import Catalog, CatalogUnreachable
from pipelines.warehouse.ducklake.extensions import ExtensionMissing
from pipelines.warehouse.ducklake.guards import CatalogUnfit, check
from pipelines.warehouse.ducklake.holding import is_as_noted
from pipelines.warehouse.ducklake.storage import StorageRefused
from sources.home.home import Home


def examine_catalog(home: Home, catalog: Catalog) -> Iterator[Finding]:
    try:
        check(catalog)
        goes_on = is_as_noted(home)
    except (ExtensionMissing, CatalogUnreachable, CatalogUnfit, StorageRefused) as problem:
        incident = incident_of(problem)
        yield error(incident.code, str(problem), incident.remedy)
        return
    yield well("O0115", f"le catalogue DuckLake répond ({catalog.place}), ses fichiers s'écrivent")
    if read_stamp(home) is None or not goes_on:
        yield warning("D0401", "l'entrepôt n'a pas été construit jusqu'au bout", "lancez « cartographie run »")
