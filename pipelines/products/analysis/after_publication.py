"""From a published release to the same release with its analyses.

Belongs here: whether there is something to analyse, and the three steps: results, marts, publication. Does not:
computing (``parts``), telling Dagster (``assets.analysis``).

Nothing here delays a publication of data: the long work, ``compute``, reads the release; the other steps write, and
their callers hold the writer's lock. An analysis publishes the build that it found, so that it never calls for another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.warehouse.build_stamp import BuildStamp, read_stamp, write_stamp
from pipelines.warehouse.dbt_manifest import DBT_PROJECT
from pipelines.warehouse.publication import PublicationError, Release, current_release, publish
from pipelines.warehouse.warehouse import ANALYSIS_MODELS, BuildResult, build
from sources.home.durable import write_whole
from sources.home.home import Home
from sources.lake import analysis

if TYPE_CHECKING:
    from pipelines.products.analysis.parts import Results


class AnalysisFailed(Exception):
    """The marts of the analyses break a rule: the results were taken away; the message is French."""


@dataclass(frozen=True)
class State:
    """The last build analysed; ``checksum`` is that of its inputs, ``is_published`` whether readers see the results."""

    build_id: str
    checksum: str
    is_published: bool


@dataclass(frozen=True)
class Computed:
    """Results of a release, not yet laid anywhere."""

    release: Release
    results: Results


def is_due(home: Home) -> bool:
    """Whether readers see a build that was not analysed, and that the warehouse still holds."""
    release, state = current_release(home), _read_state(home)
    if release is None or not _is_in_warehouse(home, release):
        return False
    return state is None or state.build_id != release.build.build_id or not state.is_published


def compute(home: Home, with_core: bool = False) -> Computed | None:
    """The results of the current release; None when it is already described. Writes nothing.

    Raises ``SolverError``.
    """
    from pipelines.products.analysis.inputs import open_inputs
    from pipelines.products.analysis.parts import compute_all

    release = current_release(home)
    if release is None or not (is_due(home) or with_core):
        return None
    with open_inputs(home) as inputs:
        return Computed(release, compute_all(inputs, home.analysis, release.name, with_core))


def keep(home: Home, computed: Computed) -> bool:
    """Lay the results, unless a newer build is under way; tells whether their marts must be made and published."""
    release, results = computed.release, computed.results
    if not _is_in_warehouse(home, release):
        return False
    before = _read_state(home)
    is_seen = before is not None and before.is_published and not results.is_changed
    analysis.write(home.analysis, results.tables)
    _write_state(home, State(release.build.build_id, results.checksum, is_seen))
    return not is_seen


def build_marts(home: Home, manifest: Mapping[str, Any], project: Path = DBT_PROJECT) -> BuildResult:
    """Build and test the marts of the analyses on the warehouse as it stands.

    Raises ``PublicationError`` when the warehouse is being made again, ``AnalysisFailed`` when a rule is broken: the
    results and their marts are then emptied, so that data can still be published.
    """
    _whole_stamp(home)
    result = build(home, manifest, project, selection=ANALYSIS_MODELS)
    if not result.succeeded:
        _forget(home)
        build(home, manifest, project, selection=ANALYSIS_MODELS)
        raise AnalysisFailed(
            f"Les analyses ne respectent pas une règle ({result.in_words()}) : elles sont retirées, "
            "la publication des données reste. Corrigez le modèle ; les analyses seront refaites."
        )
    return result


def publish_described(home: Home) -> Release:
    """Publish the warehouse with its analyses, as a new release of the same build.

    Raises ``PublicationError`` when the warehouse is being made again, or nothing was analysed.
    """
    stamp, state = _whole_stamp(home), _read_state(home)
    if state is None:
        raise PublicationError("Rien à publier : les analyses n'ont pas été faites.")
    write_stamp(home, replace(stamp, analysis_checksum=state.checksum))
    release = publish(home)
    _write_state(home, replace(state, is_published=True))
    return release


def _is_in_warehouse(home: Home, release: Release) -> bool:
    stamp = read_stamp(home)
    return stamp is not None and stamp.build_id == release.build.build_id


def _whole_stamp(home: Home) -> BuildStamp:
    stamp = read_stamp(home)
    if stamp is None:
        raise PublicationError(
            "L'entrepôt est en cours de reconstruction, ou sa dernière construction a échoué : "
            "les analyses suivront la prochaine publication."
        )
    return stamp


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
