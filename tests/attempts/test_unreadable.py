"""Questions of no page, sent by whoever is signed in or by nobody: refused in words, none an error of the server.

Would have filled the engineers' log with traces of thousands of characters, one for each, and hidden a true one.
Belongs here: shapes that cannot be read. Does not: questions that can, and are not a chart's (test_reader).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from dashboards.publishing.client import Session
from tests.attempts.attacker import Place, Reader, question_of
from tests.attempts.test_kept_choices import in_a_browser
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

CHART = ("mart_reader_answer", "Mes réponses, cellule par cellule")
DEEP = "[" * 3_000 + "]" * 3_000


@pytest.fixture(scope="module")
def place(server: Server) -> Place:
    return Place.seen_by(Session(server.url, "admin", server.password("admin")))


@pytest.fixture(scope="module")
def reader(server: Server, place: Place) -> Reader:
    return Reader(Session(server.url, "lecteur-hcl", server.password("lecteur-hcl")), place)


def is_told(answer: requests.Response) -> bool:
    is_in_words = not any(mark in answer.text for mark in ("Traceback", "stacktrace", "object has no attribute"))
    return (
        400 <= answer.status_code < 500
        and answer.headers["Content-Type"].startswith("application/json")
        and is_in_words
    )


BODIES = {one or "empty": one for one in ("", "null", "[]", "1", '"x"', "{}", '{"form_data": null}', '{"queries": []}')}


@pytest.mark.parametrize("sent", [*BODIES.values(), DEEP], ids=[*BODIES, "deep"])
@pytest.mark.parametrize("who", ["lecteur-hcl", "lecture"])
def test_a_body_that_is_no_question(server: Server, who: str, sent: str) -> None:
    person = Session(server.url, who, server.password(who)).session
    json_of = {"Content-Type": "application/json"}
    assert is_told(person.post(f"{server.url}/api/v1/chart/data", data=sent, headers=json_of, timeout=60)), sent[:40]


AROUND: dict[str, dict[str, Any]] = {
    "another kind of dataset": {"datasource": {"id": 1, "type": "dataset"}},
    "a view": {"datasource": {"id": 1, "type": "view"}},
    "a statement that is kept": {"datasource": {"id": 1, "type": "saved_query"}},
    "a number below all": {"datasource": {"id": -1, "type": "table"}},
    "a number beyond all": {"datasource": {"id": 10**30, "type": "table"}},
    "a form that is a word": {"form_data": "x"},
    "a kind of chart that is a list": {"form_data": {"viz_type": [1]}},
    "a format that is a list": {"result_format": ["csv"]},
    "rows that are a word": {"form_data": {"row_limit": "x"}, "result_format": "csv"},
}
WITHIN: dict[str, dict[str, Any]] = {
    "a time that ends before it begins": {"time_range": "2020-01-01 : 2019"},
    "a column that is empty": {"columns": [{}]},
    "a column that is a number": {"columns": [1]},
    "a metric that is a list": {"metrics": [["cell"]]},
    "another dataset": {"datasource": {"id": 1, "type": "table"}},
    "a step without its settings": {"post_processing": [{"operation": "pivot"}]},
    "a step of wrong settings": {
        "post_processing": [
            {"operation": "pivot", "options": {"index": ["cell"], "aggregates": {"cell": {"operator": "sum"}}}}
        ]
    },
}


def body(place: Place) -> dict[str, Any]:
    form = {"dashboardId": place.pages["etablissement"], "slice_id": place.charts[CHART[1]]}
    return {"datasource": {"id": place.datasets[CHART[0]], "type": "table"}, "form_data": form,
            "queries": [question_of(CHART[1])], "result_format": "json", "result_type": "full"}  # fmt: skip


@pytest.mark.parametrize("attempt", AROUND)
def test_a_question_of_a_wrong_shape(reader: Reader, place: Place, attempt: str) -> None:
    assert is_told(reader.send("POST", "chart/data", json=body(place) | AROUND[attempt]))


@pytest.mark.parametrize("attempt", WITHIN)
def test_a_question_with_a_part_of_a_wrong_shape(reader: Reader, place: Place, attempt: str) -> None:
    asked = body(place)
    asked["queries"][0] |= WITHIN[attempt]
    assert is_told(reader.send("POST", "chart/data", json=asked))


@pytest.mark.parametrize(
    "asked", ["", "?q=1", "?q=!t", "?q=(a:1)", "?q=!((a:1))", "?q=(", "?q=!((timeRange:x,shift:!(a)))"]
)
def test_a_time_of_no_shape(reader: Reader, asked: str) -> None:
    assert is_told(reader.send("GET", f"time_range/{asked}"))


OLDER = [DEEP, "null", "[]", '{"viz_type": "country_map"}', '{"viz_type": "x"}', '{"viz_type": ["country_map"]}',
         '{"viz_type": "country_map", "datasource": "1__x"}', '{"datasource": null}']  # fmt: skip


@pytest.mark.parametrize("form", OLDER, ids=["deep", *OLDER[1:]])
def test_the_older_way_of_asking(server: Server, form: str) -> None:
    browser = in_a_browser(server, "lecture")
    assert is_told(browser.post(f"{server.url}/superset/explore_json/", data={"form_data": form}, timeout=60))


HALF_A_SIGN = '{"username": "\\ud800", "password": "x", "provider": "db"}'


@pytest.mark.parametrize("sent", [DEEP, HALF_A_SIGN], ids=["deep", "half a sign"])
def test_nobody_logs_in_with_what_cannot_be_read(server: Server, sent: str) -> None:
    """Would have been an error of the server for whoever reaches it, signed in or not."""
    json_of = {"Content-Type": "application/json"}
    assert is_told(requests.post(f"{server.url}/api/v1/security/login", data=sent, headers=json_of, timeout=60))


def test_figures_of_a_page_are_kept_by_nothing_between(server: Server, place: Place) -> None:
    """Would have let a proxy of a hospital give them to the next who asks."""
    form = {"viz_type": "country_map", "datasource": f"{place.datasets['mart_cartography']}__table",
            "entity": "department_iso", "metric": "deployed_use_case_count", "select_country": "france"}  # fmt: skip
    address = f"{server.url}/superset/explore_json/"
    answer = in_a_browser(server, "lecture").get(address, params={"form_data": json.dumps(form)}, timeout=60)
    assert answer.status_code == requests.codes.ok, answer.text[:300]
    assert "public" not in answer.headers.get("Cache-Control", "")
