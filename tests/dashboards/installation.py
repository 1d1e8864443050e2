"""One real installation for all tests of the dashboards: the demonstration published, Superset serving it.

Made once a session. CARTOGRAPHIE_SUPERSET_VENV names an environment to share; else the project's own is used.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, sync_playwright

from dashboards.files.bundle import Document, read_bundle
from dashboards.publishing.client import Session
from dashboards.publishing.publisher import PublishReport, publish
from dashboards.serving.access import COORDINATOR_ROLE, EDITOR_ROLE, ENGINEER_ROLE, READER_ROLE
from dashboards.serving.accounts import add_account
from dashboards.serving.browser import find_chromium
from dashboards.serving.environment import ensure_environment
from dashboards.serving.server import accounts_file, prepare, read_accounts
from pipelines.engines.instance import socket_path
from sources.home.home import Home
from sources.referential.loader import load_referential
from tests.dashboards.coordination import act
from tests.dashboards.page import DashboardPage
from tests.dashboards.serving.servers import serving

OWN = "690781810"
ESTABLISHMENTS = [OWN, "420784878", "030780118"]
READER_PAGES = {"accueil-etablissement", "etablissement"}
"""All that a reader of an establishment is shown."""
PASSWORD = "Falaise-7-rivage-brun"
ACCOUNTS = {
    "lecteur-sans": READER_ROLE,
    "coordination": COORDINATOR_ROLE,
    "editeur": EDITOR_ROLE,
    "ingenieur": ENGINEER_ROLE,
    "guessed": READER_ROLE,
}
CLOSED_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
BROWSER_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", CLOSED_NETWORK,
]  # fmt: skip


@dataclass(frozen=True)
class Server:
    """A Superset that answers, with the dashboards on it."""

    url: str
    superset_home: Path
    first_publication: PublishReport

    def password(self, account: str) -> str:
        return read_accounts(self.superset_home)[account]


@pytest.fixture(scope="session")
def dashboards_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration's home in which Superset writes and a test publishes; a committee decided in it."""
    copy = tmp_path_factory.mktemp("dashboards") / "home"
    shutil.copytree(demo_home.root, copy, symlinks=True)
    act(Home(copy), load_referential())
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


@pytest.fixture(scope="session")
def published(dashboards_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, opened to compare pages with SQL: names sorted in French, as pages sort them."""
    with duckdb.connect(
        str(dashboards_home / "published" / "current" / "warehouse.duckdb"), read_only=True
    ) as connection:
        connection.execute("set default_collation = 'fr'")
        yield connection


@pytest.fixture(scope="session")
def server(dashboards_home: Path) -> Iterator[Server]:
    home = dashboards_home
    ensure_environment(print)
    prepare(home / "superset", home / "published", print)
    # Less than a person is given, so that a test of what never ends, or of many guesses, does not last.
    impatient = {"CARTOGRAPHIE_STATEMENT_SECONDS": "12", "CARTOGRAPHIE_ADDRESS_FAILURES": "60 per 5 minutes"}
    # Where the door's reader answers, when a test has it run.
    sockets = {f"CARTOGRAPHIE_DOOR_{name.upper()}": str(socket_path(Home(home), name)) for name in ("tries", "desk")}
    with serving(home / "superset", home / "published", home / "superset.log", impatient | sockets) as url:
        password = read_accounts(home / "superset")["admin"]
        report = publish(url, "admin", password, establishments=ESTABLISHMENTS)
        _add_accounts(url, home)
        publish(url, "admin", password, establishments=ESTABLISHMENTS)  # editors own the pages from the next one on
        yield Server(url, home / "superset", report)


@pytest.fixture(scope="session")
def numbers(server: Server) -> dict[int, Document]:
    """Our charts by their number on the server."""
    charts = {chart.uuid: chart for chart in read_bundle().charts}
    admin = Session(server.url, "admin", server.password("admin"))
    return {item["id"]: charts[item["uuid"]] for item in admin.every("chart") if item["uuid"] in charts}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        reason = "chromium is missing: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # Scroll bars take room, as on most people's machines: hidden, a table that needs one looks whole.
        opened = playwright.chromium.launch(
            executable_path=chromium, args=BROWSER_FLAGS, ignore_default_args=["--hide-scrollbars"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def visitor(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    """A browser on which nobody is logged in."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    context.set_default_timeout(60_000)
    yield DashboardPage(context.new_page(), server.url)
    context.close()


@pytest.fixture(scope="module")
def reader(browser: Browser, server: Server) -> Iterator[DashboardPage]:
    """A browser in which the reader's account is logged in; tall, so that every chart is drawn at once."""
    with logged_in(browser, server, "lecture") as page:
        yield page


@contextmanager
def logged_in(browser: Browser, server: Server, account: str) -> Iterator[DashboardPage]:
    """The pages as an account sees them, in a browser of its own."""
    context = browser.new_context(viewport={"width": 1366, "height": 3600}, locale="en-GB")
    context.set_default_timeout(60_000)
    page = DashboardPage(context.new_page(), server.url)
    page.log_in(account, server.password(account))
    yield page
    context.close()


def _add_accounts(url: str, home: Path) -> None:
    """A reader of an establishment by the project's own way; the others by the API, sooner."""
    add_account(home / "superset", home / "published", "lecteur-hcl", "lecteur", [OWN], ESTABLISHMENTS)
    admin = Session(url, "admin", read_accounts(home / "superset")["admin"])
    roles = {role["name"]: role["id"] for role in admin.every("security/roles")}
    with accounts_file(home / "superset").open("a", encoding="utf-8") as file:
        for name, role in ACCOUNTS.items():
            account = {"username": name, "first_name": name, "last_name": "x", "email": f"{name}@x.invalid"}
            body = {**account, "active": True, "password": PASSWORD, "roles": [roles[role]]}
            admin.call("POST", "security/users/", json=body)
            file.write(f"{name} : {PASSWORD}\n")
