"""The pages of Superset: charts and pages when warm, readers during publications, a publication of nothing, memory.

    uv run python -m tests.bench.pages --home D [--seconds 60] [--readers 20] [--publications 6] [--no-browser]

`D` is a home that `cartographie run` made (`--demo`, or one of tests.bench.synthetic_lake's size); it is copied, and
served by a Superset of the bench's own. The full length that the project promises is `--seconds 600 --publications 60`.
A page is compared with an empty page loaded beside it; a reader's result is stale when it shows a release older than
the one that was current before it asked.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
from playwright.sync_api import sync_playwright

from dashboards.browser import find_chromium
from dashboards.bundle import Bundle, chart_components, read_bundle
from dashboards.client import Session
from dashboards.publisher import publish
from dashboards.queries import chart_query
from dashboards.server import ADMIN, prepare, read_accounts, server_command, wait_until_ready
from pipelines.publication import point_current_at
from sources.home import Home
from tests.dashboards.page import DashboardPage

WARM_ROUNDS = 5
EMPTY_PAGE = "banc-vide"
MIB = 2**20


@contextmanager
def served(source: Path) -> Iterator[tuple[Home, str, int]]:
    """A copy of a home with its Superset, the pages published on it; the number of the server's process."""
    with tempfile.TemporaryDirectory(prefix="cartographie-bench-") as folder:
        home = Home(Path(folder) / "home")
        shutil.copytree(source / "published", home.published, symlinks=True)
        prepare(home.superset, home.published, print)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command, environment = server_command(home.superset, home.published, port)
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, is_alive=lambda: process.poll() is None)
            publish(url, ADMIN, read_accounts(home.superset)[ADMIN], establishments=[])
            yield home, url, process.pid
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def chart_payloads(session: Session, bundle: Bundle) -> dict[str, list[dict[str, Any]]]:
    """What each chart of each page asks, by the page's slug."""
    numbers = {dataset["uuid"]: dataset["id"] for dataset in session.every("dataset")}
    charts = {chart.uuid: chart.content for chart in bundle.charts}
    return {
        str(page.content["slug"]): [
            {
                "datasource": {"id": numbers[chart["dataset_uuid"]], "type": "table"},
                "queries": [chart_query(chart["params"], chart["params"].get("row_limit", 1000))],
            }
            for chart in (charts[str(part["meta"]["uuid"])] for part in chart_components(page))
        ]
        for page in bundle.dashboards
    }


def time_charts(session: Session, payloads: dict[str, list[dict[str, Any]]]) -> None:
    """Each chart by itself, warm: p50 and p95 of a page's charts."""
    for slug, asked in payloads.items():
        for payload in asked:
            session.call("POST", "chart/data", json=payload)
        taken = [_seconds(session, payload) for payload in asked for _ in range(WARM_ROUNDS)]
        print(
            f"charts   {slug:14} {len(asked):2} charts   p50 {_share(taken, 50):.3f} s   p95 {_share(taken, 95):.3f} s"
        )


def time_pages(session: Session, url: str, home: Home, slugs: list[str]) -> None:
    """Each page complete in a browser, against an empty one, in turns."""
    session.call("POST", "dashboard/", json={"dashboard_title": EMPTY_PAGE, "slug": EMPTY_PAGE, "published": True})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = DashboardPage(browser.new_page(viewport={"width": 1366, "height": 768}), url)
        page.page.set_default_timeout(60_000)
        page.log_in(ADMIN, read_accounts(home.superset)[ADMIN])
        for slug in slugs:
            full, empty = [], []
            for _ in range(3):
                empty.append(_loaded(page, EMPTY_PAGE))
                full.append(_loaded(page, slug))
            ratio = statistics.median(full) / statistics.median(empty)
            print(
                f"page     {slug:14} complete in {statistics.median(full):.2f} s   "
                f"empty {statistics.median(empty):.2f} s   ratio {ratio:.2f}"
            )
        browser.close()


def _loaded(page: DashboardPage, slug: str) -> float:
    started = time.monotonic()
    page.page.goto(f"{page.url}/superset/dashboard/{slug}/")
    page.page.locator("[data-test=dashboard-header-container]").first.wait_for()
    return page.wait_until_drawn() - started


