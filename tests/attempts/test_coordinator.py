"""A coordinator and an engineer, who may write charts and SQL: what they can still not do to the server, or to readers.

Belongs here: attempts with an account that edits. Does not: readers (test_reader.py), what a statement may hold
(test_statements.py, without a server).
"""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
import requests

from dashboards.publishing.client import Session
from dashboards.serving.access import READER_ROLE
from dashboards.serving.accounts import close_account, renew_password
from dashboards.serving.server import accounts_file, read_accounts
from tests.attempts.attacker import Place, Reader, is_refused
from tests.dashboards.conftest import PASSWORD, Server

pytestmark = pytest.mark.superset

MATRIX = ("mart_portfolio_matrix_function", "Matrice impact × effort")


@pytest.fixture(scope="module")
def admin(server: Server) -> Session:
    return Session(server.url, "admin", server.password("admin"))


@pytest.fixture(scope="module")
def place(admin: Session) -> Place:
    return Place.seen_by(admin)


@pytest.fixture(scope="module")
def coordinator(server: Server, place: Place) -> Reader:
    return Reader(Session(server.url, "editeur", server.password("editeur")), place)


@pytest.fixture(scope="module")
def engineer(server: Server, place: Place) -> Reader:
    return Reader(Session(server.url, "ingenieur", server.password("ingenieur")), place)


@pytest.fixture(scope="module")
def database(admin: Session) -> int:
    return int(next(iter(admin.every("database")))["id"])


def run_sql(engineer: Reader, database: int, sql: str) -> requests.Response:
    body = {"database_id": database, "sql": sql, "runAsync": False, "queryLimit": 100}
    return engineer.send("POST", "sqllab/execute/", json=body)


def is_well(url: str) -> bool:
    return requests.get(f"{url}/health", timeout=10).status_code == 200


# --- questions without bound --------------------------------------------------------------------------------------

HISTOGRAM = {"operation": "histogram", "options": {"column": "Impact", "groupby": [], "bins": 2_000_000_000}}
BOUNDLESS: dict[str, Callable[[Reader], requests.Response]] = {
    "two thousand million bins": lambda c: c.ask_as_page(*MATRIX, page="matrice", post_processing=[HISTOGRAM]),
    "rows at each nanosecond": lambda c: c.ask_as_page(
        *MATRIX, page="matrice", post_processing=[{"operation": "resample", "options": {"rule": "1ns"}}]
    ),
    "a list of ten thousand values": lambda c: c.ask_as_page(
        *MATRIX, page="matrice", more_filters=[{"col": "axis_label", "op": "IN", "val": ["x"] * 10_000}]
    ),
    "a million rows": lambda c: c.ask_as_page(*MATRIX, page="matrice", row_limit=1_000_000),
}  # fmt: skip


@pytest.mark.parametrize("attempt", BOUNDLESS)
def test_an_editor_asks_within_bounds(coordinator: Reader, attempt: str) -> None:
    """Would have taken 19 GB of the machine."""
    response = BOUNDLESS[attempt](coordinator)
    assert is_refused(response), (response.status_code, response.text[:300])


@pytest.mark.parametrize(
    "expression",
    [
        "(SELECT COUNT(*) FROM range(1000000000000))",
        "(SELECT content FROM read_text('/etc/passwd'))",
        "getenv('HOME')",
        "(SELECT COUNT(*) FROM duckdb_settings())",
    ],
)
def test_an_expression_of_a_chart_is_looked_at_like_sql(coordinator: Reader, expression: str) -> None:
    """Would have run what SQL Lab refuses, by way of a chart's editor."""
    metric = {"expressionType": "SQL", "sqlExpression": expression, "label": "x"}
    response = coordinator.ask(*MATRIX, page="matrice", metrics=[metric])
    assert response.status_code >= 400 or "error" in response.json()["result"][0]
    assert "root:" not in response.text


# --- statements ---------------------------------------------------------------------------------------------------

