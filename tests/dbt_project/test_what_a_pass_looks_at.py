"""Tests of a pass look at the campaigns and the rows that it touched; those of a build from nothing at all rows.

A warehouse is built, then one of its rows is spoilt by hand: a test run says who notices.
"""

from __future__ import annotations

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse, failures
from tests.dbt_project.small_lake import SmallLake

ORGANISATION, TOUCHED, OTHER = "690781810", "2026-1", "DEMO-2026"
ANSWERS = {"IMP_1_1": "FORT", "EFF_1_1": "MOYEN"}
SPOILING = {
    "perimeter_score_is_mean_of_establishments": "update int_score_perimeter set impact_score = impact_score / 2",
    "matrix_counts_every_use_case": "delete from int_score_perimeter",
    "int_score_perimeter_keys": "insert into int_score_perimeter from int_score_perimeter",
}
"""A test → what it must notice, done to the rows that follow."""


@pytest.fixture
def lake() -> SmallLake:
    lake = SmallLake()
    for campaign in (TOUCHED, OTHER):
        submission = lake.submission(ORGANISATION, campaign)
        for use_case in ("CAT-001", "CAT-002"):
            submission.assess("MED-01", use_case, ANSWERS)
    return lake


def test_after_a_build_from_nothing_every_campaign_is_looked_at(warehouse: Warehouse, lake: SmallLake) -> None:
    warehouse.build(lake).close()
    for campaign in (TOUCHED, OTHER):
        assert noticed(warehouse, campaign) == set(SPOILING)


def test_a_pass_looks_at_the_campaign_that_it_touched(warehouse: Warehouse, lake: SmallLake) -> None:
    warehouse.build(lake).close()
    lake.submission(ORGANISATION, TOUCHED, "deux").assess("DSI-01", "CAT-001", ANSWERS)
    warehouse.write(lake)
    outcome = warehouse.invoke("build", "--exclude", "config.materialized:replaced_view", "resource_type:unit_test")
    assert outcome.success, failures(outcome)
    assert noticed(warehouse, TOUCHED) == set(SPOILING)


def noticed(warehouse: Warehouse, campaign: str) -> set[str]:
    """The tests that fail on a row of CAT-001 spoilt as each of them must notice, one after the other."""
    kept, found = warehouse.file.read_bytes(), set[str]()
    for test, spoiling in SPOILING.items():
        rows = f"campaign_code = '{campaign}' and perimeter_code = '{ORGANISATION}' and use_case_code = 'CAT-001'"
        with duckdb.connect(str(warehouse.file)) as connection:
            connection.execute(f"{spoiling} where {rows}")
        outcome = warehouse.invoke("test", "--select", test)
        found |= {failure.partition(":")[0] for failure in failures(outcome)}
        warehouse.file.write_bytes(kept)
    return found
