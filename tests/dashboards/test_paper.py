"""A page sent to a printer, from each screen: nothing is cut at the right, and something is drawn in every frame."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from dashboards.files.bundle import chart_components, read_bundle
from tests.dashboards.conftest import Server
from tests.dashboards.page import LIKE_A_PERSONS, DashboardPage
from tests.dashboards.sheets import frame_of, is_drawn, sheets_of

pytestmark = [pytest.mark.browser, pytest.mark.superset]

SCREENS = [1024, 1366, 1440, 1920]
"""From the least on: a page is opened once, and what a wider window shows is drawn again."""
PRINTED = {"matrice": "Probabilité de", "decisions": "Portefeuille à"}
"""The matrix, which was blank; and a page that ends with a drawing, which was lost beyond its last sheet. Each with
what stands alone in its row."""
LEAST_WIDTH = 0.85
"""Of a sheet's width, for what stands alone: from a tablet a quarter was blank."""
EDGE = 4.0
"""Millimetres of paper in which nothing may stand: what is cut stands there."""
UNTITLED = ("Ce que montre",)
SETTLES = 1500  # milliseconds, until charts are drawn as wide as the window


@pytest.fixture(scope="module")
def printer(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    context = browser.new_context(viewport={"width": SCREENS[0], "height": 768}, locale="fr-FR")
    context.add_init_script(LIKE_A_PERSONS)
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in("lecture", server.password("lecture"))
    yield page
    context.close()


@pytest.mark.parametrize("slug", PRINTED)
def test_nothing_is_cut_and_no_frame_is_blank_whatever_the_screen(printer: DashboardPage, slug: str) -> None:
    printer.page.set_viewport_size({"width": SCREENS[0], "height": 768})
    printer.open(slug)
    for width in SCREENS:
        printer.page.set_viewport_size({"width": width, "height": 768})
        printer.page.wait_for_timeout(SETTLES)
        sheets = sheets_of(printer.page.pdf(prefer_css_page_size=True, print_background=True))
        assert [sheet.ink_at_the_right(EDGE) for sheet in sheets] == [0] * len(sheets), width
        assert frame_of(sheets, PRINTED[slug]).shape[1] > LEAST_WIDTH * sheets[0].pixels.shape[1], width
        assert [title for title in beginnings(slug) if not is_drawn(frame_of(sheets, title))] == [], width


def beginnings(slug: str) -> list[str]:
    """The first words of each chart's title: the rest may stand in another line."""
    bundle = read_bundle()
    [page] = [one for one in bundle.dashboards if one.content["slug"] == slug]
    shown = {str(part["meta"]["uuid"]) for part in chart_components(page)}
    titles = [str(chart.content["slice_name"]) for chart in bundle.charts if chart.uuid in shown]
    return [" ".join(title.split(" ")[:2]) for title in titles if not title.startswith(UNTITLED)]
