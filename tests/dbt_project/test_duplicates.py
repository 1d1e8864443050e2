"""Use cases that coordinators decided to be the same count as one; nothing is merged without a decision.

Each test builds the warehouse on its own small lake: what changes between two of them is the decisions.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

GRENOBLE, LYON = "380780080", "690781810"
G1, L1, L2 = f"{GRENOBLE}-1", f"{LYON}-1", f"{LYON}-2"
BUILT = (
    "dim_use_case", "fct_assessment", "dim_project", "bridge_use_case_function", "mart_portfolio_matrix"
)  # fmt: skip
LOW, HIGH = {"IMP_3_1": "FAIBLE", "EFF_3_1": "FAIBLE"}, {"IMP_3_1": "FORT", "EFF_3_1": "FORT"}


def decide(lake: SmallLake, one: str, other: str, decision: str, number: int) -> None:
    first, second = sorted((one, other))
    lake.add(
        "duplicate_decisions",
        decision_number=number,
        use_case_code=first,
        other_code=second,
        decision_code=decision,
        decided_by="Comité",
        decided_on=date(2026, 10, 1),
        reason="Même scénario",
    )


def two_establishments() -> SmallLake:
    """Lyon names one thing twice and has two projects of it; Grenoble names it a third way, and came first."""
    lake = SmallLake()
    grenoble = lake.submission(GRENOBLE, "DEMO-2026")
    grenoble.use_case(G1, "Lecture des électroencéphalogrammes", functions=("PREDICTIVE",), axis_code="AXE_1")
    grenoble.assess("MED-01", G1, LOW)
    resend(lake)
    return lake


def resend(lake: SmallLake) -> None:
    lyon = lake.submission(LYON, "DEMO-2026")
    lyon.use_case(L1, "Lecture automatique des EEG", functions=("DESCRIPTIVE",), axis_code="AXE_1")
    lyon.use_case(L2, "Aide à la lecture d'EEG", axis_code="AXE_2")
    lyon.assess("MED-01", L1, LOW)
    lyon.assess("MED-01", L2, HIGH)
    lyon.assess("MED-02", L1, HIGH)
    lyon.project(L1, {"poc": date(2025, 1, 1)})
    lyon.project(L2, {"routine": date(2026, 1, 1)})


def facts(warehouse: Warehouse, lake: SmallLake) -> dict[str, list[tuple[Any, ...]]]:
    """What the warehouse makes of the use cases of both establishments."""
    queries = {
        "use_cases": "select use_case_code, use_case_label from dim_use_case where not is_in_catalogue "
        "and source_code = 'GCS' order by 1",
        "assessments": "select organisation_code, use_case_code, assessor_code, row_number from fct_assessment "
        "order by all",
        "projects": "select use_case_code, status_code from dim_project where organisation_code = "
        f"'{LYON}' order by all",
        "functions": "select use_case_code, function_code from bridge_use_case_function "
        "where use_case_code not like 'CAT%' and use_case_code not like 'US-%' order by all",
        "impacts": "select use_case_code, impact_score, assessor_count from mart_portfolio_matrix "
        "where profile_code = 'equilibre' and perimeter_code = 'tous' order by all",
        "catalogue": "select use_case_code from dim_use_case where is_in_catalogue and use_case_code = 'CAT-003'",
    }
    with warehouse.build(lake, *BUILT) as connection:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}


@pytest.fixture(scope="module")
def apart(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return facts(warehouse, two_establishments())


MERGED: dict[str, list[tuple[Any, ...]]] = {
    "use_cases": [(G1, "Lecture des électroencéphalogrammes")],
    # MED-01 of Lyon assessed it under both codes: the later row counts
    "assessments": [(GRENOBLE, G1, "MED-01", 5), (LYON, G1, "MED-01", 6), (LYON, G1, "MED-02", 7)],
    "projects": [(G1, "routine")],
    "functions": [(G1, "PREDICTIVE")],
    "impacts": [(G1, Decimal(50), 3)],
    "catalogue": [("CAT-003",)],
}


def test_nothing_is_merged_without_a_decision(apart: dict[str, list[tuple[Any, ...]]]) -> None:
    assert [code for code, _ in apart["use_cases"]] == [G1, L1, L2]
    assert len(apart["assessments"]) == 4
    assert apart["projects"] == [(L1, "poc"), (L2, "routine")]


def test_merged_use_cases_count_as_one_under_the_earliest_code(warehouse: Warehouse) -> None:
    lake = two_establishments()
    decide(lake, L1, L2, "meme", 1)
    decide(lake, L1, G1, "meme", 2)
    assert facts(warehouse, lake) == MERGED


def test_a_decision_holds_when_files_are_sent_again(warehouse: Warehouse) -> None:
    lake = two_establishments()
    decide(lake, L1, L2, "meme", 1)
    decide(lake, L1, G1, "meme", 2)
    resend(lake)
    assert facts(warehouse, lake) == MERGED


@pytest.mark.parametrize("decision", ["different", "plus_tard"])
def test_a_later_decision_undoes_a_merge(
    warehouse: Warehouse, apart: dict[str, list[tuple[Any, ...]]], decision: str
) -> None:
    lake = two_establishments()
    decide(lake, L1, L2, "meme", 1)
    decide(lake, L1, G1, "meme", 2)
    decide(lake, L2, L1, decision, 3)
    decide(lake, G1, L1, decision, 4)
    assert facts(warehouse, lake) == apart


def test_the_catalogue_s_code_is_the_one_that_counts(warehouse: Warehouse) -> None:
    lake = two_establishments()
    decide(lake, G1, "CAT-003", "meme", 1)
    decide(lake, "CAT-003", L2, "meme", 2)
    decide(lake, "CAT-003", "CAT-002", "meme", 3)
    found = facts(warehouse, lake)
    assert [code for code, _ in found["use_cases"]] == [L1]
    assert [row[:3] for row in found["assessments"]] == [
        (GRENOBLE, "CAT-002", "MED-01"),
        (LYON, L1, "MED-01"),
        (LYON, L1, "MED-02"),
        (LYON, "CAT-002", "MED-01"),
    ]
    assert found["catalogue"] == []


def test_a_foreign_inventory_is_never_merged(warehouse: Warehouse) -> None:
    lake = two_establishments()
    lake.add("inventory_use_cases", source_code="US-2024", row_number=2, use_case_code="US-1", use_case_label="EEG")
    decide(lake, G1, "US-1", "meme", 1)
    assert [code for code, _ in facts(warehouse, lake)["use_cases"]] == [G1, L1, L2]
