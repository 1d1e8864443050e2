"""The ten questions of every day, each answered to who reads for the GCS: one click away, two at most on its page."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.dashboards.conftest import Server
from tests.dashboards.installation import logged_in
from tests.dashboards.page import DashboardPage
from tests.dashboards.sheets import sheets_of
from tests.dashboards.test_committee_pages import chosen_on, kept_under

pytestmark = [pytest.mark.browser, pytest.mark.superset]

LISTED = "Par quoi commencer"
BUDGET = "300 points"
NEWEST = (
    "from mart_portfolio_matrix where perimeter_code = 'gcs' and profile_code = 'equilibre' and campaign_rank = "
    "(select max(campaign_rank) from mart_portfolio_matrix where perimeter_code = 'gcs' and impact_score is not null)"
)


@dataclass
class Walk:
    """One person's way from the entrance, click by click."""

    page: DashboardPage
    clicks: int = 0

    def follow(self, question: str) -> None:
        """To the page that answers, by the entrance; the clicks that count are those made there."""
        self.page.page.locator(".dashboard-markdown a", has_text=question).first.click()
        self.page.page.wait_for_url(lambda address: "/accueil/" not in address)
        self.page.page.locator("[data-test=chart-grid-component]").first.wait_for()
        self.page.wait_until_drawn()
        self.clicks = 0

    def look_for(self, title: str, words: str) -> list[list[str]]:
        """What a table holds of some words, looked for in its own field."""
        looked_for = self.page.chart(title).locator(".dt-controls input.ant-input").last
        looked_for.click()
        self.clicks += 1
        looked_for.fill(words)
        self.page.page.wait_for_timeout(1000)  # milliseconds: it waits for the end of a word
        return self.page.table(title)


@pytest.fixture
def walk(reader: DashboardPage) -> Iterator[Walk]:
    reader.open("accueil")
    yield Walk(reader)
    reader.leave()


def test_what_to_start_how_sure_that_is_and_the_bubble_in_the_corner(
    walk: Walk, published: duckdb.DuckDBPyConnection
) -> None:
    walk.follow("Par quoi commencer ?")
    [(first, is_certain)] = published.execute(
        f"select use_case_title, is_certain {NEWEST} order by priority_rank limit 1"
    ).fetchall()
    listed = walk.page.table(LISTED)
    assert [listed[0][0], listed[0][3]] == [first, "Certain" if is_certain else "Incertain"]
    [(highest, rank)] = published.execute(
        f"select use_case_title, priority_rank {NEWEST} order by impact_score desc limit 1"
    ).fetchall()
    [rank_drawn] = [
        bubble[3].split("\n")[0]
        for series in walk.page.drawn("Matrice impact × effort")
        for bubble in series["data"]
        if highest in bubble[3]
    ]
    assert rank_drawn == str(rank)
    assert {row[2]: row[0] for row in listed}.get(rank_drawn, highest) == highest
    assert walk.clicks == 0


def test_who_deployed_lesion_detection_with_what_since_when_by_which_proof(
    walk: Walk, published: duckdb.DuckDBPyConnection
) -> None:
    walk.follow("Qui l’a fait ?")
    rows = walk.look_for("Les déploiements : qui, avec quoi, depuis quand", "lésions")
    expected = published.execute(
        "select organisation_label, solution_label, strftime(deployed_on, '%d/%m/%Y'), evidence_label "
        "from mart_project where is_deployed and use_case_title like '%lésions%'"
    ).fetchall()
    assert expected and {(row[1], row[2], row[5], row[4]) for row in rows} == set(expected)
    assert walk.clicks <= 2


def test_what_changed_since_the_campaign_before(walk: Walk, published: duckdb.DuckDBPyConnection) -> None:
    said = " ".join(row[0] for row in walk.page.table("La campagne en bref"))
    assert "ont changé de quadrant" in said and "Depuis la campagne" in said
    assert walk.clicks == 0


def test_what_one_establishment_left_out(walk: Walk, published: duckdb.DuckDBPyConnection) -> None:
    walk.follow("Que manque-t-il ?")
    [campaign] = walk.page.choices("campaign")
    rows = walk.look_for("Questions restées sans réponse", "Saint-Étienne")
    expected = published.execute(
        "select use_case_title, question_labels from mart_unanswered "
        "where organisation_label like '%Saint-Étienne' and campaign_label = ?",
        [campaign],
    ).fetchall()
    assert rows and all(row[0].endswith("Saint-Étienne") for row in rows)
    assert {(row[1], row[4]) for row in rows} <= set(expected)
    assert walk.clicks <= 2


def test_a_portfolio_for_a_budget(walk: Walk, published: duckdb.DuckDBPyConnection) -> None:
    walk.follow("Que retenir, pour quel budget ?")
    page = walk.page.page
    page.locator('[data-test="NATIVE_FILTER-budget"]').click()
    page.keyboard.type(BUDGET.split(" ")[0])
    page.locator(f'.ant-select-dropdown:visible [role=option][title="{BUDGET}"]').wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    walk.page.apply()  # the second click
    assert chosen_on(walk.page) == kept_under(published, walk.page.choices("scenario")[0], BUDGET)


def test_who_moves_under_another_profile(walk: Walk, published: duckdb.DuckDBPyConnection) -> None:
    walk.follow("Par quoi commencer ?")
    quadrants = "select use_case_title, count(distinct quadrant_code) > 1 from mart_portfolio_matrix "
    told = dict(
        published.execute(
            f"{quadrants} where campaign_label = ? and perimeter_label = ? group by all",
            [walk.page.choices("campaign")[0], walk.page.choices("perimeter")[0]],
        ).fetchall()
    )
    rows = walk.page.table("Ce que changent les poids")
    assert rows and all(told[row[0]] for row in rows if row[3] not in ("0", "—"))
    assert any(told[row[0]] for row in rows) and walk.clicks == 0


def test_two_establishments_compared(walk: Walk) -> None:
    walk.follow("En quoi deux établissements diffèrent-ils ?")
    assert walk.page.choices("first") != walk.page.choices("second")
    assert walk.page.table("Cas d'usage par cas d'usage, chez A et chez B") and walk.clicks == 0


def test_the_matrix_on_paper(walk: Walk) -> None:
    walk.follow("Par quoi commencer ?")
    sheets = sheets_of(walk.page.page.pdf(prefer_css_page_size=True, print_background=True))
    assert any(sheet.places("Matrice impact") for sheet in sheets)
    assert walk.clicks == 0


def test_a_link_to_a_colleague(walk: Walk, browser: Browser, server: Server) -> None:
    walk.follow("En quoi deux établissements diffèrent-ils ?")
    chosen = walk.page.choices("first") + walk.page.choices("second")
    other = next(name for name in walk.page.options("second") if name not in chosen)
    walk.page.choose("second", other)
    address = walk.page.page.url
    with logged_in(browser, server, "coordination") as colleague:
        colleague.page.goto(address)
        colleague.page.locator("[data-test=chart-grid-component]").first.wait_for()
        colleague.wait_until_drawn()
        assert colleague.choices("second") == [other]
