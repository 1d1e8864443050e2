"""What a page that an engineer opens could have Dagster do, and what an account of the machine could: all refused.

Each attempt says what it would have shown. Dagster's page is the real one, behind its guard, on a home with nothing in
it; who is signed in is said by a small server in Superset's place (``tests/dashboards`` asks the real one).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from dagster import DagsterInvalidConfigError, ResourceDefinition, ResourceParam, job, op, validate_run_config

from dashboards.serving.access import ADMIN_ROLE, COORDINATOR_ROLE, ENGINEER_ROLE, SESSION_COOKIE
from pipelines.engines import instance
from pipelines.operations.dagster_page import tickets
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import REGISTER_JOB
from pipelines.orchestration.resources import HomeResource
from sources.home.home import Home
from sources.home.home_layout import ensure_layout

ROLES = {"ingenieur": ENGINEER_ROLE, "admin": ADMIN_ROLE, "coordination": COORDINATOR_ROLE}
MUTATION = "mutation { reloadWorkspace { __typename } }"
QUESTION = "{ version }"
EVIL = "http://evil.example.org"
Headers = dict[str, str]


class WhoIsThere(BaseHTTPRequestHandler):
    """Superset's answer to « who am I », for sessions named after their account."""

    def do_GET(self) -> None:
        sessions = [part.strip() for part in self.headers.get("Cookie", "").split(";")]
        account = next((part.split("=", 1)[1] for part in sessions if part.startswith(f"{SESSION_COOKIE}=")), "")
        role = ROLES.get(account)
        self.send_response(200 if role else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"result": {"roles": {role: []}}} if role else {}).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@dataclass(frozen=True)
class DagsterPage:
    """The page that answers on this machine."""

    home: Home
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def own(self) -> Headers:
        """What the page's own scripts send, by an engineer's browser."""
        return {"Origin": self.url, "Sec-Fetch-Site": "same-origin", **signed_in("ingenieur")}

    def ask(self, query: str = MUTATION, **arguments: Any) -> requests.Response:
        headers = arguments.pop("headers", {})
        return requests.post(f"{self.url}/graphql", json={"query": query}, headers=headers, timeout=30, **arguments)


def signed_in(account: str) -> Headers:
    return {"Cookie": f"{SESSION_COOKIE}={account}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterPage]:
    home = Home(tmp_path_factory.mktemp("dagster-page") / "home")
    ensure_layout(home)
    instance.prepare(home)
    superset = ThreadingHTTPServer(("127.0.0.1", 0), WhoIsThere)
    threading.Thread(target=superset.serve_forever, daemon=True).start()
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "pipelines.operations.dagster_page.serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    variables = {**os.environ, "CARTOGRAPHIE_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)}
    with (home.root / "webserver.log").open("w") as log:
        serving = subprocess.Popen(
            [*command, "--superset-port", str(superset.server_port)], env=variables, stdout=log, stderr=log
        )
    try:
        found = DagsterPage(home, port)
        wait_for(found, serving, home.root / "webserver.log")
        yield found
    finally:
        serving.terminate()
        serving.wait(30)
        superset.shutdown()


