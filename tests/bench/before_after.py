"""Pages of another checkout and of this one, each on a server and a demonstration of its own, in turns in one browser.

    uv run python -m tests.bench.before_after --before CHECKOUT --home-before HOME --home HOME
        [--superset-before FOLDER] [--rounds 5] [--questions 60]

Both homes come from ``cartographie run --demo``, each by its own checkout; ``--superset-before`` is the other's
environment of Superset, where its lock differs. A page's unit is an empty page of the same server, loaded beside it.
Two things are asked of both: each page that both have, complete on 1366 × 768, and, without a browser, each question of
a chart that both ask with the same words: its time, and the CPU of the whole server.

Belongs here: two servers, their turns, what is compared. Does not: one checkout's pages alone (``pages``).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Request

from dashboards.serving.server import ADMIN
from sources.home.home import Home
from tests.bench.bare_pages import make_empty_page
from tests.bench.processes import cpu_seconds
from tests.bench.served import SCREEN, WHOLE, Served, account_of, chromium, loaded

ESTABLISHMENT = "690781810"
_SERVE = """
import sys
from pathlib import Path
from tests.bench.served import Home, served
with served(Home(Path(sys.argv[1])), sys.argv[2]) as server:
    print("SERVES", server.url, server.process_id, server.home.root, flush=True)
    sys.stdin.read()
"""
_PLACES = {"datasource", "form_data", "slice_id", "dashboardId", "datasourceId", "queries"}


@dataclass
class Side:
    """One checkout's server, what its pages asked, and what was measured of it."""

    name: str
    server: Served
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    """By page: a chart's title (empty for a filter) and what was sent for it."""

    def slugs(self) -> set[str]:
        return {item["slug"] for item in self.server.session(ADMIN).every("dashboard")}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--before", type=Path, required=True)
    options.add_argument("--home-before", type=Path, required=True)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--superset-before", type=Path)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--questions", type=int, default=60)
    chosen = options.parse_args()
    other = {"CARTOGRAPHIE_SUPERSET_VENV": str(chosen.superset_before)} if chosen.superset_before else {}
    with ExitStack() as stack:
        before = stack.enter_context(_side("before", chosen.before, chosen.home_before, other))
        now = stack.enter_context(_side("now", Path.cwd(), chosen.home, {}))
        browser = stack.enter_context(chromium())
        slugs = sorted(before.slugs() & now.slugs())
        for side in (before, now):
            make_empty_page(side.server)
            for slug in slugs:
                side.asked[slug] = _asked(side, browser, slug)
        _tell_pages(browser, before, now, slugs, chosen.rounds)
        _tell_questions(before, now, chosen.questions)
    print(f"\nload {os.getloadavg()[0]:.1f}")


@contextmanager
def _side(name: str, checkout: Path, home: Path, variables: dict[str, str]) -> Iterator[Side]:
    """That checkout's own server, with that checkout's own bench."""
    left_out = {"VIRTUAL_ENV", "PYTHONPATH"}
    surroundings = {key: value for key, value in os.environ.items() if key not in left_out} | variables
    command = ["./uvw", "run", "python", "-c", _SERVE, str(home.absolute()), ESTABLISHMENT]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=checkout, env=surroundings, stdin=pipe, stdout=pipe, text=True)
    assert process.stdout and process.stdin
    try:
        line = next((line for line in process.stdout if line.startswith("SERVES ")), "")
        if not line:
            raise SystemExit(f"the server of {checkout} did not start")
        _, url, number, root = line.split()
        yield Side(name, Served(Home(Path(root)), url, int(number)))
    finally:
        process.stdin.close()
        process.wait(timeout=120)


