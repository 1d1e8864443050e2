"""Names of dbt and of its bridges to DuckDB and Dagster that this project uses.

Belongs here: taking them, once. Does not: what is done with them (``warehouse``). It takes a second to import: import
it where a build or a parse begins. ``dbtRunner`` alone is public; the rest dbt may move at any release.
"""

from __future__ import annotations

from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

__all__ = [
    "DbtCoreCliEventMessage",
    "DuckDBConnectionManager",
    "Manifest",
    "RunExecutionResult",
    "dbtRunner",
    "dbtRunnerResult",
]
