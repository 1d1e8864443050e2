"""Dagster's own settings and storage in a home.

Belongs here: ``dagster.yaml``, the workspace, and creating the storage once before several processes open it.
Does not: starting those processes (``up``), the definitions.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from dashboards.serving.server import POSTGRES_VARIABLE as SUPERSET_POSTGRES_VARIABLE
from sources.home.configuration import configuration
from sources.home.configuration_values import LONGEST_SOCKET_PATH
from sources.home.durable import write_whole
from sources.home.home import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

WRITER_TAG = "cartographie/writer"
"""Every run that writes in the home carries it; the queue lets one through at a time."""

POSTGRES_VARIABLE = "CARTOGRAPHIE_DAGSTER_POSTGRES"
"""How Dagster is told the address of its PostgreSQL."""

LOCATION = "cartographie"
"""How Dagster names our definitions, in the workspace, the code server and each run."""

ANALYSES_LOCATION = "analyses"
"""The same of those that a second code server serves, where the configuration names one."""

_PREPARED_ON_POSTGRES = "postgres.prepared"


class MetadataError(Exception):
    """Dagster's metadata cannot be reached; the message is French."""


def settings(home: Home) -> dict[str, Any]:
    """The content of ``dagster.yaml``: metadata in the home or PostgreSQL, one run at a time, ticks forgotten."""
    kept = configuration(home).retention
    ticks = {"skipped": 1, "started": 2, "success": kept.tick_days, "failure": kept.failed_tick_days}
    return {
        **_storage(home),
        "run_launcher": {
            "module": "pipelines.engines.launcher",
            "class": "WarmRunLauncher",
            "config": {"socket": str(socket_path(home, "workers"))},
        },
        "run_coordinator": {
            "module": "dagster.core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {
                # a writer at a time, and beside it an analysis, which mostly reads
                "max_concurrent_runs": 2,
                "tag_concurrency_limits": [{"key": WRITER_TAG, "limit": 1}],
                "dequeue_interval_seconds": 1,
            },
        },
        # the sensor of drops watches for seconds: the others do not wait for it
        "sensors": {"use_threads": True, "num_workers": 4},
        "run_monitoring": {
            "enabled": True,
            "poll_interval_seconds": 5,
            "start_timeout_seconds": 120,
            "cancel_timeout_seconds": 60,
            "max_resume_run_attempts": 0,
            "free_slots_after_run_end_seconds": 10,
        },
        "retention": {
            "schedule": {"purge_after_days": ticks},
            "sensor": {"purge_after_days": ticks},
        },
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }


def _storage(home: Home) -> dict[str, Any]:
    """Where runs, events and ticks are kept: one PostgreSQL when the configuration names it, else SQLite."""
    local = {
        "module": "dagster._core.storage.root",
        "class": "LocalArtifactStorage",
        "config": {"base_dir": str(home.dagster)},
    }
    if configuration(home).metadata.postgres_url is not None:
        # The address holds a password: it goes from the environment to Dagster and never into a file of the home.
        postgres = {"postgres_url": {"env": POSTGRES_VARIABLE}}
        return {"storage": {"postgres": postgres}, "local_artifact_storage": local}
    return {
        "run_storage": {
            "module": "dagster._core.storage.runs",
            "class": "SqliteRunStorage",
            "config": {"base_dir": str(home.dagster / "history")},
        },
        "event_log_storage": {
            "module": "pipelines.engines.event_storage",
            "class": "PooledSqliteEventLogStorage",
            "config": {"base_dir": str(home.dagster / "history" / "runs")},
        },
        "schedule_storage": {
            "module": "dagster._core.storage.schedules",
            "class": "SqliteScheduleStorage",
            "config": {"base_dir": str(home.dagster / "schedules")},
        },
        "local_artifact_storage": local,
    }


