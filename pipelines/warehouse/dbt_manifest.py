"""The manifest of the dbt project, made again only when the project changed.

Belongs here: where dbt's working files of a home stand, and when the project must be parsed again. Does not:
building (``warehouse``). Run as ``python -m pipelines.warehouse.dbt_manifest``, it parses in a process of its own: a
process that will fork must never have run dbt.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.warehouse.ducklake.catalog import catalog_of
from sources.home.home import Home
from sources.home.writer_lock import exclusive

if TYPE_CHECKING:
    from pipelines.engines.dbt_names import Manifest

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
CHECKSUM = "cartographie_checksum"
_LEFT_OUT = {"target", "logs", "dbt_packages", ".user.yml", "__pycache__"}
_PARSE_WAIT_SECONDS = 120.0
_PRELOADED: dict[str, Manifest] = {}


class ProjectError(Exception):
    """The dbt project itself is wrong (its SQL, its YAML): no submission is to blame."""


def target_folder(home: Home) -> Path:
    """Where dbt keeps what it makes of the project for this home; anything in it can be deleted."""
    return home.warehouse.parent / "dbt"


def project_checksum(project: Path) -> str:
    """SHA-256 of the project's files and their names."""
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(project).parts):
            digest.update(str(path.relative_to(project)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def ensure_manifest(home: Home, project: Path = DBT_PROJECT) -> Path:
    """The path of a ``manifest.json`` that is true to the project, parsing it when it is not there yet.

    Raises ``ProjectError`` when dbt cannot parse the project.
    """
    folder = target_folder(home)
    with exclusive(folder / "parse.lock", "lecture du projet dbt", _PARSE_WAIT_SECONDS):
        key = f"{project} {project_checksum(project)}"
        made_for = folder / "manifest.key"
        manifest = folder / "manifest.json"
        if not (manifest.exists() and made_for.exists() and made_for.read_text() == key):
            _parse(home, project)
            made_for.write_text(key)
        return manifest


def read_manifest(home: Home, project: Path = DBT_PROJECT) -> Mapping[str, Any]:
    """The project's manifest, with the checksum of the project that it was read for among its metadata."""
    manifest: dict[str, Any] = json.loads(ensure_manifest(home, project).read_bytes())
    manifest["metadata"][CHECKSUM] = project_checksum(project)
    return manifest


def preload(home: Home, project: Path = DBT_PROJECT) -> None:
    """Read dbt's own form of the manifest now, for the first ``take_loaded`` of this process or of its children."""
    ensure_manifest(home, project)
    _PRELOADED[_key(home, project)] = _load(home)


def take_loaded(home: Home, project: Path = DBT_PROJECT) -> Manifest:
    """dbt's own form of the manifest, for one build: dbt writes in it, so that each build has its own."""
    ensure_manifest(home, project)
    return _PRELOADED.pop(_key(home, project), None) or _load(home)


def common_arguments(home: Home, project: Path) -> list[str]:
    """What every dbt command of this home says; nothing is logged, since an error's text may quote a cell."""
    return [
        f"--project-dir={project}",
        f"--profiles-dir={project}",
        f"--target-path={target_folder(home)}",
        f"--log-path={target_folder(home) / 'logs'}",
        "--log-level=none",
        "--log-level-file=none",
        "--no-send-anonymous-usage-stats",
        "--no-version-check",
        "--no-use-colors",
    ]


@contextmanager
def home_in_environment(home: Home) -> Iterator[None]:
    """Tell the dbt project where the lake, the analyses and the warehouse of this home are."""
    catalog = catalog_of(home)
    told = {
        "CARTOGRAPHIE_LAKE": str(home.lake),
        "CARTOGRAPHIE_ANALYSIS": str(home.analysis),
        "CARTOGRAPHIE_WAREHOUSE_FILE": str(home.warehouse),
        **(catalog.variables if catalog is not None else {}),
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _key(home: Home, project: Path) -> str:
    return f"{project_checksum(project)} {home.root}"


def _load(home: Home) -> Manifest:
    from pipelines.engines.dbt_names import Manifest

    loaded = Manifest.from_msgpack((target_folder(home) / "partial_parse.msgpack").read_bytes())
    loaded.build_flat_graph()
    return loaded


def _parse(home: Home, project: Path) -> None:
    from pipelines.engines.dbt_names import dbtRunner

    with home_in_environment(home):
        result = dbtRunner().invoke(["parse", *common_arguments(home, project)])
    if not result.success:
        raise ProjectError(f"Le projet dbt {project} ne peut pas être lu : {result.exception}")


if __name__ == "__main__":
    ensure_manifest(Home.locate())
