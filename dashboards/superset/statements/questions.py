"""What may be asked of the data: of a reader, what a chart or a filter of an open page asks; of others, within bounds.

A reader's question is held against the chart's own settings as they are saved: the same columns, the same metrics, its
own conditions, and beside them values for the page's filters. Bounds hold for whoever may write charts.

Belongs here: judging a question. Does not: statements (statements/sql.py), their time and memory.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

READER_MART, READER_COLUMN = "mart_reader_", "reader_organisation_code"
MOST_ROWS, MOST_OFFSET = 10_000, 1_000_000
MOST_QUERIES, MOST_FILTERS, MOST_VALUES, LONGEST_VALUE = 3, 30, 200, 500
MOST_VALUES_OF_EDITORS, MOST_NUMBER, MOST_STEPS = 5_000, 1_000, 20
_COLUMNS = ("groupby", "columns", "all_columns", "x_axis", "entity", "series", "id", "parent", "name")
_METRICS = ("metrics", "metric", "x", "y", "size", "secondary_metric")
_CHOOSING = {"IN", "==", "IS NULL", "IS NOT NULL"}
_STEPS = {"pivot", "rename", "sort", "flatten", "rank"}
_STEP_WORDS = {"mean", "sum", "min", "max", "operator", "columns", "index", "aggregates", "metric", "group_by", "by",
               "ascending", "is_sort_index", "drop_missing_columns", "inplace", "level"}  # fmt: skip
_RESULTS, _FORMATS = {"full", "results", "post_processed"}, {"json", "csv", "xlsx"}
_RESAMPLING = re.compile(r"\d{0,2}(D|W|M|ME|MS|Q|QE|QS|A|Y|YE|YS|AS|H|h)(-[A-Z]{3})?")


class NotOurs(Exception):
    """A question that no chart asks; the message says in English what about it, for the tests and the journal."""


def check_reader(context: Any, chart: Any, page: Any) -> None:
    """Raise NotOurs unless a reader's question is what ``chart``, or one of the filters of ``page``, asks."""
    _require(1 <= len(context.queries) <= MOST_QUERIES, "the number of queries")
    _require(_written(context.result_type) in _RESULTS, "the kind of result")
    _require(_written(context.result_format) in _FORMATS, "the format")
    form = context.form_data or {}
    if form.get("type") == "NATIVE_FILTER":
        allowed = _of_filter(page, form.get("native_filter_id"), context.datasource)
    else:
        _require(chart is not None, "no chart")
        # Superset works on a file as the kind of chart that the question names, from settings sent with it.
        _require(form.get("viz_type") in {None, chart.viz_type} and chart.viz_type != "pivot_table_v2", "another chart")
        allowed = Allowed.of_chart(chart)
    chosen = _columns_to_choose_by(page)
    for query in context.queries:
        _check_says_the_same(query, context)
        _check_query(query, allowed, chosen)


def check_dataset(dataset: Any) -> None:
    """Raise NotOurs unless a dataset was made for readers: a table, not a statement that bears the name of one."""
    _require(_written(dataset.type) == "table", "no table")
    _require(dataset.table_name.startswith(READER_MART), "a dataset that is not for readers")
    _require(not dataset.sql, "a dataset that is SQL")


def check_bounds(context: Any) -> None:
    """Raise NotOurs where a question of whoever may write charts would cost without bound."""
    _require(len(context.queries) <= 10, "the number of queries")
    for query in context.queries:
        for condition in query.filter:
            value = condition.get("val")
            _require(not isinstance(value, list | tuple) or len(value) <= MOST_VALUES_OF_EDITORS, "values of a filter")
        _require((query.row_limit or 0) <= 50_000, "rows")
        _require(len(query.post_processing) <= MOST_STEPS, "steps after the query")
        for step in query.post_processing:
            _check_step_of_editors(step)


