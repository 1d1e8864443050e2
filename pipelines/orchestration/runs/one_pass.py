"""One pass from drop to publication, in this process, through Dagster's real definitions.

Belongs here: what ``cartographie run`` does and what ``up`` does first. Does not: servers (``up``), the steps.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from dagster import DagsterEventType, DagsterInstance, Definitions, JobExecutionResult

from pipelines.engines.instance import open_instance, prepare
from pipelines.engines.launcher import WORKER_TAG, identity, settle_lost_runs
from pipelines.engines.runs_here import execute_here
from pipelines.operations.incidents.failures import meaning
from pipelines.operations.intake_folders import sync_folders
from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import ANALYSIS_JOB, EXPORTS_JOB, INTAKE_JOB
from pipelines.warehouse.publication import Release, current_release
from sources.demonstration import drop_demonstration
from sources.home.home import Home
from sources.home.home_layout import ensure_layout, refuse_where_pages_alone_are_served
from sources.referential.loader import load_referential

Say = Callable[[str], None]

_STEP_NAMES = {
    "receptions": "réception",
    "referential": "référentiel",
    "establishments": "établissements",
    "inventories": "inventaires",
    "submissions": "lecture et contrôle",
    "modeles": "entrepôt",
    "publication": "publication",
    "analyses": "analyses",
    "modeles_analyses": "tables des analyses",
    "publication_analyses": "publication des analyses",
    "exports": "exports",
}


# Says of each check of a step left out, as analyses of unchanged data are, that it gave no result.
logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster's own log of a run is in the home; a person at a terminal reads sentences."""

_WITH_CORE = {"ops": {"analyses": {"config": {"with_core": True}}}}
"""Elsewhere the core of a portfolio is for the night; a demonstration is looked at today."""


class PassFailed(Exception):
    """The pass stopped; what was published before stays. The message is French and quotes no cell."""


@dataclass
class PassReport:
    """What a pass did: verdicts by code, seconds by phase, and the release that readers see after it."""

    reception_count: int = 0
    verdict_counts: dict[str, int] = field(default_factory=dict)
    set_aside_count: int = 0
    phase_seconds: dict[str, float] = field(default_factory=dict)
    release: Release | None = None

    @property
    def has_data_problems(self) -> bool:
        wrong = any(self.verdict_counts.get(code) for code in ("refusee", "partielle", "en_attente"))
        return wrong or bool(self.set_aside_count)


PASS_JOBS = (INTAKE_JOB, ANALYSIS_JOB, EXPORTS_JOB)


def run_once(home: Home, demonstration: bool, say: Say, jobs: Sequence[str] = PASS_JOBS) -> PassReport:
    """Prepare the home, drop the demonstration where asked, and take everything to publication, analyses and exports.

    ``jobs`` asks for some of these only.

    Raises ``HomeError``, ``ConfigurationError``, ``ReferentialError``, ``ProjectError`` or ``PassFailed``.
    """
    refuse_where_pages_alone_are_served(home)
    ensure_layout(home)
    report = PassReport()
    before = current_release(home)
    started = time.monotonic()
    referential = load_referential(home.referential)
    sync_folders(home, referential)
    if demonstration:
        count = drop_demonstration(home, referential)
        say(f"Démonstration : {count} classeurs déposés")
    prepare(home)
    definitions = build_defs(home)
    report.phase_seconds["préparation"] = time.monotonic() - started
    with open_instance(home) as instance:
        settle_lost_runs(instance)
        for name in jobs:
            settings = _WITH_CORE if demonstration and name == ANALYSIS_JOB else None
            _run(home, definitions, instance, name, report, settings)
            if demonstration and name == INTAKE_JOB and (taken := _fix_demonstration(home)):
                say(f"Démonstration : chiffres arrêtés pour {', '.join(taken)}")
                _run(home, definitions, instance, name, PassReport())
    report.release = current_release(home)
    known = set(before.build.set_aside) if before else set()
    report.set_aside_count = len(set(report.release.build.set_aside) - known) if report.release else 0
    return report


def _run(
    home: Home,
    definitions: Definitions,
    instance: DagsterInstance,
    name: str,
    report: PassReport,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """One job, told in ``report``; raises ``PassFailed``."""
    job = definitions.resolve_job_def(name)
    # Without it nobody could tell a killed pass from one under way, and the queue would wait for it for ever.
    tags = {WORKER_TAG: identity(os.getpid())}
    result = execute_here(job, home, instance, {**_QUIET, **(settings or {})}, tags)
    report.phase_seconds |= _step_seconds(instance, result)
    if not result.success:
        raise _failure(result)
    _read_counts(result, report)


def _fix_demonstration(home: Home) -> list[str]:
    """What coordinators do at a campaign's close, done for those of the demonstration that they have not closed."""
    from pipelines.products.snapshot.taking import take_for_demonstration

    return take_for_demonstration(home)


def _step_seconds(instance: DagsterInstance, result: JobExecutionResult) -> dict[str, float]:
    stats = instance.get_run_step_stats(result.run_id)
    return {
        _STEP_NAMES[step.step_key]: step.end_time - step.start_time
        for step in stats
        if step.step_key in _STEP_NAMES and step.start_time and step.end_time
    }


def _read_counts(result: JobExecutionResult, report: PassReport) -> None:
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        if materialization.asset_key.path == ["submissions"]:
            metadata = materialization.metadata
            report.reception_count = cast(int, metadata["reception_count"].value)
            report.verdict_counts = dict(cast(dict[str, int], metadata["verdicts"].value))


def _failure(result: JobExecutionResult) -> PassFailed:
    """The first failed step, and what it said; its stack trace is a note, for who asks for traces."""
    for event in result.filter_events(lambda event: event.event_type == DagsterEventType.STEP_FAILURE):
        data = event.step_failure_data
        described = data.user_failure_data.description if data.user_failure_data else None
        incident, said = meaning(data.error)
        name = _STEP_NAMES.get(event.step_key or "", event.step_key)
        told = described or said or f"[{incident.code}] {incident.cause}"
        failure = PassFailed(f"Étape « {name} » : {told} → {incident.remedy}")
        failure.add_note(data.error.to_string() if data.error else "")
        return failure
    return PassFailed("L'exécution a échoué avant sa première étape.")
