"""Every name of Dagster and dbt that is not public, with what to do when a release moves it.

A failure here after an upgrade is not a fault of the project: the message says where the name is used and what gives
the same. Names are taken in ``pipelines/engines`` alone.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOM = ROOT / "pipelines" / "engines"
PUBLIC = {"dagster", "dagster_dbt", "dbt.cli.main"}

FIND = (
    "Look for the class in the new release (`grep -rn 'class NAME' .venv`) and mend the import in `pipelines/engines`. "
)
LAUNCHER = (
    "Read `DefaultRunLauncher` beside `engines/launcher.py`. Without our launcher runs work and start "
    "in six seconds: take `run_launcher` out of `engines/instance.py` until it is mended."
)
STORAGE = (
    "Read `SqliteEventLogStorage` of the new release beside `engines/event_storage.py`. Without ours a run spends some "
    "seconds more on SQLite: take `event_log_storage` out of `engines/instance.py` until it is mended."
)
PAGE = "Read what `dagster_webserver/cli.py` does in the new release, and make the application the same way."
FORGET = "Only the nightly clean-up needs it (old results of checks): see which table keeps them in the new release."
NODES = "Read `dbtRunner.invoke` in dbt's documentation: results of nodes come as events, and their reasons from here."

HERE = (
    "Read `execute_in_process` of the new release beside `engines/runs_here.py`. Using it there does the same, and the "
    "first pass is then missing from Dagster's timeline."
)

WHAT_TO_DO = {
    "dagster._core.definitions.job_base.InMemoryJob": HERE,
    "dagster._core.definitions.selector.SINGLETON_REPOSITORY_NAME": HERE,
    "dagster._core.execution.api.execute_run": HERE,
    "dagster._core.remote_origin.GrpcServerCodeLocationOrigin": HERE,
    "dagster._core.remote_origin.RemoteJobOrigin": HERE,
    "dagster._core.remote_origin.RemoteRepositoryOrigin": HERE,
    "dagster._core.definitions.unresolved_asset_job_definition.UnresolvedAssetJobDefinition": FIND + "Only a type.",
    "dagster._core.launcher.CheckRunHealthResult": LAUNCHER,
    "dagster._core.launcher.DefaultRunLauncher": LAUNCHER,
    "dagster._core.launcher.LaunchRunContext": LAUNCHER,
    "dagster._core.launcher.WorkerStatus": LAUNCHER,
    "dagster._core.storage.dagster_run.ACTIVE_RUN_STATUSES": LAUNCHER,
    "dagster._core.storage.dagster_run.RunRecord": FIND + "Only a type.",
    "dagster._core.storage.event_log.schema.AssetCheckExecutionsTable": FORGET,
    "dagster._core.storage.event_log.sql_event_log.SqlEventLogStorage": FORGET,
    "dagster._core.storage.event_log.sqlite.sqlite_event_log.SqliteEventLogStorage": STORAGE,
    "dagster._core.storage.sqlite.SQLITE_BUSY_TIMEOUT_SECONDS": STORAGE,
    "dagster._grpc.types.ExecuteRunArgs": LAUNCHER,
    "dagster._serdes.ConfigurableClassData": LAUNCHER,
    "dagster._serdes.serialize_value": LAUNCHER,
    "dagster._utils.error.SerializableErrorInfo": FIND + "Only a type.",
    "dagster._core.workspace.context.WorkspaceProcessContext": PAGE,
    "dagster._core.workspace.load_target.WorkspaceFileTarget": PAGE,
    "dagster_webserver.app.create_app_from_workspace_process_context": PAGE,
    "dagster._cli.api.api_cli": "See what `dagster api execute_run` calls now; `runs/warm_workers.py` must do the "
    "same.",
    "dagster_dbt.core.dbt_cli_event.DbtCoreCliEventMessage": (
        "Read how `DbtCliInvocation.stream` makes its messages: `assets/warehouse.py` makes them from dbt's own events."
    ),
    "dbt.adapters.duckdb.connections.DuckDBConnectionManager": (
        "Find what closes dbt-duckdb's connections: nobody else can open the warehouse while they live."
    ),
    "dbt.artifacts.schemas.run.RunExecutionResult": NODES,
    "dbt.contracts.graph.manifest.Manifest": (
        "`warehouse/dbt_manifest.py` reads dbt's parsed project from `partial_parse.msgpack`. Parsing at each build "
        "does the same in some seconds more."
    ),
}

MEMBERS = {
    ("dagster._core.storage.event_log.sqlite.sqlite_event_log", "SqliteEventLogStorage", "_connect"): STORAGE,
    ("dagster._core.storage.event_log.sqlite.sqlite_event_log", "SqliteEventLogStorage", "_initdb"): STORAGE,
    (
        "dagster._core.storage.event_log.sqlite.sqlite_event_log",
        "SqliteEventLogStorage",
        "conn_string_for_shard",
    ): STORAGE,
    ("dagster._core.launcher", "DefaultRunLauncher", "launch_run"): LAUNCHER,
    ("dagster._core.launcher", "DefaultRunLauncher", "terminate"): LAUNCHER,
    ("dagster._core.launcher", "DefaultRunLauncher", "_instance"): LAUNCHER,
    ("dbt.adapters.duckdb.connections", "DuckDBConnectionManager", "close_all_connections"): (
        "See how dbt-duckdb closes its connections now (`warehouse/warehouse.py`)."
    ),
    ("dbt.contracts.graph.manifest", "Manifest", "from_msgpack"): NODES,
    ("dbt.contracts.graph.manifest", "Manifest", "build_flat_graph"): NODES,
}


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _private(path: Path) -> set[str]:
    of_theirs = ("dagster", "dbt")
    return {
        name
        for name in _names(path)
        if name.split(".")[0].startswith(of_theirs) and name.rpartition(".")[0] not in PUBLIC and name not in PUBLIC
    }


@pytest.mark.parametrize("name", WHAT_TO_DO)
def test_a_private_name_is_where_it_was(name: str) -> None:
    module, attribute = name.rsplit(".", 1)
    try:
        found = hasattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError:
        found = False
    assert found, f"{name} has moved. {WHAT_TO_DO[name]}"


@pytest.mark.parametrize(("module", "kind", "member"), MEMBERS)
def test_a_class_that_we_extend_or_call_has_the_member(module: str, kind: str, member: str) -> None:
    owner = getattr(importlib.import_module(module), kind)
    assert hasattr(owner, member), f"{kind}.{member} has gone. {MEMBERS[module, kind, member]}"


def test_each_private_name_has_a_line_that_says_what_to_do() -> None:
    taken = {name for path in ROOM.glob("*.py") for name in _private(path)}
    assert taken == set(WHAT_TO_DO)


def test_no_other_room_takes_private_names() -> None:
    elsewhere = {
        f"{path.relative_to(ROOT)}: {name}"
        for package in ("pipelines", "quality", "sources", "dashboards")
        for path in (ROOT / package).rglob("*.py")
        if path.parent != ROOM
        for name in _private(path)
    }
    assert elsewhere == set(), "take it in pipelines/engines, with a line in this test"
