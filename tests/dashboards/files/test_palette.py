"""The colours of the pages, told apart by colour-blind readers, and those of the quadrants in grey print too.

Colour blindness as ``coloraide`` simulates it, differences by CIEDE2000 (2 can just be seen, side by side).
"""

from itertools import combinations, pairwise

import pytest
from coloraide import Color

from dashboards.files.bundle import read_bundle
from dashboards.superset.pages.looks import CATEGORICAL_COLORS
from pipelines.products.exports.committee.sheets import QUADRANT_COLORS
from pipelines.products.report.charts import COLORS

QUADRANTS = ("Victoires rapides", "Projets majeurs", "Tâches de fond", "À écarter")
EVERYBODY = (None, "protan", "deutan", "tritan")
SEEN_APART, SEEN_APART_IN_GREY = 7, 9


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
    lightness = sorted(Color(color).convert("lab")["lightness"] for color in quadrant_colors())
    assert min(second - first for first, second in pairwise(lightness)) > SEEN_APART_IN_GREY


def test_a_quadrant_has_one_colour_on_the_pages_in_the_report_and_in_the_committee_s_workbook() -> None:
    codes = ("victoire_rapide", "projet_majeur", "tache_de_fond", "a_ecarter")
    assert [COLORS[code] for code in codes] == quadrant_colors()
    assert [QUADRANT_COLORS[code] for code in codes] == quadrant_colors()
    for page in read_bundle().dashboards:
        told = page.content["metadata"].get("label_colors", {})
        for name, color in zip(QUADRANTS, quadrant_colors(), strict=True):
            assert told.get(name, color) == color, (page.path, name)
