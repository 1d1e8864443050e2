"""What follows a publication when one more submission came: models, publication, analyses, exports, in CPU seconds.

    uv run python -m tests.bench.after_publication [--organisations 3000] [--rows 25] [--without-exports]

Each organisation assesses the same use cases, one a row. Everything is made once, then one organisation sends one more
submission, and everything is made again. Printed beside each other: how long it took the first time, and the second.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.products.analysis import after_publication
from pipelines.products.exports.folder import export_all
from pipelines.warehouse.build_stamp import BuildStamp, remove_stamp, write_stamp
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, project_checksum, read_manifest
from pipelines.warehouse.publication import publish
from pipelines.warehouse.warehouse import build
from sources.home.home import Home
from sources.home.home_layout import ensure_layout
from tests.bench.synthetic_lake import Shape, add_assessments, write_lake

Seconds = dict[str, tuple[float, float]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--organisations", type=int, default=3000)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--without-exports", action="store_true")
    arguments = options.parse_args()
    shape = Shape(arguments.organisations, arguments.rows, 1, arguments.rows)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        ensure_layout(home)
        write_lake(home, shape.campaign_size, shape)
        first = _whole_way(home, not arguments.without_exports, is_first=True)
        add_assessments(home, shape.campaign_size, shape.submission_size, shape.use_cases, shape)
        again = _whole_way(home, not arguments.without_exports, is_first=False)
    print(f"{arguments.organisations} organisations × {arguments.rows} rows; then one more submission (seconds)")
    for step, (cpu, wall) in again.items():
        before = first[step]
        print(f"  {step:12}  CPU {cpu:6.1f} after {before[0]:6.1f}; wall {wall:6.1f} after {before[1]:6.1f}")


def _whole_way(home: Home, with_exports: bool, is_first: bool) -> Seconds:
    found: Seconds = {}
    manifest = read_manifest(home)
    with _timed(found, "models"):
        remove_stamp(home)
        result = build(home, manifest, full_refresh=is_first)
        if not result.succeeded:
            raise SystemExit(result.in_words())
        write_stamp(home, _stamp())
    with _timed(found, "publication"):
        publish(home)
    with _timed(found, "analyses"):
        computed = after_publication.compute(home)
        assert computed is not None
        if after_publication.keep(home, computed):
            after_publication.build_marts(home, manifest)
            after_publication.publish_described(home)
    print(f"  {len(computed.results.computed)} parts computed, {computed.results.kept_count} kept")
    if with_exports:
        with _timed(found, "exports"):
            export_all(home, with_pdf=True)
    return found


def _stamp() -> BuildStamp:
    return BuildStamp(
        build_id=uuid.uuid4().hex,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        models_checksum=project_checksum(DBT_PROJECT),
        referential_checksum="",
        receptions=[],
        set_aside=[],
        engine=duckdb.__version__,
        lake_parts="",
        lake_digest="",
        lake_tables={},
    )


@contextmanager
def _timed(found: Seconds, step: str) -> Iterator[None]:
    """CPU seconds, those of a browser that printed included, and wall seconds."""
    cpu, wall = _cpu(), time.monotonic()
    yield
    found[step] = (_cpu() - cpu, time.monotonic() - wall)


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    main()
