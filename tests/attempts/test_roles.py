"""Doors of Superset that no role of ours has: each is tried with the session of a reader, a coordinator, an engineer.

Would have shown: tables uploaded beside ours, another database, pages sent by e-mail, everybody's journal, a token for
whoever is named. Belongs here: what is refused whatever is asked, links that one keeps for another, and the way after a
login. Does not: questions about data (``test_reader``, ``test_coordinator``).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from dashboards.publishing.client import (
    Session,
)
from tests.attempts.attacker import Place, Reader, is_refused
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

ACCOUNTS = {"reader": "lecteur-hcl", "coordinator": "coordination", "engineer": "ingenieur"}
EVERYBODY = tuple(ACCOUNTS)
READERS = ("reader",)
EDITORS_TOO = ("reader", "coordinator")

CLOSED: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = {
    "GET log/": (EVERYBODY, "the journal of what everybody did", {}),
    "GET report/": (EVERYBODY, "pages sent by e-mail", {}),
    "POST report/": (EVERYBODY, "a page sent on a schedule", {"name": "x", "type": "Report", "crontab": "* * * * *"}),
    "POST annotation_layer/": (EVERYBODY, "notes drawn on charts", {"name": "x"}),
    "POST css_template/": (EVERYBODY, "styles of one's own", {"template_name": "x", "css": "*{}"}),
    "POST theme/": (EVERYBODY, "a look for everybody", {"theme_name": "x", "json_data": "{}"}),
    "PUT theme/1/set_system_default": (EVERYBODY, "a look for everybody", {}),
    "POST tag/": (EVERYBODY, "tags", {"name": "x"}),
    "POST database/": (
        EVERYBODY,
        "another database",
        {"database_name": "x", "sqlalchemy_uri": "sqlite:////etc/passwd"},
    ),
    "PUT database/1": (EVERYBODY, "our database turned elsewhere", {"sqlalchemy_uri": "duckdb:////etc/passwd"}),
    "POST database/test_connection/": (EVERYBODY, "an address reached from the server", {"sqlalchemy_uri": "x://y"}),
    "POST database/validate_parameters/": (EVERYBODY, "the same by parameters", {"engine": "postgresql"}),
    "POST database/import/": (EVERYBODY, "a database in an archive", {}),
    "POST database/1/upload/": (EVERYBODY, "a table beside ours", {}),
    "POST database/upload_metadata/": (EVERYBODY, "a file that the server reads", {}),
    "POST assets/import/": (EVERYBODY, "everything in an archive", {}),
    "GET assets/export/": (EVERYBODY, "everything out, addresses included", {}),
    "POST dataset/import/": (EVERYBODY, "datasets in an archive", {}),
    "POST security/guest_token/": (EVERYBODY, "a token of whoever is named", {"user": {"username": "admin"}}),
    "POST dashboard/matrice/embedded": (EVERYBODY, "a page in foreign frames", {"allowed_domains": []}),
    "POST cachekey/invalidate": (EVERYBODY, "a cache emptied again and again", {"datasource_uids": ["1__table"]}),
    "GET security/permissions/": (EVERYBODY, "what everybody may do", {}),
    "POST security/roles/": (EVERYBODY, "a role of one's own", {"name": "x"}),
    "POST security/users/": (EVERYBODY, "an account of one's own", {"username": "x"}),
    "GET rowlevelsecurity/": (EVERYBODY, "the rules of rows", {}),
    "GET query/": (EDITORS_TOO, "statements of others", {}),
    "GET saved_query/": (EDITORS_TOO, "statements of others, kept", {}),
    "POST sqllab/permalink": (EDITORS_TOO, "SQL in a link", {"sql": "select 1", "dbId": 1}),
    "POST explore/permalink": (READERS, "a chart's editor in a link", {"formData": {"datasource": "1__table"}}),
    "POST explore/form_data": (READERS, "a chart's editor", {"datasource_id": 1, "datasource_type": "table"}),
    "GET tag/": (READERS, "tags", {}),
    "GET tag/get_objects/?tags=x": (READERS, "everything by its tag", {}),
    "POST dashboard/matrice/copy/": (READERS, "a page copied", {"dashboard_title": "x", "json_metadata": "{}"}),
}


@pytest.fixture(scope="module")
def place(server: Server) -> Place:
    return Place.seen_by(Session(server.url, "admin", server.password("admin")))


@pytest.fixture(scope="module")
def people(server: Server, place: Place) -> dict[str, Reader]:
    return {
        role: Reader(Session(server.url, account, server.password(account)), place)
        for role, account in ACCOUNTS.items()
    }


@pytest.mark.parametrize(("who", "door"), [(who, door) for door, (refused, _, _) in CLOSED.items() for who in refused])
def test_a_door_is_closed(people: dict[str, Reader], who: str, door: str) -> None:
    method, path = door.split(" ", 1)
    answer = people[who].send(method, path, **({"json": CLOSED[door][2]} if method != "GET" else {}))
    assert is_refused(answer) and answer.status_code != 422, (answer.status_code, answer.text[:300])


RELATED = ("dashboard/related/owners", "dashboard/related/created_by", "chart/related/owners", "dataset/related/owners",
           "dashboard/related/roles", "dashboard/related/changed_by", "chart/related/created_by",
           "query/related/user", "saved_query/related/created_by", "saved_query/related/changed_by",
           "report/related/owners", "log/related/user")  # fmt: skip


@pytest.mark.parametrize("path", RELATED)
def test_a_list_of_related_people_names_no_reader_and_to_readers_nobody(people: dict[str, Reader], path: str) -> None:
    """Would have listed accounts and addresses."""
    for who, person in people.items():
        answer = person.send("GET", path)
        named = [] if is_refused(answer) else [one["text"] for one in answer.json()["result"]]
        assert not any("lecteur" in name for name in named) and (who != "reader" or not named), (who, named)


# --- links that one account keeps for another ---------------------------------------------------------------------

SECRET = "ce que la coordination a choisi"


def kept(person: Reader, page: str) -> str:
    state = {
        "dataMask": {"NATIVE_FILTER-x": {"filterState": {"value": [SECRET]}}},
        "urlParams": [["x", "//evil.example"]],
    }
    answer = person.send("POST", f"dashboard/{page}/permalink", json=state)
    assert answer.status_code == requests.codes.created, answer.text[:200]
    return str(answer.json()["key"])


def test_a_link_to_a_page_of_others_tells_a_reader_nothing(people: dict[str, Reader], server: Server) -> None:
    """Would have shown what a coordinator filtered by, to whoever got the link."""
    key = kept(people["coordinator"], "matrice")
    answer = people["reader"].send("GET", f"dashboard/permalink/{key}")
    assert is_refused(answer) and SECRET not in answer.text
    assert people["coordinator"].send("GET", f"dashboard/permalink/{key}").status_code == requests.codes.ok
    assert requests.get(f"{server.url}/api/v1/dashboard/permalink/{key}", timeout=30).status_code in {401, 403, 404}


def test_a_reader_makes_no_link_to_a_page_of_others(people: dict[str, Reader]) -> None:
    answer = people["reader"].send("POST", "dashboard/matrice/permalink", json={"dataMask": {}})
    assert is_refused(answer)


NO_KEYS = [*map(str, range(12)), "a", "%00", "..%2f..", "1%27--", "0" * 500, "kv:1", "kv:x", "aaaaaaaaaaa"]


@pytest.mark.parametrize("key", NO_KEYS)
def test_links_are_not_counted_through(people: dict[str, Reader], key: str) -> None:
    """Would have shown one link of the others after another."""
    kept(people["coordinator"], "matrice")
    for kind in ("dashboard", "explore", "sqllab"):
        answer = people["reader"].send("GET", f"{kind}/permalink/{key}")
        assert answer.status_code in {403, 404} and SECRET not in answer.text, (kind, answer.status_code)


def test_a_link_that_is_none_is_said_in_french(people: dict[str, Reader], server: Server) -> None:
    """Would have filled the engineers' log with errors of the server, by anybody who types an address."""
    browser = signed_in(server, "lecture", "")
    browser.headers["Accept"] = "text/html"
    for key in NO_KEYS:
        if "%2f" in key:  # A slash makes another address of it.
            continue
        for kind in ("dashboard", "explore"):
            answer = people["engineer"].send("GET", f"{kind}/permalink/{key}")
            assert answer.status_code == 404 and "Ce lien ne mène à rien" in answer.json()["message"], (kind, key)
        shown = browser.get(f"{server.url}/superset/dashboard/p/{key}/", timeout=60)
        assert shown.status_code == 404 and "Page introuvable" in shown.text, key


