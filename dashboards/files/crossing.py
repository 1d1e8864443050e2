"""Which charts of a page follow a click on another: those that can answer it, and none that it would empty.

Superset lets every click narrow every chart of a page. A chart follows here when its dataset has each column that the
clicked chart gives, their own conditions do not contradict each other, and no filter of the page on such a column
spares it: what is said once of a filter holds for a click.

Belongs here: that rule, and the form in which Superset is told. Does not: what is shown (``bundle``).
"""

from typing import Any

from dashboards.files.queries import chart_needs

_GIVING = ("table", "echarts_timeseries_bar", "heatmap_v2", "bubble_v2", "tree_chart", "echarts_timeseries_line")
"""Kinds of charts on which a click gives the value of a column."""


def given_columns(chart: dict[str, Any]) -> set[str]:
    """The columns of which a click on a chart may give a value."""
    return set(chart_needs(chart["params"]).columns) if chart["viz_type"] in _GIVING else set()


def followers(
    page: dict[str, Any], charts: dict[str, dict[str, Any]], datasets: dict[str, dict[str, Any]]
) -> dict[str, set[str]]:
    """Charts of a page that follow a click on each, by UUID."""
    columns = {uuid: _columns(datasets[str(chart["dataset_uuid"])]) for uuid, chart in charts.items()}
    spared = _spared(page)
    found = {}
    for uuid, chart in charts.items():
        given = given_columns(chart)
        refusing = set().union(*(spared.get(name, set()) for name in given)) | {uuid}
        able = {other for other in charts if given and given <= columns[other]}
        found[uuid] = {other for other in able - refusing if not _contradict(chart, charts[other])}
    return found


def told_to_superset(follow: dict[str, set[str]], numbers: dict[str, int]) -> dict[str, Any]:
    """The settings of a page that say who follows whom; charts by the numbers that they have in an import."""
    everyone = {"rootPath": ["ROOT_ID"], "excluded": []}
    told = {}
    for uuid, following in follow.items():
        excluded = sorted(numbers[other] for other in follow if other not in following)
        scope = {"rootPath": ["ROOT_ID"], "excluded": excluded}
        in_scope = sorted(numbers[other] for other in following)
        told[str(numbers[uuid])] = {
            "id": numbers[uuid],
            "crossFilters": {"scope": scope, "chartsInScope": in_scope},
        }
    return {
        "chart_configuration": told,
        "global_chart_configuration": {"scope": everyone, "chartsInScope": sorted(numbers.values())},
    }


def _contradict(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two charts never show a row in common: each keeps to another value of the same column."""
    kept, others = _kept_values(one), _kept_values(other)
    return any(kept[column] != others[column] for column in kept.keys() & others.keys())


def _kept_values(chart: dict[str, Any]) -> dict[str, str]:
    conditions = chart["params"].get("adhoc_filters", [])
    return {one["subject"]: str(one.get("comparator")) for one in conditions if one.get("operator") == "=="}


def _columns(dataset: dict[str, Any]) -> set[str]:
    return {column["column_name"] for column in dataset["columns"]}


def _spared(page: dict[str, Any]) -> dict[str, set[str]]:
    """The charts that the page's own filters spare, by the column that they filter."""
    spared: dict[str, set[str]] = {}
    for chosen in page["metadata"]["native_filter_configuration"]:
        for target in chosen["targets"]:
            spared.setdefault(target["column"]["name"], set()).update(chosen["scope"]["excluded"])
    return spared
