"""Where everybody lands: the entrance of all pages, or an establishment's own, whole and with few questions."""

import re
from collections.abc import Iterator

import duckdb
import pytest
from playwright.sync_api import Browser

from dashboards.files.bundle import chart_components, read_bundle
from tests.dashboards.conftest import OWN, Server
from tests.dashboards.page import CROWDED, DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

MOST_QUESTIONS = 8
LAPTOP = {"width": 1366, "height": 3600}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def newcomer(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    """Somebody of an establishment who has just logged in, whatever the page that came."""
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR")
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in("lecteur-hcl", server.password("lecteur-hcl"))
    page.page.locator("[data-test=chart-grid-component]").first.wait_for()
    page.wait_until_drawn()
    yield page
    context.close()


def test_a_login_and_the_logo_lead_to_the_entrance(reader: DashboardPage) -> None:
    reader.page.goto(f"{reader.url}/")
    reader.page.wait_for_url("**/superset/dashboard/accueil/**")
    reader.open("cartographie")
    reader.page.locator("#main-menu a[href='/superset/welcome/']").click()
    reader.page.wait_for_url("**/superset/dashboard/accueil/**")
    reader.leave()


def test_the_entrance_asks_few_questions_and_shows_the_figures_of_sql(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url) if "chart/data" in request.url else None)
    reader.open("accueil")
    assert 0 < len(asked) <= MOST_QUESTIONS
    shown = reader.table("En cinq chiffres")
    assert [tuple(row) for row in shown] == published.execute(
        "select value_text, figure_label, change_text from mart_entrance_figure where is_newest order by figure_rank"
    ).fetchall()
    placed = (
        "from mart_portfolio_matrix where perimeter_code = 'gcs' and profile_code = 'equilibre' and "
        "campaign_rank = (select max(campaign_rank) from mart_portfolio_matrix where perimeter_code = 'gcs')"
    )
    [(assessed, wins)] = published.execute(
        "select count(*) filter (where establishment_count > 0), "
        f"count(*) filter (where quadrant_code = 'victoire_rapide') {placed}"
    ).fetchall()
    assert shown[0][0] == str(assessed) and shown[1][0].split(" / ")[0] == str(wins)
    deployed = published.execute("select count(*) from mart_project where is_deployed").fetchall()
    assert [(int(shown[3][0]),)] == deployed


def test_what_waits_is_said_with_a_link_to_its_page(reader: DashboardPage) -> None:
    reader.show("accueil")
    waiting = reader.table("Ce qui attend une décision")
    said = " ".join(row[0] for row in waiting)
    assert "à revoir" in said and "une décision" in said and "attendues pour le" in said
    slugs = {str(page.content["slug"]) for page in read_bundle().dashboards}
    links = [link.get_attribute("href") or "" for link in reader.chart("Ce qui attend une décision").locator("a").all()]
    assert len(links) == len(waiting)
    assert {link.removeprefix("/superset/dashboard/").rstrip("/") for link in links} <= slugs


def test_each_link_of_the_strip_and_of_the_questions_names_a_page(reader: DashboardPage) -> None:
    reader.show("accueil")
    slugs = {str(page.content["slug"]) for page in read_bundle().dashboards}
    named = [
        found
        for link in reader.page.locator(".dashboard-markdown a").all()
        for found in re.findall(r"/superset/dashboard/([a-z-]+)/", link.get_attribute("href") or "")
    ]
    assert set(named) <= slugs and {"matrice", "cycle", "qualite", "cartographie", "fiche"} <= set(named)


@pytest.mark.parametrize("width", [1024, 1366, 1440, 1920])
def test_nothing_goes_beyond_the_edge_of_any_screen(reader: DashboardPage, width: int) -> None:
    reader.show("accueil")
    reader.page.set_viewport_size({"width": width, "height": 2400})
    reader.wait_until_drawn()
    try:
        assert reader.page.evaluate(SIDEWAYS) <= 0
        assert reader.page.evaluate(CROWDED) == []
    finally:
        reader.page.set_viewport_size(LAPTOP)


def test_an_establishment_lands_on_its_own_figures_and_nobody_elses(
    newcomer: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    assert "/superset/dashboard/accueil-etablissement/" in newcomer.page.url
    for title, part in (
        ("Vos cinq chiffres", "chiffre"),
        ("Votre campagne en bref", "phrase"),
        ("Ce qui vous attend", "attente"),
    ):
        expected = published.execute(
            "select line_text from mart_reader_entrance where reader_organisation_code = ? and part_code = ? "
            "order by line_rank",
            [OWN, part],
        ).fetchall()
        shown = newcomer.table(title)
        assert [row[1 if part == "chiffre" else 0] for row in shown] == [text for (text,) in expected] != []


@pytest.mark.parametrize("width", [1024, 1366, 1440, 1920])
def test_each_figure_stands_whole_in_its_card(newcomer: DashboardPage, width: int) -> None:
    """« 1 017 / 1 150 » left its card on a laptop, and lost its last digit."""
    newcomer.page.set_viewport_size({"width": width, "height": 2400})
    newcomer.wait_until_drawn()
    cells = newcomer.chart("Vos cinq chiffres").locator("td")
    wider = cells.evaluate_all("found => found.map(cell => cell.scrollWidth - cell.clientWidth)")
    newcomer.page.set_viewport_size(LAPTOP)
    assert wider and max(wider) <= 0


def test_the_establishments_entrance_reads_only_what_was_made_for_it() -> None:
    bundle = read_bundle()
    [page] = [one for one in bundle.dashboards if one.content["slug"] == "accueil-etablissement"]
    tables = {dataset.uuid: str(dataset.content["table_name"]) for dataset in bundle.datasets}
    shown = {str(part["meta"]["uuid"]) for part in chart_components(page)}
    read = {tables[str(chart.content["dataset_uuid"])] for chart in bundle.charts if chart.uuid in shown}
    assert read and all(table.startswith("mart_reader_") for table in read)


def test_no_sentence_counts_nought(published: duckdb.DuckDBPyConnection) -> None:
    """« dont 0 sans note », « 0 sur 1 est une victoire rapide », « Pour 0 cas d'usage »."""
    [(said,)] = published.execute("select list(sentence_text) from mart_sentence").fetchall()
    assert [sentence for sentence in said if re.search(r"(^|[^\w,\u202f])0 ", sentence)] == []
    for part in (", dont ", "Aucun sur ", "aucun n'est à "):
        assert [sentence for sentence in said if part in sentence], part
