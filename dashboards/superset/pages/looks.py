"""The looks that all pages share: the logo, Superset's theme, palettes, what ECharts is told of each kind of chart.

Belongs here: what stands. Does not: bubbles, whose lines follow the newest release (pages/quadrants.py).
"""

import base64
from typing import Any

from dashboards.superset.pages.entrance import WELCOME
from dashboards.superset.pages.tree import TREE_OPTIONS

NAME = "Cartographie IA – GCS HOURAA"
_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 268 40" width="268" height="40">
<rect x="2" y="4" width="32" height="32" rx="6" fill="#0b5394"/>
<path d="M18 8v24M6 20h24" stroke="#fff" stroke-width="1.5" stroke-dasharray="3 2"/>
<circle cx="11.5" cy="13" r="4.2" fill="#fff"/><circle cx="25" cy="14" r="3" fill="#f6b26b"/>
<circle cx="12" cy="27" r="2.6" fill="#9fc5e8"/>
<g font-family="Helvetica,Arial,sans-serif"><text x="44" y="18" font-size="17" font-weight="700" fill="#12324f">
Cartographie IA</text><text x="44" y="34" font-size="12.5" fill="#4a5b6c">GCS HOURAA</text></g></svg>"""


def _as_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


THEME = {
    "token": {
        "brandAppName": NAME,
        "brandLogoAlt": NAME,
        "brandLogoUrl": _as_address(_LOGO),
        "brandLogoHref": WELCOME,
        "brandLogoMargin": "6px 0",
        "brandLogoHeight": "36px",
        "brandIconMaxWidth": 268,
        "colorPrimary": "#0b5394",
        "colorLink": "#0b5394",
        "colorError": "#b3261e",
        "colorWarning": "#8a5a00",
        "colorSuccess": "#14613b",
        "colorSuccessBg": "#eef7f2",
        "colorInfo": "#0b5394",
        "fontFamily": "Inter, Helvetica, Arial, sans-serif",
        "fontSizeXS": "12",
        # Superset's own greys are too pale to be read by everybody (WCAG AA asks for 4.5 to 1).
        "colorTextPlaceholder": "#5a6675",
        "colorTextDescription": "#5a6675",
        "colorTextTertiary": "#5a6675",
        "colorTextQuaternary": "#5a6675",
    },
    "algorithm": "default",
}

CHARTS = {
    # The buttons « Tout » and « Inverse » stood beyond the edge of a chart with many roles or quadrants.
    # One value alone would be drawn as a slab, and a click on a lying bar would filter the page by its length:
    # it is a name, in a table, that filters. A plain object reaches each series.
    # A name as long as a sentence goes on in a second line: on a tablet it left the bars no room. Its lines are
    # as close as thirty use cases under each other ask.
    "echarts_timeseries_bar": {
        "legend": {"selector": False},
        "series": {"barMaxWidth": 26, "silent": True},
        "yAxis": {"axisLabel": {"width": 240, "overflow": "break", "lineHeight": 13}},
    },
    # The numbers of a narrow chart ran into each other.
    "echarts_timeseries_line": {"xAxis": {"splitNumber": 3}},
    "tree_chart": TREE_OPTIONS,
}
"""By kind of chart, as Superset lays it over what it tells ECharts."""

# After Okabe and Ito, told apart by the colour-blind; the first six, as many as a chart has, in grey print too.
CATEGORICAL_COLORS: list[dict[str, Any]] = [
    {
        "id": "cartographie",
        "description": "Couleurs distinguées par les daltoniens (d'après Okabe et Ito), six en gris aussi",
        "label": "Cartographie",
        "isDefault": True,
        "colors": ["#0072B2", "#E69F00", "#00573F", "#C2719F", "#A6DBF7", "#5A1020", "#8C8C8C", "#F0E442"],
    }
]
SEQUENTIAL_COLORS = [
    {
        "id": "cartographie_bleus",
        "description": "Du presque blanc au bleu profond",
        "label": "Bleus",
        "isDefault": True,
        "isDiverging": False,
        "colors": ["#eef4fa", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c"],
    },
    {
        "id": "cartographie_bleus_francs",
        "description": "Du bleu clair au bleu profond : le moindre se distingue du blanc, qui est l'absence",
        "label": "Bleus francs",
        "isDefault": False,
        "isDiverging": False,
        "colors": ["#b3d3ea", "#7fb4d9", "#4a90c4", "#1f6aa8", "#08477f"],
    },
]