def postgres_variables(home: Home) -> dict[str, str]:
    """What Dagster's processes find the address of PostgreSQL in; empty when metadata are in the home.

    It names the driver: SQLAlchemy's own choice has changed, and is not what dagster-postgres installs.
    """
    url = postgres_url(home)
    return {} if url is None else {POSTGRES_VARIABLE: url.replace("postgresql://", "postgresql+psycopg2://", 1)}


def postgres_url(home: Home) -> str | None:
    """The address of PostgreSQL, as its own programs read it; None when metadata are in the home."""
    url = configuration(home).metadata.postgres_url
    return None if url is None else url.get_secret_value().replace("postgres://", "postgresql://", 1)


def tell_superset_its_metadata(home: Home) -> None:
    """Put the address of PostgreSQL, or none, where every process of Superset that this one starts finds it."""
    os.environ.pop(SUPERSET_POSTGRES_VARIABLE, None)
    if (url := postgres_url(home)) is not None:
        os.environ[SUPERSET_POSTGRES_VARIABLE] = url


def socket_path(home: Home, name: str) -> Path:
    """Where the code server (``code``) or the warm process (``workers``) listens; short enough for a socket."""
    path = home.dagster / f"{name}.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    folder = Path(tempfile.gettempdir()) / f"cartographie-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise MetadataError(
            f"{folder} n'est pas à ce seul compte : un autre pourrait y écouter à la place de Dagster. Supprimez-le, "
            "ou donnez à l'installation un chemin plus court."
        )
    return folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.sock"


def code_server(home: Home) -> str:
    """Where the code server listens."""
    return str(socket_path(home, "code"))


def write_settings(home: Home) -> None:
    """Write ``dagster.yaml`` and the workspace; does not import Dagster."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    servers = [{"socket": code_server(home), "location_name": LOCATION}]
    if (elsewhere := configuration(home).runs.analyses_socket) is not None:
        servers.append({"socket": str(elsewhere), "location_name": ANALYSES_LOCATION})
    workspace = {"load_from": [{"grpc_server": server} for server in servers]}
    files = {"dagster.yaml": settings(home), "workspace.yaml": workspace}
    for name, content in files.items():
        write_whole(home.dagster / name, yaml.safe_dump(content, sort_keys=False).encode())


def is_prepared(home: Home) -> bool:
    """Whether the storage was created, where the configuration says that it is."""
    if postgres_variables(home):
        return (home.dagster / _PREPARED_ON_POSTGRES).exists()
    return (home.dagster / "schedules" / "schedules.db").exists()


def prepare(home: Home) -> None:
    """Write the settings and create the storage; on an empty home, webserver and daemon would race to do it."""
    write_settings(home)
    check_postgres_answers(home)
    with open_instance(home) as instance:
        instance.run_storage.get_runs_count()
        instance.event_log_storage.get_maximum_record_id()
        if instance.schedule_storage is not None:
            instance.schedule_storage.all_instigator_state()
    if postgres_variables(home):
        write_whole(home.dagster / _PREPARED_ON_POSTGRES, b"")


@contextmanager
def open_instance(home: Home) -> Iterator[DagsterInstance]:
    """The home's Dagster instance, closed at the end."""
    from dagster import DagsterInstance

    os.environ.update(postgres_variables(home))
    with DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def check_postgres_answers(home: Home) -> None:
    """Ask once, without Dagster's own retries; the message names no password."""
    import sqlalchemy

    for url in postgres_variables(home).values():
        engine = sqlalchemy.create_engine(url, connect_args={"connect_timeout": 5})
        try:
            with engine.connect():
                pass
        except sqlalchemy.exc.SQLAlchemyError as error:
            place = engine.url.render_as_string(hide_password=True)
            said = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
            raise MetadataError(
                f"La base PostgreSQL des métadonnées ne répond pas ({place} : {said}). Vérifiez "
                "[metadata] postgres_url, que le serveur est démarré et que la base existe (createdb)."
            ) from None
        finally:
            engine.dispose()
