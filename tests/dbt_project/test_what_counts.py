"""Which rows of the lake count: replacement, withdrawal, dossiers, receptions set aside, corrections.

One lake holds the histories, each with its own organisation; each test reads one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from quality.rules.rules import RULES
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE = "630780989", "380780080", "690781810", "420784878"
UNKNOWN = "990000009"
LOW, HIGH = {"IMP_3_1": "FAIBLE", "EFF_3_1": "FAIBLE"}, {"IMP_3_1": "FORT", "EFF_3_1": "FORT"}


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    # Grenoble corrects its file: the earlier one is replaced whole, its use case and its assessor gone
    first = lake.submission(GRENOBLE, "DEMO-2026")
    first.use_case(f"{GRENOBLE}-1", "Avant", axis_code="AXE_1")
    first.assess("MED-01", "CAT-001", HIGH)
    first.assess("MED-02", "CAT-001", HIGH)
    second = lake.submission(GRENOBLE, "DEMO-2026")
    second.assess("MED-01", "CAT-001", LOW)
    # Lyon adds a dossier; the same assessor and use case in two dossiers: the later reception counts
    principal = lake.submission(LYON, "DEMO-2026")
    principal.assess("MED-01", "CAT-001", LOW)
    principal.assess("MED-02", "CAT-001", HIGH)
    lake.submission(LYON, "DEMO-2026", dossier="urgences").assess("MED-01", "CAT-001", HIGH)
    # Saint-Étienne withdraws
    lake.submission(SAINT_ETIENNE, "DEMO-2026").assess("MED-01", "CAT-003", HIGH)
    lake.submission(SAINT_ETIENNE, "DEMO-2026", is_withdrawal=True)
    # Clermont's second file was set aside, so its first one still counts; an assessment corrected further down
    clermont = lake.submission(CLERMONT, "DEMO-2026", received_at=datetime(2026, 11, 2, 23, 30))
    clermont.use_case(f"{CLERMONT}-1", "Tri", functions=("PREDICTIVE", "DESCRIPTIVE"), axis_code="AXE_5")
    clermont.use_case(f"{CLERMONT}-2", "Tri", axis_code="AXE_5")
    clermont.assess("MED-01", "CAT-004", LOW)
    clermont.assess("MED-01", "CAT-004", HIGH)
    clermont.assess("MED-01", "SANS-FICHE", HIGH)
    clermont.objective("SANS-LIGNE", "Délai de réponse", target="2")  # its use case's own row was not taken
    clermont.project("CAT-001", {"poc": date(2025, 1, 1), "routine": date(2026, 1, 1)}, evidence_code="declare")
    clermont.project("CAT-001", {"poc": date(2026, 3, 1)}, solution="S1")
    clermont.project("CAT-002", {"routine": date(2024, 1, 1), "arrete": date(2026, 1, 1)})
    clermont.project("CAT-003", {"pilote": date(2026, 1, 1), "deploiement": date(2026, 1, 1)})
    lake.submission(CLERMONT, "DEMO-2026").assess("MED-01", "CAT-009", HIGH)
    lake.add("set_aside", reception_number=len(lake.rows["receptions"]), reason="un contrôle a échoué")
    # An earlier campaign that is no demonstration, from an organisation that no register knows
    lake.submission(UNKNOWN, "2026-1").use_case(f"{UNKNOWN}-1", "Ailleurs")
    lake.add(
        "inventory_use_cases",
        source_code="US-2024",
        row_number=2,
        use_case_code="US-1",
        use_case_label="Triage",
        organisation_code="US-VA",
        status_code="routine",
    )
    lake.add("problems", reception_number=1, sheet="Évaluations", severity="erreur", rule_code="E0999", cell="A1")
    lake.add("problems", reception_number=2, sheet="Évaluations", severity="erreur", rule_code="E0101", cell="A1")
    lake.add("problems", reception_number=2, sheet="Évaluations", severity="avertissement", rule_code="W1", cell="A2")
    with warehouse.build(lake) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def impact(connection: duckdb.DuckDBPyConnection, perimeter: str, use_case: str) -> list[tuple[Any, ...]]:
    return rows(
        connection,
        "select impact_score, assessor_count from mart_portfolio_matrix where profile_code = 'equilibre' "
        f"and perimeter_code = '{perimeter}' and use_case_code = '{use_case}'",
    )


def test_a_correction_replaces_the_file_whole(connection: duckdb.DuckDBPyConnection) -> None:
    assert impact(connection, GRENOBLE, "CAT-001") == [(Decimal(0), 1)]
    assert rows(connection, f"select * from dim_use_case where use_case_code = '{GRENOBLE}-1'") == []


def test_dossiers_add_up_and_the_later_reception_wins(connection: duckdb.DuckDBPyConnection) -> None:
    assert impact(connection, LYON, "CAT-001") == [(Decimal(100), 2)]


def test_a_withdrawal_removes_the_key(connection: duckdb.DuckDBPyConnection) -> None:
    assert impact(connection, SAINT_ETIENNE, "CAT-003") == []
    history = rows(
        connection,
        "select reception_number, is_withdrawal, is_current from fct_submission "
        f"where organisation_code = '{SAINT_ETIENNE}' order by 1",
    )
    assert history == [(5, False, False), (6, True, False)]


def test_a_reception_set_aside_leaves_the_one_before(connection: duckdb.DuckDBPyConnection) -> None:
    assert impact(connection, CLERMONT, "CAT-009") == []
    assert impact(connection, CLERMONT, "CAT-004") == [(Decimal(100), 1)]
    assert rows(connection, "select * from fct_submission where reception_number = 8") == []


def test_a_use_case_that_nobody_described_is_inferred(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        connection, "select use_case_label, is_inferred from dim_use_case where use_case_code = 'SANS-FICHE'"
    ) == [("SANS-FICHE", True)]


def test_a_use_case_of_which_only_an_objective_was_taken_is_inferred(connection: duckdb.DuckDBPyConnection) -> None:
    code = "SANS-LIGNE"
    for dimension in ("dim_use_case", "dim_use_case_history"):
        assert rows(connection, f"select is_inferred from {dimension} where use_case_code = '{code}'") == [(True,)]
    assert rows(connection, f"select target from fct_objective where use_case_code = '{code}'") == [("2",)]


def test_two_use_cases_of_one_name_are_told_apart(connection: duckdb.DuckDBPyConnection) -> None:
    titles = rows(connection, "select use_case_title from dim_use_case where use_case_label = 'Tri' order by 1")
    assert titles == [(f"Tri ({CLERMONT}-1)",), (f"Tri ({CLERMONT}-2)",)]


def test_a_use_case_declared_but_not_assessed_is_not_evaluated(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select quadrant_code, establishment_count, completeness_label, function_labels "
        f"from mart_portfolio_matrix where use_case_code = '{CLERMONT}-1' and profile_code = 'equilibre' "
        "and perimeter_code = 'gcs'",
    )
    assert found == [("non_evalue", 0, "À compléter", "Descriptive · Prédictive")]


def test_each_function_has_its_row(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select use_case_code, function_label from mart_portfolio_matrix_function "
        f"where perimeter_code = '{CLERMONT}' and profile_code = 'equilibre' "
        f"and use_case_code like '{CLERMONT}%' order by all",
    )
    assert found == [
        (f"{CLERMONT}-1", "Descriptive"),
        (f"{CLERMONT}-1", "Prédictive"),
        (f"{CLERMONT}-2", "Aucune fonction IA"),
    ]


def test_the_current_status_is_the_latest_and_the_highest_of_a_day(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select use_case_code, solution_code, status_code, is_deployed, deployed_on from dim_project "
        f"where organisation_code = '{CLERMONT}' order by all",
    )
    assert found == [
        ("CAT-001", "S1", "poc", False, None),
        ("CAT-001", None, "routine", True, date(2026, 1, 1)),
        ("CAT-002", None, "arrete", False, date(2024, 1, 1)),
        ("CAT-003", None, "deploiement", True, date(2026, 1, 1)),
    ]


def test_cartography_shows_the_most_advanced_project(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select distinct organisation_label, status_label, is_deployed, evidence_label "
        "from mart_cartography where use_case_code = 'CAT-001' order by 1",
    )
    assert found == [
        ("CHU Grenoble Alpes", "Sans projet", False, None),
        ("CHU de Clermont-Ferrand", "Routine", True, "Déclaré"),
        ("Hospices Civils de Lyon", "Sans projet", False, None),
    ]
    assert rows(
        connection, "select distinct organisation_label from mart_cartography where use_case_code = 'CAT-010'"
    ) == [("Aucun établissement",)]


def test_key_figures(connection: duckdb.DuckDBPyConnection) -> None:
    figures = dict(
        rows(
            connection,
            "select figure_code, value_count from mart_key_figures where source_code = 'GCS' and unit = 'nombre'",
        )
    )
    catalogue = rows(connection, "select count(*) from dim_use_case where is_in_catalogue")[0][0]
    assert figures == {
        "USE_CASES": catalogue + 5,
        "ORGANISATIONS_DEPLOYED": 1,
        "HEALTH_ESTABLISHMENTS_DEPLOYED": 1,
        "PROJECTS_DEPLOYED": 2,
        "USE_CASES_IMPLEMENTED": 2,
    }
    assert rows(
        connection,
        "select value_count, reference_text, reference_origin_label from mart_key_figures "
        "where figure_code = 'USE_CASES' and source_code = 'GCS'",
    )[0][1:] == ("506", "Webinaire du GCS")
    assert rows(
        connection, "select reference_text from mart_key_figures where axis_code = 'AXE_1' and source_code = 'GCS'"
    ) == [("35 à 40\u00a0%",)]


def test_a_foreign_inventory_is_compared_and_never_in_the_matrix(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "select count(*) from mart_portfolio_matrix where use_case_code = 'US-1'") == [(0,)]
    assert rows(
        connection,
        "select value_label, use_case_count, use_case_share from mart_inventory_comparison "
        "where source_code = 'US-2024' and comparison_code = 'axis' and use_case_count > 0",
    ) == [("Non rattaché", 1, Decimal(1))]
    assert rows(
        connection,
        "select value_count from mart_key_figures where source_code = 'US-2024' "
        "and figure_code = 'HEALTH_ESTABLISHMENTS_DEPLOYED'",
    ) == [(0,)]


def test_demonstration_is_said_where_it_is(connection: duckdb.DuckDBPyConnection) -> None:
    flags = dict(rows(connection, "select distinct campaign_code, is_demonstration from mart_portfolio_matrix"))
    assert flags == {"2026-1": False, "DEMO-2026": True}
    notice = rows(connection, "select * from mart_notice")
    # 2 November 23:30 UTC is the 3rd in Paris; the reception set aside does not count
    assert notice == [
        (
            "Attention : des données de démonstration, fictives, figurent parmi les données affichées. "
            "Dernière réception prise en compte : 03/11/2026.",
            True,
            datetime(2026, 11, 2, 23, 30),
            5,
            1,
        )
    ]


def test_an_organisation_that_no_register_knows_has_no_sector(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        connection,
        "select sector_code, is_health_establishment, is_inferred from dim_establishment "
        f"where organisation_code = '{UNKNOWN}'",
    ) == [("inconnu", False, True)]


def test_the_words_of_a_rule_stand_beside_its_code(connection: duckdb.DuckDBPyConnection) -> None:
    """Also where the rule is one that the list no longer has: the cell stays, and says so."""
    told = rows(connection, "select rule_code, rule_sentence from fct_rejected_cell order by reception_number")
    assert told == [("E0999", "Règle que la liste n'a plus."), ("E0101", RULES["E0101"].sentence)]
