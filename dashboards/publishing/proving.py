"""Queries each published chart as its page would: an import says OK over an unreadable database.

A chart that answers with an error, or with nothing where something should be, is named.
"""

from typing import Any

import requests

from dashboards.files.bundle import Bundle, Document
from dashboards.files.queries import chart_query
from dashboards.files.sentences import MAY_BE_EMPTY
from dashboards.publishing.client import PublicationError, Session
from dashboards.publishing.failures import explain
from dashboards.publishing.opening import opening_filters


def query_every_chart(session: Session, bundle: Bundle) -> list[str]:
    """One call a dataset; return the titles of those that show nothing where something should be.

    Raises PublicationError naming the chart that does not answer.
    """
    numbers = {dataset["uuid"]: dataset["id"] for dataset in session.every("dataset")}
    sources = {dataset.uuid: {"id": numbers[dataset.uuid], "type": "table"} for dataset in bundle.datasets}
    chosen = opening_filters(
        bundle, lambda dataset, query: list(_chart_data(session, sources[dataset], [query])[0]["data"])
    )
    empty: list[str] = []
    for dataset in bundle.datasets:
        charts = [chart for chart in bundle.charts if chart.content["dataset_uuid"] == dataset.uuid]
        empty += _query_charts(session, sources[dataset.uuid], charts, chosen)
    return empty


def refuse_empty(empty: list[str]) -> None:
    """Raise PublicationError naming the charts that show nothing."""
    if empty:
        listed = "\n".join(f"  {name}" for name in empty)
        raise PublicationError(
            f"Publié, mais ces graphiques ne montrent rien alors qu'ils le devraient :\n{listed}\n"
            "La publication des données est-elle complète (cartographie status) ?"
        )


def _query_charts(
    session: Session, source: dict[str, Any], charts: list[Document], chosen: dict[str, list[dict[str, Any]]]
) -> list[str]:
    """Titles of those of `charts` that are empty and should not be, whatever is chosen on their page."""
    plain = [chart_query(chart.content["params"]) for chart in charts]
    queries = [
        {**query, "filters": query["filters"] + chosen.get(chart.uuid, [])}
        for chart, query in zip(charts, plain, strict=True)
    ]
    try:
        answers = _chart_data(session, source, queries) if queries else []
    except requests.HTTPError:
        _blame(session, source, [(chart.content["slice_name"], q) for chart, q in zip(charts, queries, strict=True)])
        raise
    return [
        chart.content["slice_name"]
        for chart, answer, query in zip(charts, answers, plain, strict=True)
        if not answer["rowcount"]
        and not chart.content.get(MAY_BE_EMPTY)
        and not _chart_data(session, source, [query])[0]["rowcount"]
    ]


def _chart_data(session: Session, source: dict[str, Any], queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    payload = {"datasource": source, "queries": queries, "result_format": "json", "result_type": "full", "force": True}
    return list(session.call("POST", "chart/data", json=payload)["result"])


def _blame(session: Session, source: dict[str, Any], queries: list[tuple[str, dict[str, Any]]]) -> None:
    """Find the chart that does not answer, and say so."""
    for title, query in queries:
        try:
            _chart_data(session, source, [query])
        except requests.HTTPError as problem:
            raise PublicationError(
                f"Le graphique « {title} » est publié mais ne répond pas : {explain(problem)} "
                "Une publication des données existe-t-elle, avec toutes les colonnes (cartographie dashboards check) ?"
            ) from problem
