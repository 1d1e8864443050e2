"""The warehouse equals the recomputation on portfolios that hypothesis looks for; each example is a build."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sources.referential.loader import load_referential
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.random_portfolios import (
    CODES,
    Shape,
    assert_equals_the_recomputation,
    draw_portfolio,
    lake_of_campaigns,
)
from tests.dbt_project.small_lake import write_site

SHAPES = st.builds(
    Shape,
    seed=st.integers(0, 2**32 - 1),
    organisations=st.integers(0, 6),
    use_cases=st.integers(0, 14),
    most_assessors=st.integers(0, 4),
    missing_shares=st.lists(st.sampled_from((0.0, 0.05, 0.3, 0.7, 1.0)), min_size=1, max_size=3).map(tuple),
)


@settings(
    max_examples=3,  # of as many portfolios as there are campaigns
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink would cost a build a step
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(shapes=st.lists(SHAPES, min_size=len(CODES), max_size=len(CODES)))
def test_any_portfolio_equals_the_recomputation(warehouse: Warehouse, shapes: list[Shape]) -> None:
    lake = lake_of_campaigns()
    with TemporaryDirectory() as site:
        write_site(Path(site), lake.site)
        referential = load_referential(Path(site))
    portfolios = [draw_portfolio(shape, lake, referential, code) for code, shape in zip(CODES, shapes, strict=True)]
    with warehouse.build(lake, "mart_portfolio_matrix") as connection:
        for code, portfolio in zip(CODES, portfolios, strict=True):
            assert_equals_the_recomputation(connection, referential, code, portfolio)
