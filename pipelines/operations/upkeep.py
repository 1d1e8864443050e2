"""Upkeep of a home: what is kept for a time, and no longer, so that it does not grow without bound.

Belongs here: what is forgotten, as [retention] says: runs with their events and logs, results of checks, actions in
Superset, copies in ``traités/``, past states, what killed processes left. Does not: releases (``publication``),
snapshots (``backup``), ticks (Dagster's own retention), logs of servers (``supervision``). Never: the archive, the lake
and the receipts, which are what was received and answered.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.serving.actions import forget_actions
from pipelines.engines.instance import postgres_url
from pipelines.products.as_of import AS_OF_FOLDER
from sources.archive import archive
from sources.archive.archive_records import Reception
from sources.home.configuration import configuration
from sources.home.home import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

RUNS_AT_ONCE = 200
_LEFT_OVER_SECONDS = 24 * 3600
_HALF = ".half-"


@dataclass(frozen=True)
class UpkeepReport:
    """How many of each were forgotten; ``removed_count``: files and folders of runs or killed processes."""

    run_count: int
    removed_count: int
    check_count: int = 0
    action_count: int = 0
    answered_count: int = 0
    past_count: int = 0

    def __str__(self) -> str:
        return (
            f"Oublié : {self.run_count} exécution(s), {self.check_count} résultat(s) de contrôle, "
            f"{self.action_count} action(s) de Superset ; retiré : {self.answered_count} copie(s) de traités/, "
            f"{self.past_count} état(s) passé(s), {self.removed_count} fichier(s) d'exécutions ou interrompu(s)."
        )


def clean_up(home: Home, instance: DagsterInstance, now: datetime | None = None) -> UpkeepReport:
    """Forget what is past its days, and remove what nobody will look at; what is being written is left alone."""
    now = now or datetime.now(UTC)
    kept = configuration(home).retention
    runs_before = now - timedelta(days=kept.run_days)
    run_ids = _forget_runs(instance, runs_before)
    removed = sum(_remove(path) for run_id in run_ids for path in _files_of_run(home, run_id))
    left_over = [path for path in _halves(home) if _age_seconds(path) > _LEFT_OVER_SECONDS]
    return UpkeepReport(
        run_count=len(run_ids),
        removed_count=removed + sum(_remove(path) for path in left_over),
        check_count=_forget_checks(instance, runs_before),
        action_count=forget_actions(home.superset, runs_before, postgres_url(home)),
        answered_count=_forget_old_copies(home, now - timedelta(days=kept.answered_days)),
        past_count=sum(_remove(path) for path in _old_past_states(home, now - timedelta(days=kept.as_of_days))),
    )


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


def _forget_checks(instance: DagsterInstance, before: datetime) -> int:
    """Dagster keeps the results of checks, some hundreds a run, when their run is deleted."""
    from pipelines.engines.dagster_names import AssetCheckExecutionsTable, SqlEventLogStorage

    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage) or not storage.has_table("asset_check_executions"):
        return 0
    of_before = AssetCheckExecutionsTable.c.create_timestamp < before.astimezone(UTC).replace(tzinfo=None)
    with storage.index_connection() as connection:
        return int(connection.execute(AssetCheckExecutionsTable.delete().where(of_before)).rowcount)


def _halves(home: Home) -> Iterator[Path]:
    """What killed writers left; in the intake we write nothing half, and others write what they like."""
    for part in home.root.iterdir():
        if part != home.intake:
            yield from [part] if part.name.startswith(_HALF) else part.rglob(f"{_HALF}*")


def _forget_old_copies(home: Home, before: datetime) -> int:
    """Remove answered files of ``traités/`` received before, whose original stands in the archive; returns how many."""
    return sum(
        archive.remove_answered_copies(home, reception)
        for reception in archive.receptions(home)
        if reception.received_at < before and _is_kept(home, reception)
    )


def _is_kept(home: Home, reception: Reception) -> bool:
    return archive.content_path(home, reception.content_sha256).exists()


def _old_past_states(home: Home, before: datetime) -> Iterator[Path]:
    """Past states made before; ``run --as-of`` makes one again."""
    for folder in (home.root / AS_OF_FOLDER).glob("*"):
        if _age_seconds(folder / "published" / "current") > (datetime.now(UTC) - before).total_seconds():
            yield folder


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
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0