class Readers:
    """Some readers who ask charts one after the other while somebody publishes."""

    def __init__(self, home: Home, url: str, payloads: list[dict[str, Any]], notice: dict[str, Any]) -> None:
        self._home, self._url, self._payloads, self._notice = home, url, payloads, notice
        self._published = 0
        self._ends = 0.0
        self.taken: list[float] = []
        self.errors: list[str] = []
        self.stale = 0

    def run(self, readers: int, seconds: float, publications: int) -> None:
        self._ends = time.monotonic() + seconds
        threads = [threading.Thread(target=self._read, args=(seed,)) for seed in range(readers)]
        for thread in threads:
            thread.start()
        for number in range(1, publications + 1):
            time.sleep(max(0.0, self._ends - seconds + number * seconds / (publications + 1) - time.monotonic()))
            _publish_numbered(self._home, number)
            self._published = number
        for thread in threads:
            thread.join()

    def _read(self, seed: int) -> None:
        chosen = random.Random(seed)
        session = Session(self._url, ADMIN, read_accounts(self._home.superset)[ADMIN])
        for turn in itertools.count():
            if time.monotonic() > self._ends:
                return
            payload, before = (self._notice if turn % 5 == 0 else chosen.choice(self._payloads)), self._published
            started = time.monotonic()
            try:
                [answer] = session.call("POST", "chart/data", json=payload)["result"]
            except Exception as error:  # any failure is one that a reader would see
                self.errors.append(repr(error)[:200])
                continue
            self.taken.append(time.monotonic() - started)
            if payload is self._notice and before:
                self.stale += int(answer["data"][0]["notice"].rsplit(" ", 1)[-1]) < before


def _publish_numbered(home: Home, number: int) -> None:
    """A release like the one before, whose banner carries a number."""
    name = f"9999{number:04}"
    release = home.published / "releases" / name
    shutil.copytree((home.published / "current").resolve(), release)
    warehouse = release / "warehouse.duckdb"
    warehouse.chmod(0o644)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update mart_notice set notice_text = ?", [f"publication {number}"])
    warehouse.chmod(0o444)
    point_current_at(home, name)


def memory_mib(leader: int) -> float:
    """Proportional memory of the server and its workers, in MiB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/smaps_rollup"):
        with suppress(OSError):
            if os.getsid(int(status.parent.name)) == leader:
                text = status.read_text()
                total += int(text.split("Pss:")[1].split()[0]) * 1024
    return total / MIB


def _seconds(session: Session, payload: dict[str, Any]) -> float:
    started = time.monotonic()
    session.call("POST", "chart/data", json=payload)
    return time.monotonic() - started


def _share(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--publications", type=int, default=6)
    parser.add_argument("--no-browser", action="store_true")
    chosen = parser.parse_args()
    bundle = read_bundle()
    with served(chosen.home) as (home, url, leader):
        password = read_accounts(home.superset)[ADMIN]
        session = Session(url, ADMIN, password)
        payloads = chart_payloads(session, bundle)
        time_charts(session, payloads)
        started = time.monotonic()
        changed = publish(url, ADMIN, password).changed
        print(f"publish  nothing to change ({'changed!' if changed else 'ok'}): {time.monotonic() - started:.2f} s")
        if not chosen.no_browser:
            time_pages(session, url, home, sorted(payloads))
        everything = [payload for asked in payloads.values() for payload in asked]
        notice = next(payload for payload in everything if payload["queries"][0]["metrics"] == ["notice"])
        readers = Readers(home, url, everything, notice)
        readers.run(chosen.readers, chosen.seconds, chosen.publications)
        print(
            f"readers  {chosen.readers} for {chosen.seconds:.0f} s, {chosen.publications} publications: "
            f"{len(readers.taken)} requests, {len(readers.errors)} errors, {readers.stale} stale, "
            f"p50 {_share(readers.taken, 50):.2f} s, p95 {_share(readers.taken, 95):.2f} s"
        )
        for error in readers.errors[:5]:
            print(f"         {error}")
        print(f"memory   {memory_mib(leader):.0f} MiB")


if __name__ == "__main__":
    main()