def wait_for(page: DagsterPage, serving: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert serving.poll() is None, log.read_text()
        try:
            if requests.get(f"{page.url}/server_info", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    pytest.fail(log.read_text())


def test_the_page_itself_works_for_who_may(page: DagsterPage) -> None:
    """The guard lets through what the page needs: else the attempts below would prove nothing."""
    assert page.ask(QUESTION, headers=page.own).json()["data"]["version"]
    assert page.ask(QUESTION, headers=page.own | signed_in("admin")).status_code == 200
    opened = requests.get(f"{page.url}/runs", headers=signed_in("ingenieur"), timeout=30)
    assert opened.status_code == 200 and "text/html" in opened.headers["Content-Type"]
    assert page.ask(QUESTION, headers=signed_in("ingenieur")).status_code == 200  # a script without a browser


@pytest.mark.parametrize("who", [{}, signed_in("coordination"), signed_in("inconnu"), signed_in("")])
def test_nobody_else_reaches_the_page(page: DagsterPage, who: Headers) -> None:
    """Any account that can reach the port could run anything: Dagster has no accounts."""
    assert page.ask(headers={"Origin": page.url, **who}).status_code == 401
    for path in ("/", "/runs", "/graphql", "/logs/x", "/download_debug/x", "/dagit/notebook"):
        assert requests.get(page.url + path, headers=who, timeout=30).status_code in {401, 405}
    for path in ("/report_asset_materialization/publication", "/report_asset_check/publication"):
        assert requests.post(page.url + path, json={}, headers=who, timeout=30).status_code == 401


@pytest.mark.parametrize("dest", ["image", "script", "empty", "iframe", "frame", "embed", "object", "style"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_cannot_ask_by_get(page: DagsterPage, dest: str, site: str) -> None:
    """``<img src="…/graphql?query=mutation…">`` in any web page started a run with the engineer's session."""
    headers = signed_in("ingenieur") | {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest, "Sec-Fetch-Mode": "no-cors"}
    for path in ("/graphql", "/"):
        answer = requests.get(page.url + path, params={"query": MUTATION}, headers=headers, timeout=30)
        assert answer.status_code in {403, 405}


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
@pytest.mark.parametrize("query", [MUTATION, QUESTION])
def test_nothing_is_asked_by_get_whoever_asks(page: DagsterPage, accept: str, query: str) -> None:
    """A link in a mail, followed by an engineer, was a mutation: a navigation is let through, a question is not."""
    headers = page.own | {"Accept": accept, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = requests.get(f"{page.url}/graphql", params={"query": query}, headers=headers, timeout=30)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/plain; application/json",
        "",
    ],
)
def test_a_form_cannot_change_anything(page: DagsterPage, kind: str) -> None:
    """A form of another site posts simple content types without asking; Dagster took the query from the address."""
    body = json.dumps({"query": MUTATION})
    for path in ("/graphql", "/report_asset_materialization/publication"):
        answer = requests.post(
            page.url + path,
            params={"query": MUTATION},
            data=body,
            headers=page.own | {"Content-Type": kind},
            timeout=30,
        )
        assert answer.status_code == 415


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://127.0.0.1:8088", "http://127.0.0.1", "https://127.0.0.1.evil.example.org", "x"]
)
def test_another_origin_cannot_change_anything(page: DagsterPage, origin: str) -> None:
    """A script of another site, or one hidden in a page of Superset on the same machine, started runs."""
    assert page.ask(headers=page.own | {"Origin": origin}).status_code == 403
    for site in ("cross-site", "same-site", "none"):
        assert page.ask(headers=page.own | {"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:{port}", "127.0.0.1:1", "", "localhost"])
def test_a_name_that_is_not_its_own_is_refused(page: DagsterPage, host: str) -> None:
    """A name made to lead here (DNS rebinding) makes a foreign page the page's own origin."""
    named = host.format(port=page.port)
    headers = page.own | {"Host": named, "Origin": f"http://{named}"}
    assert page.ask(headers=headers).status_code in {400, 421}
    assert requests.get(page.url, headers=headers, timeout=30).status_code in {400, 421}


def test_nothing_answers_preflight_or_frames(page: DagsterPage) -> None:
    """With CORS a script could read; in a frame a click could be stolen."""
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{page.url}/graphql", headers=asked, timeout=30)
    assert answer.status_code in {403, 405} and "Access-Control-Allow-Origin" not in answer.headers
    shown = requests.get(page.url, headers=page.own, timeout=30)
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"Origin": EVIL, **signed_in("ingenieur")}, False),
        ({"Origin": "null", **signed_in("ingenieur")}, False),
        (signed_in("ingenieur"), False),
        ({"Origin": "own"}, False),
        ({"Origin": "own", **signed_in("coordination")}, False),
        ({"Origin": "own", "Host": "evil.example.org", **signed_in("ingenieur")}, False),
        ({"Origin": "own", **signed_in("ingenieur")}, True),
    ],
)
def test_a_web_socket_is_the_page_s_own(page: DagsterPage, headers: Headers, is_let_in: bool) -> None:
    """WebSockets know no same-origin rule: a foreign page listened to all events."""
    lines = {
        "Host": f"127.0.0.1:{page.port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "graphql-ws",
    } | {name: page.url if value == "own" else value for name, value in headers.items()}
    asked = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", page.port), 30) as connection:
        connection.sendall(f"GET /graphql HTTP/1.1\r\n{asked}\r\n".encode())
        status = connection.recv(4096).split(b" ", 2)[1]
    assert (status == b"101") is is_let_in


def test_a_ticket_opens_once_and_only_briefly(page: DagsterPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address seen over a shoulder or in a history would have opened the page again."""
    ticket = tickets.new_ticket(page.home)
    address = f"{page.url}/ouvrir?jeton={ticket}"
    browser = requests.Session()
    assert browser.get(address, timeout=30).status_code == 200
    assert browser.post(f"{page.url}/graphql", json={"query": QUESTION}, timeout=30).status_code == 200
    assert requests.get(address, timeout=30).status_code == 403
    (cookie,) = list(browser.cookies)
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "strict"
    old = tickets.new_ticket(page.home)
    for path in (page.home.dagster / "tickets").iterdir():
        os.utime(path, (time.time() - 2 * tickets.LIVES_SECONDS,) * 2)
    assert not tickets.take(page.home, old)
    for wrong in ("", "x", "../" * 12, "é" * 43, ticket):
        assert not tickets.take(page.home, wrong)


def test_a_body_without_end_is_not_read(page: DagsterPage) -> None:
    """A body of any length was read into memory."""
    answer = requests.post(
        f"{page.url}/graphql",
        data=iter([b"{}"]),
        headers=page.own | {"Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 413


def test_no_resource_of_any_job_has_a_setting(tmp_path: Path) -> None:
    """``superset.url`` in a run's configuration sent the administrator's password to that address."""
    definitions = build_defs(Home(tmp_path / "home"))
    jobs = [definitions.resolve_job_def(each.name) for each in definitions.jobs or []]
    assert jobs
    for one in jobs:
        for name, resource in one.resource_defs.items():
            assert not getattr(resource.config_schema.config_type, "fields", {}), (one.name, name)


def test_what_a_run_is_told_of_a_resource_is_not_heard() -> None:
    """A home of one's choosing was written by the service's account."""
    seen = []

    @op
    def look(home: ResourceParam[HomeResource]) -> None:
        seen.append(home.root)

    @job(resource_defs={"home": ResourceDefinition.hardcoded_resource(HomeResource(root="ours"))})
    def looking() -> None:
        look()

    assert looking.execute_in_process(run_config={"resources": {"home": {"config": {"root": "theirs"}}}}).success
    assert seen == ["ours"]


@pytest.mark.parametrize("name", ["sites", "entities"])
def test_a_register_comes_from_the_configuration_alone(tmp_path: Path, name: str) -> None:
    """``sites: /etc/passwd`` had the service read any file, or ask any address of its network."""
    register = build_defs(Home(tmp_path / "home")).resolve_job_def(REGISTER_JOB)
    told = {"ops": {"establishments": {"config": {"refresh": True, name: "/etc/passwd"}}}}
    with pytest.raises(DagsterInvalidConfigError, match=f'unexpected config entry "{name}"'):
        validate_run_config(register, told)
