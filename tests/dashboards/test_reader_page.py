"""The page of an establishment as its reader sees it, and what a reader cannot open."""

from collections.abc import Iterator

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.dashboards.accessibility import faults_of
from tests.dashboards.conftest import OWN, Server
from tests.dashboards.page import CROWDED, DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

MATRIX = "Mes scores et ceux du GCS"


@pytest.fixture(scope="module")
def own_page(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    context = browser.new_context(viewport={"width": 1366, "height": 4400}, locale="fr-FR")
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in("lecteur-hcl", server.password("lecteur-hcl"))
    page.open("etablissement")
    yield page
    context.close()


def test_the_bubbles_are_ones_own_and_those_of_the_gcs_with_three_others(
    own_page: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.execute(
        "select use_case_title, view_label, impact_score, effort_score from mart_reader_matrix "
        "where reader_organisation_code = ? and profile_code = 'equilibre' and view_code <> 'own_snapshot' "
        "and quadrant_code not in ('non_evalue', 'non_publie') "
        "and campaign_rank = (select max(campaign_rank) from mart_reader_matrix where reader_organisation_code = ?)",
        [OWN, OWN],
    ).fetchall()
    drawn = {(b[3], b[4]): (float(b[1]), float(b[0])) for b in own_page.bubbles(MATRIX)}
    assert len(drawn) > 10
    assert drawn == {(title, view): (float(impact), float(effort)) for title, view, impact, effort in expected}


def test_the_ranking_says_of_when_each_score_is_and_what_is_not_published(own_page: DashboardPage) -> None:
    shown = own_page.table("Mon classement à côté de celui du GCS")
    assert {cell for row in shown for cell in row if cell.startswith(("Arrêté du", "À ce jour", "Non publié"))}


def test_nothing_scrolls_inside_a_chart_and_the_page_is_accessible(own_page: DashboardPage) -> None:
    assert own_page.page.evaluate(CROWDED) == []
    assert faults_of(own_page.page) == []


def test_a_status_in_brackets_keeps_its_capitals(own_page: DashboardPage) -> None:
    said = own_page.chart("Qui a déployé quoi, avec quelle preuve").inner_text()
    assert "(expérimentation (PoC))" in said and "(poc)" not in said


def test_no_other_establishment_can_be_chosen(own_page: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    [(name,)] = published.execute(
        "select organisation_title from dim_establishment where organisation_code = ?", [OWN]
    ).fetchall()
    assert own_page.choices("establishment") == [name]
    own_page.page.locator('[data-test="NATIVE_FILTER-establishment"]').click()
    offered = own_page.page.locator(".ant-select-dropdown:visible [role=option]")
    offered.first.wait_for()
    assert {option.get_attribute("title") for option in offered.all()} <= {name, None}
    own_page.page.keyboard.press("Escape")


def test_ones_rejected_cells_and_answers_are_told_with_their_cells(
    own_page: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.execute(
        "select cell, rule_code, rule_sentence from mart_rejected_cell where organisation_code = ? and campaign_rank = "
        "(select max(campaign_rank) from mart_reception where organisation_code = ?) order by 1, 2",
        [OWN, OWN],
    ).fetchall()
    shown = sorted((row[2], row[4], row[5]) for row in own_page.table("Mes cellules à corriger"))
    assert shown == expected
    assert own_page.table("Mes réponses, cellule par cellule")


def test_the_door_says_to_who_only_reads_that_it_is_closed(own_page: DashboardPage) -> None:
    """A line of JSON stood there, in English, behind a link of each page of an establishment."""
    answer = own_page.page.goto(f"{own_page.url}/mes-envois/")
    own_page.leave()
    assert answer is not None and answer.status == 403
    assert "demandez au GCS" in own_page.page.get_by_role("alert").inner_text()
    assert faults_of(own_page.page) == []


def test_another_page_stays_shut(own_page: DashboardPage) -> None:
    own_page.page.goto(f"{own_page.url}/superset/dashboard/matrice/")
    own_page.page.wait_for_timeout(3000)
    assert own_page.page.locator("[data-test=chart-grid-component]").count() == 0
    assert "n'est pas ouverte à votre compte" in own_page.page.locator("body").inner_text()
    assert "https://" not in own_page.page.content()
    own_page.leave()
