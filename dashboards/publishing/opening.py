"""What the filters of a page hold as it opens: a chart is asked as its page asks it.

Some datasets are views that only a page's choice makes small: two of three thousand establishments are nine million
pairs, and asked whole they answered after minutes, if at all.

Belongs here: the first value of each filter that opens with one, and whom it narrows. Does not: asking the charts
(``proving``).
"""

from collections.abc import Callable
from typing import Any

from dashboards.files.bundle import Bundle, Document, chart_components

Ask = Callable[[str, dict[str, Any]], list[dict[str, Any]]]
"""(UUID of a dataset, a query of Superset's chart data API) → its rows."""


def opening_filters(bundle: Bundle, ask: Ask) -> dict[str, list[dict[str, Any]]]:
    """UUID of each chart → the filters of a query of it, on the first page that shows it."""
    charts = {chart.uuid: chart for chart in bundle.charts}
    columns = {dataset.uuid: _columns(dataset) for dataset in bundle.datasets}
    found: dict[str, list[dict[str, Any]]] = {}
    for page in bundle.dashboards:
        firsts = [(chosen, value) for chosen in _opening(page) if (value := _first(chosen, ask)) is not None]
        for part in chart_components(page):
            chart = charts[str(part["meta"]["uuid"])]
            has = columns[str(chart.content["dataset_uuid"])]
            found.setdefault(
                chart.uuid,
                [
                    {"col": column, "op": "IN", "val": [value]}
                    for chosen, value in firsts
                    if chart.uuid not in chosen["scope"]["excluded"] and (column := _column(chosen)) in has
                ],
            )
    return found


def _opening(page: Document) -> list[dict[str, Any]]:
    chosen = page.content["metadata"].get("native_filter_configuration", [])
    return [one for one in chosen if one["controlValues"].get("defaultToFirstItem")]


def _first(chosen: dict[str, Any], ask: Ask) -> Any:
    """The value that a filter opens with; None where it has nothing to offer."""
    column, control = _column(chosen), chosen["controlValues"]
    sorted_by = control.get("sortMetric")
    query = {
        "columns": [column],
        "metrics": [sorted_by] if sorted_by else [],
        "filters": [],
        "orderby": [[sorted_by or column, control["sortAscending"]]],
        "row_limit": 1,
    }
    rows = ask(chosen["targets"][0]["datasetUuid"], query)
    return rows[0][column] if rows else None


def _column(chosen: dict[str, Any]) -> str:
    return str(chosen["targets"][0]["column"]["name"])


def _columns(dataset: Document) -> set[str]:
    return {column["column_name"] for column in dataset.content["columns"]}