def test_a_link_leads_nowhere_else(people: dict[str, Reader], server: Server) -> None:
    """Would have sent whoever follows a link of the cartography to an address of the attacker's choice."""
    key = kept(people["coordinator"], "matrice")
    answer = signed_in(server, "lecture", "").get(
        f"{server.url}/superset/dashboard/p/{key}/", allow_redirects=False, timeout=30
    )
    assert answer.is_redirect and answer.headers["Location"].startswith("/superset/dashboard/")


# --- after a login ------------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)", "http://127.0.0.1.evil.example", "https://evil.example\\@127.0.0.1/", "/%09/evil.example",
    "\t//evil.example", "/\t/evil.example", "https:///evil.example", "data:text/html,x", "http://127.0.0.1@evil.example",
]  # fmt: skip


def signed_in(server: Server, account: str, after: str) -> requests.Session:
    """Through the form of the login page; ``landed`` of the session is where it sends."""
    browser = requests.Session()
    page = browser.get(f"{server.url}/login/", params={"next": after} if after else {}, timeout=30)
    token = re.search(
        r'csrf_token[^>]*value="([^"]+)"|csrf_token&#34;: &#34;([^&]+)&#34;|"csrf_token": ?"([^"]+)"', page.text
    )
    form = {"username": account, "password": server.password(account)}
    if token:
        form["csrf_token"] = next(group for group in token.groups() if group)
    landed = browser.post(
        f"{server.url}/login/", params={"next": after} if after else {}, data=form, allow_redirects=False, timeout=30
    )
    assert landed.is_redirect, (landed.status_code, landed.text[:300])
    browser.headers["X-Landed"] = requests.utils.quote(landed.headers["Location"])
    return browser


@pytest.mark.parametrize("after", ELSEWHERE)
def test_a_login_leads_nowhere_else(server: Server, after: str) -> None:
    """Would have shown a copy of the login page, asking for the password once more, after a true login."""
    landed = requests.utils.unquote(str(signed_in(server, "lecture", after).headers["X-Landed"]))
    address = requests.compat.urljoin(f"{server.url}/login/", landed.replace("\\", "/").replace("\t", ""))
    assert address.startswith(f"{server.url}/"), landed
