"""The matrix as its reader sees it: bubbles, quadrants and each filter, against SQL on the published file."""

from collections import Counter
from decimal import Decimal

import duckdb
import pytest

from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

MATRIX = "Matrice impact × effort"
RANKING = "Classement et solidité des scores"
REQUIRED = ("campaign", "profile", "perimeter")


@pytest.fixture
def matrix(reader: DashboardPage) -> DashboardPage:
    """The page as it opens."""
    reader.show("matrice")
    return reader


@pytest.fixture
def defaults(published: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the page should open on: the newest campaign, equal weights, the GCS."""
    newest, profile, perimeter = published.execute(
        "select arg_max(campaign_label, campaign_rank), any_value(profile_label) filter (profile_code = 'equilibre'), "
        "any_value(perimeter_label) filter (perimeter_code = 'gcs') from mart_portfolio_matrix"
    ).fetchall()[0]
    return {"campaign": newest, "profile": profile, "perimeter": perimeter}


def placed(
    published: duckdb.DuckDBPyConnection, filters: dict[str, str], condition: str = "true"
) -> dict[str, tuple[Decimal, Decimal, int]]:
    """By SQL: effort, impact and establishments of each use case that has a place in the matrix."""
    rows = published.execute(
        "select use_case_title, effort_score, impact_score, establishment_count "
        "from mart_portfolio_matrix matrix "
        "where campaign_label = $campaign and profile_label = $profile and perimeter_label = $perimeter "
        f"and impact_score is not null and effort_score is not null and {condition}",
        filters,
    ).fetchall()
    return {title: (effort, impact, count) for title, effort, impact, count in rows}


def drawn(matrix: DashboardPage) -> dict[str, tuple[Decimal, Decimal, int]]:
    """On the page: the same, from what the chart draws."""
    bubbles = matrix.bubbles(MATRIX)
    by_title = {b[3]: (Decimal(str(b[0])), Decimal(str(b[1])), int(b[2])) for b in bubbles}
    assert len(by_title) == len(bubbles), "a use case has two bubbles"
    return by_title


def function_is(*labels: str) -> str:
    named = ", ".join(f"'{label}'" for label in labels)
    return (
        "exists (from mart_portfolio_matrix_function f where f.use_case_code = matrix.use_case_code "
        f"and f.function_label in ({named}))"
    )


def test_opens_on_the_newest_campaign_equal_weights_and_the_gcs(
    matrix: DashboardPage, published: duckdb.DuckDBPyConnection, defaults: dict[str, str]
) -> None:
    assert {name: matrix.choices(name) for name in REQUIRED} == {name: [label] for name, label in defaults.items()}
    expected = placed(published, defaults)
    assert len(expected) > 10
    assert drawn(matrix) == expected


def test_each_bubble_carries_the_name_of_its_quadrant_and_says_where_it_is_uncertain(
    matrix: DashboardPage, published: duckdb.DuckDBPyConnection, defaults: dict[str, str]
) -> None:
    expected = published.execute(
        "select quadrant_label || if(is_certain, '', ' (incertain)'), count(*) from mart_portfolio_matrix "
        "where campaign_label = $campaign "
        "and profile_label = $profile and perimeter_label = $perimeter and quadrant_code <> 'non_evalue' group by all",
        defaults,
    ).fetchall()
    assert Counter(bubble[4] for bubble in matrix.bubbles(MATRIX)) == dict(expected)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_filter_holds_one_choice_that_can_be_changed_and_not_taken_away(
    matrix: DashboardPage, published: duckdb.DuckDBPyConnection, defaults: dict[str, str], name: str
) -> None:
    others = published.execute(
        f"select distinct {name}_label from mart_portfolio_matrix where {name}_label <> ? order by 1", [defaults[name]]
    ).fetchall()
    for label in sorted({others[0][0], others[-1][0]}):
        matrix.choose(name, label)
        assert matrix.choices(name) == [label]
        assert drawn(matrix) == placed(published, {**defaults, name: label})
    assert not matrix.can_be_emptied(name)
    matrix.choose(name, defaults[name])
    assert drawn(matrix) == placed(published, defaults)


def test_free_filters_add_up_choices_and_can_be_emptied(
    matrix: DashboardPage, published: duckdb.DuckDBPyConnection, defaults: dict[str, str]
) -> None:
    first, second = "Innovation médicale", "Pilotage & Gestion"
    matrix.choose("axis", first)
    assert drawn(matrix) == placed(published, defaults, f"axis_label = '{first}'")
    matrix.choose("axis", second)
    assert drawn(matrix) == placed(published, defaults, f"axis_label in ('{first}', '{second}')")
    matrix.empty("axis")
    assert drawn(matrix) == placed(published, defaults)


def test_a_use_case_with_two_chosen_functions_keeps_one_bubble_and_its_scores(
    matrix: DashboardPage, published: duckdb.DuckDBPyConnection, defaults: dict[str, str]
) -> None:
    matrix.choose("function", "Prédictive")
    assert drawn(matrix) == placed(published, defaults, function_is("Prédictive"))
    matrix.choose("function", "Descriptive")
    both = placed(published, defaults, function_is("Prédictive", "Descriptive"))
    assert drawn(matrix) == both
    matrix.choose("axis", "Pilotage & Gestion")
    narrowed = function_is("Prédictive", "Descriptive") + " and axis_label = 'Pilotage & Gestion'"
    assert drawn(matrix) == placed(published, defaults, narrowed)
    matrix.empty("axis")
    matrix.empty("function")
    assert drawn(matrix) == placed(published, defaults)


def test_filters_that_leave_nothing_say_so_in_words(matrix: DashboardPage) -> None:
    matrix.choose("function", "Aucune fonction IA")
    matrix.choose("axis", "Développement durable")
    assert matrix.bubbles(MATRIX) == []
    assert "Rien à montrer" in matrix.chart(MATRIX).inner_text()
    matrix.empty("function")
    matrix.empty("axis")
    assert matrix.bubbles(MATRIX) != []


def test_the_ranking_is_written_in_french_and_in_the_order_of_priority(
    matrix: DashboardPage, published: duckdb.DuckDBPyConnection, defaults: dict[str, str]
) -> None:
    rows = published.execute(
        "select use_case_title, quadrant_label, priority_rank, priority_score, impact_score, impact_low_score, "
        "impact_high_score, effort_score, impact_completeness_share, effort_completeness_share "
        "from mart_portfolio_matrix where campaign_label = $campaign and profile_label = $profile "
        "and perimeter_label = $perimeter and priority_rank is not null order by priority_rank limit 3",
        defaults,
    ).fetchall()
    shown = matrix.table(RANKING)
    for row, cells in zip(rows, shown, strict=False):
        title, quadrant, rank, priority, impact, low, high, effort, complete, effort_complete = row
        assert cells[:5] == [title, quadrant, str(rank), french(priority), french(impact)]
        assert cells[5] == f"{french(low)} à {french(high)}"
        assert cells[6] == french(effort)
        assert cells[8] == f"{100 * complete:.0f} % et {100 * effort_complete:.0f} %"


def french(score: Decimal) -> str:
    return f"{score:.1f}".replace(".", ",")
