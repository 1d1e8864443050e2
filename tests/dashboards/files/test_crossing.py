"""A click narrows the charts that can answer it, and empties none: by the rule, without a server."""

from typing import Any

import pytest

from dashboards.files.bundle import Document, chart_components, read_bundle
from dashboards.files.crossing import followers, given_columns, told_to_superset

BUNDLE = read_bundle()
CHARTS = {chart.uuid: chart.content for chart in BUNDLE.charts}
DATASETS = {dataset.uuid: dataset.content for dataset in BUNDLE.datasets}
TITLES = {uuid: str(chart["slice_name"]) for uuid, chart in CHARTS.items()}


def shown_on(page: Document) -> dict[str, dict[str, Any]]:
    uuids = [str(part["meta"]["uuid"]) for part in chart_components(page)]
    return {uuid: CHARTS[uuid] for uuid in uuids}


def by_title(slug: str) -> dict[str, set[str]]:
    page = next(page for page in BUNDLE.dashboards if page.content["slug"] == slug)
    found = followers(page.content, shown_on(page), DATASETS)
    return {TITLES[uuid]: {TITLES[other] for other in following} for uuid, following in found.items()}


@pytest.mark.parametrize("page", BUNDLE.dashboards, ids=lambda page: str(page.content["slug"]))
def test_no_chart_follows_a_click_on_a_column_that_it_has_not_or_that_a_filter_spares_it(page: Document) -> None:
    charts = shown_on(page)
    for uuid, following in followers(page.content, charts, DATASETS).items():
        assert uuid not in following
        for other in following:
            columns = {column["column_name"] for column in DATASETS[str(charts[other]["dataset_uuid"])]["columns"]}
            assert given_columns(charts[uuid]) <= columns, (TITLES[uuid], TITLES[other])
        for chosen in page.content["metadata"]["native_filter_configuration"]:
            if {target["column"]["name"] for target in chosen["targets"]} & given_columns(charts[uuid]):
                assert not following & set(chosen["scope"]["excluded"]), (TITLES[uuid], chosen["name"])


def test_a_click_on_an_axis_leaves_the_key_figures_and_narrows_what_has_axes() -> None:
    of_axis = by_title("cartographie")["Part de chaque axe et référence nationale"]
    assert "Chiffres clés et référence nationale" not in of_axis
    assert {"Cas d'usage par fonction de l'IA", "Déploiements par département"} <= of_axis


def test_two_charts_that_keep_to_other_rows_do_not_follow_each_other() -> None:
    figures = by_title("cartographie")["Chiffres clés et référence nationale"]
    assert "Part de chaque axe et référence nationale" not in figures


def test_superset_is_told_of_each_chart_whom_a_click_leaves_alone() -> None:
    told = told_to_superset({"a": {"b"}, "b": set(), "c": {"a", "b"}}, {"a": 1, "b": 2, "c": 3})["chart_configuration"]
    assert {number: one["crossFilters"]["scope"]["excluded"] for number, one in told.items()} == {
        "1": [1, 3],
        "2": [1, 2, 3],
        "3": [3],
    }
