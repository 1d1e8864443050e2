"""A new axis, criterion, function, status, profile is a row of a site's referential, and shows in the marts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

LYON = "690781810"
OWN = f"{LYON}-1"


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    lake.add_site_row("axes", code="AXE_10", label="Souveraineté", rank="10")
    lake.add_site_row("functions", code="PERCEPTIVE", label="Perceptive", rank="6")
    lake.add_site_row(
        "project_statuses",
        code="generalise",
        label="Généralisé",
        rank="10",
        is_deployed="oui",
        is_ended="non",
        needs_reason="non",
    )
    lake.add_site_row("criteria", code="IMP_5", label="Impact territorial", side_code="impact", rank="5")
    lake.add_site_row(
        "subcriteria",
        code="IMP_5_1",
        label="Accès aux soins",
        criterion_code="IMP_5",
        scale_code="fmf",
        polarity="+",
        polarity_origin="proposed",
        rank="1",
    )
    lake.add_site_row("weight_profiles", code="territoire", label="Priorité territoriale", rank="6")
    lake.add_site_row(
        "weight_profile_weights",
        code="territoire:IMP_5",
        label="Poids",
        profile_code="territoire",
        criterion_code="IMP_5",
        weight="3",
    )
    lake.add_site_row("thresholds", code="EFFORT_HIGH", label="Effort élevé", value="25.5")
    lake.add_site_row(
        "subcriteria",
        code="EFF_4_5",
        label="Éthique",
        criterion_code="EFF_4",
        scale_code="fmf",
        polarity="+",
        polarity_origin="proposed",
        rank="5",
        valid_to="2020-12-31",
    )
    lyon = lake.submission(LYON, "DEMO-2026")
    lyon.use_case(OWN, "Carte de l'offre", functions=("PERCEPTIVE",), axis_code="AXE_10")
    lyon.project(OWN, {"generalise": date(2026, 1, 1)})
    answers = {"IMP_3_1": "FAIBLE", "IMP_5_1": "FORT"} | {f"EFF_4_{number}": "FAIBLE" for number in (1, 2, 3, 4)}
    lyon.assess("MED-01", OWN, answers | {"EFF_1_1": "MOYEN"})
    with warehouse.build(lake) as connection:
        yield connection


def test_criterion_profile_and_threshold(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "select profile_label, impact_score, effort_score, quadrant_code from mart_portfolio_matrix "
        "where perimeter_code = 'gcs' and profile_code in ('equilibre', 'territoire') order by profile_rank"
    ).fetchall()
    # (0 + 100)/2 and (0 + 3 x 100)/4; effort (50 + 0)/2 is under the site's threshold
    assert found == [
        ("Équilibré", Decimal(50), Decimal(25), "victoire_rapide"),
        ("Priorité territoriale", Decimal(75), Decimal(25), "victoire_rapide"),
    ]


def test_a_closed_subcriterion_is_not_asked(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "select completeness_share from mart_criterion_scores where perimeter_code = 'gcs' and criterion_code = 'EFF_4'"
    ).fetchall()
    assert found == [(Decimal(1),)]


def test_axis_function_and_status(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "select axis_label, axis_origin_label, function_label, status_label, is_deployed from mart_cartography "
        "where use_case_code = ?",
        [OWN],
    ).fetchall()
    assert found == [("Souveraineté", "Déclaré", "Perceptive", "Généralisé", True)]
    shares = connection.execute(
        "select value_count from mart_key_figures where axis_label = 'Souveraineté' and source_code = 'GCS'"
    ).fetchall()
    assert shares == [(1,)]