REFUSED_SQL = [
    "CALL enable_logging()",
    "SELECT * FROM enable_logging()",
    "PRAGMA enable_profiling",
    "SET threads = 64",
    "ATTACH '/tmp/x.db' AS x",
    "COPY (SELECT 1) TO '/tmp/x'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '/tmp/x'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM range(1000000000000)",
    "SELECT * FROM duckdb_settings()",
]


@pytest.mark.parametrize("sql", REFUSED_SQL)
def test_a_statement_that_is_no_reading_of_tables_is_refused(engineer: Reader, database: int, sql: str) -> None:
    """Would have ended the process that answers everybody, read files, or never come back."""
    response = run_sql(engineer, database, sql)
    assert response.status_code >= 400, response.text[:300]
    assert "root:" not in response.text


def test_what_engineers_do_is_answered(engineer: Reader, database: int) -> None:
    for sql in ("SELECT 1 AS one", "EXPLAIN SELECT 1", "WITH a AS (SELECT * FROM range(10)) SELECT COUNT(*) FROM a"):
        response = run_sql(engineer, database, sql)
        assert response.status_code == requests.codes.ok, response.text[:500]


ENDLESS_SQL = {
    "a recursion without end": "WITH RECURSIVE t AS (SELECT 1 n UNION ALL SELECT n + 1 FROM t) SELECT COUNT(*) FROM t",
    "a product of tables": "SELECT COUNT(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1",
}


@pytest.mark.parametrize("attempt", ENDLESS_SQL)
def test_a_statement_past_its_time_is_interrupted_and_the_threads_are_free_again(
    server: Server, engineer: Reader, database: int, attempt: str
) -> None:
    """Would have kept a processor busy until the server starts again, long after the answer was given up."""
    began = time.monotonic()
    response = run_sql(engineer, database, ENDLESS_SQL[attempt])
    assert response.status_code >= 400
    said = json.dumps(response.json(), ensure_ascii=False)
    assert "arrêtée" in said or "Out of Memory" in said
    assert time.monotonic() - began < 90
    assert is_well(server.url)


def test_statements_leave_threads_to_everybody_else(server: Server, engineer: Reader, database: int) -> None:
    """Eight statements of one person kept everybody from every page, for as long as each may run."""
    with ThreadPoolExecutor(10) as threads:
        asked = [threads.submit(run_sql, engineer, database, ENDLESS_SQL["a product of tables"]) for _ in range(10)]
        time.sleep(3)
        began = time.monotonic()
        for path in ("health", "login/", "api/v1/me/"):
            assert requests.get(f"{server.url}/{path}", timeout=20).status_code in {200, 401}
        assert time.monotonic() - began < 15
        assert not all(one.done() for one in asked)


def test_memory_past_the_limit_ends_one_process_at_most(server: Server, engineer: Reader, database: int) -> None:
    """Would have had the machine end whatever it likes."""
    for _ in range(2):
        try:
            response = run_sql(engineer, database, "SELECT length(repeat('x', 2000000000) || repeat('y', 2000000000))")
            assert response.status_code >= 400 or response.json()["data"] is not None
        except requests.ConnectionError:
            pass
        assert _answers_again(server.url)


def test_a_database_that_broke_down_tells_nothing_of_the_machine(coordinator: Reader, server: Server) -> None:
    """Would have told where the program stands, and its stack, to whoever writes an expression."""
    metric = {"expressionType": "SQL", "sqlExpression": "reservoir_quantile(1, 0.5, 2147483647)", "label": "x"}
    response = coordinator.ask(*MATRIX, page="matrice", metrics=[metric])
    assert response.status_code >= 400 and "arrêtée sur cette requête" in response.json()["message"]
    assert "Stack" not in response.text and "site-packages" not in response.text
    assert _answers_again(server.url)


def _answers_again(url: str) -> bool:
    for _ in range(40):
        try:
            if is_well(url):
                return True
        except requests.RequestException:
            time.sleep(0.5)
    return False


