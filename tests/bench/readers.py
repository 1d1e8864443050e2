"""Readers who ask charts of a Superset while releases are published beside it.

Belongs here: what a reader does, what an error and a stale result are. Does not: the server (``served``).

A reader goes from page to page at random and asks each of its charts, one after the other, looking at each for a
moment. At each third turn it asks for the banner instead, which carries the number of the publication: a result is
stale when that number is older than the last publication that had ended before the reader asked. A publication is
the project's own (``pipelines.warehouse.publication``): the warehouse is copied, checked, put behind ``current``, and
old releases are removed under the readers.
"""

from __future__ import annotations

import itertools
import random
import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb

from pipelines.warehouse.build_stamp import read_stamp, write_stamp
from pipelines.warehouse.publication import publish
from sources.home.home import Home
from tests.bench.served import Asked, Served

BANNER = "Ce que montre"


class Readers:
    """Some readers, and what they saw."""

    def __init__(self, server: Served, charts: list[Asked], pause: float) -> None:
        self._server, self._pause = server, pause
        self._banner = next(one for one in charts if one.name.startswith(BANNER))
        accounts = self._banner.account
        pages = itertools.groupby((one for one in charts if one.account == accounts), key=lambda one: one.slug)
        self._pages = [list(of_page) for _, of_page in pages]
        self._published = 0
        self._publishing_seconds: list[float] = []
        self._seconds = self._ends = 0.0
        self._count = 0
        self.taken: list[float] = []
        self.errors: list[str] = []
        self.stale_count = self.banner_count = 0

    def run(self, readers: int, seconds: float, publications: int) -> None:
        """Let ``readers`` read for ``seconds`` while the publications happen, evenly spread."""
        _publish_numbered(self._server.home, 0)
        self._seconds, self._count = seconds, readers
        self._ends = time.monotonic() + seconds
        threads = [threading.Thread(target=self._read, args=(seed,)) for seed in range(readers)]
        for thread in threads:
            thread.start()
        for number in range(1, publications + 1):
            time.sleep(max(0.0, self._ends - seconds + number * seconds / (publications + 1) - time.monotonic()))
            started = time.monotonic()
            _publish_numbered(self._server.home, number)
            self._publishing_seconds.append(time.monotonic() - started)
            self._published = number
        for thread in threads:
            thread.join()

    def tell(self) -> None:
        shares = statistics.quantiles(self.taken, n=100)
        print(
            f"readers  {self._count} for {self._seconds:.0f} s (a pause of {self._pause:.1f} s on average), "
            f"{self._published} publications of {statistics.median(self._publishing_seconds):.1f} s each: "
            f"{len(self.taken)} answers, {len(self.errors)} errors, {self.stale_count} stale of {self.banner_count} "
            f"banners  (target: 0 and 0), p50 {shares[49]:.2f} s, p95 {shares[94]:.2f} s  (target: p95 under 2 s)"
        )
        for error in self.errors[:5]:
            print(f"         {error}")

    def _read(self, seed: int) -> None:
        chosen = random.Random(seed)
        session = self._server.session(self._banner.account)
        for asked in self._turns(chosen):
            if time.monotonic() > self._ends:
                return
            before, started = self._published, time.monotonic()
            try:
                [answer] = session.call("POST", "chart/data", json=asked.payload)["result"]
            except Exception as error:  # any failure is one that a reader would see
                self.errors.append(f"{asked.name}: {error!r}"[:300])
                continue
            self.taken.append(time.monotonic() - started)
            if asked is self._banner:
                self.banner_count += 1
                self.stale_count += _number(answer["data"][0]) < before
            time.sleep(chosen.uniform(0, 2 * self._pause))

    def _turns(self, chosen: random.Random) -> Iterator[Asked]:
        while True:
            for turn, chart in enumerate(chosen.choice(self._pages)):
                yield self._banner if turn % 3 == 0 else chart


def _number(banner: dict[str, Any]) -> int:
    [text] = banner.values()
    return int(str(text).rsplit(" ", 1)[-1])


def _publish_numbered(home: Home, number: int) -> None:
    """Publish a build like the one before, whose banner carries a number."""
    stamp = read_stamp(home)
    assert stamp is not None, "the warehouse was not built to its end"
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update mart_notice set notice_text = ?", [f"publication {number}"])
    write_stamp(home, replace(stamp, build_id=uuid.uuid4().hex))
    publish(home)
