"""Where things stand on disk under ``CARTOGRAPHIE_HOME``.

Belongs here: the names of the folders of a home. Does not: reading or writing what they hold.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

HOME_VARIABLE = "CARTOGRAPHIE_HOME"
DEFAULT_HOME = Path("var")

WAREHOUSE_FILE = "warehouse.duckdb"
"""Every release keeps this name: a view written with a catalog-qualified name fails after a rename."""

COORDINATORS_FOLDER = "_coordination"
"""Receipts of files that belong to no known organisation; also the coordinators' own intake folder."""


@dataclass(frozen=True)
class Home:
    """The folders of one installation; each layer can be rebuilt from the one before."""

    root: Path
    is_apart: bool = False
    """Made beside an installation (a past state, a comparison): whatever is configured, its warehouse is a file."""
    target: Literal["file", "ducklake"] | None = None
    """Where its warehouse is built while it moves there, whatever is configured."""

    @classmethod
    def locate(cls, root: Path | str | None = None) -> Home:
        """The home at ``root``, else at ``$CARTOGRAPHIE_HOME``, else ``./var``; always absolute."""
        chosen = root or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME
        return cls(Path(chosen).expanduser().absolute())

    @cached_property
    def intake(self) -> Path:
        return self.root / "intake"

    @cached_property
    def archive(self) -> Path:
        return self.root / "archive"

    @cached_property
    def lake(self) -> Path:
        return self.root / "lake"

    @cached_property
    def analysis(self) -> Path:
        """Results computed after a publication; like the lake, they can be made again."""
        return self.root / "analysis"

    @cached_property
    def warehouse(self) -> Path:
        """The file that dbt writes; no reader ever opens it."""
        return self.root / "warehouse" / WAREHOUSE_FILE

    @cached_property
    def published(self) -> Path:
        return self.root / "published"

    @cached_property
    def current_release(self) -> Path:
        """The published warehouse, behind the link that a publication replaces atomically."""
        return self.published / "current" / WAREHOUSE_FILE

    @cached_property
    def receipts(self) -> Path:
        return self.root / "receipts"

    @cached_property
    def referential(self) -> Path:
        """The site's own rows of the referential; they override the shipped ones by code."""
        return self.root / "referential"

    @cached_property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @cached_property
    def superset(self) -> Path:
        return self.root / "superset"
