"""Holds what the pages ask for against one published warehouse, before anything is sent to a server.

An import over data that lack a column says OK and breaks the page: here the columns and metrics of each dataset are
bound, and no row is read. Knows nothing of servers, nor of how a release is made.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from dashboards.files.bundle import Bundle, Document
from dashboards.files.check import Problem
from dashboards.files.queries import chart_needs
from dashboards.publishing.client import PublicationError


class UnfitRelease(PublicationError):
    """The published data are missing, damaged or lack what the pages show: no page is touched."""


def check_release(bundle: Bundle, warehouse: Path) -> list[Problem]:
    """What the datasets of `bundle` name and `warehouse` does not have. Raises duckdb.Error for an unreadable file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [problem for dataset in bundle.datasets for problem in _check_dataset(connection, bundle, dataset)]


def _check_dataset(connection: duckdb.DuckDBPyConnection, bundle: Bundle, dataset: Document) -> Iterator[Problem]:
    table = f'"{dataset.content["schema"]}"."{dataset.content["table_name"]}"'
    if not _binds(connection, f"select 1 from {table}"):
        charts = _charts_with(bundle, dataset, None)
        yield Problem(dataset.path, f"la table {dataset.content['table_name']} n'est pas dans les données{charts}")
        return
    named = [(item["column_name"], item.get("expression") or f'"{item["column_name"]}"', "la colonne", "n'est pas")
             for item in dataset.content["columns"]]  # fmt: skip
    named += [(item["metric_name"], item["expression"], "la mesure", "ne se calcule pas")
              for item in dataset.content["metrics"]]  # fmt: skip
    if _binds(connection, f"select {', '.join(expression for _, expression, *_ in named)} from {table} group by all"):
        return
    for name, expression, kind, fault in named:
        if not _binds(connection, f"select {expression} from {table} group by all"):
            said = f"{kind} {name} de {dataset.content['table_name']} {fault} dans les données"
            yield Problem(dataset.path, said + _charts_with(bundle, dataset, name))


def _binds(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    try:
        connection.execute(f"{query} limit 0")
    except duckdb.Error as problem:
        if isinstance(problem, duckdb.IOException):
            raise
        return False
    return True


def _charts_with(bundle: Bundle, dataset: Document, name: str | None) -> str:
    """The charts that show `name`, or anything of the dataset, as the end of a sentence."""
    titles = []
    for chart in bundle.charts:
        needs = chart_needs(chart.content["params"])
        used = {*needs.columns, *needs.metrics, *needs.sorting, *needs.filtered}
        if chart.content["dataset_uuid"] == dataset.uuid and (name is None or name in used):
            titles.append(f"« {chart.content['slice_name']} »")
    return f" ; le lisent : {', '.join(titles)}" if titles else ""
