"""Whether the files of the lake can be read to their end.

Belongs here: reading them, and what is said of a damaged one. Does not: mending it (``pipelines.operations.doctor``).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.home.home import Home


class LakeDamaged(Exception):
    """A file of the lake cannot be read: no model and no submission is to blame. The message is French."""

    def __init__(self, home: Home, damaged: list[Path]):
        named = ", ".join(str(path.relative_to(home.root)) for path in damaged[:5])
        super().__init__(
            f"{len(damaged)} fichier(s) du lac abîmé(s) ou incomplet(s) ({named}) : aucun dépôt n'est en cause, la "
            "dernière publication reste en place."
        )


def damaged_files(home: Home) -> list[Path]:
    """The Parquet files of the lake that cannot be read whole: cut short, or changed since they were written."""
    return [path for path in sorted(home.lake.rglob("*.parquet")) if not _is_readable(path)]


def _is_readable(path: Path) -> bool:
    try:
        pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        return False
    return True