class Allowed:
    """What a question may name: its columns and metrics, what it is sorted by, the chart's own conditions."""

    def __init__(
        self,
        columns: Iterable[str],
        metrics: Iterable[str],
        sorting: Iterable[str],
        conditions: list[tuple[Any, Any, Any]],
        row_limit: int,
        is_whole: bool,
        searches: Iterable[str] = (),
    ) -> None:
        self.columns, self.metrics, self.sorting = set(columns), set(metrics), set(sorting)
        self.conditions, self.row_limit, self.is_whole = conditions, row_limit, is_whole
        self.searches = set(searches)
        self.has_totals = False

    @property
    def names(self) -> set[str]:
        return self.columns | self.metrics | self.sorting

    @classmethod
    def of_chart(cls, chart: Any) -> "Allowed":
        settings = chart.params_dict
        sorting = [*_listed(settings, ("timeseries_limit_metric",)), *_orders(settings.get("order_by_cols"))]
        conditions = [
            (one["subject"], one["operator"], one.get("comparator"))
            for one in settings.get("adhoc_filters") or []
            if one.get("expressionType") == "SIMPLE"
        ]
        columns, metrics = _listed(settings, _COLUMNS), _listed(settings, _METRICS)
        allowed = cls(columns, metrics, sorting, conditions, _number(settings.get("row_limit")) or MOST_ROWS, True)
        allowed.has_totals = bool(settings.get("show_totals"))
        return allowed


def _of_filter(page: Any, number: Any, dataset: Any) -> Allowed:
    found = next((one for one in _filters(page) if one.get("id") == number), None)
    if found is None:
        raise NotOurs("a filter that the page does not have")
    targets = [target for target in found.get("targets", []) if target.get("datasetId") == dataset.id]
    columns = [target["column"]["name"] for target in targets if "column" in target]
    _require(columns, "a filter on another dataset")
    sorting = [name for name in [found.get("sortMetric"), (found.get("controlValues") or {}).get("sortMetric")] if name]
    return Allowed(columns, sorting, [], [], 1_000, False, searches=columns)


def _check_says_the_same(query: Any, context: Any) -> None:
    """Each question of a request may name a dataset and a kind of result again, and Superset would follow it."""
    _require(query.datasource is None or _which(query.datasource) == _which(context.datasource), "another dataset")
    _require(_written(query.result_type) in {None, *_RESULTS}, "the kind of result")


def _check_query(query: Any, allowed: Allowed, chosen: set[str]) -> None:
    columns, metrics = [_name(column) for column in query.columns], [_name(metric) for metric in query.metrics or []]
    _require(set(columns) <= allowed.columns, "columns")
    _require(set(metrics) <= allowed.metrics | allowed.sorting, "metrics")
    if allowed.is_whole and not query.is_rowcount:
        _require(set(columns) == allowed.columns or (allowed.has_totals and not columns), "a part of the columns")
        _require(set(metrics) >= allowed.metrics, "a part of the metrics")
    _check_shape(query, allowed)
    _check_conditions(query.filter, allowed, chosen)
    _check_steps(query.post_processing, allowed.names | set(columns) | set(metrics))


def _check_shape(query: Any, allowed: Allowed) -> None:
    _require(len(query.orderby) <= 8 and all(_is_order(order, allowed.names) for order in query.orderby), "the order")
    _require(query.row_limit is None or 0 < query.row_limit <= max(allowed.row_limit, 1_000), "rows")
    _require(0 <= query.row_offset <= MOST_OFFSET, "the offset")
    _require(not query.series_limit and not query.annotation_layers and not query.time_offsets, "series")
    _require({_name(column) for column in query.series_columns or []} <= allowed.columns, "series")
    _require(query.series_limit_metric is None or _name(query.series_limit_metric) in allowed.names, "series")
    _require(not query.granularity and not query.time_shift and len(str(query.time_range or "")) <= 100, "time")
    _require(not any((query.extras or {}).values()), "extras")


