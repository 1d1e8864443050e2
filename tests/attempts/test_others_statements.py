"""A statement of SQL that an engineer ran once, asked as if it were a dataset by who may write none.

Superset judges such a question by the tables that it finds in the statement: of one without a table, anybody could ask
anything. Belongs here: statements as datasets, and datasets that an engineer makes beside ours. Does not: what a
statement may hold (test_statements), questions to tables (test_reader).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from dashboards.publishing.client import Session
from dashboards.serving.access import READER_ROLE
from tests.attempts.attacker import Place, Reader, is_refused
from tests.attempts.test_kept_choices import in_a_browser
from tests.dashboards.conftest import OWN, Server

pytestmark = pytest.mark.superset

READERS = ("lecteur-hcl", "lecteur-sans", "lecture", "coordination", "editeur")
"""Everybody who writes no SQL; the last three read every row by pages, and what an engineer wrote by none."""
EVERYBODYS = "SELECT organisation_code || ' ' || cell || ' ' || answer_text FROM mart_answer"
EXPRESSIONS = {
    "its own column": "one",
    "a sub-query that Superset sees as a column": f"ARRAY({EVERYBODYS})",
    "the same, as DuckDB may write it": "ARRAY(FROM mart_answer SELECT answer_text)",
    "whether there are rows": "EXISTS(FROM mart_answer)",
    "where the machine keeps things": "json_serialize_plan('SELECT current_setting(''secret_directory'')')",
    "a wait": "pg_sleep(1)",
}


@pytest.fixture(scope="module")
def admin(server: Server) -> Session:
    return Session(server.url, "admin", server.password("admin"))


@pytest.fixture(scope="module")
def place(admin: Session) -> Place:
    return Place.seen_by(admin)


@pytest.fixture(scope="module")
def people(server: Server, place: Place) -> dict[str, Reader]:
    names = (*READERS, "ingenieur")
    return {name: Reader(Session(server.url, name, server.password(name)), place) for name in names}


@pytest.fixture(scope="module")
def statement(people: dict[str, Reader], admin: Session) -> int:
    """The number of a statement that an engineer ran: it reads no table."""
    database = int(next(iter(admin.every("database")))["id"])
    body = {"database_id": database, "sql": "SELECT 1 AS one", "runAsync": False, "queryLimit": 10}
    answer = people["ingenieur"].send("POST", "sqllab/execute/", json=body)
    assert answer.status_code == requests.codes.ok, answer.text[:300]
    return int(answer.json()["query_id"])


def ask_of(person: Reader, dataset: dict[str, Any], expression: str, part: str = "columns") -> requests.Response:
    asked = {"expressionType": "SQL", "sqlExpression": expression, "label": "x"}
    query = {"columns": [], "metrics": [], "row_limit": 10, part: [asked]}
    body = {"datasource": dataset, "queries": [query], "result_format": "json", "result_type": "full"}
    return person.send("POST", "chart/data", json=body)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("who", READERS)
def test_a_statement_is_no_dataset_to_who_writes_none(
    people: dict[str, Reader], statement: int, who: str, expression: str
) -> None:
    """Would have shown every establishment's cells to any reader, by the number of any statement without a table."""
    answer = ask_of(people[who], {"id": statement, "type": "query"}, EXPRESSIONS[expression])
    assert is_refused(answer), (answer.status_code, answer.text[:300])
    assert "select" not in answer.text.lower()


def test_who_writes_statements_draws_what_one_gave_within_bounds(people: dict[str, Reader], statement: int) -> None:
    dataset = {"id": statement, "type": "query"}
    assert people["ingenieur"].rows(ask_of(people["ingenieur"], dataset, "one")) == [{"x": 1}]
    bins = {"operation": "histogram", "options": {"column": "one", "groupby": [], "bins": 2_000_000_000}}
    query = {"columns": ["one"], "metrics": [], "row_limit": 10, "post_processing": [bins]}
    body = {"datasource": dataset, "queries": [query], "result_format": "json", "result_type": "full"}
    assert is_refused(people["ingenieur"].send("POST", "chart/data", json=body))


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("path", ["explore/?datasource_type=query&datasource_id={}", "query/{}"])
def test_nobody_else_reads_what_was_written(people: dict[str, Reader], statement: int, who: str, path: str) -> None:
    """Would have told an editor the statements of engineers."""
    assert is_refused(people[who].send("GET", path.format(statement)))


@pytest.mark.parametrize("who", ["lecture", "editeur"])
def test_nor_by_the_older_way_of_asking(server: Server, statement: int, who: str) -> None:
    form = {"viz_type": "country_map", "datasource": f"{statement}__query", "entity": "one", "select_country": "france",
            "metric": {"expressionType": "SQL", "sqlExpression": "1", "label": "x"}}  # fmt: skip
    sent = {"form_data": json.dumps(form)}
    answer = in_a_browser(server, who).post(f"{server.url}/superset/explore_json/", data=sent, timeout=60)
    assert is_refused(answer) and "select" not in answer.text.lower(), answer.text[:300]


@pytest.fixture
def beside_ours(admin: Session) -> Iterator[tuple[int, int, int]]:
    """A reader's mart that no page of ours shows, made a dataset with a chart on a page that is open to readers."""
    [database] = [item["id"] for item in admin.every("database")]
    table = {"database": database, "schema": "main", "table_name": "mart_reader_duplicate_pair"}
    dataset = int(admin.call("POST", "dataset/", json=table)["id"])
    roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
    page = int(
        admin.call("POST", "dashboard/", json={"dashboard_title": f"x{time.time_ns()}", "published": True})["id"]
    )
    settings = f'{{"viz_type": "table", "query_mode": "raw", "all_columns": ["{COLUMN}"], "row_limit": 100}}'
    body = {"slice_name": "x", "viz_type": "table", "datasource_id": dataset, "datasource_type": "table",
            "params": settings, "dashboards": [page]}  # fmt: skip
    chart = int(admin.call("POST", "chart/", json=body)["id"])
    admin.call("PUT", f"dashboard/{page}", json={"roles": [roles[READER_ROLE]]})
    yield dataset, page, chart
    for path in (f"chart/{chart}", f"dashboard/{page}", f"dataset/{dataset}"):
        admin.call("DELETE", path)


COLUMN = "reader_organisation_code"


def test_a_dataset_without_a_rule_of_rows_gives_a_reader_none(
    people: dict[str, Reader], beside_ours: tuple[int, int, int]
) -> None:
    """Would have shown every establishment's rows, on a page that was opened to readers by mistake."""
    dataset, page, chart = beside_ours
    body = {
        "datasource": {"id": dataset, "type": "table"},
        "form_data": {"dashboardId": page, "slice_id": chart},
        "queries": [{"columns": [COLUMN], "metrics": [], "row_limit": 100}],
    }
    assert {row[COLUMN] for row in people["lecture"].rows(people["lecture"].send("POST", "chart/data", json=body))} > {
        OWN
    }
    assert is_refused(people["lecteur-hcl"].send("POST", "chart/data", json=body))
