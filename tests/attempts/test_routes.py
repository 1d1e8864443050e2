"""Every route that Superset has, asked by nobody, a reader and a coordinator: what answers is what is named here.

Would have shown a door that a new version of Superset brings, or one that nobody thought of: thumbnails and screenshots
of pages, exports, imports, caches, tags, styles, notes, tokens for guests, saved questions of others, the journal.
Belongs here: routes, each once, with numbers of things that are there. Does not: what an open route answers
(``test_reader``, ``test_roles``).
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from dashboards.publishing.client import Session
from dashboards.serving.environment import environment_python
from dashboards.serving.server import server_environment
from tests.attempts.attacker import Place
from tests.attempts.test_roles import signed_in
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

_LIST = """
import json, sys
from superset.app import create_app
rules = create_app().url_map.iter_rules()
print("ROUTES" + json.dumps([(rule.rule, sorted(rule.methods - {"HEAD", "OPTIONS"})) for rule in rules]))
"""
PLACE = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
OPEN_TO_NOBODY = {"/login/", "/health", "/healthcheck", "/ping", "/register/"}
OPEN_TO_READERS = OPEN_TO_NOBODY | {
    "/api/v1/chart/", "/api/v1/chart/_info", "/api/v1/chart/related/<column_name>", "/api/v1/dashboard/",
    "/api/v1/dashboard/_info", "/api/v1/dashboard/related/<column_name>", "/api/v1/me/", "/api/v1/me/roles/",
    "/api/v1/security/csrf_token/", "/api/v1/theme/", "/api/v1/theme/_info", "/chart/list/", "/dashboard/list/",
    "/resetmypassword/form", "/theme/list/", "/users/userinfo/",
}  # fmt: skip
"""Pages without data, and lists that hold what is theirs: `chart` and `dashboard` are looked at in test_reader."""
OPEN_TO_COORDINATORS = OPEN_TO_READERS | {
    "/api/v1/chart/<int:pk>", "/api/v1/dashboard/<id_or_slug>", "/api/v1/dashboard/<id_or_slug>/charts",
    "/api/v1/dashboard/<id_or_slug>/datasets", "/api/v1/dashboard/<id_or_slug>/tabs", "/api/v1/chart/<id_or_uuid>",
    "/superset/dashboard/<dashboard_id_or_slug>/", "/mes-envois/", "/mes-envois/sans-reponse",
}  # fmt: skip
OPEN = {"nobody": OPEN_TO_NOBODY, "lecteur-hcl": OPEN_TO_READERS, "coordination": OPEN_TO_COORDINATORS}

WRITTEN_BY_BOTH = {
    "DELETE /api/v1/chart/<pk>/favorites/", "DELETE /api/v1/dashboard/<pk>/favorites/", "POST /superset/log/",
}  # fmt: skip
"""A star of one's own, and what a page's script tells, of which nothing is kept (test_nobody)."""
WRITTEN = {
    "lecteur-hcl": WRITTEN_BY_BOTH,
    "coordination": WRITTEN_BY_BOTH
    | {
        "POST /api/v1/chart/<pk>/favorites/", "POST /api/v1/dashboard/<pk>/favorites/",
        "POST /api/v1/dashboard/<pk>/permalink",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One address with the numbers of things that are there: a page of others, its charts, its dataset."""

    rule: str
    methods: tuple[str, ...]

    def filled(self, place: Place) -> str:
        return PLACE.sub(lambda found: str(self._one(found[1], place)), self.rule)

    def _one(self, name: str, place: Place) -> object:
        if name in {"column_name", "datasource_type"}:
            return {"column_name": "owners", "datasource_type": "table"}[name]
        for part, number in (
            ("dashboard", place.pages["comparaison"]),
            ("chart", min(place.charts.values())),
            ("dataset", place.datasets["mart_answer"]),
            ("datasource", place.datasets["mart_answer"]),
        ):
            if part in self.rule.lower():
                return number
        return 1


@pytest.fixture(scope="module")
def place(server: Server) -> Place:
    return Place.seen_by(Session(server.url, "admin", server.password("admin")))


@pytest.fixture(scope="module")
def routes(server: Server, dashboards_home: Path) -> list[Route]:
    surroundings = server_environment(server.superset_home, dashboards_home / "published")
    command = [str(environment_python()), "-c", _LIST]
    said = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout
    found = [Route(rule, tuple(methods)) for rule, methods in json.loads(said.partition("ROUTES")[2])]
    assert len(found) > 300
    return [one for one in found if not one.rule.startswith("/static") and "logout" not in one.rule]


@pytest.mark.parametrize("who", OPEN)
def test_what_can_be_read_is_what_is_named(server: Server, place: Place, routes: list[Route], who: str) -> None:
    asking = requests.Session() if who == "nobody" else signed_in(server, who, "")
    told = {}
    for route in routes:
        if "GET" in route.methods:
            answer = asking.get(f"{server.url}{route.filled(place)}", allow_redirects=False, timeout=60)
            told[route.rule] = answer.status_code
    assert {rule for rule, status in told.items() if status < 300} <= OPEN[who]
    if who == "nobody":
        assert not {rule: status for rule, status in told.items() if status >= 500}, "each fills the engineers' log"


@pytest.mark.parametrize("who", WRITTEN)
def test_what_can_be_written_is_what_is_named(server: Server, place: Place, routes: list[Route], who: str) -> None:
    """With a token of the API, which no forged request has: what stays is what the role may do."""
    session = Session(server.url, who, server.password(who)).session
    done = set()
    for route in routes:
        for method in {"POST", "PUT", "DELETE", "PATCH"} & set(route.methods):
            if route.rule.startswith(("/login", "/api/v1/security/", "/mes-envois")):
                continue
            sent = {"json": {}} if route.rule.startswith("/api/") else {"data": {"x": "1"}}
            answer = session.request(
                method, f"{server.url}{route.filled(place)}", allow_redirects=False, timeout=60, **sent
            )
            if answer.status_code < 300:
                done.add(f"{method} {route.rule}")
    assert done <= WRITTEN[who]
