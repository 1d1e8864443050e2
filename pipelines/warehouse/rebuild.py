"""The warehouse made from the lake, offending submissions set aside, and stamped when all is well.

Belongs here: the sequence build → set aside → build again → stamp, usable without Dagster. Does not: each of its
steps (``warehouse``, ``quarantine``, ``build_stamp``).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse.build_stamp import BuildStamp, read_stamp, remove_stamp, write_stamp
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, project_checksum
from pipelines.warehouse.ducklake.catalog import target_of
from pipelines.warehouse.ducklake.holding import is_as_noted
from pipelines.warehouse.lake_health import LakeDamaged, damaged_files
from pipelines.warehouse.lake_state import MARK, LakeState, changed_tables, lake_state, only_grew
from pipelines.warehouse.publication import current_release
from pipelines.warehouse.quarantine.reference_data import new_sources, quarantine_one
from pipelines.warehouse.quarantine.submissions import find_offenders, leave_out_for_a_trial, new_receptions
from pipelines.warehouse.warehouse import BuildResult, build
from quality.batch import batch
from quality.verdicts.verdicts import PURGED
from sources.archive import archive
from sources.archive.archive_records import Reception
from sources.home.home import Home
from sources.lake import lake
from sources.lake.lake_parts import set_apart_foreign_parts
from sources.referential.loader import Referential
from sources.versions.reference_reloading import sources_from_files


class BuildFailed(Exception):
    """No new submission is to blame: the models, the referential or an older submission is. The message is French."""

    def __init__(self, result: BuildResult):
        self.result = result
        super().__init__(
            f"L'entrepôt ne se construit pas, même sans les nouveaux dépôts ({result.in_words()}) : "
            "la dernière publication reste en place. Corrigez le modèle ou le référentiel, puis relancez."
        )


@dataclass
class Rebuild:
    """What a good build made: its last result, receptions and source set aside on the way, builds made to find them."""

    result: BuildResult
    set_aside: list[int] = field(default_factory=list)
    trial_count: int = 0
    source_set_aside: Reception | None = None


def rebuild(home: Home, manifest: Mapping[str, Any], referential: Referential, project: Path = DBT_PROJECT) -> Rebuild:
    """Build the whole warehouse and stamp it.

    Raises ``BuildFailed`` when no new submission explains a failure, and
    ``LakeDamaged`` when a file that the models read does."""
    set_apart_foreign_parts(home)
    batch.write_set_aside(home)
    stamp = read_stamp(home)
    continues = stamp is not None and _continues(home, stamp, referential, project)
    changed = _changed(home, stamp) if stamp and continues else frozenset()
    remove_stamp(home)
    made = Rebuild(build(home, manifest, project, full_refresh=not continues, changed=changed))
    if not made.result.succeeded:
        if damaged := damaged_files(home):
            raise LakeDamaged(home, damaged)
        made = _set_aside_and_rebuild(home, manifest, referential, project, made.result)
    _answer_set_aside(home, referential)
    write_stamp(home, _stamp(home, referential.checksum, project))
    return made


def _continues(home: Home, stamp: BuildStamp, referential: Referential, project: Path) -> bool:
    """Whether what was built can be brought up to date: anything but new submissions, and all is built from nothing."""
    return (
        stamp.models_checksum == project_checksum(project)
        and stamp.referential_checksum == referential.checksum
        and stamp.engine == duckdb.__version__
        and stamp.target == target_of(home)
        and only_grew(home, _lake_before(stamp))
        and is_as_noted(home)
    )


def _changed(home: Home, stamp: BuildStamp) -> frozenset[str]:
    """The lake tables that changed; none when no submission came: then somebody asked for all models, and has them."""
    changed = changed_tables(home, _lake_before(stamp))
    return changed if MARK in changed else frozenset()


def _lake_before(stamp: BuildStamp) -> LakeState:
    return LakeState(stamp.lake_parts, stamp.lake_digest, stamp.lake_tables)


def _set_aside_and_rebuild(
    home: Home, manifest: Mapping[str, Any], referential: Referential, project: Path, failed: BuildResult
) -> Rebuild:
    """What came last is blamed first: a source brought since, then new drops, then any source that somebody brought."""
    trials: list[frozenset[int]] = []

    def builds() -> bool:
        return build(home, manifest, project, full_refresh=True, stop_at_first_failure=True).succeeded

    def builds_without(left_out: frozenset[int]) -> bool:
        trials.append(left_out)
        leave_out_for_a_trial(home, left_out)
        return builds()

    source = quarantine_one(home, referential, new_sources(home), builds, failed.in_words())
    offenders = None if source else find_offenders(new_receptions(home), builds_without)
    batch.write_set_aside(home)
    if source is None and offenders is None:
        source = quarantine_one(home, referential, sources_from_files(home), builds, failed.in_words())
        if source is None:
            raise BuildFailed(failed)
    for number in sorted(offenders or ()):
        archive.set_aside(home, number, failed.in_words())
    batch.write_set_aside(home)
    result = build(home, manifest, project, full_refresh=True)
    if not result.succeeded:
        raise BuildFailed(result)
    return Rebuild(result, sorted(offenders or ()), len(trials), source)


def _answer_set_aside(home: Home, referential: Referential) -> None:
    """Say it on the receipts of those set aside since the last publication, a killed run's included."""
    release = current_release(home)
    answered = set(release.build.set_aside) if release else set()
    unanswered = sorted(archive.quarantined_numbers(home).keys() - answered)
    if unanswered:
        batch.answer_set_aside(home, referential, unanswered)


def _stamp(home: Home, referential_checksum: str, project: Path) -> BuildStamp:
    set_aside = set(archive.quarantined_numbers(home))
    receptions = lake.read(home.lake, "receptions")
    received = set(receptions.filter(receptions["verdict_code"] != PURGED).get_column("reception_number").to_list())
    state = lake_state(home)
    return BuildStamp(
        build_id=uuid.uuid4().hex,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        models_checksum=project_checksum(project),
        referential_checksum=referential_checksum,
        receptions=sorted(received - set_aside),
        set_aside=sorted(set_aside),
        engine=duckdb.__version__,
        target=target_of(home),
        lake_parts=state.last_part,
        lake_digest=state.digest,
        lake_tables=dict(state.tables),
    )
