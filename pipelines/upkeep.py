"""Upkeep of a home: old runs, their events and logs, what killed processes left.

Belongs here: what is forgotten, as [retention] says. Does not: releases (``publication``), snapshots (``backup``),
ticks (Dagster's own retention).
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sources.configuration import configuration
from sources.home import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

RUNS_AT_ONCE = 200
_LEFT_OVER_SECONDS = 24 * 3600


@dataclass(frozen=True)
class UpkeepReport:
    """How many runs were forgotten, and how many files and folders of runs or killed processes were removed."""

    run_count: int
    removed_count: int


def clean_up(home: Home, instance: DagsterInstance, now: datetime | None = None) -> UpkeepReport:
    """Forget finished runs past their days, with their events and logs, and remove what nobody will look at."""
    before = (now or datetime.now(UTC)) - timedelta(days=configuration(home).retention.run_days)
    run_ids = _forget_runs(instance, before)
    removed = sum(_remove(path) for run_id in run_ids for path in _files_of_run(home, run_id))
    left_over = [path for path in home.root.rglob(".half-*") if _age_seconds(path) > _LEFT_OVER_SECONDS]
    return UpkeepReport(len(run_ids), removed + sum(_remove(path) for path in left_over))


def _forget_runs(instance: DagsterInstance, before: datetime) -> list[str]:
    from dagster import DagsterRunStatus, RunsFilter

    ended = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
    old = RunsFilter(statuses=ended, created_before=before)
    run_ids = []
    while records := instance.get_run_records(old, limit=RUNS_AT_ONCE):
        for record in records:
            instance.delete_run(record.dagster_run.run_id)
            run_ids.append(record.dagster_run.run_id)
    return run_ids


def _files_of_run(home: Home, run_id: str) -> list[Path]:
    """The run's own database of events and its logs."""
    return [*(home.dagster / "history" / "runs").glob(f"{run_id}.db*"), home.dagster / "storage" / run_id]


def _remove(path: Path) -> int:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        path.unlink(missing_ok=True)
    else:
        return 0
    return 1


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
