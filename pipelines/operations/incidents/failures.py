"""Why runs failed, read from Dagster's own event log: the step, the cause in a sentence, the remedy.

Belongs here: reading the log. Does not: what an error means (``incidents``), telling it (``status``, ``alerts``).
A message of the project's own exceptions is quoted, since none carries the content of a cell; of the system's the
reason and the place; of any other only the kind is told.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.operations.incidents.incidents import UNKNOWN, Incident, incident_named, incident_of
from sources.home.system_errors import system_reason

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from pipelines.engines.dagster_names import RunRecord, SerializableErrorInfo


# As Python says it (of two paths the second is written to), and as libraries made in Rust do.
_SYSTEM_SAID = (
    re.compile(r"\[Errno (?P<number>\d+)\] [^:]*(?:: '(?:[^']*' -> ')?(?P<path>/[^']*)')?"),
    re.compile(r".*\(os error (?P<number>\d+)\)(?:: (?P<path>/.*))?"),
)
_NO_SPACE = os.strerror(errno.ENOSPC)
"""Libraries say it too, in errors that elsewhere mean a damaged file."""

_NAMED_BY_PEOPLE = {"intake", "receipts"}
_OWN = {"sources", "quality", "pipelines", "dashboards"}


@dataclass(frozen=True)
class FailedRun:
    """One failed run; ``said`` is the sentence of the error when it is the project's own."""

    run_id: str
    job: str
    failed_at: datetime
    step: str | None
    incident: Incident
    said: str | None

    @property
    def cause(self) -> str:
        where = f"étape « {self.step} » : " if self.step else ""
        return where + (self.said or self.incident.cause)


def failed_runs(instance: DagsterInstance, count: int) -> list[FailedRun]:
    """The last failed runs, the newest first."""
    from dagster import DagsterRunStatus, RunsFilter

    records = instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.FAILURE]), limit=count)
    return [explain(instance, record) for record in records]


def explain(instance: DagsterInstance, record: RunRecord) -> FailedRun:
    """The cause of one failed run."""
    from dagster import DagsterEventType

    run = record.dagster_run
    failed_at = datetime.fromtimestamp(record.end_time or record.create_timestamp.timestamp(), UTC)
    events = instance.get_records_for_run(run.run_id, of_type=DagsterEventType.STEP_FAILURE).records
    for event in (found.event_log_entry.dagster_event for found in events):
        if event is None:
            continue
        failure = event.step_failure_data
        described = failure.user_failure_data.description if failure.user_failure_data else None
        incident, said = meaning(failure.error)
        return FailedRun(run.run_id, run.job_name, failed_at, event.step_key, incident, described or said)
    stopped = "son processus s'est arrêté brutalement (arrêt de la machine, mémoire, kill)"
    lost = Incident("O0601", "", stopped, "rien à réparer : la passe suivante reprend ce qui manquait")
    return FailedRun(run.run_id, run.job_name, failed_at, None, lost, None)


def meaning(error: SerializableErrorInfo | None) -> tuple[Incident, str | None]:
    """The incident of an error that Dagster kept, and its sentence where one may be quoted."""
    chain = []
    while error is not None:
        chain.append(error)
        error = error.cause
    for found in reversed(chain):
        # A traceback's last line: the class with its module, a colon, what it says.
        name, _, said = found.message.partition(": ")
        incident = incident_named(name.strip())
        if incident is not UNKNOWN:
            if _is_own(incident):
                return incident, said.strip() or None
            return _of_machine(incident, said), _of_system(said)
    return UNKNOWN, None


def _of_machine(incident: Incident, said: str) -> Incident:
    return incident_of(OSError()) if _NO_SPACE in said else incident


def _of_system(said: str) -> str | None:
    """What the system refused, and where: the reason for its number, and the path unless a person named the file."""
    found = next(filter(None, (pattern.match(said) for pattern in _SYSTEM_SAID)), None)
    if found is None:
        return f"le système refuse : {system_reason(errno.ENOSPC)}" if _NO_SPACE in said else None
    place = Path(found["path"]) if found["path"] else None
    if place is not None and _NAMED_BY_PEOPLE & set(place.parts):
        place = place.parent
    return f"le système refuse : {system_reason(int(found['number']))}" + (f" ({place})" if place else "")


def explain_error(error: BaseException) -> str:
    """One line on an error that ends a step: code, cause, remedy; as ``status`` tells it."""
    found: BaseException | None = error
    while found is not None:
        incident = incident_of(found)
        if incident is not UNKNOWN:
            if _is_own(incident):
                cause = str(found)
            else:
                incident = _of_machine(incident, str(found))
                cause = _of_system(str(found)) or incident.cause
            return f"[{incident.code}] {cause} → {incident.remedy}"
        found = found.__cause__ or found.__context__
    return f"[{UNKNOWN.code}] {UNKNOWN.cause} ({type(error).__name__}) → {UNKNOWN.remedy}"


def _is_own(incident: Incident) -> bool:
    return incident.error.split(".")[0] in _OWN
