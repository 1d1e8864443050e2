"""What a chart asks of its dataset, without a browser: the columns and metrics its settings name.

Used to prove that columns close (dashboards/files/check.py) and to query each chart after a publication.
"""

import json
from dataclasses import dataclass
from typing import Any

_COLUMN_SETTINGS = ("groupby", "columns", "all_columns", "x_axis", "entity", "series", "id", "parent", "name")
_METRIC_SETTINGS = ("metrics", "metric", "x", "y", "size", "secondary_metric")
_SORTING_SETTINGS = ("timeseries_limit_metric",)


@dataclass(frozen=True)
class ChartNeeds:
    """Names a chart uses. `foreign` holds what is not a plain name: a metric or column defined in the chart.

    `columns` and `metrics` are shown; `sorting` (metrics) and `filtered` (columns, those that rows are ordered by
    included) are used and not shown.
    """

    columns: list[str]
    metrics: list[str]
    sorting: list[str]
    filtered: list[str]
    foreign: list[Any]


def chart_needs(params: dict[str, Any]) -> ChartNeeds:
    """Read the settings of a chart."""
    columns = _settings(params, _COLUMN_SETTINGS)
    metrics = _settings(params, _METRIC_SETTINGS)
    filters = params.get("adhoc_filters", [])
    plain = [item for item in filters if item.get("expressionType") == "SIMPLE"]
    sorting = _settings(params, _SORTING_SETTINGS)
    named = [*columns, *metrics, *sorting]
    foreign = [item for item in named if not isinstance(item, str)] + [item for item in filters if item not in plain]
    return ChartNeeds(
        columns=_unique(item for item in columns if isinstance(item, str)),
        metrics=_unique(item for item in metrics if isinstance(item, str)),
        sorting=_unique(item for item in sorting if isinstance(item, str)),
        filtered=_unique([*(item["subject"] for item in plain), *_ordering(params)]),
        foreign=foreign,
    )


def chart_query(params: dict[str, Any], row_limit: int = 1) -> dict[str, Any]:
    """A query of Superset's chart data API that uses all that the chart uses, its own filters included.

    A table of rows names no metrics: with none of them, instead of no word of them, Superset would group all its rows.
    """
    needs = chart_needs(params)
    return {
        "columns": needs.columns,
        "metrics": None if params.get("query_mode") == "raw" else _unique([*needs.metrics, *needs.sorting]),
        "filters": [
            {"col": item["subject"], "op": item["operator"], "val": item.get("comparator")}
            for item in params.get("adhoc_filters", [])
        ],
        "orderby": [],
        "row_limit": row_limit,
    }


def _ordering(params: dict[str, Any]) -> list[str]:
    """The columns by which a table of rows is ordered, each written as JSON beside its direction."""
    return [json.loads(item)[0] for item in params.get("order_by_cols", [])]


def _settings(params: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    found: list[Any] = []
    for name in names:
        value = params.get(name)
        found += value if isinstance(value, list) else [value] if value else []
    return found


def _unique(names: Any) -> list[str]:
    return list(dict.fromkeys(names))
