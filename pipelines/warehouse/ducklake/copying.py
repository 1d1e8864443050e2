"""A release's file made from a snapshot of the catalog: readers depend on no catalog.

Belongs here: the rows of a snapshot, and its tables and views in a file. Does not: verifying and publishing the file
(``publication``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.warehouse.ducklake.catalog import NAME, Catalog
from pipelines.warehouse.ducklake.guards import cause_of


def copy_out(catalog: Catalog, snapshot: int, copy: Path, search_path: str) -> None:
    """Write tables and views of the ``snapshot`` into the new file ``copy``, whose database is named as the catalog is.

    ``search_path`` is where the views on files find them. Raises ``CatalogUnreachable`` or ``StorageRefused``.
    """
    try:
        with catalog.attached(snapshot) as connection:
            connection.execute(f"set file_search_path = '{_quoted(search_path)}'")
            connection.execute(f"attach '{_quoted(str(copy))}' as copied")
            _copy_tables(connection)
            _copy_views(connection)
            connection.execute("checkpoint copied")
    except duckdb.Error as error:
        raise cause_of(catalog, error) from error


def _copy_tables(connection: duckdb.DuckDBPyConnection) -> None:
    for schema, table in connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? and not internal order by all",
        [NAME],
    ).fetchall():
        connection.execute(f'create table copied."{schema}"."{table}" as from {NAME}."{schema}"."{table}"')


def _copy_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Views name their tables by the database too, which is the file's own once it is opened by itself."""
    connection.execute("use copied.main")
    for (sql,) in connection.execute(
        "select sql from duckdb_views() where database_name = ? and not internal order by view_oid", [NAME]
    ).fetchall():
        connection.execute(sql)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
