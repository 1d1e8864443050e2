"""The warehouse at the reference size: dbt's models beside one script by hand, then new assessments beside the whole.

    uv run python -m tests.bench.warehouse [--assessments 100000] [--new 1000] [--use-cases 500]

Models are built one after the other, as the script's statements are, so that their times add up: seconds of the
clock in SQL, as dbt tells them of each statement. dbt's own work on a model (three hundredths of a second, whatever its
size), its start and the tests are apart, and are in the CPU seconds printed beside. The models counted are those that
the script makes too: assessments, answers, scores, matrix; all models stand below, then the tests, and the closing of
the file, at which DuckDB puts what a pass wrote in its place: it belongs to no model. ``--dearest 20`` names the models
and tests that take most of a pass. The script's tables must have as
many rows as ours: otherwise the bench fails.

The new assessments are of the last campaign, in submissions of 50 rows, each of another organisation: by default they
go through all 500 use cases, so that every use case of the shared perimeters is scored anew; with ``--use-cases 50``,
all are of the same 50.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.warehouse import BuildResult, build
from sources.home.home import Home
from tests.bench.synthetic_lake import USE_CASES, add_assessments, write_lake

BASELINE = Path(__file__).with_name("warehouse_baseline.sql")
MEMORY = "3GB"
COUNTED = ("units", "replies", "campaigns", "scores", "mart_portfolio_matrix.", "mart_criterion_scores")
SAME_ROWS = {
    "assessment": "int_assessment",
    "answer": "int_keyed_answer",
    "assessor_criterion": "int_keyed_assessor_criterion",
    "establishment_criterion": "int_keyed_establishment_criterion",
    "perimeter_criterion": "mart_criterion_scores",
    "matrix": "mart_portfolio_matrix",
}
"""A table of the script → the model with the same rows; the sides of a score stand in one row of ours."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--assessments", type=int, default=100_000)
    options.add_argument("--new", type=int, default=1000)
    options.add_argument("--use-cases", type=int, default=USE_CASES)
    options.add_argument("--dearest", type=int, default=0)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        write_lake(home, arguments.assessments)
        manifest = read_manifest(home)
        script = _timed(lambda: _run_script(home, Path(folder) / "baseline.duckdb"))
        whole, result = _built(lambda: build(home, manifest, full_refresh=True, threads=1))
        _check_same_rows(Path(folder) / "baseline.duckdb", home.warehouse)
        add_assessments(home, arguments.assessments, arguments.new, arguments.use_cases)
        passed, again = _built(lambda: build(home, manifest, threads=1))
        counted = {node["name"] for node in manifest["nodes"].values() if _is_counted(node)}
    print(f"{arguments.assessments} assessments (seconds)")
    print(f"  script by hand: CPU {script[0]:.1f}, wall {script[1]:.1f}")
    full_seconds, new_seconds = _sql_seconds(result, counted), _sql_seconds(again, counted)
    print(f"  whole build:    CPU {whole[0]:.1f}, wall {whole[1]:.1f}; SQL of the models counted {full_seconds:.1f}")
    print(f"  ratio of the models counted to the script: {full_seconds / script[1]:.2f} (target: at most 1.5)")
    print(f"{arguments.new} more, of {arguments.use_cases} use cases")
    print(f"  pass:           CPU {passed[0]:.1f}, wall {passed[1]:.1f}; SQL of the models counted {new_seconds:.2f}")
    print(f"  pass / whole build: {new_seconds / full_seconds:.3f} (target: 0.2 on 100,000; 0.05 on a million)")
    models = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    full_seconds, new_seconds = _sql_seconds(result, models), _sql_seconds(again, models)
    print(f"  all models:     {new_seconds:.2f} / {full_seconds:.1f} = {new_seconds / full_seconds:.3f}")
    full_seconds, new_seconds = _sql_seconds(result, tests), _sql_seconds(again, tests)
    print(f"  all tests:      {new_seconds:.2f} / {full_seconds:.1f} = {new_seconds / full_seconds:.3f}")
    print(f"  closing:        {again.closing_seconds:.2f} / {result.closing_seconds:.1f}")
    for name in sorted(again.sql_seconds, key=again.sql_seconds.__getitem__, reverse=True)[: arguments.dearest]:
        print(f"    {name}: {again.sql_seconds[name]:.3f} / {result.sql_seconds.get(name, 0.0):.2f}")
    print(f"  memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB (target: under 4)")


def _is_counted(node: dict[str, object]) -> bool:
    path = str(node["original_file_path"])
    return node["resource_type"] == "model" and any(f"/{part}" in path for part in COUNTED)


def _run_script(home: Home, file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"set file_search_path = '{home.lake}'")
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(BASELINE.read_text())


def _check_same_rows(baseline: Path, warehouse: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{baseline}' as script (read_only)")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        for table, model in SAME_ROWS.items():
            query = f"select (select count(*) from script.{table}), (select count(*) from warehouse.main.{model})"
            counts = connection.execute(query).fetchone()
            if counts is None or counts[0] != counts[1]:
                raise SystemExit(f"{table} and {model} differ: {counts} rows")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    cpu, wall = time.process_time(), time.monotonic()
    work()
    return time.process_time() - cpu, time.monotonic() - wall


def _built(work: Callable[[], BuildResult]) -> tuple[tuple[float, float], BuildResult]:
    results: list[BuildResult] = []
    seconds = _timed(lambda: results.append(work()))
    if not results[0].succeeded:
        raise SystemExit(results[0].in_words())
    return seconds, results[0]


def _sql_seconds(result: BuildResult, names: set[str]) -> float:
    return sum(seconds for name, seconds in result.sql_seconds.items() if name in names)


if __name__ == "__main__":
    main()
