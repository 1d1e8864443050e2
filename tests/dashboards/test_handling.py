"""A page as it is handled: a click on a chart, the keyboard alone, an address that is sent to a colleague."""

from collections.abc import Iterator

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.dashboards.conftest import Server
from tests.dashboards.installation import logged_in
from tests.dashboards.page import DashboardPage
from tests.dashboards.test_cartography_page import FRENCH_SOURCE, bars, counted

pytestmark = [pytest.mark.browser, pytest.mark.superset]

AXIS = "Pilotage & Gestion"
SHARES = "Part de chaque axe et référence nationale"
OF_AXIS = f"{FRENCH_SOURCE} and axis_label = '{AXIS}'"
FOCUS_SETTLES = 400  # milliseconds: the ring around a filter is drawn little by little
MOST_STOPS = 400


@pytest.fixture
def colleague(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    """Somebody else, in a browser of their own."""
    context = browser.new_context(viewport={"width": 1366, "height": 3600}, locale="en-GB")
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in("ingenieur", server.password("ingenieur"))
    yield page
    context.close()


def test_a_click_on_an_axis_narrows_the_other_charts_and_a_second_one_lets_go(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("cartographie")
    reader.click_name(SHARES, AXIS)
    assert bars(reader, "Cas d'usage par fonction de l'IA") == counted(published, "function_label", OF_AXIS)
    reader.click_name(SHARES, AXIS)
    assert bars(reader, "Cas d'usage par fonction de l'IA") == counted(published, "function_label")


def test_an_address_sent_to_a_colleague_opens_on_the_same_filters(
    reader: DashboardPage, colleague: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.open("cartographie")
    reader.choose("axis", AXIS)
    assert "native_filters_key=" in reader.page.url
    colleague.page.goto(reader.page.url)
    colleague.page.locator("[data-test=chart-grid-component]").first.wait_for()
    colleague.wait_until_drawn()
    assert colleague.choices("axis") == [AXIS]
    assert bars(colleague, "Cas d'usage par fonction de l'IA") == counted(published, "function_label", OF_AXIS)


def test_filters_are_set_by_the_keyboard_alone_and_the_focus_is_seen(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.open("cartographie")
    for name in ("source", "axis"):
        reach(reader, f"NATIVE_FILTER-{name}")
    reader.page.keyboard.type(AXIS)
    reader.page.keyboard.press("Enter")
    reader.page.keyboard.press("Escape")
    for name in ("function", "sector", "organisation", "status"):
        reach(reader, f"NATIVE_FILTER-{name}")
    reach(reader, "filter-bar__apply-button")
    with reader.page.expect_request(lambda request: "/api/v1/chart/data" in request.url):
        reader.page.keyboard.press("Enter")
    reader.wait_until_drawn()
    assert reader.choices("axis") == [AXIS]
    assert bars(reader, "Cas d'usage par fonction de l'IA") == counted(published, "function_label", OF_AXIS)


def test_the_sheet_of_a_use_case_is_reached_by_the_keyboard_alone(reader: DashboardPage) -> None:
    reader.open("matrice")
    stops = [reader.tab()]
    while (stops[-1]["tag"], stops[-1]["text"]) != ("A", "Fiche") and len(stops) < MOST_STOPS:
        stops.append(reader.tab())
    assert stops[-1]["text"] == "Fiche" and stops[-1]["is_seen"]
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/dashboard/fiche/**")
    reader.leave()


def test_choices_are_sorted_as_french_does(reader: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    reader.open("matrice")
    offered = reader.options("function")
    assert offered.index("Prédictive") < offered.index("Prescriptive")
    assert offered == in_french_order(published, offered)


def in_french_order(published: duckdb.DuckDBPyConnection, texts: list[str]) -> list[str]:
    sorted_texts = published.execute("select unnest(?) as text order by text collate fr", [texts]).fetchall()
    return [text for (text,) in sorted_texts]


def reach(page: DashboardPage, name: str) -> None:
    """Go on by the keyboard until something has the focus, and see that it has."""
    for _ in range(MOST_STOPS):
        if page.tab()["name"] == name:
            page.page.wait_for_timeout(FOCUS_SETTLES)
            assert page.focus()["is_seen"], name
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_titles_stay_while_a_page_is_changed(browser: Browser, server: Server) -> None:
    """Would have left none: the sentence below took all of the line."""
    with logged_in(browser, server, "editeur") as editor:
        editor.open("cycle")
        editor.page.locator("[data-test=edit-dashboard-button]").click()
        titles = editor.page.locator("[data-test=slice-header] [data-test=textarea-editable-title-input]:visible")
        titles.first.wait_for()
        editor.wait_until_drawn()
        widths = titles.evaluate_all("all => all.map(title => title.getBoundingClientRect().width)")
    assert len(widths) > 5 and min(widths) > 100
