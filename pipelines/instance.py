"""Dagster's own settings and storage in a home.

Belongs here: ``dagster.yaml``, the workspace, and creating the storage once before several processes open it.
Does not: starting those processes (``up``), the definitions.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sources.durable import write_whole
from sources.home import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

WRITER_TAG = "cartographie/writer"
"""Every run that writes in the home carries it; the queue lets one through at a time."""

LONGEST_SOCKET_PATH = 100
"""A Unix socket's path has 108 bytes at most."""

_TICK_DAYS = {"skipped": 1, "success": 30, "failure": 90, "started": 2}


def settings(home: Home) -> dict[str, Any]:
    """The content of ``dagster.yaml``: SQLite under the home, one run at a time, no telemetry, ticks forgotten."""
    base = {"base_dir": str(home.dagster)}
    return {
        "run_storage": {
            "module": "dagster._core.storage.runs",
            "class": "SqliteRunStorage",
            "config": {"base_dir": str(home.dagster / "history")},
        },
        "event_log_storage": {
            "module": "pipelines.event_storage",
            "class": "PooledSqliteEventLogStorage",
            "config": {"base_dir": str(home.dagster / "history" / "runs")},
        },
        "schedule_storage": {
            "module": "dagster._core.storage.schedules",
            "class": "SqliteScheduleStorage",
            "config": {"base_dir": str(home.dagster / "schedules")},
        },
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": base,
        },
        "run_launcher": {
            "module": "pipelines.launcher",
            "class": "WarmRunLauncher",
            "config": {"socket": str(socket_path(home, "workers"))},
        },
        "run_coordinator": {
            "module": "dagster.core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {
                "max_concurrent_runs": 1,
                "tag_concurrency_limits": [{"key": WRITER_TAG, "limit": 1}],
                "dequeue_interval_seconds": 1,
            },
        },
        "run_monitoring": {
            "enabled": True,
            "poll_interval_seconds": 5,
            "start_timeout_seconds": 120,
            "cancel_timeout_seconds": 60,
            "max_resume_run_attempts": 0,
            "free_slots_after_run_end_seconds": 10,
        },
        "retention": {
            "schedule": {"purge_after_days": 90},
            "sensor": {"purge_after_days": _TICK_DAYS},
        },
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }


def socket_path(home: Home, name: str) -> Path:
    """Where the code server (``code``) or the warm process (``workers``) listens; short enough for a socket."""
    path = home.dagster / f"{name}.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    folder = Path(tempfile.gettempdir()) / f"cartographie-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.sock"


def write_settings(home: Home) -> None:
    """Write ``dagster.yaml`` and the workspace; does not import Dagster."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    server = {"socket": str(socket_path(home, "code")), "location_name": "cartographie"}
    files = {"dagster.yaml": settings(home), "workspace.yaml": {"load_from": [{"grpc_server": server}]}}
    for name, content in files.items():
        write_whole(home.dagster / name, yaml.safe_dump(content, sort_keys=False).encode())


def is_prepared(home: Home) -> bool:
    """Whether the storage was created."""
    return (home.dagster / "schedules" / "schedules.db").exists()


def prepare(home: Home) -> None:
    """Write the settings and create the storage; on an empty home, webserver and daemon would race to do it."""
    write_settings(home)
    with open_instance(home) as instance:
        instance.run_storage.get_runs_count()
        instance.event_log_storage.get_maximum_record_id()
        if instance.schedule_storage is not None:
            instance.schedule_storage.all_instigator_state()


@contextmanager
def open_instance(home: Home) -> Iterator[DagsterInstance]:
    """The home's Dagster instance, closed at the end."""
    from dagster import DagsterInstance

    with DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance
