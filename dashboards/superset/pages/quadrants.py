"""The look of bubble charts: the quadrants' lines and names where the published thresholds are.

Bubble charts have no annotation layer. Their axes are ticked at the threshold alone, so that the split line of each
is the border of the quadrants; read from the newest release when a page is loaded, so that a site's own thresholds,
or new ones, are drawn with the data that were placed by them.
"""

from contextlib import closing
from functools import lru_cache
from pathlib import Path

import duckdb

from dashboards.superset.statements.warehouse import connect, newest_release

AXIS_THRESHOLDS = {"xAxis": "EFFORT_HIGH", "yAxis": "IMPACT_HIGH"}
_MIDDLE = 50.0
_LINE = {"show": True, "lineStyle": {"type": "dashed", "color": "#5f6b7a", "width": 1.5}}
_QUADRANT_STYLE = {"fontSize": 13, "fontWeight": "bold", "fill": "#5f6b7a"}
# In pixels from the edges of the chart, whose margins are fixed: the plot inside follows the window.
_RIGHT = 44
"""Of the plot: the rank of a use case whose effort is the highest stands there, and was cut by the chart's edge."""
_CORNERS = {
    (True, False): {"left": 98, "top": 44},
    (True, True): {"right": _RIGHT + 12, "top": 44},
    (False, False): {"left": 98, "bottom": 76},
    (False, True): {"right": _RIGHT + 12, "bottom": 76},
}
_SHIPPED_NAMES = {
    (True, False): "Victoires rapides",
    (True, True): "Projets majeurs",
    (False, False): "Tâches de fond",
    (False, True): "À écarter",
}
# Superset draws the smallest bubble of what is shown at five pixels, whatever it counts. Here a number of
# establishments always has the same size (eight and more the same), and one alone is large enough to be pointed at.
# The rank is the first line of a bubble's name, and blanks fill what would be seen of the second (``ranked_title``): it
# stands beside the bubble, the whole name under the pointer.
RANKS = {
    "label": {
        "show": True,
        "formatter": "{@[3]}",
        "position": "right",
        "distance": 3,
        # Four digits wide: of 500 use cases the 460th was « 46 ». The second line lies on the first: two lines high, a
        # rank hid a third of the others.
        "width": 30,
        "lineHeight": 2,
        "overflow": "truncate",
        "ellipsis": "",
        "align": "left",
        "verticalAlign": "middle",
        "fontSize": 12,
        "fontWeight": "bold",
        "color": "#1f2a37",
        "textBorderColor": "#ffffff",
        "textBorderWidth": 3,
    },
    # Where two ranks would lie over each other, the first is drawn: both stand in the list beside.
    "labelLayout": {"hideOverlap": True},
}
BUBBLE_SIZES = {
    "show": False,
    "type": "continuous",
    "dimension": 2,
    "min": 1,
    "max": 8,
    "inRange": {"symbolSize": [14, 46]},
    "outOfRange": {"symbolSize": [14, 46]},
}


def bubble_options() -> dict:
    """What ECharts is told of every bubble chart, for the release that readers see now."""
    return _options_of(newest_release())


@lru_cache(maxsize=4)
def _options_of(release: str) -> dict:
    thresholds, names = _published(release)
    axes = {axis: _halved_at(thresholds.get(code, _MIDDLE)) for axis, code in AXIS_THRESHOLDS.items()}
    corners = [_named(corner, names[corner]) for corner in _CORNERS]
    return {**axes, "grid": {"right": _RIGHT}, "graphic": corners, "visualMap": BUBBLE_SIZES, "series": RANKS}


def _published(release: str) -> tuple[dict[str, float], dict[tuple[bool, bool], str]]:
    """Thresholds by code and names of the quadrants; the shipped ones before anything is published."""
    if not Path(release).exists():
        return {}, _SHIPPED_NAMES
    with closing(connect(release)) as connection:
        try:
            thresholds = connection.execute("select threshold_code, threshold_value from dim_threshold").fetchall()
            quadrants = connection.execute(
                "select is_impact_high, is_effort_high, quadrant_label from dim_quadrant "
                "where is_impact_high is not null"
            ).fetchall()
        except duckdb.CatalogException:
            # A release of an earlier version, in which nothing says it.
            return {}, _SHIPPED_NAMES
    names = {(impact, effort): label for impact, effort, label in quadrants}
    return {code: float(value) for code, value in thresholds}, {**_SHIPPED_NAMES, **names}


def _halved_at(threshold: float) -> dict:
    """An axis from 0 to 100 with one line, at the threshold: split lines stand where ticks are."""
    return {
        "min": 0,
        "max": 100,
        "axisTick": {"customValues": [threshold]},
        "axisLabel": {"customValues": [0, threshold, 100]},
        "splitLine": _LINE,
        "minorTick": {"show": False},
    }


def _named(corner: tuple[bool, bool], name: str) -> dict:
    return {"type": "text", "silent": True, "z": 0, "style": {"text": name, **_QUADRANT_STYLE}, **_CORNERS[corner]}
