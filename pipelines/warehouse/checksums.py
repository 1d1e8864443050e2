"""One number for each table, equal when its rows are equal, in whatever order they stand.

Belongs here: the checksums recorded with each publication, by which two rebuilds are compared. Does not: rebuilding
(``whole_rebuild``), publishing (``publication``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

WORKING_TABLES = frozenset({"int_answer_kind", "int_touched_campaign", "int_touched_reply"})
"""What the last pass touched, and wordings kept for later: they tell how the tables were made, not what is in them."""


def table_checksums(connection: duckdb.DuckDBPyConnection, catalog: str = "warehouse") -> dict[str, str]:
    """``<row count>:<sum of 64-bit hashes of the rows>`` by base table; null for null, columns in their order.

    The hash is DuckDB's: checksums compare between files of one version of it.
    """
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? and not internal order by all",
        [catalog],
    ).fetchall()
    return {
        table: _checksum(connection, f'"{catalog}"."{schema}"."{table}"')
        for schema, table in tables
        if table not in WORKING_TABLES
    }


def file_checksums(warehouse: Path) -> dict[str, str]:
    """The checksums of a DuckDB file, opened read-only."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{str(warehouse).replace(chr(39), chr(39) * 2)}' as warehouse (read_only)")
        return table_checksums(connection)


def differences(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """The tables that differ, those that one side lacks included."""
    return sorted(table for table in first.keys() | second.keys() if first.get(table) != second.get(table))


def _checksum(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    found = connection.execute(f"select count(*), coalesce(sum(hash(row)), 0) from {table} as row").fetchone()
    assert found is not None
    return f"{found[0]}:{found[1]}"
