"""What a person asks first: what is published and since when, what waits, what ran last.

Belongs here: reading it, and saying it in a few lines. Does not: mending anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.publishing.release import UnfitRelease
from pipelines.engines.instance import check_postgres_answers, is_prepared, open_instance
from pipelines.operations.doctor.referential import referential_problems
from pipelines.operations.incidents.failures import FailedRun, explain
from pipelines.operations.incidents.incidents import incident_of
from pipelines.operations.incidents.refused_start import last_refusal
from pipelines.operations.ports import running_up
from pipelines.operations.servers import LOGS, answering, pages_answering
from pipelines.products.dashboards import refuse_unfit_release
from pipelines.warehouse.publication import Release, current_release, readable_release
from pipelines.warehouse.quarantine.source_health import sources_left_out
from quality.privacy.guard import shown_name
from sources.archive import archive
from sources.home.configuration import configuration
from sources.home.home import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from pipelines.engines.dagster_names import RunRecord

_RUN_STATUSES = {
    "SUCCESS": "réussie",
    "FAILURE": "échouée",
    "CANCELED": "arrêtée",
    "STARTED": "en cours",
    "STARTING": "en cours",
    "CANCELING": "en cours d'arrêt",
    "QUEUED": "en attente",
    "NOT_STARTED": "en attente",
    "LOST": "interrompue (son processus s'est arrêté brutalement ; la prochaine passe reprend)",
}


_ALL_ANSWER = "Dagster, son démon, Superset et le guichet des établissements répondent"
_FAILED = {"FAILURE", "LOST"}
_RUNS_LOOKED_AT = 100


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
    sources_set_aside: list[str] = field(default_factory=list)
    left_alone: list[archive.LeftAlone] = field(default_factory=list)
    runs: list[RunLine] = field(default_factory=list)
    failures: list[FailedRun] = field(default_factory=list)
    failing_jobs: list[str] = field(default_factory=list)
    servers: dict[str, bool] = field(default_factory=dict)
    up_since: datetime | None = None
    refused_start: tuple[datetime, str] | None = None
    pages_only: bool = False
    unfit_release: str | None = None
    referential_problems: list[str] = field(default_factory=list)

    @property
    def is_published(self) -> bool:
        return self.release is not None

    @property
    def exit_code(self) -> int:
        """For monitoring: 2, nothing is published; 1, something asks for a person; 0, all is well.

        Asks for a person: a job whose last run failed, a server that is silent, drops that nobody takes, a wrong
        referential, which the next pass would refuse.
        """
        if not self.is_published:
            return 2
        is_unattended = self.has_waiting_drops and self.up_since is None
        is_refused = self.refused_start is not None or bool(self.referential_problems or self.unfit_release)
        return int(bool(self.failing_jobs) or bool(self.silent_servers) or is_unattended or is_refused)

    @property
    def silent_servers(self) -> list[str]:
        return [name for name, answers in self.servers.items() if not answers]

    def as_facts(self) -> dict[str, Any]:
        """The same for machines; times are UTC, ISO."""
        return {
            "home": str(self.home.root),
            "up_since": self.up_since and self.up_since.isoformat(),
            "refused_start": self.refused_start and self.refused_start[1],
            "servers": self.servers,
            "failing_jobs": self.failing_jobs,
            "release": self.release and {"name": self.release.name, "published_at": self.release.published_at},
            "unfit_release": self.unfit_release,
            "referential_problems": self.referential_problems,
            "reception_count": self.reception_count,
            "unpublished_count": self.unpublished_count,
            "set_aside_count": self.set_aside_count,
            "sources_set_aside": self.sources_set_aside,
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
        lines = [f"Dossier : {self.home.root} ({running})"]
        if self.refused_start:
            when, why = self.refused_start
            lines.append(f"Démarrage refusé le {local(when)} : {why}")
        lines += [f"Ne répond pas : {name} (lisez {LOGS[name]})" for name in self.silent_servers]
        if self.servers and not self.silent_servers:
            all_of_them = "Superset répond" if self.pages_only else _ALL_ANSWER
            lines.append(f"{all_of_them}.")
        if self.unfit_release:
            lines.append(self.unfit_release)
        if self.release or not self.pages_only:
            lines.append(self._publication())
        if self.pages_only:
            return lines
        if self.referential_problems:
            lines += ["La prochaine passe refusera le référentiel (« cartographie referential check ») :"]
            lines += [f"  {problem}" for problem in self.referential_problems]
        lines.append(f"Réceptions : {self.reception_count}, dont {self.unpublished_count} pas encore publiée(s)")
        if self.set_aside_count:
            lines.append(f"Dépôts mis de côté : {self.set_aside_count} (voir leurs accusés)")
        lines += self.sources_set_aside
        lines.append(self._waiting())
        lines += [f"Laissé en place : {_shown(entry.path)} ({entry.reason})" for entry in self.left_alone]
        lines += ["Dernières exécutions :", *(f"  {run}" for run in self.runs)]
        for failure in self.failures:
            lines.append(f"Échec du {local(failure.failed_at)} [{failure.incident.code}] : {failure.cause}")
            lines.append(f"  → {failure.incident.remedy}")
        return lines

    def _waiting(self) -> str:
        if not self.has_waiting_drops:
            return "Rien n'attend."
        taken_by = "" if self.up_since else " ; personne ne les prend : lancez « cartographie up » ou « run »"
        return f"Des fichiers attendent dans les dossiers de dépôt{taken_by}."

    def _publication(self) -> str:
        if self.release is None:
            return "Rien n'est publié : lancez « cartographie up » ou « cartographie run »."
        when = local(datetime.fromisoformat(self.release.published_at))
        return f"Publié le {when} (version {self.release.name})"


def read_status(home: Home, run_count: int = 5) -> Status:
    """Read the home's state, with its last runs; changes nothing."""
    if configuration(home).servers.pages_only:
        return _status_of_pages(home)
    release = current_release(home)
    numbers = {reception.number for reception in archive.receptions(home)}
    set_aside = archive.quarantined_numbers(home)
    published = set(release.build.receptions) if release else set()
    running = running_up(home)
    found = Status(
        home=home,
        release=release,
        reception_count=len(numbers),
        unpublished_count=len(numbers - published - set_aside.keys()),
        set_aside_count=len(set_aside),
        sources_set_aside=sources_left_out(home),
        has_waiting_drops=archive.has_new_drops(home),
        left_alone=archive.left_alone(home),
        up_since=running.since if running else None,
        refused_start=None if running else last_refusal(home),
        referential_problems=[said for _, said in referential_problems(home)],
    )
    if is_prepared(home):
        check_postgres_answers(home)
        with open_instance(home) as instance:
            _read_runs(found, instance, run_count)
            found.servers = answering(home, running.ports, instance) if running else {}
    return found


