"""What surrounds the pages: the login page and the list of pages, in French."""

import pytest
from playwright.sync_api import Browser

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
