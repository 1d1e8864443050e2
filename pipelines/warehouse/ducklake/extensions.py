"""DuckDB's extensions, laid from the wheels of the lock: nothing is downloaded at run time.

Belongs here: finding them in the environment, and the folder that DuckDB is pointed to. Does not: loading them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
from pathlib import Path

import duckdb

from sources.home.home import Home

EXTENSIONS = ("httpfs", "postgres_scanner", "ducklake")


class ExtensionMissing(Exception):
    """A wheel that DuckLake needs is not installed, or is of another DuckDB; the message is French."""


def extension_folder(home: Home) -> Path:
    return home.warehouse.parent / "extensions"


def lay_extensions(folder: Path) -> None:
    """Put each extension where DuckDB looks for it: ``<folder>/<version>/<platform>/``.

    Raises ``ExtensionMissing``.
    """
    version = f"v{duckdb.__version__}"
    found = {name: _in_wheel(name, version) for name in EXTENSIONS}
    if missing := [f"duckdb-extension-{name.replace('_', '-')}" for name, path in found.items() if path is None]:
        raise ExtensionMissing(
            f"DuckLake demande {' et '.join(missing)} en version {duckdb.__version__}, et l'environnement ne l'a pas : "
            "rien n'a été construit, la dernière publication reste en place."
        )
    laid = folder / version / _platform()
    laid.mkdir(parents=True, exist_ok=True)
    for name, path in found.items():
        _link(laid / f"{name}.duckdb_extension", path)


def _in_wheel(name: str, version: str) -> Path | None:
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "extensions" / version / f"{name}.duckdb_extension"
    return path if path.is_file() else None


def _platform() -> str:
    with duckdb.connect(":memory:") as connection:
        found = connection.execute("pragma platform").fetchone()
    assert found is not None
    return str(found[0])


def _link(link: Path, to: Path | None) -> None:
    """Another process may lay the same one meanwhile."""
    assert to is not None
    with contextlib.suppress(OSError):
        if link.readlink() == to:
            return
    half = link.with_name(f".{link.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    half.symlink_to(to)
    half.replace(link)
