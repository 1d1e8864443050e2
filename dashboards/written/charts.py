"""A chart's file: its dataset by name, and its settings beside those that all charts of its kind share."""

from typing import Any

from dashboards.written.sharing import with_shared, without_shared

Shared = dict[str, Any]


def whole_chart(own: dict[str, Any], shared: Shared, uuids: dict[str, str]) -> dict[str, Any]:
    """The chart as Superset imports it; `uuids` are those of the datasets by name."""
    chart: dict[str, Any] = with_shared(own, shared["chart"])
    table = chart.pop("dataset", None)
    if table is not None:
        chart["dataset_uuid"] = uuids.get(table, table)
    kind = chart.get("viz_type")
    params = with_shared(chart.get("params") or {}, _settings(shared, kind))
    if "adhoc_filters" in params:
        params["adhoc_filters"] = [with_shared(one, shared["condition"]) for one in params["adhoc_filters"]]
    chart["params"] = {"viz_type": kind, **params} if kind else params
    return chart


def short_chart(chart: dict[str, Any], shared: Shared, uuids: dict[str, str]) -> dict[str, Any]:
    """What the file says."""
    kind = chart.get("viz_type")
    params = {key: value for key, value in (chart.get("params") or {}).items() if (key, value) != ("viz_type", kind)}
    if "adhoc_filters" in params:
        params["adhoc_filters"] = [without_shared(one, shared["condition"]) for one in params["adhoc_filters"]]
    own = without_shared({**chart, "params": params}, shared["chart"])
    own["params"] = without_shared(params, _settings(shared, kind))
    tables = {uuid: table for table, uuid in uuids.items()}
    if own.get("dataset_uuid") in tables:
        own["dataset"] = tables[own.pop("dataset_uuid")]
    return own


def _settings(shared: Shared, kind: Any) -> dict[str, Any]:
    """What every chart, and all of its kind, are set to."""
    return {**shared["params"]["every"], **shared["params"].get(kind, {})}