# --- opening to readers what is not theirs --------------------------------------------------------------------------


def test_a_page_that_is_opened_to_readers_shows_them_nothing_of_others(
    server: Server, place: Place, admin: Session
) -> None:
    """Would have shown everybody's cells to readers, once a coordinator gave their role to the page."""
    number = place.pages["matrice"]
    roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
    before = [role["id"] for role in admin.call("GET", f"dashboard/{number}")["result"]["roles"]]
    admin.call("PUT", f"dashboard/{number}", json={"roles": [*before, roles[READER_ROLE]]})
    try:
        reader = Reader(Session(server.url, "lecteur-hcl", server.password("lecteur-hcl")), place)
        response = reader.ask_as_page(*MATRIX, page="matrice")
        assert is_refused(response), response.text[:300]
    finally:
        admin.call("PUT", f"dashboard/{number}", json={"roles": before})


def test_every_dataset_that_is_not_for_readers_has_a_rule_that_leaves_them_nothing(
    admin: Session, place: Place
) -> None:
    """The same by Superset's own means: where one of the two is forgotten, the other holds."""
    closed = next(rule for rule in admin.every("rowlevelsecurity") if rule["name"] == "cartographie:closed")
    assert closed["clause"] == "1 = 0" and closed["filter_type"] == "Base"
    assert {table["table_name"] for table in closed["tables"]} >= {
        name for name in place.datasets if not name.startswith("mart_reader_")
    }
    assert READER_ROLE not in {role["name"] for role in closed["roles"]}


def test_what_was_asked_stands_in_no_log(server: Server, engineer: Reader, coordinator: Reader, database: int) -> None:
    """Would have kept the values that people filter by where whoever looks after the machine reads them."""
    marker = f"marque-{time.time_ns()}"
    run_sql(engineer, database, f"SELECT '{marker}' FROM nowhere")
    run_sql(engineer, database, f"SELECT CAST('{marker}' AS INTEGER)")
    run_sql(engineer, database, f"CALL enable_logging('{marker}')")
    wanted = [{"col": "axis_label", "op": "IN", "val": [marker]}, {"col": "nowhere", "op": "==", "val": marker}]
    coordinator.ask_as_page(*MATRIX, page="matrice", more_filters=wanted)
    metric = {"expressionType": "SQL", "sqlExpression": f"CAST('{marker}' AS INTEGER)", "label": "x"}
    coordinator.ask(*MATRIX, page="matrice", metrics=[metric])
    assert marker not in (server.superset_home.parent / "superset.log").read_text(encoding="utf-8", errors="replace")


# --- sessions and passwords -----------------------------------------------------------------------------------------


@pytest.fixture
def account(server: Server, admin: Session) -> str:
    """The name of a reader's account made for one test, with its password in the file of accounts."""
    name = f"passant-{time.time_ns() % 10**9}"
    roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
    body = {"username": name, "first_name": name, "last_name": "x", "email": f"{name}@x.invalid", "active": True}
    admin.call("POST", "security/users/", json={**body, "password": PASSWORD, "roles": [roles[READER_ROLE]]})
    with accounts_file(server.superset_home).open("a", encoding="utf-8") as file:
        file.write(f"{name} : {PASSWORD}\n")
    return name


def signed_in(server: Server, name: str) -> requests.Session:
    """A browser's session: the form, with its token."""
    browser = requests.Session()
    page = browser.get(f"{server.url}/login/", timeout=60).text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = {"username": name, "password": read_accounts(server.superset_home)[name], "csrf_token": token}
    browser.post(f"{server.url}/login/", data=sent, timeout=60)
    assert is_in(server, browser)
    return browser


def is_in(server: Server, browser: requests.Session) -> bool:
    return browser.get(f"{server.url}/api/v1/me/", timeout=60).status_code == 200


