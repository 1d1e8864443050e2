"""A chart that rightly shows nothing says why, in a sentence of its own."""

import duckdb
import pytest

from dashboards.files.bundle import read_bundle
from dashboards.files.sentences import MAY_BE_EMPTY
from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

DECISIONS, REVIEWS, SCENARIOS = "Décisions du comité", "Revues à faire", "Scénarios de sélection"
NOT_DECIDED = """
    select perimeter_label
    from mart_portfolio_matrix
    where perimeter_kind = 'etablissement' and perimeter_label not in (select perimeter_label from mart_decision)
    group by 1
    order by 1
"""


def test_a_perimeter_without_decisions_says_that_none_was_taken_yet(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    [perimeter, *_] = [str(label) for (label,) in published.execute(NOT_DECIDED).fetchall()]
    sentences = {chart.content["slice_name"]: chart.content.get(MAY_BE_EMPTY) for chart in read_bundle().charts}
    reader.open("decisions")
    reader.choose("perimeter", perimeter)
    assert said(reader, SCENARIOS) == []
    for title in (DECISIONS, REVIEWS):
        assert said(reader, title) == [f'"{sentences[title]}"']
    assert "Aucune décision n'a encore été prise" in said(reader, DECISIONS)[0]


def said(page: DashboardPage, title: str) -> list[str]:
    """What is written where a chart would stand; nothing when it is drawn."""
    places = page.chart(title).locator(".ant-empty-description").all()
    return [str(place.evaluate("place => getComputedStyle(place, '::after').content")) for place in places]
