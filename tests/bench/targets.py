"""The warehouse on a file and on DuckLake, beside each other: whole build, pass of new assessments, release.

    uv run python -m tests.bench.targets [--assessments 100000] [--new 1000] [--only file] [--home D]
        [--organisations 40] [--use-cases 500] [--assessors 5]

A country is ``--assessments 3000000 --organisations 3000 --use-cases 100 --assessors 1``: ten campaigns. With
``--home`` the home stays, so that ``tests.bench.pages`` can ask its charts.
PostgreSQL runs on the same machine (``tests/postgres.py``). CPU seconds are this process's alone, wall seconds count
PostgreSQL too. The releases must be equal, table by table: otherwise the bench fails.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.warehouse.build_stamp import BuildStamp, write_stamp
from pipelines.warehouse.checksums import differences
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.publication import Release, publish
from pipelines.warehouse.warehouse import build
from sources.home.home import Home
from tests.bench.synthetic_lake import USUAL, Shape, add_assessments, write_lake
from tests.postgres import running_cluster


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--assessments", type=int, default=100_000)
    options.add_argument("--new", type=int, default=1000)
    options.add_argument("--only", choices=("file", "ducklake"))
    options.add_argument("--home", type=Path)
    for name in ("organisations", "use_cases", "assessors"):
        options.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(USUAL, name))
    chosen = options.parse_args()
    shape = replace(USUAL, organisations=chosen.organisations, use_cases=chosen.use_cases, assessors=chosen.assessors)
    with tempfile.TemporaryDirectory() as folder, running_cluster() as cluster:
        home = Home(chosen.home or Path(folder) / "home")
        if chosen.only != "file":
            os.environ["CARTOGRAPHIE_WAREHOUSE__TARGET"] = "ducklake"
            os.environ["CARTOGRAPHIE_WAREHOUSE__CATALOG_URL"] = cluster.url
            os.environ["CARTOGRAPHIE_WAREHOUSE__DATA_PATH"] = f"{folder}/data"
        targets = {"file": replace(home, is_apart=True), "ducklake": home}
        _measure(home, {chosen.only: targets[chosen.only]} if chosen.only else targets, chosen, shape)
    print(f"  memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB")


def _measure(home: Home, targets: Mapping[str, Home], chosen: argparse.Namespace, shape: Shape) -> None:
    write_lake(home, chosen.assessments, shape)
    manifest = read_manifest(home)
    print(f"{chosen.assessments} assessments; CPU, wall seconds, release", flush=True)
    for full_refresh, what in ((True, "whole build"), (False, f"pass of {chosen.new}")):
        if not full_refresh:
            add_assessments(home, chosen.assessments, chosen.new, shape.use_cases, shape)
        made: list[Release] = []
        for name, target in targets.items():
            built = _timed(partial(_build, target, manifest, full_refresh))
            released = _timed(partial(_keep, made, target))
            size = target.current_release.stat().st_size / 2**30
            print(
                f"  {what}, {name}: {built[0]:.1f}, {built[1]:.1f}; release {released[0]:.1f}, {released[1]:.1f}, "
                f"{size:.2f} GiB",
                flush=True,
            )
        if different := [found for one in made[1:] for found in differences(made[0].checksums, one.checksums)]:
            raise SystemExit(f"the targets differ: {', '.join(different)}")


def _build(home: Home, manifest: Mapping[str, Any], full_refresh: bool) -> None:
    result = build(home, manifest, full_refresh=full_refresh)
    if not result.succeeded:
        raise SystemExit(result.in_words())


def _keep(made: list[Release], home: Home) -> None:
    write_stamp(home, BuildStamp(uuid.uuid4().hex, "2026-11-23T12:00:00+00:00", "", ""))
    made.append(publish(home))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.monotonic()
    work()
    return time.process_time() - cpu, time.monotonic() - wall


if __name__ == "__main__":
    main()
