"""Received text that is markup, on a real page: it is read as it was written, and nothing of it is drawn or followed.

Belongs here: what a browser makes of cells. Does not: files (tests/dashboards/test_exports.py has ours).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from dashboards.publishing.client import Session
from dashboards.superset.pages import text
from tests.dashboards.conftest import Server
from tests.dashboards.page import DashboardPage

HOSTILE = [
    '<a href="https://evil.example/" style="position:fixed;inset:0;z-index:9999">Cliquez</a>',
    '<a href="/logout/">x</a>',
    "<img src=x onerror=alert(1)>",
    "<b>gras</b>",
    "</td></tr></table><h1>titre</h1>",
    "<svg><a xlink:href='https://evil.example/'><text>x</text></a></svg>",
    "< a href='x'>x</a>",
    "<!-- x --><i>y</i>",
    "a < b et b > c",
    "<style>*{display:none}</style>",
]


@pytest.mark.parametrize("received", HOSTILE)
def test_what_is_shown_means_what_was_received_when_it_comes_back(received: str) -> None:
    """Would have made a filter by a hostile title find nothing."""
    shown = text.as_text(received)
    assert text.as_received(shown) == received
    assert text.as_received([shown, 1, None]) == [received, 1, None]
    assert shown.replace("\u2060", "") == received


def test_only_our_own_link_is_a_link() -> None:
    """Would have let a metric called as ours carry a link of somebody else's."""
    own = '<a href="/superset/dashboard/fiche/?native_filters=%28NATIVE_FILTER-a%3A1%29">Fiche</a>'
    assert text.shown([{"fiche_link": own, "use_case_title": own}]) == [
        {"fiche_link": own, "use_case_title": text.as_text(own)}
    ]
    for hostile in HOSTILE:
        [row] = text.shown([{"fiche_link": hostile, hostile: 1}])
        assert not any(mark in str(row) for mark in ("<a", "<img", "<svg", "<b", "<style", "</"))


@pytest.fixture(scope="module")
def hostile_table(server: Server) -> Iterator[tuple[int, str]]:
    """A table chart whose only column is hostile text, as an establishment could send it in a title."""
    engineer = Session(server.url, "admin", server.password("admin"))
    [database] = [item["id"] for item in engineer.every("database")]
    rows = " union all ".join(
        f"select {place} as place, '{one.replace(chr(39), chr(39) * 2)}' as titre" for place, one in enumerate(HOSTILE)
    )
    dataset = engineer.call("POST", "dataset/", json={"database": database, "table_name": "hostile", "sql": rows})["id"]
    settings = {
        "viz_type": "table",
        "query_mode": "raw",
        "all_columns": ["titre"],
        "allow_render_html": True,
        "row_limit": 100,
        "datasource": f"{dataset}__table",
    }
    body = {
        "slice_name": "Hostile",
        "viz_type": "table",
        "params": json.dumps(settings),
        "datasource_id": dataset,
        "datasource_type": "table",
    }
    chart = int(engineer.call("POST", "chart/", json=body)["id"])
    yield chart, server.url
    engineer.call("DELETE", f"chart/{chart}")
    engineer.call("DELETE", f"dataset/{dataset}")


@pytest.mark.superset
@pytest.mark.parametrize("to", ["csv", "xlsx"])
def test_a_title_of_ones_choosing_takes_no_column_out_of_files(
    server: Server, hostile_table: tuple[int, str], to: str
) -> None:
    """Would have taken the titles out of everybody's exports, with one that begins as a link does."""
    admin = Session(server.url, "admin", server.password("admin"))
    [dataset] = [item["id"] for item in admin.every("dataset") if item["table_name"] == "hostile"]
    body = {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [{"columns": ["titre", "place"], "metrics": None, "orderby": [["place", True]]}],
        "result_format": to,
        "result_type": "full",
    }
    content = admin.session.post(f"{admin.base_url}/chart/data", json=body, timeout=60).content
    if to == "csv":
        [headings, *rows] = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    else:
        [headings, *rows] = [
            [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        ]
    assert headings == ["titre", "place"]
    assert [row[0] for row in rows] == HOSTILE


@pytest.mark.browser
@pytest.mark.superset
def test_a_table_draws_hostile_titles_as_text(browser: Browser, server: Server, hostile_table: tuple[int, str]) -> None:
    """Would have laid a link of the sender's choosing over the whole page of a coordinator."""
    chart, url = hostile_table
    context = browser.new_context(viewport={"width": 1366, "height": 1200}, locale="fr-FR")
    context.set_default_timeout(60_000)
    page: Page = context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    DashboardPage(page, url).log_in("admin", server.password("admin"))
    page.goto(f"{url}/explore/?slice_id={chart}&standalone=1")
    cells = page.locator("tbody td")
    cells.first.wait_for()
    written = {cell.replace("\u2060", "") for cell in cells.all_inner_texts()}
    assert {" ".join(one.split()) for one in HOSTILE} <= {" ".join(one.split()) for one in written}
    assert page.locator("tbody td a, tbody td img, tbody td b, tbody td svg, tbody td h1, tbody td style").count() == 0
    assert said == []
    context.close()
