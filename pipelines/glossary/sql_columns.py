"""Which columns each model has, asked of DuckDB: the SQL of every model is run on an empty lake.

Belongs here: the names that the SQL gives. Does not: what is said of them (``model_columns``). A mart whose contract
does not know a new column yet does not stop it: its SQL is asked all the same.
"""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse.dbt_manifest import DBT_PROJECT, common_arguments, home_in_environment
from sources.home.home import Home
from sources.lake import analysis, lake
from sources.referential.loader import load_referential


def sql_columns(project: Path = DBT_PROJECT) -> dict[str, dict[str, str]]:
    """The type of each column of each model, in the order of its SQL; a model that cannot be asked is left out."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch), is_apart=True)
        lake.ensure_schemas(home.lake)
        analysis.ensure_schemas(home.analysis)
        load_referential().write_lake(home.lake)
        home.warehouse.parent.mkdir(parents=True, exist_ok=True)
        ran = _run(home, project)
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute(f"set file_search_path = '{home.lake},{home.analysis}'")
            described = {name: _columns(connection, code) for name, code in ran.items()}
    return {name: columns for name, columns in described.items() if columns}


def _run(home: Home, project: Path) -> dict[str, str]:
    """Build all models; the SQL of each that was compiled, failed, skipped and ephemeral ones included."""
    from dbt.cli.main import dbtRunner

    from pipelines.engines.dbt_names import DuckDBConnectionManager

    arguments = common_arguments(home, project)
    with home_in_environment(home):
        manifest: Any = dbtRunner().invoke(["parse", *arguments]).result
        # The run compiles in this very manifest, and tells nothing of what is ephemeral.
        dbtRunner(manifest=manifest).invoke(["run", *arguments])
        DuckDBConnectionManager.close_all_connections()
    gc.collect()
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    return {node.name: node.compiled_code for node in models if node.compiled_code}


def _columns(connection: duckdb.DuckDBPyConnection, code: str) -> dict[str, str]:
    try:
        return {str(row[0]): str(row[1]).lower() for row in connection.execute(f"describe {code}").fetchall()}
    except duckdb.Error:
        return {}