def _asked(side: Side, browser: Browser, slug: str) -> list[tuple[str, dict[str, Any]]]:
    names = {chart["id"]: chart["slice_name"] for chart in side.server.session(ADMIN).every("chart")}
    found: list[tuple[str, dict[str, Any]]] = []

    def keep(request: Request) -> None:
        if "/api/v1/chart/data" in request.url and request.method == "POST":
            payload = request.post_data_json
            found.append((names.get(payload["form_data"].get("slice_id"), ""), payload))

    with side.server.page(browser, account_of(slug), WHOLE) as page:
        page.page.on("request", keep)
        page.open(slug)
    return found


def _tell_pages(browser: Browser, before: Side, now: Side, slugs: list[str], rounds: int) -> None:
    print("| page | charts | asked | before | now | now / before | in empty pages: before, now |")
    print("| --- " * 7 + "|")
    for slug in slugs:
        with ExitStack() as stack:
            opened = [
                (stack.enter_context(side.server.page(browser, account_of(slug), SCREEN)), shown)
                for side in (before, now)
                for shown in (slug, "banc-vide")
            ]
            for page, shown in opened:
                loaded(page, shown)
            taken: list[list[float]] = [[] for _ in opened]
            for turn in range(rounds):
                # Neither side goes first more often than the other.
                places = range(len(opened)) if turn % 2 == 0 else reversed(range(len(opened)))
                for place in places:
                    taken[place].append(loaded(*opened[place]))
        old, old_empty, new, new_empty = map(statistics.median, taken)
        charts, asked = (
            ", ".join(str(count(side.asked[slug])) for side in (before, now))
            for count in (lambda all_: len({name for name, _ in all_ if name}), len)
        )
        print(
            f"| {slug} | {charts} | {asked} | {old:.2f} s | {new:.2f} s | {new / old:.2f} × "
            f"| {old / old_empty:.1f}, {new / new_empty:.1f} ({old_empty:.2f} s, {new_empty:.2f} s) |",
            flush=True,
        )


def _tell_questions(before: Side, now: Side, count: int) -> None:
    """What both ask with the same words, one after the other, in turns."""
    print("\n| question, by whom | wall before | now | ratio | CPU before | now | ratio |\n" + "| --- " * 7 + "|")
    for slug in sorted(before.asked):
        for name in sorted({name for name, _ in before.asked[slug] if name}):
            old, new = (next((p for n, p in side.asked[slug] if n == name), None) for side in (before, now))
            if old and new and _words(old) == _words(new):
                _tell_question(
                    f"{name} ({slug}), {account_of(slug)}", (before, old), (now, new), account_of(slug), count
                )


def _words(payload: dict[str, Any]) -> str:
    """A question without the numbers that each server gives to its charts."""
    said = [{key: part for key, part in query.items() if key not in {"url_params"}} for query in payload["queries"]]
    return json.dumps(said, sort_keys=True)


def _tell_question(
    name: str, old: tuple[Side, dict[str, Any]], new: tuple[Side, dict[str, Any]], account: str, count: int
) -> None:
    sessions = [(side, side.server.session(account), payload) for side, payload in (old, new)]
    for _, session, payload in sessions:
        for _ in range(4):
            session.call("POST", "chart/data", json=payload)
    wall: list[list[float]] = [[], []]
    cpu: list[list[float]] = [[], []]
    for turn in range(6):
        for place in (0, 1) if turn % 2 == 0 else (1, 0):
            side, session, payload = sessions[place]
            spent = cpu_seconds(side.server.process_id)
            for _ in range(count // 6):
                began = time.monotonic()
                session.call("POST", "chart/data", json=payload)
                wall[place].append(time.monotonic() - began)
            cpu[place].append((cpu_seconds(side.server.process_id) - spent) / (count // 6))
    walls, cpus = [list(map(statistics.median, one)) for one in (wall, cpu)]
    print(
        f"| {name} | {1000 * walls[0]:.0f} ms | {1000 * walls[1]:.0f} ms | {walls[1] / walls[0]:.2f} × "
        f"| {1000 * cpus[0]:.0f} ms | {1000 * cpus[1]:.0f} ms | {cpus[1] / cpus[0]:.2f} × |",
        flush=True,
    )


if __name__ == "__main__":
    main()
