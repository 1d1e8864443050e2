"""What Superset's chart editor writes by itself into a chart that a person saves: settings that nobody chose.

Belongs here: telling them from what was chosen. Does not: the rest of the normal form (``normalise``).
"""

from typing import Any

_DEFAULTS: dict[str, Any] = {
    "align_pn": False,
    "allow_render_html": True,
    "area": False,
    "color_by_primary_axis": False,
    "comparison_color_enabled": False,
    "comparison_color_scheme": "Green",
    "comparison_type": "values",
    "echart_options": "{}",
    "force_max_interval": False,
    "forecastEnabled": False,
    "forecastInterval": 0.8,
    "forecastPeriods": 10,
    "group_others_when_limit_reached": False,
    "initialTreeDepth": 2,
    "logAxis": False,
    "markerSize": 6,
    "minorSplitLine": False,
    "only_total": True,
    "order_by_cols": [],
    "percent_metric_calculation": "row_limit",
    "percentage_threshold": 0,
    "server_page_length": 10,
    "showTooltipPercentage": False,
    "showTooltipTotal": True,
    "show_empty_columns": True,
    "sort_series_ascending": False,
    "time_shift_color": True,
    "tooltipSortByMetric": False,
    "zoomable": False,
}
"""The editor's own values in Superset 6.1, the same for each kind of chart that our pages have."""

_GRID_OF_CHARTS = "matrixify_"
_LOOKED_UP = "temporal_columns_lookup"


def as_chosen(params: dict[str, Any]) -> dict[str, Any]:
    """A chart's settings without those that say what the editor would do anyway."""
    chosen = {key: value for key, value in params.items() if not _is_editors_own(key, value, params)}
    if "adhoc_filters" in chosen:
        chosen["adhoc_filters"] = [one for one in chosen["adhoc_filters"] if not _filters_nothing(one)]
    return chosen


def _is_editors_own(key: str, value: Any, params: dict[str, Any]) -> bool:
    if key.startswith(_GRID_OF_CHARTS):
        return not params.get(f"{_GRID_OF_CHARTS}enable")
    return key == _LOOKED_UP or (key in _DEFAULTS and value == _DEFAULTS[key])


def _filters_nothing(item: dict[str, Any]) -> bool:
    """The editor gives a chart whose mart has dates a filter of all times."""
    return item.get("operator") == "TEMPORAL_RANGE" and item.get("comparator") == "No filter"