def _status_of_pages(home: Home) -> Status:
    """Where pages alone are served: nothing is received, nothing runs."""
    running, unfit = running_up(home), None
    try:
        refuse_unfit_release(home)
    except UnfitRelease as problem:
        unfit = f"[{incident_of(problem).code}] {problem}"
    return Status(
        home=home,
        release=readable_release(home),
        reception_count=0,
        unpublished_count=0,
        set_aside_count=0,
        has_waiting_drops=False,
        up_since=running.since if running else None,
        refused_start=None if running else last_refusal(home),
        servers=pages_answering(running.ports) if running else {},
        pages_only=True,
        unfit_release=unfit,
    )


def _shown(path: Path) -> str:
    """A path whose names others chose: nothing in them moves a terminal's cursor or begins a line."""
    return str(Path(*(shown_name(name)[0] for name in path.parts)))


def local(moment: datetime) -> str:
    """A moment as a person of this place writes it."""
    return moment.astimezone().strftime("%d/%m/%Y à %H:%M:%S")


def _read_runs(status: Status, instance: DagsterInstance, count: int) -> None:
    """The last runs, and why those failed that are among them or the last of their job."""
    records = instance.get_run_records(limit=_RUNS_LOOKED_AT)
    status.runs = [_line(record) for record in records[:count]]
    last_of_job: dict[str, RunRecord] = {}
    for record in records:
        if record.dagster_run.is_finished or _is_lost(record):
            last_of_job.setdefault(record.dagster_run.job_name, record)
    status.failing_jobs = [job for job, record in last_of_job.items() if _line(record).status in _FAILED]
    told = {record.dagster_run.run_id: record for record in [*records[:count], *last_of_job.values()]}
    status.failures = [
        explain(instance, record) for record in told.values() if record.dagster_run.status.value == "FAILURE"
    ]


def _line(record: RunRecord) -> RunLine:
    return RunLine(
        record.dagster_run.job_name,
        datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), UTC),
        "LOST" if _is_lost(record) else record.dagster_run.status.value,
        record.end_time - record.start_time if record.end_time and record.start_time else None,
    )


def _is_lost(record: RunRecord) -> bool:
    from pipelines.engines.launcher import is_lost

    return is_lost(record.dagster_run)
