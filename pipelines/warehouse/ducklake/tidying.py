"""What nobody will read: snapshots of before, files that no snapshot needs, small files side by side.

Belongs here: throwing it away, as DuckLake documents its upkeep. Does not: when (``warehouse``, ``operations.upkeep``).
Releases are files of their own, so that the newest snapshot is the only one that anybody reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from pipelines.warehouse.ducklake.catalog import NAME, Catalog, catalog_of
from pipelines.warehouse.ducklake.guards import cause_of
from pipelines.warehouse.ducklake.holding import Held, holding, is_as_noted, noted_snapshot
from sources.home.home import Home

COMPACT = (
    f"call ducklake_rewrite_data_files('{NAME}')",
    f"call ducklake_merge_adjacent_files('{NAME}')",
)
FORGET = (
    f"call ducklake_expire_snapshots('{NAME}', older_than => now())",
    f"call ducklake_cleanup_old_files('{NAME}', cleanup_all => true)",
    f"call ducklake_delete_orphaned_files('{NAME}', cleanup_all => true)",
)


def tidy(home: Home) -> None:
    """Compact the files and forget what was; the same rows stand, and the next pass goes on from them."""
    with holding(home) as held:
        if held is not None:
            goes_on = is_as_noted(home)
            _call(held.catalog, (*COMPACT, *FORGET))
            if goes_on:
                held.note()


def forget_the_past(held: Held) -> None:
    """After a build from nothing: what a purge took away must not stay in the files of before."""
    _call(held.catalog, FORGET)
    held.note()


def empty(home: Home) -> None:
    """Take everything away, files included; the next pass builds all from nothing."""
    with holding(home) as held:
        if held is not None:
            _call(held.catalog, (*_drops(held.catalog), *FORGET))


def empty_left_behind(home: Home) -> None:
    """The same of a catalog that the warehouse has moved away from, when the settings still name it."""
    left = replace(home, target="ducklake")
    if catalog_of(home) is None and noted_snapshot(left) is not None:
        empty(left)


def _drops(catalog: Catalog) -> list[str]:
    try:
        with catalog.attached() as connection:
            found = connection.execute(
                "select 'view', schema_name, view_name from duckdb_views() where database_name = ? and not internal "
                "union all select 'table', schema_name, table_name from duckdb_tables() where database_name = ?",
                [NAME, NAME],
            ).fetchall()
    except duckdb.Error as error:
        raise cause_of(catalog, error) from error
    return ["begin", *(f'drop {kind} {NAME}."{schema}"."{name}"' for kind, schema, name in found), "commit"]


def _call(catalog: Catalog, statements: Iterable[str]) -> None:
    try:
        with catalog.attached() as connection:
            for statement in statements:
                connection.execute(statement).fetchall()
    except duckdb.Error as error:
        raise cause_of(catalog, error) from error
