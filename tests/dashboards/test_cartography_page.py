"""The cartography as its reader sees it: figures, charts and filters, against SQL on the published file."""

from typing import Any

import duckdb
import pytest

from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

FRENCH_SOURCE = "source_kind = 'france'"
TREE = "De l'axe au cas d'usage"
INKED_COLUMNS = """chart => {
    const canvas = chart.querySelector('canvas');
    const {width, height} = canvas;
    const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    const isInked = x => [...Array(height).keys()].some(y => data[4 * (y * width + x) + 3] > 60
        && data[4 * (y * width + x)] < 160);
    const inked = [...Array(width).keys()].filter(isInked);
    return {width, first: inked[0], last: inked[inked.length - 1]};
}"""


@pytest.fixture
def cartography(reader: DashboardPage) -> DashboardPage:
    reader.show("cartographie")
    return reader


def counted(published: duckdb.DuckDBPyConnection, column: str, condition: str = FRENCH_SOURCE) -> dict[str, int]:
    """By SQL: distinct use cases by value of a column of the cartography."""
    return dict(
        published.execute(
            f"select {column}, count(distinct use_case_code) from mart_cartography where {condition} group by all"
        ).fetchall()
    )


def bars(page: DashboardPage, title: str) -> dict[str, Any]:
    """On the page: length of each bar of the first series."""
    return {label: value for value, label in page.drawn(title)[0]["data"]}


def test_key_figures_stand_beside_the_national_reference(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.execute(
        "select figure_label, value_count, reference_text, reference_origin_label from mart_key_figures "
        f"where unit = 'nombre' and source_code in (select source_code from mart_cartography where {FRENCH_SOURCE}) "
        "order by figure_rank"
    ).fetchall()
    shown = cartography.table("Chiffres clés et référence nationale")
    assert [cells[:4] for cells in shown] == [[label, str(value), *rest] for label, value, *rest in expected]
    assert "506" in [cells[2] for cells in shown]


def test_shares_by_axis_are_written_in_french(cartography: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    shares = published.execute(
        "select axis_label, value_share from mart_key_figures where unit = 'part' "
        f"and source_code in (select source_code from mart_cartography where {FRENCH_SOURCE})"
    ).fetchall()
    shown = {cells[0]: cells[1] for cells in cartography.table("Part de chaque axe et référence nationale")}
    assert shown == {axis: f"{100 * share:.1f}\u202f%".replace(".", ",") for axis, share in shares}


def test_charts_count_distinct_use_cases_of_the_french_source(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    assert bars(cartography, "Cas d'usage par axe") == counted(published, "axis_label")
    assert bars(cartography, "Cas d'usage par fonction de l'IA") == counted(published, "function_label")
    assert bars(cartography, "Cas d'usage par secteur") == counted(
        published, "sector_label", f"{FRENCH_SOURCE} and organisation_code is not null"
    )


def test_projects_are_counted_by_status_in_the_order_of_the_life_cycle(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.execute(
        "select status_label, count(distinct (use_case_code, organisation_code)) from mart_cartography "
        f"where {FRENCH_SOURCE} and has_project group by status_label, status_rank order by status_rank desc"
    ).fetchall()
    [series] = cartography.drawn("Projets par statut")
    assert [(label, value) for value, label in series["data"]] == expected


def test_the_heat_map_crosses_axes_and_functions(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.execute(
        "select function_label, axis_label, count(distinct use_case_code) from mart_cartography "
        f"where {FRENCH_SOURCE} group by all"
    ).fetchall()
    cells = cartography.drawn("Carte des cas d'usage : axe × fonction")[0]["data"]
    assert sorted(cell[2] for cell in cells) == sorted(count for _, _, count in expected)


def test_the_table_names_who_deployed_each_use_case(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    [(title, deployed_by)] = published.execute(
        "select use_case_title, string_agg(distinct organisation_label, ' · ' order by organisation_label) "
        f"from mart_cartography where {FRENCH_SOURCE} and is_deployed group by all order by 1 limit 1"
    ).fetchall()
    search = cartography.chart("Qui a déployé quoi").locator("input.ant-input").last
    search.fill(title)
    cartography.wait_until_drawn()
    rows = cartography.table("Qui a déployé quoi")
    search.fill("")
    assert [row[5] for row in rows if row[0] == title] == [deployed_by]


def test_a_filter_narrows_the_bars_and_lets_go(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    """What is drawn; what each filter makes the page ask, and is answered, is in test_filters.py."""
    chosen = max(counted(published, "organisation_label").items(), key=lambda item: item[1])[0]
    cartography.choose("organisation", chosen)
    narrowed = f"{FRENCH_SOURCE} and organisation_label = '{chosen.replace(chr(39), chr(39) * 2)}'"
    assert bars(cartography, "Cas d'usage par axe") == counted(published, "axis_label", narrowed)
    cartography.empty("organisation")
    assert bars(cartography, "Cas d'usage par axe") == counted(published, "axis_label")


def test_inventories_are_compared_by_function(cartography: DashboardPage, published: duckdb.DuckDBPyConnection) -> None:
    series = {one["name"]: one["data"] for one in cartography.drawn("Comparaison des fonctions")}
    for source, data in series.items():
        expected = published.execute(
            "select placed_value_label, use_case_share from mart_inventory_comparison "
            "where comparison_code = 'function' and source_label = ? and use_case_count > 0",
            [source],
        ).fetchall()
        assert {label: value for value, label in data if value is not None} == pytest.approx(
            {label: float(share) for label, share in expected}
        )
    assert len(series) == 2


def test_the_foreign_inventory_is_one_choice_away_and_never_mixed_in(
    cartography: DashboardPage, published: duckdb.DuckDBPyConnection
) -> None:
    [(foreign,)] = published.execute(
        "select distinct source_label from mart_cartography where source_kind = 'etranger'"
    ).fetchall()
    cartography.choose("source", foreign)
    expected = counted(published, "axis_label", "source_kind = 'etranger'")
    assert bars(cartography, "Cas d'usage par axe") == expected
    assert not cartography.can_be_emptied("source")


def test_what_the_pointer_says_is_french(cartography: DashboardPage) -> None:
    assert "Nombre de cas d'usage" in cartography.pointed_at("Carte des cas d'usage : axe × fonction", 0.4, 0.3)
    # A use case that is deployed is one of those declared: their sum counts nothing.
    sector = cartography.pointed_at("Cas d'usage par secteur", 0.5, 0.35)
    assert "dont déployés" in sector and "Total" not in sector


@pytest.mark.parametrize("width", [1366, 1920])
def test_the_last_names_of_the_tree_are_whole_at_its_right_edge(cartography: DashboardPage, width: int) -> None:
    before = cartography.page.viewport_size
    assert before is not None
    cartography.page.set_viewport_size({"width": width, "height": before["height"]})
    try:
        cartography.wait_until_drawn()
        ink = cartography.chart(TREE).evaluate(INKED_COLUMNS)
        assert ink["first"] > 0 and ink["width"] - 320 < ink["last"] < ink["width"] - 1
    finally:
        cartography.page.set_viewport_size(before)
