"""``up`` on a large home: its second start, what it costs when nothing happens, drops while it runs.

    uv run python -m tests.bench.operations --home D [--idle-seconds 60] [--drops 20] [--rows 25]

``D`` is a home that ``tests.bench.large_home`` made; the drops stay in it, so give a copy to keep it as it was. The
first start prepares Superset's metadata and is not counted. ``drops`` says what is measured of the drops.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from dashboards.serving.server import accounts_file
from sources.home.home import Home
from tests.bench import drops
from tests.bench.processes import cpu_seconds, memory_mib
from tests.bench.running import running

SETTLE_SECONDS = 30.0
"""After the start, what follows it (analyses, exports, first looks) ends."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--idle-seconds", type=float, default=60)
    options.add_argument("--drops", type=int, default=20)
    options.add_argument("--rows", type=int, default=25)
    arguments = options.parse_args()
    home = Home.locate(arguments.home)
    if not accounts_file(home.superset).exists():
        with running(home) as first:
            print(f"start    the first: {first.seconds:.1f} s")
    with running(home) as up:
        print(f"start    the second, to both pages: {up.seconds:.1f} s  (target: under 30 s)", flush=True)
        if arguments.idle_seconds:
            _tell_idle(up.process_id, arguments.idle_seconds)
        if arguments.drops:
            drops.measure(home, up.superset_port, arguments.drops, arguments.rows)
            print(f"memory   after the drops: {memory_mib(up.process_id):.0f} MiB")


def _tell_idle(process_id: int, seconds: float) -> None:
    time.sleep(SETTLE_SECONDS)
    cpu, began = cpu_seconds(process_id), time.monotonic()
    time.sleep(seconds)
    share = (cpu_seconds(process_id) - cpu) / (time.monotonic() - began)
    print(
        f"idle     {share:.1%} of one core over {seconds:.0f} s  (target: under 15 %), "
        f"{memory_mib(process_id):.0f} MiB  (target: under 2560)",
        flush=True,
    )


if __name__ == "__main__":
    main()
