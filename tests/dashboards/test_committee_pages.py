"""What a committee asks at the table: any budget, two establishments side by side, a sheet that is read from afar."""

import duckdb
import pytest

from tests.dashboards.page import DashboardPage
from tests.dashboards.test_page_figures import counted

NONE = "N/A"
"""What Superset writes where a value is absent; a style sheet shows a dash in its place."""

pytestmark = [pytest.mark.browser, pytest.mark.superset]


@pytest.fixture(scope="module", autouse=True)
def _whole_pages(reader: DashboardPage) -> None:
    """Tall enough that every chart is drawn at once."""
    reader.page.set_viewport_size({"width": 1366, "height": 5600})


def test_a_budget_of_effort_shows_its_portfolio_and_what_it_changes(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("decisions")
    [scenario], [own] = reader.choices("scenario"), reader.choices("budget")
    assert own.endswith("points (celui du scénario)")
    assert chosen_on(reader) == kept_under(published, scenario, own)
    reader.choose("budget", "300 points")
    before, now = (kept_under(published, scenario, f"{budget} points") for budget in (200, 300))
    assert chosen_on(reader) == now != before
    [[budget, _, count, effort, _, _, entering, leaving]] = reader.table("Ce que ce budget achète")
    assert budget == "300 points" and int(count) == len(now) and int(effort) <= 300
    assert set(entering.split(" · ")) == now - before
    assert ({*leaving.split(" · ")} if leaving != "Aucun" else set()) == before - now
    reader.leave()


def test_budgets_are_those_of_the_scenario(reader: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    reader.open("decisions")
    reader.choose("scenario", "Tous les établissements, tous les axes, coûts connus")
    assert reader.choices("budget") == ["600 points (celui du scénario)"]
    told = (
        "select effort_budget_label from mart_portfolio_frontier where scenario_code = 'SC_ELARGI' order by step_number"
    )
    offered = reader.options("budget")
    assert sorted(offered) == sorted(label for (label,) in published.execute(told).fetchall())
    assert offered[:2] == ["600 points (celui du scénario)", "100 points"]
    reader.leave()


def chosen_on(page: DashboardPage) -> set[str]:
    rows = page.table("Portefeuille à ce budget")
    assert all(row[3] == NONE for row in rows if row[1] == "Retenu")
    return {row[0] for row in rows if row[1] == "Retenu"}


def kept_under(published: duckdb.DuckDBPyConnection, scenario: str, budget: str) -> set[str]:
    told = (
        "select use_case_title from mart_portfolio_step "
        "where is_selected and scenario_label = ? and effort_budget_label = ?"
    )
    return {title for (title,) in published.execute(told, [scenario, budget]).fetchall()}


def test_two_establishments_stand_side_by_side(reader: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    reader.show("comparaison")
    names = [reader.choices(name)[0] for name in ("first", "second")]
    assert len(set(names)) == 2
    for title, condition in (("Projets par axe", "true"), ("Projets déployés par axe", "is_deployed")):
        drawn = {one["name"]: one["data"] for one in reader.drawn(f"{title}, chez A et chez B")}
        assert set(drawn) == {f"A · {names[0]}", f"B · {names[1]}"}
        for label, points in drawn.items():
            expected = counted(
                published,
                "select axis_label, count(*) from mart_project "
                f"where organisation_label = ? and {condition} group by all",
                label[4:],
            )
            assert {axis.partition(". ")[2] or axis: value for value, axis in points if value} == expected
    own = "from mart_portfolio_matrix where campaign_label = ? and profile_label = ? and perimeter_label = ?"
    told = [*(reader.choices(name)[0] for name in ("campaign", "profile"))]
    scores = [
        {
            row[0]: row[1:]
            for row in published.execute(
                f"select use_case_title, impact_score, effort_score {own}", [*told, name]
            ).fetchall()
        }
        for name in names
    ]
    rows = reader.table("Cas d'usage par cas d'usage, chez A et chez B")
    assert len(rows) == min(15, len(scores[0].keys() | scores[1].keys()))
    for row in rows:
        a, b = (one.get(row[0], (None, None)) for one in scores)
        for at, (one, other) in ((1, (a[0], b[0])), (4, (a[1], b[1]))):
            gap = None if one is None or other is None else one - other
            for shown, number in zip(row[at : at + 3], (one, other, gap), strict=True):
                assert (shown == NONE) == (number is None)
                assert number is None or read(shown) == pytest.approx(float(number), abs=0.051)


def read(shown: str) -> float:
    return float(shown.replace(",", ".").replace("−", "-"))


def test_one_establishment_beside_itself_is_told_to_be_none(reader: DashboardPage) -> None:
    reader.show("comparaison")
    reader.choose("second", *reader.choices("first"))
    said = reader.chart("Cas d'usage par cas d'usage, chez A et chez B").locator(".ant-empty-description")
    assert "deux établissements différents" in said.evaluate("place => getComputedStyle(place, '::after').content")
    reader.leave()


def test_a_sheet_begins_with_what_one_sees_from_two_metres(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("fiche")
    [title, campaign, perimeter, profile] = (
        reader.choices(name)[0] for name in ("use-case", "campaign", "perimeter", "profile")
    )
    [[name, quadrant, rank, certainty, deployed]] = reader.table("Le cas d'usage en tête")
    placed = (
        "from mart_portfolio_matrix where quadrant_code <> 'non_evalue' "
        "and campaign_label = ? and perimeter_label = ? and profile_label = ?"
    )
    [(count,)] = published.execute(f"select count(*) {placed}", [campaign, perimeter, profile]).fetchall()
    [(is_certain, its_quadrant, its_rank)] = published.execute(
        f"select is_certain, quadrant_label, priority_rank {placed} and use_case_title = ?",
        [campaign, perimeter, profile, title],
    ).fetchall()
    assert (name, quadrant, rank) == (title, its_quadrant, f"Rang {its_rank} sur {count}")
    assert certainty.startswith("Certain" if is_certain else "Incertain")
    told = "select distinct organisation_label from mart_project where is_deployed and use_case_title = ?"
    by = [label for (label,) in published.execute(told, [title]).fetchall()]
    assert all(label in deployed for label in by) and (deployed == "Déployé nulle part") == (not by)
    sizes = (
        reader.chart("Le cas d'usage en tête")
        .locator("td")
        .evaluate_all("cells => cells.map(cell => parseFloat(getComputedStyle(cell).fontSize))")
    )
    assert sizes[0] >= 32 and min(sizes) >= 20
