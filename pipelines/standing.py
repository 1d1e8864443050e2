"""Which models and tests a pass leaves as they stand, because nothing that they read changed since the last build.

Belongs here: following dbt's graph up to the lake. Does not: what changed (``lake_state``), building (``warehouse``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from pipelines.lake_state import MARK

_LAKE = "lake"


def nodes_left_standing(manifest: Mapping[str, Any], changed: AbstractSet[str]) -> list[str]:
    """The models and tests, by their unique ids, that read none of the ``changed`` lake tables, near or far.

    None stands when no submission came: then somebody asked for the warehouse to be built, and all of it is. The
    referential must be the same as at the last build.
    """
    if MARK not in changed:
        return []
    return [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "test") and changed.isdisjoint(lake_tables_of(manifest, unique_id))
    ]


def lake_tables_of(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """The lake tables that a node reads, near or far."""
    sources = manifest["sources"]
    return {sources[parent]["name"] for parent in _ancestors(manifest, unique_id) if _is_of_lake(sources.get(parent))}


def _is_of_lake(source: Mapping[str, Any] | None) -> bool:
    return source is not None and source["source_name"] == _LAKE


def _ancestors(manifest: Mapping[str, Any], unique_id: str) -> Iterator[str]:
    waiting, seen = [unique_id], {unique_id}
    while waiting:
        for parent in manifest["parent_map"].get(waiting.pop(), []):
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
                yield parent
