"""Pages beside which ours are timed: one without a chart, and one whose charts show a single number each.

Belongs here: making them on the bench's own server. Does not: timing (``pages``).
"""

from __future__ import annotations

import json
from typing import Any

from dashboards.publishing.client import Session
from dashboards.serving.server import ADMIN
from tests.bench.served import Served

EMPTY_PAGE = "banc-vide"
_DATASET, _METRIC = "mart_freshness", "assessments"
"""A mart of a row for each campaign: its question costs next to nothing."""


def make_empty_page(server: Served) -> str:
    """Make the page without a chart; return its slug."""
    _make_page(server.session(ADMIN), EMPTY_PAGE)
    return EMPTY_PAGE


def make_page_of_numbers(server: Served, slug: str, count: int) -> str:
    """Make a page of so many charts, each a number, without any filter; return its slug."""
    session = server.session(ADMIN)
    page = _make_page(session, slug)
    dataset = next(one["id"] for one in session.every("dataset") if one["table_name"] == _DATASET)
    form = {"datasource": f"{dataset}__table", "viz_type": "big_number_total", "metric": _METRIC}
    charts = [
        session.call("POST", "chart/", json={
            "slice_name": f"{slug} {number}", "viz_type": "big_number_total", "datasource_id": dataset,
            "datasource_type": "table", "params": json.dumps(form), "dashboards": [page],
        })["id"]
        for number in range(count)
    ]  # fmt: skip
    session.call("PUT", f"dashboard/{page}", json={"position_json": json.dumps(_rows_of_three(charts))})
    return slug


def _make_page(session: Session, slug: str) -> int:
    roles = [role["id"] for role in session.every("security/roles") if role["name"] != "Public"]
    body = {"dashboard_title": slug, "slug": slug, "published": True, "roles": roles}
    return int(session.call("POST", "dashboard/", json=body)["id"])


def _rows_of_three(charts: list[int]) -> dict[str, Any]:
    """Superset's layout of a page: rows of twelve columns below its grid."""
    parents = ["ROOT_ID", "GRID_ID"]
    rows = {f"ROW-{start}": charts[start : start + 3] for start in range(0, len(charts), 3)}
    layout: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": list(rows), "parents": ["ROOT_ID"]},
    }
    for row, of_row in rows.items():
        layout[row] = {
            "type": "ROW", "id": row, "parents": parents, "children": [f"CHART-{chart}" for chart in of_row],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }  # fmt: skip
        for chart in of_row:
            layout[f"CHART-{chart}"] = {
                "type": "CHART", "id": f"CHART-{chart}", "children": [], "parents": [*parents, row],
                "meta": {"chartId": chart, "width": 4, "height": 30},
            }  # fmt: skip
    return layout