def tokens(server: Server, name: str) -> dict[str, str]:
    sent = {"username": name, "password": read_accounts(server.superset_home)[name], "provider": "db", "refresh": True}
    return dict(requests.post(f"{server.url}/api/v1/security/login", json=sent, timeout=60).json())


def works(server: Server, token: str) -> bool:
    bearer = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{server.url}/api/v1/dashboard/", headers=bearer, timeout=60).status_code == 200


def refreshes(server: Server, token: str) -> bool:
    bearer = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{server.url}/api/v1/security/refresh", headers=bearer, timeout=60).status_code == 200


def test_a_new_password_ends_what_was_opened_with_the_old_one(server: Server, account: str) -> None:
    """Would have left whoever stole a session in, for eight hours or thirty days, after `accounts renew`."""
    home, browser, given = server.superset_home, signed_in(server, account), tokens(server, account)
    assert works(server, given["access_token"]) and refreshes(server, given["refresh_token"])
    renew_password(home, home.parent / "published", account)
    assert not is_in(server, browser)
    assert not works(server, given["access_token"]) and not refreshes(server, given["refresh_token"])
    assert is_in(server, signed_in(server, account))


def test_a_closed_account_is_out_and_opened_again_its_old_sessions_stay_out(server: Server, account: str) -> None:
    """Would have let a person who left go on, and come back with the account."""
    home, browser, given = server.superset_home, signed_in(server, account), tokens(server, account)
    close_account(home, home.parent / "published", account)
    assert not is_in(server, browser) and not works(server, given["access_token"])
    renew_password(home, home.parent / "published", account)
    assert not is_in(server, browser) and not refreshes(server, given["refresh_token"])


def test_a_copied_cookie_is_worth_nothing_after_the_logout(server: Server, account: str) -> None:
    """Would have let the next user of a ward's computer in, with the cookie of who logged out."""
    browser = signed_in(server, account)
    copy = requests.Session()
    copy.cookies.update(browser.cookies)
    assert is_in(server, copy)
    browser.get(f"{server.url}/logout/", timeout=60)
    assert not is_in(server, copy)


def test_a_refresh_token_lasts_a_working_day_at_most(server: Server, account: str) -> None:
    """Would have been a key of thirty days."""
    payload = tokens(server, account)["refresh_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["exp"] - claims["iat"] <= 8 * 3600


@pytest.mark.parametrize(
    "password",
    ["a", "aaaaaaaaaaaaaaaa", "password1234", "Motdepasse-2026", "azerty-azerty", "faible-faible", "F.a-i/b*l_e.2026"],
)
def test_a_password_that_is_guessed_at_once_is_not_taken(admin: Session, password: str) -> None:
    """Would have made an account that ten guesses open."""
    roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
    account: dict[str, Any] = {"username": "faible", "first_name": "x", "last_name": "x", "email": "f@x.invalid"}
    body = {**account, "active": True, "password": password, "roles": [roles[READER_ROLE]]}
    response = admin._send("POST", "security/users/", {"json": body})
    assert is_refused(response), response.text[:300]


def test_the_links_of_an_account_are_counted(server: Server, coordinator: Reader) -> None:
    """Would have filled the metadata, a link at a time."""
    page = coordinator.place.pages["matrice"]
    with closing(sqlite3.connect(server.superset_home / "metadata.db", timeout=30)) as metadata:
        [(account,)] = metadata.execute("select id from ab_user where username = 'editeur'").fetchall()
        metadata.executemany(
            "insert into key_value (resource, value, uuid, created_on, created_by_fk) values "
            "('dashboard_permalink', x'00', randomblob(16), datetime('now'), ?)",
            [[account]] * 700,
        )
        metadata.commit()
        coordinator.send("POST", f"dashboard/{page}/permalink", json={"urlParams": [["x", str(time.time())]]})
        [(kept,)] = metadata.execute("select count(*) from key_value where created_by_fk = ?", [account]).fetchall()
    assert kept <= 500
