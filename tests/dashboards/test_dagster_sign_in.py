"""Dagster's page asks the real Superset who a browser is: its session opens it to engineers, and to nobody else."""

import re
from pathlib import Path

import requests

from dashboards.serving.access import SESSION_COOKIE
from pipelines.operations.dagster_page.sign_in import SignIn
from tests.dashboards.conftest import Server

SETTINGS = Path(__file__).parents[2] / "dashboards" / "superset" / "superset_config.py"


def session_of(server: Server, account: str) -> str:
    """The cookie of a browser in which the account is logged in by the page."""
    browser = requests.Session()
    page = browser.get(f"{server.url}/login/", timeout=30).text
    token = re.search(r'csrf_token[^>]*?value="([^"]+)"|&#34;csrf_token&#34;: ?&#34;([^&]+)&#34;', page)
    form = {"username": account, "password": server.password(account)}
    if token:
        form["csrf_token"] = token[1] or token[2]
    browser.post(f"{server.url}/login/", data=form, timeout=30)
    return browser.cookies[SESSION_COOKIE]


def test_superset_names_its_session_so(server: Server) -> None:
    assert f'SESSION_COOKIE_NAME = "{SESSION_COOKIE}"' in SETTINGS.read_text(encoding="utf-8")


def test_engineers_and_administrators_are_let_in_and_nobody_else(server: Server) -> None:
    sign_in = SignIn(server.url)
    assert sign_in.is_signed_in(session_of(server, "admin"))
    assert sign_in.is_signed_in(session_of(server, "ingenieur"))
    for account in ("lecture", "coordination", "editeur", "lecteur-hcl", "lecteur-sans"):
        assert not sign_in.is_signed_in(session_of(server, account))
    for wrong in ("", "x", session_of(server, "admin")[:-3]):
        assert not sign_in.is_signed_in(wrong)
