"""What surrounds the pages: the login page and the list of pages, in French."""

import pytest
from flask import Request, Response
from playwright.sync_api import Browser
from werkzeug.test import EnvironBuilder

from dashboards.superset.pages.failures import failure_page
from dashboards.superset.pages.words import ERROR_PAGES
from tests.dashboards.accessibility import faults_of
from tests.dashboards.conftest import Server
from tests.dashboards.installation import logged_in
from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]


def test_the_login_page_is_french_whatever_the_browser_asks_for(visitor: DashboardPage) -> None:
    visitor.page.goto(f"{visitor.url}/login/")
    visitor.page.locator("#username").wait_for()
    text = visitor.page.locator("body").inner_text()
    assert visitor.page.title() == "Cartographie IA – GCS HOURAA"
    assert visitor.page.evaluate("document.documentElement.lang") == "fr"
    assert "Se connecter" in text
    assert "Mot de passe" in text
    assert not {"Sign in", "Username", "Password"} & set(text.split("\n"))
    assert faults_of(visitor.page) == []


IN_A_BROWSER = "text/html,application/xml;q=0.9,image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
GROWS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [390, 1024])
def test_what_stands_in_the_place_of_a_page_is_as_wide_as_the_screen_and_read_by_everybody(
    visitor: DashboardPage, width: int
) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 768})
    try:
        for address, status in {"/nulle-part/": 404, "/logout/x": 404, "/mes-envois/690781810/essais": 405}.items():
            answer = visitor.page.goto(f"{visitor.url}{address}")
            assert answer is not None and answer.status == status, address
            assert_reads_well(visitor, ERROR_PAGES[404])
        for status, words in ERROR_PAGES.items():
            page = failure_page(asked("/"), json_answer(status))
            assert page is not None
            visitor.page.set_content(page)
            assert_reads_well(visitor, words)
    finally:
        visitor.page.set_viewport_size({"width": 1366, "height": 768})


def assert_reads_well(visitor: DashboardPage, words: tuple[str, str]) -> None:
    title, sentence = words
    assert (visitor.page.title(), visitor.page.locator("p").inner_text()) == (title, sentence)
    assert visitor.page.evaluate("document.documentElement.lang") == "fr"
    assert not visitor.page.evaluate(GROWS_SIDEWAYS)
    assert faults_of(visitor.page) == []


@pytest.mark.parametrize(
    ("path", "method", "accept", "status", "is_replaced"),
    [
        ("/mes-envois/x/essais", "GET", IN_A_BROWSER, 405, True),
        ("/superset/x", "GET", IN_A_BROWSER, 403, True),
        ("/superset/x", "GET", IN_A_BROWSER, 200, False),
        ("/superset/x", "GET", "*/*", 403, False),
        ("/superset/x", "GET", "application/json", 500, False),
        ("/api/v1/chart/x", "GET", IN_A_BROWSER, 404, False),
        ("/login/", "POST", IN_A_BROWSER, 400, False),
    ],
)
def test_a_program_is_answered_in_json_and_a_person_by_a_page(
    path: str, method: str, accept: str, status: int, is_replaced: bool
) -> None:
    request = asked(path, method=method, accept=accept)
    assert (failure_page(request, json_answer(status)) is not None) == is_replaced


def asked(path: str, method: str = "GET", accept: str = IN_A_BROWSER) -> Request:
    return Request(EnvironBuilder(path, method=method, headers={"Accept": accept}).get_environ())


def json_answer(status: int) -> Response:
    return Response('{"errors": []}', status=status, mimetype="application/json")


def test_the_list_of_pages_is_french_and_cuts_no_name(reader: DashboardPage) -> None:
    reader.page.goto(f"{reader.url}/dashboard/list/")
    reader.page.get_by_text("Matrice de portefeuille").first.wait_for()
    text = reader.page.locator("body").inner_text()
    for title in ("Cartographie des cas d'usage de l'IA", "Cycle de vie et déploiement"):
        named = reader.page.get_by_text(title, exact=True).first
        assert named.evaluate(
            "name => name.scrollWidth <= name.clientWidth || getComputedStyle(name).overflow !== 'hidden'"
        )
    assert " of " not in text
    assert "Tableaux de bord" in text
    assert "SQL" not in text


def test_the_menu_of_a_page_says_what_each_line_does(browser: Browser, server: Server) -> None:
    """Superset's own French, guessed from sentences that look alike, called two of them « Nom du rapport »."""
    with logged_in(browser, server, "editeur") as editor:
        editor.open("matrice")
        editor.page.locator("[data-test=actions-trigger]").first.click()
        export = editor.page.get_by_text("Exporter en YAML", exact=True)
        for _ in range(10):
            # A pointer that stands there already when the menu opens does not enter it.
            for line in ("Enregistrer sous", "Télécharger"):
                editor.page.get_by_text(line, exact=True).hover()
            editor.page.wait_for_timeout(800)
            if export.is_visible():
                break
        assert export.is_visible() and editor.page.get_by_text("Nom du rapport").count() == 0
