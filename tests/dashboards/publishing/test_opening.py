"""A chart is asked as its page asks it when it opens."""

from typing import Any

from dashboards.files.bundle import chart_components, read_bundle
from dashboards.publishing.opening import opening_filters

BUNDLE = read_bundle()
[COMPARED] = [page for page in BUNDLE.dashboards if page.content["slug"] == "comparaison"]
SHOWN = {str(part["meta"]["uuid"]) for part in chart_components(COMPARED)}
CHARTS = {str(chart.content["slice_name"]): chart for chart in BUNDLE.charts if chart.uuid in SHOWN}


def first_of_each(_: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """A dataset whose least value, in the filter's own order, is called as its column."""
    assert query["row_limit"] == 1 and query["orderby"]
    return [{query["columns"][0]: f"le premier {query['columns'][0]}"}]


def narrowed(title: str, found: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    return {one["col"]: one["val"] for one in found[CHARTS[title].uuid]}


def test_a_view_of_all_pairs_is_asked_for_the_two_that_the_page_opens_with() -> None:
    found = opening_filters(BUNDLE, first_of_each)
    assert narrowed("Projets par axe, chez A et chez B", found) == {
        "first_label": ["le premier first_label"],
        "second_label": ["le premier second_label"],
    }
    both = narrowed("Cas d'usage par cas d'usage, chez A et chez B", found)
    assert set(both) == {"first_label", "second_label", "campaign_label", "profile_label"}


def test_a_filter_that_has_nothing_to_offer_narrows_nothing() -> None:
    assert not any(opening_filters(BUNDLE, lambda dataset, query: []).values())
