"""A page on a person's screen is whole, however far it goes below: to print, to search in, to save.

A browser that a program drives says so, and Superset loads all charts for it at once; this one does not say it.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from dashboards.files.bundle import chart_components, read_bundle
from dashboards.publishing.client import Session
from tests.dashboards.conftest import Server
from tests.dashboards.page import LIKE_A_PERSONS, DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

STILL_LOADS = "Réponse attendue"
BANNER = "Ce que montre cette page"
DRAWN = "canvas, tbody tr, .ant-empty, .superset-legacy-chart-country-map path"
REDRAWN = 1500  # milliseconds: a page is laid out anew for the paper


class Box(NamedTuple):
    """Where something stands, in pixels of the page."""

    left: float
    top: float
    right: float
    bottom: float


def _box(page: DashboardPage, selector: str) -> Box:
    found = page.page.locator(selector).first.bounding_box()
    assert found is not None, selector
    return Box(found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"])


@pytest.fixture(scope="module")
def person(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
    context.add_init_script(LIKE_A_PERSONS)
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in("lecture", server.password("lecture"))
    yield page
    context.close()


@pytest.mark.parametrize("slug", ["cartographie", "matrice"])
def test_a_page_that_nobody_scrolled_is_printed_with_every_chart(person: DashboardPage, slug: str) -> None:
    bundle = read_bundle()
    titles = {chart.uuid: str(chart.content["slice_name"]) for chart in bundle.charts}
    [document] = [one for one in bundle.dashboards if one.content["slug"] == slug]
    expected = {titles[str(part["meta"]["uuid"])] for part in chart_components(document)} - {BANNER}
    person.open(slug)
    person.page.emulate_media(media="print")
    try:
        person.page.wait_for_timeout(REDRAWN)
        assert person.page.get_by_text(STILL_LOADS).count() == 0
        drawn = person.page.locator("[data-test-chart-name]").filter(has=person.page.locator(DRAWN))
        assert expected - {one.get_attribute("data-test-chart-name") for one in drawn.all()} == set()
    finally:
        person.page.emulate_media(media="screen")


def test_on_paper_the_filters_chosen_stand_in_a_line_between_the_title_and_the_whole_width(
    person: DashboardPage,
) -> None:
    person.show("matrice")
    person.page.emulate_media(media="print")
    try:
        title = _box(person, "[data-test=dashboard-header-container]")
        filters = _box(person, "[data-test=filter-bar]")
        banner = _box(person, "[data-test-chart-name^='Ce que montre']")
        campaign, profile = (_box(person, f"[data-test=NATIVE_FILTER-{name}]") for name in ("campaign", "profile"))
        assert title.bottom <= filters.top < filters.bottom <= banner.top
        assert campaign.top == profile.top and campaign.right <= profile.left
        assert filters.bottom - filters.top < 200 and banner.left < 40
        for clicked in ("filter-bar__apply-button", "edit-dashboard-button"):
            assert not person.page.locator(f"[data-test={clicked}]").first.is_visible()
    finally:
        person.page.emulate_media(media="screen")


def test_a_sheet_of_paper_is_filled(person: DashboardPage) -> None:
    """Beside a column of filters *Matrice* took eleven sheets, the first of them nearly blank."""
    person.show("matrice")
    printed = person.page.pdf(prefer_css_page_size=True, print_background=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    assert 1 < len(sheets) <= 7 and all(float(height) > float(width) for width, height in sheets)


def test_no_chart_grows_while_a_printer_draws_it(person: DashboardPage) -> None:
    person.show("cartographie")
    bootstrap = "JSON.parse(document.getElementById('app').dataset.bootstrap).common.theme.default"
    assert person.page.evaluate(bootstrap)["echartsOptionsOverrides"] == {"animation": False}


def test_the_journal_says_who_opened_a_page_and_took_data_out_and_not_each_question(
    person: DashboardPage, server: Server
) -> None:
    def kept() -> list[str]:
        with closing(sqlite3.connect(server.superset_home / "metadata.db")) as metadata:
            return [action for (action,) in metadata.execute("select action from logs order by id")]

    before = len(kept())
    person.open("cartographie")
    opened = kept()[before:]
    assert "dashboard" in opened
    assert [action for action in opened if action == "log" or action.startswith("Chart")] == []
    editor = Session(server.url, "editeur", server.password("editeur"))
    [rows] = [dataset for dataset in editor.every("dataset") if dataset["table_name"] == "mart_key_figures"]
    asked = {
        "datasource": {"id": rows["id"], "type": "table"},
        "queries": [{"columns": ["figure_label"], "metrics": None, "row_limit": 10}],
    }
    before = len(kept())
    editor.call("POST", "chart/data", json={**asked, "result_format": "json"})
    assert kept()[before:] == []
    export = {**asked, "result_format": "csv", "result_type": "post_processed"}
    assert editor.session.post(f"{editor.base_url}/chart/data", json=export, timeout=60).status_code == 200
    assert "ChartDataRestApi.data" in kept()[before:]


@pytest.mark.parametrize("width", [1024, 1366, 1440, 1920])
def test_the_matrix_and_its_list_stand_side_by_side_on_every_screen(person: DashboardPage, width: int) -> None:
    person.show("matrice")
    person.page.set_viewport_size({"width": width, "height": 1400})
    try:
        person.page.wait_for_timeout(REDRAWN)
        matrix = _box(person, "[data-test-chart-name='Matrice impact × effort']")
        names = _box(person, "[data-test-chart-name='Par quoi commencer']")
        assert matrix.right <= names.left and names.right <= width
    finally:
        person.page.set_viewport_size({"width": 1366, "height": 768})
