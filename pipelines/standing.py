"""Which models and tests a pass leaves as they stand, because nothing that they say changed since the last build.

Belongs here: following dbt's graph up to the lake. Does not: what changed (``lake_state``, ``concerned``), building
(``warehouse``).

A model may say of itself, in its ``meta``, more than its parents do: ``unmoved_by``, the parents that only say which of
its rows count or label them, reception by reception; ``moved_by``, what moves it in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from pipelines.lake_state import MARK

_LAKE = "lake"


def nodes_left_standing(manifest: Mapping[str, Any], concerned: AbstractSet[str]) -> list[str]:
    """The models and tests, by their unique ids, that none of the ``concerned`` lake tables moves.

    None stands when no submission came: then somebody asked for the warehouse to be built, and all of it is. The
    referential must be the same as at the last build.
    """
    if MARK not in concerned:
        return []
    moved_by: dict[str, frozenset[str]] = {}
    return [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "test")
        and concerned.isdisjoint(lake_tables_of(manifest, unique_id, moved_by))
    ]


def lake_tables_of(
    manifest: Mapping[str, Any], unique_id: str, found: dict[str, frozenset[str]] | None = None
) -> frozenset[str]:
    """The lake tables that move a node, near or far; ``found`` keeps those of the nodes passed on the way."""
    found = {} if found is None else found
    if unique_id not in found:
        source = manifest["sources"].get(unique_id)
        if source is not None:
            found[unique_id] = frozenset({source["name"]} if source["source_name"] == _LAKE else ())
        else:
            meta = manifest["nodes"][unique_id]["config"].get("meta", {})
            tables = [lake_tables_of(manifest, parent, found) for parent in _moving_parents(manifest, unique_id, meta)]
            found[unique_id] = frozenset(meta.get("moved_by", ())).union(*tables)
    return found[unique_id]


def _moving_parents(manifest: Mapping[str, Any], unique_id: str, meta: Mapping[str, Any]) -> list[str]:
    unmoved_by = meta.get("unmoved_by", ())
    parents: list[str] = manifest["parent_map"].get(unique_id, [])
    return [parent for parent in parents if parent.rsplit(".", maxsplit=1)[-1] not in unmoved_by]
