"""What surrounds the charts: language, titles, the banner, and nothing called outside."""

import duckdb
import pytest

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


def test_a_reader_lands_on_the_list_of_the_two_pages(reader: DashboardPage) -> None:
    reader.page.goto(f"{reader.url}/")
    reader.page.get_by_text("Matrice de portefeuille").first.wait_for()
    text = reader.page.locator("body").inner_text()
    assert "Cartographie des cas" in text
    assert "Tableaux de bord" in text
    assert "SQL" not in text


@pytest.mark.parametrize(
    ("slug", "title"),
    [("cartographie", "Cartographie des cas d'usage de l'IA"), ("matrice", "Matrice de portefeuille")],
)
def test_both_pages_open_with_the_banner_and_no_error(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection, slug: str, title: str
) -> None:
    reader.open(slug)
    [(notice,)] = published.execute("select notice_text from mart_notice").fetchall()
    text = reader.page.locator("body").inner_text()
    assert notice in text
    assert reader.page.title() == title
    for english in ("Apply filters", "Clear all", "No results", "Error", "records", "Unexpected"):
        assert english not in text


def test_nothing_outside_is_called(reader: DashboardPage) -> None:
    answered: list[str] = []
    reader.page.on("response", lambda response: answered.append(response.url))
    reader.open("cartographie")
    assert answered
    assert [url for url in answered if not url.startswith((reader.url, "data:", "blob:"))] == []
