"""What one establishment keeps to itself changes nothing that another reader, or the public, can see.

Not a word that is looked for (test_confidential.py), but a difference: the same house twice, with and without what is
confidential. Would have shown that there is something: a row more, another count, another order, another label.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE, ANNECY = "630780989", "380780080", "690781810", "420784878", "740781133"
MEMBERS = (CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE)
ANSWERS = {"IMP_1_1": "FORT", "EFF_1_1": "FAIBLE"}


def house(*, with_secrets: bool) -> SmallLake:
    """Four members and another that answer in two campaigns; Lyon keeps two use cases to itself, or has none."""
    lake = SmallLake()
    lake.add_site_row("use_cases", code="CAT-900", label="Sans domaine écrit", rank="900")
    for campaign in ("DEMO-2025", "DEMO-2026"):
        for code in (*MEMBERS, ANNECY):
            sent = lake.submission(code, campaign)
            sent.use_case("CAT-001", "x", is_confidential=None)
            sent.assess("MED-01", "CAT-001", ANSWERS)
            if code != LYON:
                sent.use_case(f"{code}-1", f"Ouvert {code}", functions=("DESCRIPTIVE",))
                sent.project(f"{code}-1", {"pilote": None})
                sent.assess("MED-01", f"{code}-1", ANSWERS)
            elif with_secrets:
                sent.use_case(f"{LYON}-1", "Aaa tout premier", is_confidential=True, functions=("DESCRIPTIVE",))
                sent.project(f"{LYON}-1", {"routine": None})
                sent.assess("MED-01", f"{LYON}-1", ANSWERS)
                sent.use_case("CAT-900", "x", is_confidential=True, domain_code="clinique", functions=("PREDICTIVE",))
                sent.project("CAT-900", {"routine": None})
                sent.assess("MED-01", "CAT-900", ANSWERS)
    return lake


def seen(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """All that a reader of Grenoble and the public see, in the order in which it is given."""
    found = connection.execute(
        "select table_name from information_schema.tables where table_name like 'mart_reader_%' "
        "or table_name like 'mart_open_%' order by all"
    ).fetchall()
    told = {}
    for (table,) in found:
        columns = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
        own = f"where reader_organisation_code = '{GRENOBLE}'" * ("reader_organisation_code" in columns)
        told[table] = connection.execute(f"select * from {table} {own} order by all").fetchall()
    return told


@pytest.fixture(scope="module")
def both(warehouse: Warehouse) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    with warehouse.build(house(with_secrets=False)) as opened:
        without = seen(opened)
    with warehouse.build(house(with_secrets=True)) as opened:
        kept = opened.execute("select distinct use_case_code from int_confidential order by all").fetchall()
        assert kept == [(f"{LYON}-1",), ("CAT-900",)]
        yield without, seen(opened)


def test_nothing_that_others_see_tells_that_there_is_something(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    without, with_secrets = both
    assert len(without) > 14
    for table, rows in without.items():
        assert with_secrets[table] == rows, table
