"""Reading workbooks by one process and by two, in turns: how much of a second core the reading takes up.

    uv run python -m tests.bench.reading [--files 1000] [--rows 25] [--rounds 3]

The batch's own reading (``quality.batch.judging``): files opened in capped processes, personal data masked in the one
that asks. Clock seconds count on a machine that does nothing else; on a busy one look at the CPU seconds of both sides,
which say what two cores could do at best: what the asking process does is done by it alone.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from quality.privacy.guard import guard
from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.workbook.pool import READERS
from tests.bench.intake import drop_workbooks, readers_seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=1000)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--rounds", type=int, default=3)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = drop_workbooks(Home(Path(folder)), load_referential(), arguments.files, arguments.rows)
        _read(paths[:20], 2)
        print(f"{arguments.files} workbooks of {arguments.rows} rows: clock seconds; CPU of who asks, of who reads")
        ratios = []
        for number in range(arguments.rounds):
            one, two = (_timed(paths, count) for count in (1, 2))
            ratios.append(one[0] / two[0])
            said = "   ".join(f"{clock:6.1f}; {asks:5.1f}, {reads:5.1f}" for clock, asks, reads in (one, two))
            print(f"  round {number + 1}, by one and by two: {said}   ratio {ratios[-1]:.2f}", flush=True)
            best = (one[1] + one[2]) / max(one[1], (one[1] + one[2]) / 2)
        print(f"  ratio, median {statistics.median(ratios):.2f} (target: at least 1.7); two cores at best {best:.2f}")


def _timed(paths: list[Path], count: int) -> tuple[float, float, float]:
    clock, asks, reads = time.monotonic(), time.process_time(), readers_seconds()
    _read(paths, count)
    return time.monotonic() - clock, time.process_time() - asks, readers_seconds() - reads


def _read(paths: list[Path], count: int) -> None:
    due = iter(paths)

    def read_some() -> None:
        for path in due:
            guard(READERS.read(path))

    with ThreadPoolExecutor(count) as readers:
        for reader in [readers.submit(read_some) for _ in range(count)]:
            reader.result()


if __name__ == "__main__":
    main()
