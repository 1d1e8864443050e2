"""A reader who tries to see what others answered: what may be sent to Superset's API, and what came back of it.

Belongs here: forging requests. Does not: what each attempt must give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from dashboards.files.bundle import read_bundle
from dashboards.files.queries import chart_query
from dashboards.publishing.client import Session


@dataclass
class Place:
    """Numbers of a server: those of datasets by table, of pages by slug, of charts by title with their dataset."""

    datasets: dict[str, int]
    pages: dict[str, int]
    charts: dict[str, int]
    filters: dict[str, str]

    @classmethod
    def seen_by(cls, admin: Session) -> Place:
        pages = list(admin.every("dashboard"))
        return cls(
            {item["table_name"]: item["id"] for item in admin.every("dataset")},
            {item["slug"]: item["id"] for item in pages},
            {item["slice_name"]: item["id"] for item in admin.every("chart")},
            {},
        )


def which_establishments(place: Place) -> dict[str, Any]:
    """The question by which the page of establishments learns whose rows an account reads: that of its own filter."""
    return {
        "datasource": {"id": place.datasets["mart_reader_choice"], "type": "table"},
        "form_data": {
            "dashboardId": place.pages["etablissement"],
            "type": "NATIVE_FILTER",
            "native_filter_id": "NATIVE_FILTER-establishment",
        },
        "queries": [{"columns": ["reader_organisation_label"], "metrics": [], "row_limit": 1_000}],
        "result_format": "json",
        "result_type": "full",
    }


def codes_of(admin: Session, place: Place, labels: set[str]) -> set[str]:
    """The codes of establishments that a page calls by these names."""
    both = ["reader_organisation_label", "reader_organisation_code"]
    body = {**which_establishments(place), "queries": [{"columns": both, "metrics": [], "row_limit": 10_000}]}
    rows = admin.call("POST", "chart/data", json=body)["result"][0]["data"]
    return {str(row["reader_organisation_code"]) for row in rows if row["reader_organisation_label"] in labels}


def question_of(chart: str) -> dict[str, Any]:
    """What ``chart`` asks as its file says it."""
    settings = next(one for one in read_bundle().charts if one.content["slice_name"] == chart).content["params"]
    return chart_query(settings, row_limit=1_000)


@dataclass
class Reader:
    """One reader's session, sending what no page would."""

    session: Session
    place: Place

    def ask(
        self, table: str, chart: str, page: str = "etablissement", claim: dict[str, Any] | None = None, **query: Any
    ) -> requests.Response:
        """Chart data of `table`, claiming to come from `chart` on `page`."""
        form = {"dashboardId": self.place.pages[page], "slice_id": self.place.charts.get(chart, 0), **(claim or {})}
        top = {key: query.pop(key) for key in ("result_type", "result_format", "force") if key in query}
        body = {
            "datasource": {"id": self.place.datasets[table], "type": "table"},
            "form_data": form,
            "queries": [{"columns": [], "metrics": [], "row_limit": 10_000, **query}],
            "result_format": "json",
            "result_type": "full",
            **top,
        }
        return self.send("POST", "chart/data", json=body)

    def ask_as_page(
        self, table: str, chart: str, *, more_filters: list[dict[str, Any]] | None = None, **changes: Any
    ) -> requests.Response:
        """What ``chart`` asks when a page shows it, with values for the page's filters, and then ``changes``."""
        query = question_of(chart)
        query["filters"] = [*query["filters"], *(more_filters or [])]
        return self.ask(table, chart, **(query | changes))

    def send(self, method: str, path: str, **arguments: Any) -> requests.Response:
        response = self.session.session.request(method, f"{self.session.base_url}/{path}", timeout=60, **arguments)
        return response

    def rows(self, response: requests.Response) -> list[dict[str, Any]]:
        assert response.status_code == requests.codes.ok, response.text[:400]
        return list(response.json()["result"][0]["data"])


def is_refused(response: requests.Response) -> bool:
    return response.status_code in {400, 401, 403, 404, 405, 422}
