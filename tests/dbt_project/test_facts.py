"""The facts beside the scores: measures, objectives, prerequisites, points of attention, assessors, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

GRENOBLE, LYON = "380780080", "690781810"
MARCH, JUNE = date(2026, 3, 10), date(2026, 6, 9)


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    lyon = lake.submission(LYON, "DEMO-2026")
    # the slide says 750 h a day: it is 25
    lyon.use_case("CAT-001", minutes_per_day=30.0, people_count=50, declared_hours_per_day=750.0, cost_eur=0.1)
    lyon.use_case("CAT-002", minutes_per_day=0.1, people_count=3, declared_hours_per_day=0.4)
    lyon.use_case("CAT-003", cost_eur=1e300)
    lyon.use_case("CAT-004", people_count=12)
    lyon.project("CAT-003", {"pilote": date(2026, 3, 1), "routine": date(2027, 1, 1)})
    lyon.project("CAT-004", {"routine": date(2027, 1, 1)})
    lyon.solution("S1", hosting="HDS", interoperability="FHIR")
    lyon.objective("CAT-001", "Délai de lecture (min)", baseline="40", target="20")
    lyon.assess("MED-01", "CAT-001", {"IMP_3_1": "FORT", "PA_1": "FORT", "PA_2": None})
    lyon.assess("MED-02", "CAT-001", {"IMP_3_1": "FAIBLE", "PA_1": "FORT", "PA_2": "FAIBLE"})
    dossier = lake.submission(LYON, "DEMO-2026", dossier="urgences")
    dossier.use_case("CAT-004", people_count=15)
    dossier.objective("CAT-001", "Délai de lecture (min)", baseline="40", target="15")
    grenoble = lake.submission(GRENOBLE, "DEMO-2025")
    grenoble.assess("MED-01", "CAT-001", {"IMP_3_1": "FORT"})
    lake.rows["assessments"][-1]["role_code"] = "infirmier"
    later = lake.submission(GRENOBLE, "DEMO-2026")
    later.assess("MED-01", "CAT-002", {"IMP_3_1": "FORT"})
    first = lake.decisions(datetime(2026, 3, 11, 9))
    first.decide("CAT-001", "gcs", MARCH, "retenu", reason="Gain prouvé", next_review_on=date(2027, 3, 1))
    first.decide("CAT-001", LYON, MARCH, "reporte")
    first.decide("CAT-002", "gcs", MARCH, "ecarte")
    first.decide("630780989-7", "630780989", MARCH, "a_completer")
    corrected = lake.decisions(datetime(2026, 3, 12, 9))
    corrected.decide("CAT-001", "gcs", MARCH, "ecarte", reason="Erreur de ligne")
    corrected.decide("CAT-002", "gcs", MARCH, None)
    lake.decisions(datetime(2026, 6, 10, 9)).decide("CAT-001", "gcs", JUNE, "retenu")
    aside = lake.decisions()
    aside.decide("CAT-001", "gcs", JUNE, "ecarte")
    lake.add("set_aside", reception_number=aside.number, reason="un contrôle a échoué")
    with warehouse.build(lake) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_a_status_dated_ahead_of_its_reception_counts_nowhere_as_reached(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for model in ("dim_project", "dim_project_history"):
        query = f"select use_case_code, status_code from {model} where organisation_code = '{LYON}' order by all"
        assert rows(connection, query) == [("CAT-003", "pilote"), ("CAT-004", None)], model
    assert rows(connection, "select status_code from fct_project_status") == [("pilote",)]
    assert rows(connection, "select count(*) from dim_project where is_deployed or deployed_on is not null") == [(0,)]
    assert rows(connection, "select count(*) from mart_life_cycle where is_deployed") == [(0,)]


def test_hours_a_day_are_minutes_times_people_over_sixty(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select use_case_code, hours_per_day, declared_hours_per_day, hours_gap, is_declared_right "
        "from fct_measure where hours_per_day is not null order by 1",
    )
    assert found == [
        ("CAT-001", Decimal(25), Decimal(750), Decimal(725), False),
        ("CAT-002", Decimal("0.005"), Decimal("0.4"), Decimal("0.395"), True),
    ]


def test_amounts_are_exact_and_an_absurd_one_is_none(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "select use_case_code, cost_eur from fct_measure where cost_eur is not null") == [
        ("CAT-001", Decimal("0.10"))
    ]


def test_one_figure_of_an_establishment_and_campaign_the_latest(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "select people_count, hours_per_day from fct_measure where use_case_code = 'CAT-004'")
    assert found == [(15, None)]
    assert rows(connection, "select target from fct_objective") == [("15",)]


def test_each_prerequisite_of_a_solution_is_a_row(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "select prerequisite_label, prerequisite_text from fct_solution_prerequisite order by 1")
    assert found == [("Hébergement", "HDS"), ("Interopérabilité", "FHIR")]


def test_points_of_attention_are_counted_by_level_and_change_no_score(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "select question_code, level_code, answer_count from fct_attention_point order by 1")
    assert found == [("PA_1", "FORT", 2), ("PA_2", "FAIBLE", 1)]
    score = "select impact_score from mart_portfolio_matrix where perimeter_code = ? and use_case_code = 'CAT-001' "
    found = connection.execute(score + "and profile_code = 'equilibre'", [LYON]).fetchall()
    assert found == [(Decimal(50),)]


def test_an_assessor_is_one_over_campaigns_with_the_role_given_last(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection, "select assessor_id, role_code, campaign_count, assessment_count from dim_assessor order by 1"
    )
    assert found == [
        (f"{GRENOBLE}|MED-01", "medecin", 2, 2),
        (f"{LYON}|MED-01", "medecin", 1, 1),
        (f"{LYON}|MED-02", "medecin", 1, 1),
    ]


def test_a_decision_is_replaced_by_its_key_and_withdrawn(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        "select use_case_code, perimeter_code, committee_on, outcome_code, reception_number, cell "
        "from fct_decision where is_current order by all",
    )
    assert found == [
        ("630780989-7", "630780989", MARCH, "a_completer", 5, "D8"),
        ("CAT-001", LYON, MARCH, "reporte", 5, "D6"),
        ("CAT-001", "gcs", MARCH, "ecarte", 6, "D5"),
        ("CAT-001", "gcs", JUNE, "retenu", 7, "D5"),
    ]
    assert rows(connection, "select count(*) from fct_decision") == [(7,)]


def test_what_is_decided_upon_is_known_even_where_nobody_described_it(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "select is_inferred from dim_use_case where use_case_code = '630780989-7'") == [(True,)]
    assert rows(connection, "select count(*) from dim_perimeter where perimeter_code = '630780989'") == [(1,)]
