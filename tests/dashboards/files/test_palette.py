"""The colours of the pages, told apart by colour-blind readers, and those of the quadrants in grey print too.

Colour blindness as ``coloraide`` simulates it, differences by CIEDE2000 (2 can just be seen, side by side).
"""

from itertools import combinations, pairwise

import pytest
from coloraide import Color

from dashboards.files.bundle import chart_components, read_bundle
from dashboards.superset.pages.looks import CATEGORICAL_COLORS
from pipelines.products.exports.committee.sheets import QUADRANT_COLORS
from pipelines.products.report.charts import COLORS

QUADRANTS = ("Victoires rapides", "Projets majeurs", "Tâches de fond", "À écarter")
EVERYBODY = (None, "protan", "deutan", "tritan")
SEEN_APART, SEEN_APART_IN_GREY = 7, 13


def palette() -> list[str]:
    """The project's colours as Superset is told them."""
    [only] = CATEGORICAL_COLORS
    return only["colors"]


def quadrant_colors() -> list[str]:
    [matrix] = [page.content for page in read_bundle().dashboards if page.content["slug"] == "matrice"]
    return [matrix["metadata"]["label_colors"][name] for name in QUADRANTS]


def nearest(colors: list[str], sight: str | None) -> tuple[float, str, str]:
    """The two colours that look most alike to somebody."""
    seen = {color: Color(color).filter(sight) if sight else Color(color) for color in colors}
    return min((seen[one].delta_e(seen[other], method="2000"), one, other) for one, other in combinations(colors, 2))


@pytest.mark.parametrize("sight", EVERYBODY)
def test_series_of_a_chart_are_told_apart(sight: str | None) -> None:
    assert nearest(palette(), sight)[0] > SEEN_APART


@pytest.mark.parametrize("sight", EVERYBODY)
def test_quadrants_are_told_apart(sight: str | None) -> None:
    assert nearest(quadrant_colors(), sight)[0] > SEEN_APART


def test_quadrants_are_told_apart_in_grey_print() -> None:
    assert nearest_in_grey(quadrant_colors()) > SEEN_APART_IN_GREY


def test_the_first_series_of_a_chart_are_told_apart_in_grey_print() -> None:
    """Six roles assess: two of the first five were one grey."""
    assert nearest_in_grey(palette()[:6]) > SEEN_APART_IN_GREY - 1


def test_measures_beside_each_other_in_a_chart_are_told_apart_in_grey_print() -> None:
    """Of three bars a stage, those of today and those that stand still were one grey."""
    bundle, compared = read_bundle(), 0
    charts = {chart.uuid: chart.content["params"] for chart in bundle.charts}
    for page in bundle.dashboards:
        told = page.content["metadata"].get("label_colors", {})
        for part in chart_components(page):
            measures = charts[str(part["meta"]["uuid"])].get("metrics") or []
            colors = {told[name] for name in measures if isinstance(name, str) and name in told}
            if len(colors) > 1:
                compared += 1
                assert nearest_in_grey(list(colors)) > SEEN_APART_IN_GREY, (page.path, measures)
    assert compared > 3


def nearest_in_grey(colors: list[str]) -> float:
    lightness = sorted(Color(color).convert("lab")["lightness"] for color in colors)
    return float(min(second - first for first, second in pairwise(lightness)))


def test_a_quadrant_has_one_colour_on_the_pages_in_the_report_and_in_the_committee_s_workbook() -> None:
    codes = ("victoire_rapide", "projet_majeur", "tache_de_fond", "a_ecarter")
    assert [COLORS[code] for code in codes] == quadrant_colors()
    assert [QUADRANT_COLORS[code] for code in codes] == quadrant_colors()
    for page in read_bundle().dashboards:
        told = page.content["metadata"].get("label_colors", {})
        for name, color in zip(QUADRANTS, quadrant_colors(), strict=True):
            assert told.get(name, color) == color, (page.path, name)
