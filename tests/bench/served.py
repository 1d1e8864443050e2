"""A home's publication on a Superset of the bench's own, its pages on it, and what the pages ask when they open.

Belongs here: the server, the accounts, recording a page's requests. Does not: what is measured (``pages``,
``readers``).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Request, sync_playwright

from dashboards.files.bundle import Bundle, chart_components
from dashboards.publishing.client import Session
from dashboards.serving.accounts import add_account
from dashboards.serving.browser import find_chromium
from dashboards.serving.server import ADMIN, READER, prepare, read_accounts, server_command, wait_until_ready
from pipelines.engines.instance import socket_path
from pipelines.operations.door.asking import is_answering
from pipelines.products.dashboards import publish_dashboards, reader_establishments
from sources.home.home import Home
from tests.dashboards.page import LIKE_A_PERSONS, DashboardPage
from tests.faults.running import wait

SCREEN = {"width": 1366, "height": 768}
WHOLE = {"width": 1366, "height": 7000}
"""So tall that no chart waits to be scrolled to."""

OLD_WAY = "country_map"
"""A map asks for its data by an older call, with a form instead of a query: it is loaded, and not timed alone."""

ESTABLISHMENT_PAGE = "etablissement"
ESTABLISHMENT_ACCOUNT = "lecteur-banc"
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_COPIED = ("published", "warehouse", "referential")
_OF_THE_DOOR = ("archive", "intake", "lake", "receipts")


@dataclass(frozen=True)
class Served:
    """A copy of a home whose publication a Superset serves; ``process_id`` is that of the server's first process."""

    home: Home
    url: str
    process_id: int

    def session(self, account: str = READER) -> Session:
        return Session(self.url, account, read_accounts(self.home.superset)[account])

    @contextmanager
    def page(self, browser: Browser, account: str, viewport: dict[str, int]) -> Iterator[DashboardPage]:
        """A browser page in which the account is logged in, as a person's browser has it."""
        context = browser.new_context(viewport=viewport)  # type: ignore[arg-type]
        context.add_init_script(LIKE_A_PERSONS)
        context.set_default_timeout(90_000)
        opened = DashboardPage(context.new_page(), self.url)
        opened.log_in(account, read_accounts(self.home.superset)[account])
        yield opened
        context.close()


@contextmanager
def served(source: Home, establishment: str, with_door: bool = False) -> Iterator[Served]:
    """Copy what a Superset and a publication need, serve it, publish the pages, open a reader's account.

    With « Mes envois » where it is asked for: then all of the home is copied, and its reader runs beside.
    """
    with tempfile.TemporaryDirectory(prefix="cartographie-bench-") as folder, ExitStack() as running:
        home = Home(Path(folder) / "home")
        for path in source.root.iterdir():
            if path.is_dir() and (path.name in _COPIED or (with_door and path.name in _OF_THE_DOOR)):
                shutil.copytree(path, home.root / path.name, symlinks=True, ignore=shutil.ignore_patterns("*.sock"))
        if with_door:
            running.enter_context(_door(home))
        prepare(home.superset, home.published, print)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command, environment = server_command(home.superset, home.published, port)
        environment |= {f"CARTOGRAPHIE_DOOR_{name.upper()}": str(socket_path(home, name)) for name in ("tries", "desk")}
        with (Path(folder) / "superset.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, is_alive=lambda: process.poll() is None)
            publish_dashboards(home, url, print)
            known = reader_establishments(home)
            add_account(
                home.superset,
                home.published,
                ESTABLISHMENT_ACCOUNT,
                "lecteur",
                [establishment],
                [*known, establishment],
            )
            yield Served(home, url, process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


@contextmanager
def _door(home: Home) -> Iterator[None]:
    """The resident reader, which answers « Mes envois »."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    reader = subprocess.Popen([sys.executable, "-m", "pipelines.operations.door.serve", str(home.root)])
    try:
        wait(lambda: is_answering(home, 5), 120, "the reader does not answer", 0.2)
        yield
    finally:
        reader.terminate()
        reader.wait(timeout=30)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=BROWSER_FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Asked:
    """One request for data as a page sent it: of a chart by its name, or of a filter."""

    slug: str
    account: str
    name: str
    payload: dict[str, Any]

    @property
    def is_chart(self) -> bool:
        return self.name != ""


def account_of(slug: str) -> str:
    """The establishments' page is read by their readers, the others by coordinators."""
    return ESTABLISHMENT_ACCOUNT if slug == ESTABLISHMENT_PAGE else READER


def record_pages(server: Served, browser: Browser, bundle: Bundle) -> dict[str, list[Asked]]:
    """What each page asks of the server when it opens whole, by slug. Stops when a chart of the page asked nothing."""
    names = {chart["id"]: chart["slice_name"] for chart in server.session(ADMIN).every("chart")}
    timed = {chart.uuid for chart in bundle.charts if chart.content["viz_type"] != OLD_WAY}
    recorded: dict[str, list[Asked]] = {}
    for document in bundle.dashboards:
        slug = str(document.content["slug"])
        account = account_of(slug)
        asked: list[Asked] = []

        def keep(request: Request, slug: str = slug, account: str = account, asked: list[Asked] = asked) -> None:
            if "/api/v1/chart/data" in request.url and request.method == "POST":
                payload = request.post_data_json
                asked.append(Asked(slug, account, names.get(payload["form_data"].get("slice_id"), ""), payload))

        with server.page(browser, account, WHOLE) as page:
            page.page.on("request", keep)
            page.open(slug)
        found = {one.name for one in asked if one.is_chart}
        there = len([part for part in chart_components(document) if str(part["meta"]["uuid"]) in timed])
        if len(found) < there:
            raise SystemExit(f"{slug}: {len(found)} of {there} charts asked for their data")
        recorded[slug] = asked
    return recorded


def loaded(page: DashboardPage, slug: str) -> float:
    """Seconds from asking for the page until nothing loads any more."""
    started = time.monotonic()
    page.page.goto(f"{page.url}/superset/dashboard/{slug}/")
    page.page.locator("[data-test=dashboard-header-container]").first.wait_for()
    return page.wait_until_drawn() - started
