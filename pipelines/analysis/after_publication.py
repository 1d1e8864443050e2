"""From a published release to the same release with its analyses.

Belongs here: whether there is something to analyse, and the three steps: results, marts, publication. Does not:
computing (``parts``), telling Dagster (``assets.analysis``).

Nothing here delays a publication of data: the long work reads the release, outside the writer's lock. An analysis
publishes the build that it found, so that it never calls for another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.build_stamp import read_stamp, write_stamp
from pipelines.dbt_manifest import DBT_PROJECT
from pipelines.publication import PublicationError, Release, current_release, publish
from pipelines.warehouse import ANALYSIS_MODELS, BuildResult, build
from pipelines.writer_lock import WAIT_SECONDS, writing
from sources import analysis
from sources.durable import write_whole
from sources.home import Home


class AnalysisFailed(Exception):
    """The marts of the analyses break a rule: the results were taken away; the message is French."""


@dataclass(frozen=True)
class State:
    """The last build analysed; ``checksum`` is that of its inputs, ``is_published`` whether readers see the results."""

    build_id: str
    checksum: str
    is_published: bool


@dataclass(frozen=True)
class Report:
    """What an analysis did; ``must_publish`` when the marts must be made and published."""

    release: str
    computed: list[str]
    kept_count: int
    must_publish: bool


def is_due(home: Home) -> bool:
    """Whether readers see a build that was not analysed, and that the warehouse still holds."""
    release, state = current_release(home), _read_state(home)
    if release is None or not _is_in_warehouse(home, release):
        return False
    return state is None or state.build_id != release.build.build_id or not state.is_published


def analyse(home: Home, with_core: bool = False, wait_seconds: float = WAIT_SECONDS) -> Report | None:
    """Compute the results of the current release; None when it is already described, or no longer the newest.

    Raises ``WriterBusy``, ``SolverError``.
    """
    from pipelines.analysis.inputs import open_inputs
    from pipelines.analysis.parts import compute_all

    release = current_release(home)
    if release is None or not (is_due(home) or with_core):
        return None
    with open_inputs(home) as inputs:
        results = compute_all(inputs, home.analysis, release.name, with_core)
    with writing(home.root, "analyses", wait_seconds):
        if not _is_in_warehouse(home, release):
            return None
        before = _read_state(home)
        is_seen = before is not None and before.is_published and not results.is_changed
        analysis.write(home.analysis, results.tables)
        _write_state(home, State(release.build.build_id, results.checksum, is_seen))
    return Report(release.name, results.computed, results.kept_count, not is_seen)


def build_marts(
    home: Home, manifest: Mapping[str, Any], project: Path = DBT_PROJECT, wait_seconds: float = WAIT_SECONDS
) -> BuildResult:
    """Build and test the marts of the analyses on the warehouse as it stands.

    Raises ``AnalysisFailed`` when a rule is broken: the results and their marts are then emptied, so that data can
    still be published.
    """
    with writing(home.root, "tables des analyses", wait_seconds):
        _ensure_whole(home)
        result = build(home, manifest, project, selection=ANALYSIS_MODELS)
        if not result.succeeded:
            _forget(home)
            build(home, manifest, project, selection=ANALYSIS_MODELS)
            raise AnalysisFailed(
                f"Les analyses ne respectent pas une règle ({result.in_words()}) : elles sont retirées, "
                "la publication des données reste. Corrigez le modèle ; les analyses seront refaites."
            )
    return result


def publish_described(home: Home, wait_seconds: float = WAIT_SECONDS) -> Release:
    """Publish the warehouse with its analyses, as a new release of the same build.

    Raises ``PublicationError`` when the warehouse is being made again.
    """
    with writing(home.root, "publication des analyses", wait_seconds):
        _ensure_whole(home)
        stamp, state = read_stamp(home), _read_state(home)
        if stamp is None or state is None:
            raise PublicationError("Rien à publier : les analyses n'ont pas été faites.")
        write_stamp(home, replace(stamp, analysis_checksum=state.checksum))
        release = publish(home)
        _write_state(home, replace(state, is_published=True))
    return release


def _is_in_warehouse(home: Home, release: Release) -> bool:
    stamp = read_stamp(home)
    return stamp is not None and stamp.build_id == release.build.build_id


def _ensure_whole(home: Home) -> None:
    if read_stamp(home) is None:
        raise PublicationError(
            "L'entrepôt est en cours de reconstruction, ou sa dernière construction a échoué : "
            "les analyses suivront la prochaine publication."
        )


def _forget(home: Home) -> None:
    for table in analysis.ANALYSIS_TABLES:
        (home.analysis / f"{table}.parquet").unlink(missing_ok=True)
    analysis.ensure_schemas(home.analysis)
    _state_file(home).unlink(missing_ok=True)


def _state_file(home: Home) -> Path:
    return home.analysis / "state.json"


def _read_state(home: Home) -> State | None:
    try:
        return State(**json.loads(_state_file(home).read_text()))
    except FileNotFoundError:
        return None


def _write_state(home: Home, state: State) -> None:
    write_whole(_state_file(home), (json.dumps(asdict(state), indent=1, sort_keys=True) + "\n").encode())
