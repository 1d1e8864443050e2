"""What a person asks first: what is published and since when, what waits, what ran last.

Belongs here: reading it, and saying it in a few lines. Does not: mending anything.
"""

from __future__ import annotations

import fcntl
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipelines.failures import FailedRun, explain
from pipelines.instance import check_postgres_answers, is_prepared, open_instance
from pipelines.publication import Release, current_release
from sources import archive
from sources.home import Home

_RUN_STATUSES = {
    "SUCCESS": "réussie",
    "FAILURE": "échouée",
    "CANCELED": "arrêtée",
    "STARTED": "en cours",
    "STARTING": "en cours",
    "QUEUED": "en attente",
    "LOST": "interrompue (son processus s'est arrêté brutalement ; la prochaine passe reprend)",
}


@dataclass(frozen=True)
class RunLine:
    """One run: its job, when it began (UTC), how it ended, its seconds when it has ended."""

    job: str
    began_at: datetime
    status: str
    seconds: float | None

    def __str__(self) -> str:
        took = "" if self.seconds is None else f" en {self.seconds:.1f} s"
        return f"{local(self.began_at)}  {self.job} : {_RUN_STATUSES.get(self.status, self.status.lower())}{took}"


@dataclass
class Status:
    """The state of a home."""

    home: Home
    release: Release | None
    reception_count: int
    unpublished_count: int
    set_aside_count: int
    has_waiting_drops: bool
    left_alone: list[archive.LeftAlone] = field(default_factory=list)
    runs: list[RunLine] = field(default_factory=list)
    failures: list[FailedRun] = field(default_factory=list)
    up_since: datetime | None = None

    @property
    def is_published(self) -> bool:
        return self.release is not None

    @property
    def exit_code(self) -> int:
        """For monitoring: 2 when nothing is published, 1 when the last run failed, else 0."""
        if not self.is_published:
            return 2
        return int(bool(self.runs) and self.runs[0].status in {"FAILURE", "LOST"})

    def as_facts(self) -> dict[str, Any]:
        """The same for machines; times are UTC, ISO."""
        return {
            "home": str(self.home.root),
            "up_since": self.up_since and self.up_since.isoformat(),
            "release": self.release and {"name": self.release.name, "published_at": self.release.published_at},
            "reception_count": self.reception_count,
            "unpublished_count": self.unpublished_count,
            "set_aside_count": self.set_aside_count,
            "has_waiting_drops": self.has_waiting_drops,
            "left_alone": [{"path": str(entry.path), "reason": entry.reason} for entry in self.left_alone],
            "runs": [{**vars(run), "began_at": run.began_at.isoformat()} for run in self.runs],
            "failures": [
                {
                    "run_id": failure.run_id,
                    "job": failure.job,
                    "failed_at": failure.failed_at.isoformat(),
                    "code": failure.incident.code,
                    "cause": failure.cause,
                    "remedy": failure.incident.remedy,
                }
                for failure in self.failures
            ],
            "exit_code": self.exit_code,
        }

    def as_lines(self) -> list[str]:
        running = f"« up » tourne depuis le {local(self.up_since)}" if self.up_since else "« up » ne tourne pas"
        lines = [f"Dossier : {self.home.root} ({running})", self._publication()]
        lines.append(f"Réceptions : {self.reception_count}, dont {self.unpublished_count} pas encore publiée(s)")
        if self.set_aside_count:
            lines.append(f"Dépôts mis de côté : {self.set_aside_count} (voir leurs accusés)")
        lines.append(
            "Des fichiers attendent dans les dossiers de dépôt." if self.has_waiting_drops else "Rien n'attend."
        )
        lines += [f"Laissé en place : {entry.path} ({entry.reason})" for entry in self.left_alone]
        lines += ["Dernières exécutions :", *(f"  {run}" for run in self.runs)]
        for failure in self.failures:
            lines.append(f"Échec du {local(failure.failed_at)} [{failure.incident.code}] : {failure.cause}")
            lines.append(f"  → {failure.incident.remedy}")
        return lines

    def _publication(self) -> str:
        if self.release is None:
            return "Rien n'est publié : lancez « cartographie up » ou « cartographie run »."
        when = local(datetime.fromisoformat(self.release.published_at))
        return f"Publié le {when} (version {self.release.name})"


def read_status(home: Home, run_count: int = 5) -> Status:
    """Read the home's state, with its last runs; changes nothing."""
    release = current_release(home)
    numbers = {reception.number for reception in archive.receptions(home)}
    set_aside = archive.set_aside_numbers(home)
    published = set(release.build.receptions) if release else set()
    runs, failures = _last_runs(home, run_count)
    return Status(
        home=home,
        release=release,
        reception_count=len(numbers),
        unpublished_count=len(numbers - published - set_aside.keys()),
        set_aside_count=len(set_aside),
        has_waiting_drops=archive.has_new_drops(home),
        left_alone=archive.left_alone(home),
        runs=runs,
        failures=failures,
        up_since=up_since(home),
    )


def local(moment: datetime) -> str:
    """A moment as a person of this place writes it."""
    return moment.astimezone().strftime("%d/%m/%Y à %H:%M:%S")


def _last_runs(home: Home, count: int) -> tuple[list[RunLine], list[FailedRun]]:
    """The last runs, and why those among them that failed did."""
    if not is_prepared(home):
        return [], []
    from pipelines.launcher import is_lost

    check_postgres_answers(home)
    with open_instance(home) as instance:
        records = instance.get_run_records(limit=count)
        lines = [
            RunLine(
                record.dagster_run.job_name,
                datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), UTC),
                "LOST" if is_lost(record.dagster_run) else record.dagster_run.status.value,
                record.end_time - record.start_time if record.end_time and record.start_time else None,
            )
            for record in records
        ]
        failed = [record for record in records if record.dagster_run.status.value == "FAILURE"]
        return lines, [explain(instance, record) for record in failed]


def up_since(home: Home) -> datetime | None:
    """Since when ``up`` holds its lock; None when nobody does."""
    try:
        with (home.root / "up.lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return datetime.fromisoformat(json.loads(lock.read())["since"])
    except (OSError, ValueError, KeyError):
        return None
    return None
