"""The warehouse equals an independent recomputation, number for number, on random portfolios.

One build holds many portfolios, each in a campaign of its own: single assessors and many, missing answers, criteria
and sides, ties, weights with decimals, a profile of zeros, a scale of four levels, a criterion closed on the way.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from sources.referential.loader import Referential, load_referential
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.random_portfolios import (
    CODES,
    Portfolio,
    assert_equals_the_recomputation,
    draw_portfolio,
    fixed_shapes,
    lake_of_campaigns,
)
from tests.dbt_project.small_lake import SmallLake, write_site

SEED = 20261123


@pytest.fixture(scope="module")
def lake() -> SmallLake:
    return lake_of_campaigns()


@pytest.fixture(scope="module")
def referential(lake: SmallLake, tmp_path_factory: pytest.TempPathFactory) -> Referential:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, lake.site)
    return load_referential(folder)


@pytest.fixture(scope="module")
def portfolios(lake: SmallLake, referential: Referential) -> dict[str, Portfolio]:
    shapes = zip(CODES, fixed_shapes(SEED), strict=True)
    return {code: draw_portfolio(shape, lake, referential, code) for code, shape in shapes}


@pytest.fixture(scope="module")
def connection(
    warehouse: Warehouse, lake: SmallLake, portfolios: dict[str, Portfolio]
) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.build(lake) as connection:
        yield connection


@pytest.mark.parametrize("campaign", CODES)
def test_warehouse_equals_the_recomputation(
    campaign: str,
    connection: duckdb.DuckDBPyConnection,
    referential: Referential,
    portfolios: dict[str, Portfolio],
) -> None:
    assert_equals_the_recomputation(connection, referential, campaign, portfolios[campaign])


def test_the_portfolios_are_worth_comparing(connection: duckdb.DuckDBPyConnection) -> None:
    """Each quadrant, flag, shared rank and deep layer occurs, or the comparison proves less than it says."""
    summary = connection.execute(
        """
        select count(*) > 1000, count(distinct quadrant_code) = 5, bool_or(is_certain), bool_or(is_borderline),
            bool_or(is_incomplete), max(pareto_rank) >= 4,
            bool_or(profile_code = 'nul' and quadrant_code = 'non_evalue'),
            count(*) filter (where impact_score = 50 or effort_score = 50) > 0,
            count(priority_rank) > count(distinct (campaign_code, profile_code, perimeter_code, priority_rank))
                filter (where priority_rank is not null)
        from mart_portfolio_matrix
        """
    ).fetchone()
    assert summary == (True,) * 9
