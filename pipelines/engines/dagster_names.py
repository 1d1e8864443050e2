"""Names of Dagster that its public module does not export, and that this project uses.

Belongs here: taking them, once. Does not: what is done with them. Every row of ``tests/pipelines/engines`` says what to
do when one has moved.
"""

from __future__ import annotations

from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, LaunchRunContext, WorkerStatus
from dagster._core.storage.dagster_run import ACTIVE_RUN_STATUSES, RunRecord
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClassData, serialize_value
from dagster._utils.error import SerializableErrorInfo

__all__ = [
    "ACTIVE_RUN_STATUSES",
    "AssetCheckExecutionsTable",
    "CheckRunHealthResult",
    "ConfigurableClassData",
    "DefaultRunLauncher",
    "ExecuteRunArgs",
    "LaunchRunContext",
    "RunRecord",
    "SerializableErrorInfo",
    "SqlEventLogStorage",
    "UnresolvedAssetJobDefinition",
    "WorkerStatus",
    "serialize_value",
]
