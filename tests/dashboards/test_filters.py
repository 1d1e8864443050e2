"""Each filter of each page, set in the page: every chart that it reaches shows what SQL gives, and no other changes."""

from typing import Any

import duckdb
import pytest

from dashboards.files.bundle import Document, chart_components
from tests.dashboards.answers import Answers, answered, asked_of_the_file, series_are_names
from tests.dashboards.page import DashboardPage
from tests.dashboards.test_every_chart import BUNDLE, PAGES, WHOLE_PAGE, dataset_of

pytestmark = [pytest.mark.browser, pytest.mark.superset]

FILTERS = [
    (slug, chosen) for slug, page in PAGES.items() for chosen in page.content["metadata"]["native_filter_configuration"]
]
TABLES = {dataset.uuid: str(dataset.content["table_name"]) for dataset in BUNDLE.datasets}


@pytest.mark.parametrize(
    ("slug", "chosen"), FILTERS, ids=[f"{slug}-{chosen['id'].partition('-')[2]}" for slug, chosen in FILTERS]
)
def test_a_filter_narrows_the_charts_that_it_reaches_and_no_other(
    reader: DashboardPage,
    numbers: dict[int, Document],
    published: duckdb.DuckDBPyConnection,
    slug: str,
    chosen: dict[str, Any],
) -> None:
    name, [target] = chosen["id"].removeprefix("NATIVE_FILTER-"), chosen["targets"]
    column, is_free = target["column"]["name"], chosen["controlValues"]["multiSelect"]
    reader.page.set_viewport_size(WHOLE_PAGE)
    if reader.page.url.split("/dashboard/")[-1].split("/")[0] != slug:
        reader.open(slug)
    due = reached(PAGES[slug], chosen, column)
    told = {TABLES[str(chart.content["dataset_uuid"])] for chart in BUNDLE.charts if chart.uuid in due}
    value = most_told(published, TABLES[target["datasetUuid"]], told, column, reader.choices(name))

    answers = Answers()
    answers.listen(reader.page)
    reader.choose(name, value)
    answers.read(reader.page)
    asked = {numbers[number].uuid: told for number, told in answers.data.items() if number in numbers}
    if is_free:
        reader.empty(name)

    assert due <= asked.keys()
    for chart in (chart for chart in BUNDLE.charts if chart.uuid in asked):
        query, rows = asked[chart.uuid]
        is_narrowed = any(one["col"] == column and one.get("val") == [value] for one in query["filters"])
        assert is_narrowed == (chart.uuid not in chosen["scope"]["excluded"]), chart.path
        expected_names, expected_figures = asked_of_the_file(published, dataset_of(BUNDLE, chart), query)
        names, figures = answered(query, rows)
        assert figures == expected_figures, chart.path
        assert names == expected_names or (series_are_names(query) and names <= expected_names), chart.path


def test_the_beginning_of_a_name_and_the_enter_key_choose_the_name(reader: DashboardPage) -> None:
    """A word that is no name would be taken as one, and empty the page."""
    reader.show("matrice")
    axis = reader.page.locator("[data-test=NATIVE_FILTER-axis]")
    axis.click()
    axis.locator("input").fill("Innov")
    reader.page.locator(".ant-select-dropdown:visible [role=option][title='Innovation médicale']").wait_for()
    reader.page.keyboard.press("Enter")
    reader.page.keyboard.press("Escape")
    reader.leave()
    assert reader.choices("axis") == ["Innovation médicale"]


def most_told(
    published: duckdb.DuckDBPyConnection, offering: str, tables: set[str], column: str, but: list[str]
) -> str:
    """The value that most rows of the tables hold, of those that a filter offers, but for those chosen now."""
    everywhere = " union all ".join(f"select {column} from {table}" for table in sorted(tables))
    offered = f"from ({everywhere}) semi join {offering} using ({column})"
    told = published.execute(f"select {column} {offered} group by 1 order by count(*) desc, 1")
    return next(str(value) for (value,) in told.fetchall() if value not in but)


def reached(page: Document, chosen: dict[str, Any], column: str) -> set[str]:
    """The charts of the page that a filter does not spare and whose mart has its column."""
    laid_out = {str(part["meta"]["uuid"]) for part in chart_components(page)} - set(chosen["scope"]["excluded"])
    return {
        chart.uuid
        for chart in BUNDLE.charts
        if chart.uuid in laid_out
        and column in {one["column_name"] for one in dataset_of(BUNDLE, chart).content["columns"]}
    }
