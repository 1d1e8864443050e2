"""The pages of Superset on a large home: charts and pages when warm, a publication of nothing, readers, memory.

    uv run python -m tests.bench.pages --home D [--rounds 3] [--seconds 60] [--readers 20] [--publications 6]
        [--only charts pages publish readers]

``D`` is a home that ``tests.bench.large_home`` (or ``cartographie run``) made; its publication is copied and served by
a Superset of the bench's own. What is timed is what a browser asked when it opened each page whole, its filters'
defaults included. A page on a screen of 1366 × 768 is compared with two loaded beside it: an empty one, and one of as
many charts that show a single number each, which is what Superset itself costs. The length that the project promises
is ``--seconds 600 --publications 60``; ``readers`` says what a reader does and what stale means.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
from playwright.sync_api import Browser

from dashboards.files.bundle import read_bundle
from dashboards.publishing.client import Session
from dashboards.serving.server import READER
from sources.home.home import Home
from tests.bench.bare_pages import make_empty_page, make_page_of_numbers
from tests.bench.processes import watched_memory
from tests.bench.readers import Readers
from tests.bench.served import SCREEN, WHOLE, Asked, Served, account_of, chromium, loaded, record_pages, served

PARTS = ("charts", "publish", "pages", "readers")
WARM_ROUNDS = 5


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--readers", type=int, default=20)
    options.add_argument("--pause", type=float, default=1.0, help="Seconds a reader looks at a chart, on average.")
    options.add_argument("--publications", type=int, default=6)
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    chosen = options.parse_args()
    source, bundle = Home.locate(chosen.home), read_bundle()
    with served(source, _largest_establishment(source)) as server, watched_memory(server.process_id) as memory:
        with chromium() as browser:
            recorded = record_pages(server, browser, bundle)
            if "charts" in chosen.only:
                _time_charts(server, recorded)
            if "publish" in chosen.only:
                _time_publication_of_nothing(server)
            if "pages" in chosen.only:
                _time_pages(server, browser, recorded, chosen.rounds)
        if "readers" in chosen.only:
            asked = [one for of_page in recorded.values() for one in of_page if one.is_chart]
            readers = Readers(server, asked, chosen.pause)
            readers.run(chosen.readers, chosen.seconds, chosen.publications)
            readers.tell()
        print(f"memory   of Superset, at most {max(memory):.0f} MiB (target: under 1536)")


def _largest_establishment(home: Home) -> str:
    """The establishment with the most answers: its page is the slowest of its kind."""
    with duckdb.connect(str(home.current_release), read_only=True) as connection:
        found = connection.execute(
            "select reader_organisation_code from mart_reader_answer group by all order by count(*) desc, 1 limit 1"
        ).fetchone()
    assert found is not None, "nobody answered yet"
    return str(found[0])


def _time_charts(server: Served, recorded: dict[str, list[Asked]]) -> None:
    """Each chart by itself, warm."""
    everything: list[float] = []
    for slug, of_page in recorded.items():
        session = server.session(account_of(slug))
        charts = [one for one in of_page if one.is_chart]
        for chart in charts:
            _seconds(session, chart)
        taken = {chart.name: [_seconds(session, chart) for _ in range(WARM_ROUNDS)] for chart in charts}
        every = [seconds for of_chart in taken.values() for seconds in of_chart]
        everything += every
        slowest = sorted(taken, key=lambda name: statistics.median(taken[name]), reverse=True)[:3]
        said = ", ".join(f"{name} {statistics.median(taken[name]):.2f} s" for name in slowest)
        print(f"charts   {slug:14} {len(charts):2}: {_quantiles(every)}   slowest: {said}", flush=True)
    print(f"charts   all: {_quantiles(everything)}  (target: p50 under 0.25 s, p95 under 1 s)")


def _time_publication_of_nothing(server: Served) -> None:
    """The command, from its start to its end, when the pages stand there already."""
    port = str(urlsplit(server.url).port)
    command = [sys.executable, "-m", "pipelines.cli", "dashboards", "publish"]
    taken = []
    for _ in range(3):
        started = time.monotonic()
        subprocess.run(
            [*command, "--home", str(server.home.root), "--superset-port", port], check=True, capture_output=True
        )
        taken.append(time.monotonic() - started)
    print(f"publish  nothing to change: {statistics.median(taken):.2f} s  (target: under 5 s)", flush=True)


def _time_pages(server: Served, browser: Browser, recorded: dict[str, list[Asked]], rounds: int) -> None:
    """Each page complete in a browser that has its scripts, in turns with an empty page and one of bare numbers."""
    bare = make_empty_page(server)
    for slug, asked in recorded.items():
        account, count = account_of(slug), sum(one.is_chart for one in asked)
        numbers = make_page_of_numbers(server, f"banc-{slug}", count)
        with (
            server.page(browser, READER, SCREEN) as beside,
            server.page(browser, account, SCREEN) as page,
            server.page(browser, account, WHOLE) as tall,
        ):
            loads = [(beside, bare), (beside, numbers), (page, slug), (tall, slug)]
            for opened, shown in loads:
                loaded(opened, shown)
            taken = [[loaded(opened, shown) for opened, shown in loads] for _ in range(rounds)]
        empty, plain, screen, whole = (statistics.median(column) for column in zip(*taken, strict=True))
        print(
            f"page     {slug:14} complete in {screen:.2f} s  (target: under 8 s), {screen / empty:.2f} × an empty "
            f"page's {empty:.2f} s  (target: at most 1.5); {count} charts of a number each {plain:.2f} s, "
            f"{plain / empty:.2f} × the empty page; all its charts at once {whole:.2f} s",
            flush=True,
        )


def _seconds(session: Session, asked: Asked) -> float:
    started = time.monotonic()
    session.call("POST", "chart/data", json=asked.payload)
    return time.monotonic() - started


def _quantiles(taken: list[float]) -> str:
    shares = statistics.quantiles(taken, n=100)
    return f"p50 {shares[49]:.3f} s, p95 {shares[94]:.3f} s"


if __name__ == "__main__":
    main()
