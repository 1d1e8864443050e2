"""What a page asked of the server for each chart, what came back, and the same asked of the published file.

Belongs here: recording a page's own requests, writing them as SQL. Does not: what a page should ask.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import duckdb
from playwright.sync_api import Page, Response

from dashboards.files.bundle import Document

_OPERATORS = {"==": "=", "!=": "<>"}
_MAP_KEYS = {"country_id"}


@dataclass
class Answers:
    """The answers of a page's charts by the chart's number on the server, and every address that was called."""

    data: dict[int, tuple[dict[str, Any], list[dict[str, Any]]]] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    _responses: list[Response] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        self._responses.append(response)

    def read(self, page: Page) -> None:
        """Stop listening, and read what came: nothing may be asked of the browser while it answers."""
        page.remove_listener("response", self._keep)
        for response in self._responses:
            self.addresses.append(response.url)
            if "/api/v1/chart/data" in response.url:
                self._keep_chart(response)
            elif "/explore_json/" in response.url:
                self._keep_map(response)

    def _keep_chart(self, response: Response) -> None:
        asked = response.request.post_data_json
        number = asked["form_data"].get("slice_id")
        if number:
            self.data[int(number)] = (asked["queries"][0], response.json()["result"][0]["data"])

    def _keep_map(self, response: Response) -> None:
        """The map of departments asks in Superset's older way."""
        body = response.request.post_data or ""
        quoted = body.split('name="form_data"')[1].split("\r\n\r\n")[1].split("\r\n--")[0] if "name=" in body else ""
        form = json.loads(quoted or parse_qs(body)["form_data"][0])
        filters = [
            {"col": one["subject"], "op": one["operator"]}
            | ({"val": one["comparator"]} if "comparator" in one else {})  # « IS NOT NULL » compares with nothing
            for one in form["adhoc_filters"]
        ] + form.get("extra_form_data", {}).get("filters", [])
        query = {"columns": [form["entity"]], "metrics": [form["metric"]], "filters": filters}
        self.data[int(form["slice_id"])] = (query, response.json()["data"] or [])  # nothing to draw: null


def asked_of_the_file(
    published: duckdb.DuckDBPyConnection, dataset: Document, query: dict[str, Any]
) -> tuple[set[str], Counter[str]]:
    """The names in columns, and how often each figure of a metric, that the published file gives for a page's query.

    A query without metrics has rows as they are: all their values are counted as figures.
    """
    expressions = {metric["metric_name"]: metric["expression"] for metric in dataset.content["metrics"]}
    columns = [column if isinstance(column, str) else column["sqlExpression"] for column in query["columns"]]
    metrics = [expressions[name] for name in query.get("metrics") or []]
    where, values = _where(query["filters"], {column["column_name"] for column in dataset.content["columns"]})
    grouping = f" group by {', '.join(columns)}" if metrics and columns else ""
    rows = published.execute(
        f"select {', '.join([*columns, *metrics])} from {dataset.content['table_name']} where {where}{grouping}", values
    ).fetchall()
    named = len(columns) if metrics else 0
    names = {_written(value) for row in rows for value in row[:named] if value is not None}
    return names, Counter(_written(value) for row in rows for value in row[named:] if value is not None)


def _where(filters: list[dict[str, Any]], known: set[str]) -> tuple[str, list[Any]]:
    conditions, values = ["true"], []
    for one in filters:
        if one["col"] not in known:
            continue  # a filter of the page on a column that this chart's mart does not have
        operator = _OPERATORS.get(one["op"], one["op"])
        if "val" not in one:
            conditions.append(f"{one['col']} {operator}")
            continue
        chosen = one["val"] if isinstance(one["val"], list) else [one["val"]]
        conditions.append(f"{one['col']} {operator} ({', '.join('?' * len(chosen))})")
        values += chosen
    return " and ".join(conditions), values


def answered(query: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[set[str], Counter[str]]:
    """The same two of what the server answered; a chart of bars comes back with its series side by side."""
    labels = {column if isinstance(column, str) else column["label"] for column in query["columns"]} | _MAP_KEYS
    made_on_the_way = set() if "rank" in labels else {"rank"}  # of a heat map: it colours, nobody reads it
    names: set[str] = set()
    figures: Counter[str] = Counter()
    for row in rows:
        for key, value in row.items():
            if value is None or key in made_on_the_way:
                continue
            if key in labels and query.get("metrics"):
                names.add(_written(value))
            else:
                figures[_written(value)] += 1
    return names, figures


def series_are_names(query: dict[str, Any]) -> bool:
    """Whether values of a column became names of series, and so left the rows."""
    return len(query["columns"]) > 1 and any(isinstance(column, dict) for column in query["columns"])


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return f"{float(value):.5f}"
    if isinstance(value, date):
        return f"{datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000:.5f}"
    return str(value)
