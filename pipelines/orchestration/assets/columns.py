"""The columns of lake tables, as Dagster shows them. Does not belong here: the tables themselves
(``sources.lake.lake``)."""

from collections.abc import Sequence

from dagster import TableColumn, TableSchema

from sources.lake.lake import LAKE_TABLES


def columns_of(tables: Sequence[str]) -> dict[str, object]:
    """The columns of lake tables as an asset's metadata, named ``table.column``: one asset writes several tables."""
    columns = [
        TableColumn(f"{table}.{name}", str(kind)) for table in tables for name, kind in LAKE_TABLES[table].items()
    ]
    return {"dagster/column_schema": TableSchema(columns)}


def tables_starting(*prefixes: str) -> list[str]:
    """The lake tables whose names begin so."""
    return [table for table in LAKE_TABLES if table.startswith(prefixes)]
