"""What a page keeps of who reads it: nobody at the same address, in the same browser, reads or replaces it.

Belongs here: choices that a page keeps by itself, and links that lead to an address. Does not: what a link shows to
whom (test_roles), how many are kept (test_coordinator).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from dashboards.publishing.client import Session
from tests.attempts.attacker import Place
from tests.attempts.test_roles import signed_in
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

SECRET = "un titre que seul son auteur connaît"
CHOICE = json.dumps({"NATIVE_FILTER-x": {"filterState": {"value": [SECRET]}}})


@pytest.fixture(scope="module")
def place(server: Server) -> Place:
    return Place.seen_by(Session(server.url, "admin", server.password("admin")))


def in_a_browser(server: Server, account: str) -> requests.Session:
    browser = signed_in(server, account, "")
    token = browser.get(f"{server.url}/api/v1/security/csrf_token/", timeout=60).json()["result"]
    browser.headers.update({"X-CSRFToken": token, "Referer": server.url})
    return browser


def kept(browser: requests.Session, address: str, **state: Any) -> str:
    answer = browser.post(address, json=state, timeout=60)
    assert answer.status_code == requests.codes.created, answer.text[:300]
    return str(answer.json()["key"])


@pytest.mark.parametrize(("first", "second"), [("lecteur-hcl", "lecteur-sans"), ("lecture", "lecture")])
def test_a_window_of_the_same_number_is_not_the_same_window(
    server: Server, place: Place, first: str, second: str
) -> None:
    """Would have told a reader what another establishment's filtered by, and shown it another's choice as its own."""
    address = f"{server.url}/api/v1/dashboard/{place.pages['etablissement']}/filter_state"
    mine, others = in_a_browser(server, first), in_a_browser(server, second)
    planted = kept(others, f"{address}?tab_id=3", value="{}")
    key = kept(mine, f"{address}?tab_id=3", value=CHOICE)
    assert key != planted and SECRET not in others.get(f"{address}/{planted}", timeout=60).text
    kept(others, f"{address}?tab_id=3", value="{}")
    assert mine.get(f"{address}/{key}", timeout=60).json()["value"] == CHOICE
    assert kept(mine, f"{address}?tab_id=3", value=CHOICE) == key


def test_an_unsaved_chart_is_not_found_by_the_number_of_a_window(server: Server, place: Place) -> None:
    """Would have shown one editor what another was drawing."""
    address = f"{server.url}/api/v1/explore/form_data?tab_id=1"
    number = place.datasets["mart_answer"]
    state = {"datasource_id": number, "datasource_type": "table"}
    key = kept(in_a_browser(server, "editeur"), address, form_data=json.dumps({"x": SECRET}), **state)
    assert kept(in_a_browser(server, "ingenieur"), address, form_data="", **state) != key


def test_who_comes_with_a_token_has_no_window(server: Server, place: Place) -> None:
    """Would have shared one window between all who come with a token."""
    person = Session(server.url, "editeur", server.password("editeur")).session
    person.cookies.clear()
    state = {"datasource_id": place.datasets["mart_answer"], "datasource_type": "table", "form_data": "{}"}
    answer = person.post(f"{server.url}/api/v1/explore/form_data?tab_id=1", json=state, timeout=60)
    assert answer.status_code == requests.codes.bad_request


NO_ADDRESSES: dict[str, dict[str, Any]] = {
    "a line of a header": {"anchor": "x\r\nSet-Cookie: a=b"},
    "half a sign": {"anchor": "\ud800"},
    "more than an address holds": {"anchor": "a" * 100_000},
    "the same, as a parameter": {"urlParams": [["x", "a" * 100_000]]},
    "half a sign, as a parameter": {"urlParams": [["\udfff", "x"]]},
}


@pytest.mark.parametrize("state", NO_ADDRESSES)
def test_a_link_that_would_end_in_no_address_is_not_made(server: Server, place: Place, state: str) -> None:
    """Would have shown whoever follows it an error of the server, or an answer that no browser reads."""
    browser = in_a_browser(server, "lecture")
    address = f"{server.url}/api/v1/dashboard/{place.pages['matrice']}/permalink"
    sent = json.dumps({"dataMask": {}, **NO_ADDRESSES[state]})
    answer = browser.post(address, data=sent, headers={"Content-Type": "application/json"}, timeout=60)
    assert answer.status_code == requests.codes.bad_request
    key = kept(browser, address, dataMask={}, anchor="TAB-é", urlParams=[["standalone", "1"]])
    followed = browser.get(f"{server.url}/superset/dashboard/p/{key}/", allow_redirects=False, timeout=60)
    assert followed.is_redirect and "standalone=1" in followed.headers["Location"]