def _check_conditions(conditions: list[dict[str, Any]], allowed: Allowed, chosen: set[str]) -> None:
    _require(len(conditions) <= MOST_FILTERS, "filters")
    told = [(one.get("col"), one.get("op"), one.get("val")) for one in conditions]
    _require(all(own in told for own in allowed.conditions), "the chart's own conditions")
    for column, operator, value in told:
        if (column, operator, value) in allowed.conditions:
            continue
        if operator == "ILIKE":
            _require(column in allowed.searches, "a search")
        else:
            _require(isinstance(column, str) and column in chosen and operator in _CHOOSING, "a filter")
        _require(_is_plain(value), "values of a filter")


def _is_plain(value: object) -> bool:
    values = value if isinstance(value, list | tuple) else [value]
    return len(values) <= MOST_VALUES and all(
        one is None or isinstance(one, int | float) or (isinstance(one, str) and len(one) <= LONGEST_VALUE)
        for one in values
    )


def _check_steps(steps: list[dict[str, Any]], names: set[Any]) -> None:
    _require(len(steps) <= MOST_STEPS, "steps after the query")
    for step in steps:
        _require(step.get("operation") in _STEPS, "a step after the query")
        for leaf in _leaves(step.get("options") or {}):
            _require(
                leaf is None or isinstance(leaf, bool) or (isinstance(leaf, str) and leaf in names | _STEP_WORDS),
                "the options of a step after the query",
            )


def _check_step_of_editors(step: dict[str, Any]) -> None:
    _require(step.get("operation") != "prophet", "a forecast")
    options = step.get("options") or {}
    for leaf in _leaves(options):
        is_number = isinstance(leaf, int | float) and not isinstance(leaf, bool)
        _require(not is_number or abs(leaf) <= MOST_NUMBER, "a number of a step after the query")
    if step.get("operation") == "resample":
        _require(bool(_RESAMPLING.fullmatch(str(options.get("rule", "")))), "the step of time")


def _leaves(tree: object) -> Iterator[Any]:
    left = [tree]
    for _ in range(5_000):
        if not left:
            return
        node = left.pop()
        if isinstance(node, dict):
            left.extend(node.keys())
            left.extend(node.values())
        elif isinstance(node, list | tuple):
            left.extend(node)
        else:
            yield node
    raise NotOurs("a step after the query is too large")


def _columns_to_choose_by(page: Any) -> set[str]:
    """Columns of the page's filters, and those that its charts show, by which a click on a name filters."""
    if page is None:
        return set()
    by_filters = {
        target["column"]["name"] for one in _filters(page) for target in one.get("targets", []) if "column" in target
    }
    return by_filters.union(*(_listed(chart.params_dict, _COLUMNS) for chart in page.slices))


def _filters(page: Any) -> list[dict[str, Any]]:
    return json.loads((page and page.json_metadata) or "{}").get("native_filter_configuration") or []


def _listed(settings: dict[str, Any], names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        value = settings.get(name)
        found += value if isinstance(value, list) else [value] if value else []
    return [one for one in found if isinstance(one, str)]


def _orders(written: list[Any] | None) -> list[Any]:
    return [json.loads(one)[0] if isinstance(one, str) else one[0] for one in written or []]


def _is_order(order: object, names: set[str]) -> bool:
    return (
        isinstance(order, list | tuple) and len(order) == 2 and _name(order[0]) in names and isinstance(order[1], bool)
    )


def _name(thing: object) -> str | None:
    """The name of a column or metric; None for what is none. The front end sends an x axis as an expression.

    A label says whatever its sender likes: an aggregate of any column may bear the name of one that is shown.
    """
    if isinstance(thing, dict):
        is_reference = thing.get("isColumnReference") is True and thing.get("expressionType") == "SQL"
        thing = thing.get("sqlExpression") if is_reference else None
    return thing if isinstance(thing, str) else None


def _which(dataset: Any) -> tuple[Any, Any]:
    """Statements are numbered beside tables."""
    return _written(dataset.type), dataset.id


def _written(choice: Any) -> Any:
    return getattr(choice, "value", choice)


def _number(written: Any) -> int | None:
    try:
        return int(written)
    except (TypeError, ValueError):
        return None


def _require(condition: object, what: str) -> None:
    if not condition:
        raise NotOurs(what)
