"""A page on a person's screen: what is far below asks for its data when somebody comes near, and then shows its own.

A browser that a program drives says so, and Superset loads all charts for it at once; this one does not say it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest
from playwright.sync_api import Browser, Request

from dashboards.bundle import Document
from dashboards.client import Session
from tests.dashboards.conftest import Server
from tests.dashboards.page import LIKE_A_PERSONS, DashboardPage
from tests.dashboards.test_cartography_page import FRENCH_SOURCE, bars, counted

pytestmark = [pytest.mark.browser, pytest.mark.superset]

AXIS = "Pilotage & Gestion"
BELOW = "Cas d'usage par secteur"


@pytest.fixture
def person(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
    context.add_init_script(LIKE_A_PERSONS)
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in("lecture", server.password("lecture"))
    yield page
    context.close()


def test_a_chart_far_below_asks_for_its_data_when_somebody_comes_near(
    person: DashboardPage, numbers: dict[int, Document]
) -> None:
    asked: set[str] = set()

    def keep(request: Request) -> None:
        if "/api/v1/chart/data" in request.url and request.method == "POST":
            slice_id = request.post_data_json["form_data"].get("slice_id")
            if slice_id in numbers:
                asked.add(str(numbers[slice_id].content["slice_name"]))

    person.page.on("request", keep)
    person.open("cartographie")
    last = "Comparaison des statuts"
    assert "Cas d'usage par axe" in asked
    assert last not in asked
    person.chart(last)
    person.wait_until_drawn()
    assert last in asked
    assert person.drawn(last)


def test_a_filter_set_above_holds_for_a_chart_that_was_not_there_yet(
    person: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    of_axis = f"{FRENCH_SOURCE} and axis_label = '{AXIS}' and organisation_code is not null"
    person.open("cartographie")
    person.choose("axis", AXIS)
    person.chart(BELOW)
    person.wait_until_drawn()
    assert bars(person, BELOW) == counted(published, "sector_label", of_axis)


def test_a_filter_set_below_holds_for_a_chart_that_went_out_of_sight(
    person: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    person.open("cartographie")
    person.chart("Comparaison des statuts")
    person.wait_until_drawn()
    person.choose("axis", AXIS)
    person.chart(BELOW)
    person.wait_until_drawn()
    of_axis = f"{FRENCH_SOURCE} and axis_label = '{AXIS}' and organisation_code is not null"
    assert bars(person, BELOW) == counted(published, "sector_label", of_axis)


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
    assert set(opened) <= {"dashboard", "language_pack", "DashboardFilterStateRestApi.post"}
    coordinator = Session(server.url, "lecture", server.password("lecture"))
    [rows] = [dataset for dataset in coordinator.every("dataset") if dataset["table_name"] == "mart_key_figures"]
    asked = {
        "datasource": {"id": rows["id"], "type": "table"},
        "queries": [{"columns": ["figure_label"], "metrics": None, "row_limit": 10}],
    }
    before = len(kept())
    coordinator.call("POST", "chart/data", json={**asked, "result_format": "json"})
    assert kept()[before:] == []
    export = {**asked, "result_format": "csv", "result_type": "post_processed"}
    assert coordinator.session.post(f"{coordinator.base_url}/chart/data", json=export, timeout=60).status_code == 200
    assert "ChartDataRestApi.data" in kept()[before:]
