"""The real dbt project, built in this process on small lakes.

Belongs here: one parsed project for the session, and a function that builds a lake and opens the warehouse. Does not:
lakes (``small_lake``), expectations.
"""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from sources.lake import analysis
from tests.dbt_project.small_lake import SmallLake

PROJECT = Path(__file__).parents[2] / "dbt_project"


class Warehouse:
    """One lake folder and one warehouse file, built again for each lake: dbt parses paths, so they stay the same."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lake = root / "lake"
        self.file = root / "warehouse.duckdb"
        self._runner: dbtRunner | None = None

    def invoke(self, command: str, *options: str) -> Any:
        """Run a dbt command; the result says what failed."""
        places = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(self.root / "t"))
        quiet = ("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json")
        self._wait_until_closed()
        if self._runner is None:
            self._runner = dbtRunner(manifest=dbtRunner().invoke([*quiet[:3], "parse", *places]).result)
        # dbt writes staging into its readers once a manifest: a build of the product has its own, these share one
        for node in self._runner.manifest.nodes.values() if self._runner.manifest else ():
            node.compiled, node.extra_ctes, node.extra_ctes_injected = False, [], False  # type: ignore[union-attr]
        try:
            return self._runner.invoke([*quiet[:3], command, *places, *quiet[3:], *options])
        finally:
            DuckDBConnectionManager.close_all_connections()

    def _wait_until_closed(self) -> None:
        """DuckDB may hold a file for a moment after its last reader closed it, and then refuses other settings."""
        for _ in range(50):
            try:
                duckdb.connect(str(self.file)).close()
            except duckdb.ConnectionException:
                gc.collect()
                time.sleep(0.1)
            else:
                return

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """dbt's graph, as its JSON file has it."""
        assert self._runner is not None and self._runner.manifest is not None, "nothing was built yet"
        graph: dict[str, Any] = self._runner.manifest.writable_manifest().to_dict(omit_none=False)
        return graph

    def write(self, lake: SmallLake) -> None:
        shutil.rmtree(self.lake, ignore_errors=True)
        shutil.rmtree(self.root / "site", ignore_errors=True)
        lake.write(self.lake, self.root / "site")

    def build(self, lake: SmallLake, *models: str) -> duckdb.DuckDBPyConnection:
        """Build all but unit tests on ``lake`` from nothing; every data test must pass. The file is opened to read.

        Where ``models`` are named: these, what they read, and the tests of both. The rest stands as it did.
        """
        self.write(lake)
        self.build_written(*models)
        return duckdb.connect(str(self.file), read_only=True)

    def build_written(self, *models: str) -> None:
        """The same on the lake as it stands."""
        only = ("--select", *(f"+{model}" for model in models), "--indirect-selection", "cautious") if models else ()
        outcome = self.invoke("build", "--full-refresh", "--exclude-resource-type", "unit_test", *only)
        assert outcome.success, failures(outcome)


def failures(outcome: Any) -> list[str]:
    """Name and message of what failed, or the exception that stopped dbt."""
    if outcome.result is None:
        return [repr(outcome.exception)]
    bad = ("error", "fail", "runtime error")
    return [f"{result.node.name}: {result.message}" for result in outcome.result.results if result.status in bad]


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    root = tmp_path_factory.mktemp("dbt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARTOGRAPHIE_LAKE", str(root / "lake"))
        patch.setenv("CARTOGRAPHIE_ANALYSIS", str(root / "analysis"))
        analysis.ensure_schemas(root / "analysis")
        patch.setenv("CARTOGRAPHIE_WAREHOUSE_FILE", str(root / "warehouse.duckdb"))
        patch.setenv("DBT_LOG_PATH", str(root / "logs"))
        yield Warehouse(root)
