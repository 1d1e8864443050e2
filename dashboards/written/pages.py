"""A page's file: its filters beside what all filters share, charts that a filter spares by their name on the page."""

from typing import Any

from dashboards.files.normalise import OneLine
from dashboards.written.charts import Shared
from dashboards.written.layout import short_layout, whole_layout
from dashboards.written.sharing import with_shared, without_shared

_FILTERS = "native_filter_configuration"


def whole_page(own: dict[str, Any], shared: Shared, uuids: dict[str, str]) -> dict[str, Any]:
    """The page as Superset imports it; `uuids` are those of the datasets by name."""
    page: dict[str, Any] = with_shared(own, shared["page"])
    page["position"] = whole_layout(page["position"], shared["component"], page["dashboard_title"])
    filters = page.pop("filters", page["metadata"].get(_FILTERS, []))
    charts = _charts(page["position"])
    page["metadata"][_FILTERS] = [_whole_filter(one, shared["filter"], uuids, charts) for one in filters]
    return page


def short_page(page: dict[str, Any], shared: Shared, uuids: dict[str, str]) -> dict[str, Any]:
    """What the file says."""
    own = without_shared(page, shared["page"])
    own["metadata"] = {key: value for key, value in own["metadata"].items() if key != _FILTERS}
    names = {uuid: name for name, uuid in _charts(page["position"]).items()}
    tables = {uuid: table for table, uuid in uuids.items()}
    own["filters"] = [_short_filter(one, shared["filter"], tables, names) for one in page["metadata"][_FILTERS]]
    own["position"] = short_layout(page["position"], shared["component"], page["dashboard_title"])
    return {key: value for key, value in own.items() if value not in ({}, [])}


def _charts(position: dict[str, Any]) -> dict[str, str]:
    """The UUID of each chart by its name on the page."""
    parts = {name: part for name, part in position.items() if isinstance(part, dict) and part.get("type") == "CHART"}
    return {name.removeprefix("CHART-"): str(part["meta"]["uuid"]) for name, part in parts.items()}


def _whole_filter(own: dict[str, Any], shared: Shared, uuids: dict[str, str], charts: dict[str, str]) -> dict[str, Any]:
    chosen = {key: value for key, value in own.items() if key not in {"column", "dataset", "spares", "kind"}}
    if "column" in own:
        table = own["dataset"]
        chosen["targets"] = [{"column": {"name": own["column"]}, "datasetUuid": uuids.get(table, table)}]
    chosen = with_shared(chosen, with_shared(shared["kinds"][own.get("kind", "several")], shared["all"]))
    excluded = own.get("spares", chosen["scope"].get("excluded", []))
    chosen["scope"]["excluded"] = sorted(charts.get(name, name) for name in excluded)
    return dict(chosen)


def _short_filter(
    chosen: dict[str, Any], shared: Shared, tables: dict[str, str], names: dict[str, str]
) -> dict[str, Any]:
    bare = {**chosen, "scope": {key: value for key, value in chosen["scope"].items() if key != "excluded"}}
    kinds = {kind: with_shared(own, shared["all"]) for kind, own in shared["kinds"].items()}
    own, kind = min(
        ((without_shared(bare, whole), kind) for kind, whole in kinds.items()), key=lambda found: len(str(found[0]))
    )
    own |= {
        "kind": kind,
        "spares": OneLine(sorted(names.get(uuid, uuid) for uuid in chosen["scope"].get("excluded", []))),
    }
    match own.get("targets"):
        case [{"column": {"name": column, **more}, "datasetUuid": uuid, **other}] if not more and not other:
            del own["targets"]
            own |= {"column": column, "dataset": tables.get(uuid, uuid)}
    return {key: value for key, value in own.items() if value != [] or key != "spares"}
