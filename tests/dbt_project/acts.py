"""Acts of coordinators on a small lake: decided on its warehouse, laid beside its other rows, built again.

Belongs here: what the command does between a release and the lake. Does not: the archive, which these lakes lack.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from pipelines.products.snapshot.deciding import decide
from pipelines.products.snapshot.state import last_reception, read_state
from sources.versions import snapshots
from sources.versions.snapshots import Act, Snapshot
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

READ_BY_AN_ACT = (
    "dim_threshold", "fct_submission", "dim_campaign", "int_assessed_group", "int_question_asked", "int_assessment",
    "int_keyed_assessor_criterion", "int_keyed_establishment_criterion", "int_keyed_establishment_side",
    "int_criterion_weight", "int_perimeter_member", "int_confidential",
)  # fmt: skip
"""Models that say how the warehouse stands, of which an act is decided."""


def taken(
    warehouse: Warehouse, campaign: str, earlier: Sequence[Snapshot] = (), on: date = date(2026, 11, 2)
) -> Snapshot:
    """An act on the warehouse as it stands."""
    with duckdb.connect(str(warehouse.file), read_only=True) as connection:
        state = read_state(connection, campaign)
        act = Act(campaign, len(earlier) + 1, on, "coordination", "clôture", last_reception(connection), "r", {})
    return decide(state, act, earlier)


def build_with(warehouse: Warehouse, lake: SmallLake, acts: Sequence[Snapshot], *models: str) -> None:
    """Write the lake with these acts, the latest of each campaign, and build all from nothing, or what is named."""
    warehouse.write(lake)
    for number, act in enumerate({act.act.campaign_code: act for act in acts}.values(), start=1):
        snapshots.lay(warehouse.lake, f"n{number:09d}", act)
    warehouse.build_written(*models)
