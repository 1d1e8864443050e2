"""Whether what is published equals a warehouse built from nothing: passes one after the other must give the same.

Belongs here: building it in a folder of its own, comparing checksums by table. Does not: checksums (``checksums``),
when it runs (``schedules``), making the lake again from the archive (``as_of``).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

import duckdb

from pipelines.warehouse.build_stamp import read_stamp
from pipelines.warehouse.checksums import differences, file_checksums
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, project_checksum, read_manifest
from pipelines.warehouse.publication import Release, current_release
from pipelines.warehouse.rebuild import BuildFailed
from pipelines.warehouse.warehouse import ANALYSIS_TAG, build
from sources.home.home import Home

FOLDER = "rebuild"
_SHARED = ("archive", "lake", "analysis")


class NothingToCompareError(Exception):
    """What is published is not of this lake or of this program; the message is French."""


class DifferentFromRebuild(Exception):
    """What is published is not what a build from nothing makes; the message is French and names the tables."""


def compare_with_rebuild(home: Home) -> list[str]:
    """Build the warehouse from nothing, in a folder of its own, and name the published tables that differ from it.

    To be called under the home's write lock; nothing of the home changes. The tables of the analyses are left out: they
    follow a publication. Raises ``NothingToCompareError`` or ``BuildFailed``.
    """
    release = comparable_release(home)
    fresh = Home(home.root / FOLDER, is_apart=True)
    shutil.rmtree(fresh.root, ignore_errors=True)
    fresh.root.mkdir(parents=True)
    try:
        for name in _SHARED:
            (home.root / name).mkdir(exist_ok=True)
            (fresh.root / name).symlink_to(home.root / name)
        manifest = read_manifest(fresh)
        result = build(fresh, manifest, full_refresh=True)
        if not result.succeeded:
            raise BuildFailed(result)
        different = differences(release.checksums, file_checksums(fresh.warehouse))
        return [table for table in different if table not in analysis_models(manifest)]
    finally:
        shutil.rmtree(fresh.root, ignore_errors=True)


def comparable_release(home: Home) -> Release:
    """The release, when it is of the warehouse that stands, and built by these models and this DuckDB.

    Raises ``NothingToCompareError``.
    """
    release, stamp = current_release(home), read_stamp(home)
    if (
        release is None
        or stamp is None
        or release.build.build_id != stamp.build_id
        or release.build.models_checksum != project_checksum(DBT_PROJECT)
        or release.build.engine != duckdb.__version__
    ):
        raise NothingToCompareError(
            "La version publiée n'est pas celle de l'entrepôt tel qu'il est, ou le programme a changé depuis : "
            "faites d'abord une passe (« cartographie run »), puis comparez."
        )
    return release


def analysis_models(manifest: Mapping[str, Any]) -> set[str]:
    """The models of the analyses: they follow a publication, and may describe the one before."""
    return {node["name"] for node in manifest["nodes"].values() if ANALYSIS_TAG in node["tags"]}
