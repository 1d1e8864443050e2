"""The pages of a use case, of quality and of the life cycle: the figures on the screen against SQL."""

from typing import Any

import duckdb
import pytest

from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]


@pytest.fixture(scope="module", autouse=True)
def _whole_pages(reader: DashboardPage) -> None:
    """Tall enough that every chart is drawn at once: these tests read, and set no filter."""
    reader.page.set_viewport_size({"width": 1366, "height": 7600})


def bars(page: DashboardPage, title: str, series: int = 0) -> dict[str, Any]:
    return {label: value for value, label in page.drawn(title)[series]["data"] if value}


def counted(published: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> dict[str, Any]:
    return dict(published.execute(sql, values).fetchall())


def test_the_life_cycle_counts_projects_by_status_axis_way_and_evidence(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("cycle")
    own = "from dim_project p join dim_use_case u using (use_case_code) where u.source_code = 'GCS'"
    assert bars(reader, "Projets par statut présent") == counted(
        published, f"select status_label, count(*) {own} group by all"
    )
    assert bars(reader, "Annoncé, déclaré ou vérifié") == counted(
        published, f"select coalesce(evidence_label, 'Sans preuve'), count(*) {own} and is_deployed group by all"
    )
    assert bars(reader, "Projets par axe") == counted(
        published, "select axis_label, count(*) from mart_project group by all"
    )
    assert bars(reader, "Acheter ou construire") == counted(
        published,
        "select w.way_label, count(*) from dim_project p join dim_use_case u using (use_case_code) "
        "join dim_solution w using (solution_id) where u.source_code = 'GCS' group by all",
    )


def test_the_life_cycle_names_what_is_deployed_without_proof(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("cycle")
    [(count,)] = published.execute(
        "select count(*) from dim_project p join dim_use_case u using (use_case_code) "
        "where u.source_code = 'GCS' and p.is_deployed and coalesce(p.evidence_label, '') <> 'Vérifié'"
    ).fetchall()
    assert 0 < len(reader.table("Déployés sans vérification")) <= count
    assert all(row[5] != "Vérifié" for row in reader.table("Déployés sans vérification"))


def test_quality_counts_what_came_in_and_what_was_rejected(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("qualite")
    [campaign] = reader.choices("campaign")
    assert bars(reader, "Lignes reçues par établissement") == counted(
        published,
        "select e.organisation_title, sum(s.taken_count) from fct_submission s "
        "join dim_campaign c using (campaign_code) "
        "join dim_establishment e using (organisation_code) where c.campaign_title = ? group by all",
        campaign,
    )
    assert {row[0]: int(row[2]) for row in reader.table("Cellules refusées par règle")} == counted(
        published,
        "select rule_code, count(*) from fct_rejected_cell join dim_campaign c using (campaign_code) "
        "where is_current and c.campaign_title = ? group by all",
        campaign,
    )


def test_the_sheet_of_a_use_case_shows_its_criteria_beside_the_median_and_leads_to_its_cells(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("fiche")
    [title], [campaign], [perimeter] = (reader.choices(name) for name in ("use-case", "campaign", "perimeter"))
    scores = published.execute(
        "select criterion_label, score from mart_criterion_scores "
        "where use_case_title = ? and campaign_label = ? and perimeter_label = ? and score is not null",
        [title, campaign, perimeter],
    ).fetchall()
    assert scores
    drawn = {one["name"]: one["data"] for one in reader.drawn("Profil par critère, à côté de la médiane")}
    shown = {label: value for value, label in drawn["Ce cas d'usage"] if value is not None}
    assert shown == pytest.approx({label: float(score) for label, score in scores})
    cells = published.execute(
        "select count(*) from fct_assessment_answer a join dim_use_case u using (use_case_code) "
        "join dim_campaign c using (campaign_code) where u.use_case_title = ? and c.campaign_title = ?",
        [title, campaign],
    ).fetchall()[0][0]
    assert f"{cells} lignes" in (
        reader.chart("D'un score à ses cellules").locator("input.ant-input").last.get_attribute("placeholder") or ""
    )


def test_the_map_and_the_techniques_count_distinct_use_cases(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("cartographie")
    assert bars(reader, "Cas d'usage par technique") == counted(
        published,
        "select technique_label, count(distinct use_case_code) from bridge_use_case_technique "
        "join dim_technique using (technique_code) join dim_use_case u using (use_case_code) "
        "where u.source_code = 'GCS' group by all",
    )
    departments = reader.chart("Déploiements par département").locator("path.region, .region path, svg path")
    assert departments.count() > 90


def test_the_front_holds_what_nothing_dominates(reader: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    reader.show("matrice")
    filters = {name: reader.choices(name)[0] for name in ("campaign", "profile", "perimeter")}
    expected = published.execute(
        "with placed as (select * from mart_portfolio_matrix where campaign_label = $campaign "
        "and profile_label = $profile and perimeter_label = $perimeter and priority_score is not null) "
        "select use_case_title from placed a where not exists (from placed b where b.impact_score >= a.impact_score "
        "and b.effort_score <= a.effort_score "
        "and (b.impact_score > a.impact_score or b.effort_score < a.effort_score))",
        filters,
    ).fetchall()
    assert {row[0] for row in reader.table("Front de Pareto")} == {title for (title,) in expected}


def test_a_ranked_use_case_leads_to_its_sheet_with_the_filters_of_the_matrix(reader: DashboardPage) -> None:
    reader.show("matrice")
    filters = {name: reader.choices(name) for name in ("campaign", "profile", "perimeter")}
    line = reader.chart("Classement et solidité des scores").locator("tbody tr").nth(2)
    title = line.locator("td").first.inner_text()
    line.get_by_role("link", name="Fiche").click()
    reader.page.wait_for_url("**/dashboard/fiche/**")
    reader.leave()
    reader.wait_until_drawn()
    assert reader.choices("use-case") == [title]
    assert {name: reader.choices(name) for name in filters} == filters
    assert reader.table("De quoi il s'agit")[0][0] == title


def test_quality_names_who_has_not_answered_first(reader: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    reader.show("qualite")
    [campaign] = reader.choices("campaign")
    silent = {
        title
        for (title,) in published.execute(
            "select organisation_title from dim_establishment join dim_campaign c on c.campaign_title = ? "
            "where organisation_code in (from mart_participation p select p.organisation_code "
            "where p.campaign_code = c.campaign_code and p.is_expected) "
            "and organisation_code not in (from fct_submission s select s.organisation_code "
            "where s.campaign_code = c.campaign_code and s.is_current)",
            [campaign],
        ).fetchall()
    }
    rows = reader.table("Qui a répondu, qui ne l'a pas fait")
    assert silent
    assert {row[0] for row in rows if row[1] != "A répondu"} == silent
    assert {row[0] for row in rows[: len(silent)]} == silent


def test_the_matrix_shows_how_far_each_use_case_moved(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    """Counted again from the scores of the two campaigns."""
    reader.show("matrice")
    filters = {name: reader.choices(name)[0] for name in ("campaign", "profile", "perimeter")}
    moved = dict(
        published.execute(
            "with placed as (from mart_portfolio_matrix where profile_label = $profile "
            "and perimeter_label = $perimeter and is_demonstration) "
            "select n.use_case_title, n.impact_score - o.impact_score from placed n join placed o "
            "using (use_case_code) where n.campaign_label = $campaign and o.campaign_rank < n.campaign_rank",
            filters,
        ).fetchall()
    )
    rows = reader.table("D'une campagne à la suivante")
    assert len(rows) > 5
    for row in rows:
        change = float(moved[row[0]])
        arrow = "↑" if change > 0 else "↓" if change < 0 else "="
        assert row[4] == f"{arrow} {change:+.1f}".replace(".", ",").replace("-", "−")


def test_the_life_cycle_counts_how_many_projects_reached_each_stage(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("cycle")
    assert reader.choices("perimeter") == ["Tous les établissements"]
    expected = counted(
        published,
        "with furthest as (select project_id, max(s.status_rank) as furthest_rank from fct_project_status f "
        "join dim_project_status s using (status_code) join dim_use_case u using (use_case_code) "
        "where not s.is_ended and u.source_code = 'GCS' group by project_id) "
        "select status_label, count(project_id) from dim_project_status s "
        "join furthest on furthest_rank >= s.status_rank where not s.is_ended group by all",
    )
    assert bars(reader, "De l'idée à la routine") == expected


def test_quality_lists_the_pairs_that_wait_for_a_decision_first(reader: DashboardPage) -> None:
    reader.show("qualite")
    rows = reader.table("Doublons à décider, puis décidés")
    fractures = ("Repérage des fractures aux urgences", "Aide au repérage des fractures aux urgences")
    waiting, put_off = rows[0], rows[1]
    assert (waiting[0], waiting[2], waiting[4]) == ("En attente", *fractures)
    assert "mots communs aux deux noms" in waiting[6]
    assert (put_off[0], put_off[7]) == ("Remis à plus tard", "01/11/2026")


def test_each_decision_stands_beside_the_choice_of_the_scenario(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("decisions")
    [scenario] = reader.choices("scenario")
    kept = dict(
        published.execute(
            "select use_case_title, is_selected from mart_portfolio_selection where scenario_label = ?", [scenario]
        ).fetchall()
    )
    rows = reader.table("Décisions du comité et choix du scénario")
    of_gcs = "select count(distinct use_case_code) from fct_decision where perimeter_code = 'gcs'"
    assert len(rows) == published.execute(of_gcs).fetchall()[0][0] > 0
    for title, outcome, choice, _, _, remark in rows:
        assert choice.startswith("Retenu") == kept[title]
        assert (remark == "—") == ((outcome == "Retenu") == kept[title])


def test_what_was_left_empty_is_named_by_establishment_assessor_and_question(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("qualite")
    [campaign] = reader.choices("campaign")
    [(asked, answered)] = published.execute(
        "select sum(asked_count), sum(answered_count) from fct_assessment join dim_campaign using (campaign_code) "
        "where campaign_title = ?",
        [campaign],
    ).fetchall()
    told = "select sum(unanswered_count) from mart_unanswered where campaign_label = ?"
    assert published.execute(told, [campaign]).fetchall() == [(asked - answered,)]
    rows = reader.table("Questions restées sans réponse")
    emptiest = published.execute(
        "select max(unanswered_count) from mart_unanswered where campaign_label = ?", [campaign]
    ).fetchall()
    assert [(int(rows[0][5]),)] == emptiest
    # as many labels as questions: each row names what it counts
    assert all(len(row[4].split(" · ")) == int(row[5]) for row in rows)


def test_each_deployment_says_with_what_since_when_and_by_which_proof(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("cycle")
    rows = reader.table("Les déploiements : qui, avec quoi, depuis quand")
    expected = published.execute(
        "select use_case_title, organisation_label, solution_label, status_label, evidence_label, "
        "coalesce(strftime(deployed_on, '%d/%m/%Y'), '—') from mart_project where is_deployed"
    ).fetchall()
    assert len(rows) == min(10, len(expected))
    assert {tuple(row[:6]) for row in rows} <= set(expected)


def test_what_weights_change_is_told_movers_first(reader: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    reader.show("matrice")
    filters = {name: reader.choices(name)[0] for name in ("campaign", "perimeter")}
    quadrants = published.execute(
        "select use_case_title, profile_code, profile_label, quadrant_label from mart_portfolio_matrix "
        "where campaign_label = $campaign and perimeter_label = $perimeter and quadrant_code <> 'non_evalue'",
        filters,
    ).fetchall()
    own = {title: quadrant for title, profile, _, quadrant in quadrants if profile == "equilibre"}
    moving = {
        title: sorted(label for one, _, label, quadrant in quadrants if one == title and quadrant != own[title])
        for title in own
    }
    rows = reader.table("Ce que changent les poids")
    counts = [int(row[3]) for row in rows]
    assert counts == sorted(counts, reverse=True) and counts[0] == max(map(len, moving.values())) > 0
    for title, quadrant, others, count, _ in rows:
        assert (quadrant, int(count)) == (own[title], len(moving[title]))
        named = [name for part in others.split(" · ") for name in part.partition(" : ")[2].split(", ") if name]
        assert sorted(named) == moving[title]


def test_the_list_beside_the_matrix_has_the_numbers_of_the_bubbles(
    reader: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    reader.show("matrice")
    ranks = reader.ranks("Matrice impact × effort")
    rows = reader.table("Par quoi commencer")
    assert [row[2] for row in rows] == [ranks[row[0]] for row in rows]
    assert [int(row[2]) for row in rows] == sorted(int(row[2]) for row in rows)
    [(low, high)] = published.execute(
        "select rank_p05, rank_p95 from mart_robustness where use_case_title = ? and campaign_label = ? "
        "and perimeter_label = ?",
        [rows[0][0], *(reader.choices(name)[0] for name in ("campaign", "perimeter"))],
    ).fetchall()
    assert rows[0][4] == f"{low} à {high}"
