"""A reader who tries to see what others answered: what may be sent to Superset's API, and what came back of it.

Belongs here: forging requests. Does not: what each attempt must give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from dashboards.client import Session


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

    def send(self, method: str, path: str, **arguments: Any) -> requests.Response:
        response = self.session.session.request(method, f"{self.session.base_url}/{path}", timeout=60, **arguments)
        return response

    def rows(self, response: requests.Response) -> list[dict[str, Any]]:
        assert response.status_code == requests.codes.ok, response.text[:400]
        return list(response.json()["result"][0]["data"])


def is_refused(response: requests.Response) -> bool:
    return response.status_code in {400, 401, 403, 404, 405, 422}
