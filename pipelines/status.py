"""What a person asks first: what is published and since when, what waits, what ran last.

Belongs here: reading it, and saying it in a few lines. Does not: mending anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipelines.instance import is_prepared, open_instance
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

    @property
    def is_published(self) -> bool:
        return self.release is not None

    def as_lines(self) -> list[str]:
        lines = [f"Dossier : {self.home.root}", self._publication()]
        lines.append(f"Réceptions : {self.reception_count}, dont {self.unpublished_count} pas encore publiée(s)")
        if self.set_aside_count:
            lines.append(f"Dépôts mis de côté : {self.set_aside_count} (voir leurs accusés)")
        lines.append(
            "Des fichiers attendent dans les dossiers de dépôt." if self.has_waiting_drops else "Rien n'attend."
        )
        lines += [f"Laissé en place : {entry.path} ({entry.reason})" for entry in self.left_alone]
        return [*lines, "Dernières exécutions :", *(f"  {run}" for run in self.runs)]

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
    return Status(
        home=home,
        release=release,
        reception_count=len(numbers),
        unpublished_count=len(numbers - published - set_aside.keys()),
        set_aside_count=len(set_aside),
        has_waiting_drops=archive.has_new_drops(home),
        left_alone=archive.left_alone(home),
        runs=_last_runs(home, run_count),
    )


def local(moment: datetime) -> str:
    """A moment as a person of this place writes it."""
    return moment.astimezone().strftime("%d/%m/%Y à %H:%M:%S")


def _last_runs(home: Home, count: int) -> list[RunLine]:
    if not is_prepared(home):
        return []
    with open_instance(home) as instance:
        return [
            RunLine(
                record.dagster_run.job_name,
                datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), UTC),
                record.dagster_run.status.value,
                record.end_time - record.start_time if record.end_time and record.start_time else None,
            )
            for record in instance.get_run_records(limit=count)
        ]
