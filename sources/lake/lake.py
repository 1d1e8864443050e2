"""The tables of the lake: names, columns, types; how a table is written and found.

Belongs here: the one list of lake tables, which the validation fills and dbt reads. Does not: what a valid
row is (``quality``), nor what is made of it (``dbt_project``).

Each table is a folder of Parquet files. One file, ``_schema.parquet``, holds no rows and is always there, so
that a reader finds the columns before the first submission. A batch of receptions writes one file a table,
named by its receptions; writing the same batch again replaces that file and nothing else.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.home.handles import own_names
from sources.lake.lake_parts import part_names
from sources.lake.reference_columns import REFERENCE_COLUMNS
from sources.lake.submission_columns import SUBMISSION_COLUMNS

SCHEMA_FILE = "_schema.parquet"

_COLUMNS = SUBMISSION_COLUMNS | REFERENCE_COLUMNS


LAKE_TABLES: dict[str, pl.Schema] = {table: pl.Schema(columns) for table, columns in _COLUMNS.items()}


SNAPSHOT_TABLES = tuple(table for table in LAKE_TABLES if table.startswith("snapshot"))


def without_campaign(table: str) -> pl.Schema:
    """The columns of a table of one campaign's rows."""
    return pl.Schema({name: kind for name, kind in LAKE_TABLES[table].items() if name != "campaign_code"})


def empty(table: str) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema=LAKE_TABLES[table])


def write(lake: Path, table: str, part: str, rows: pl.DataFrame) -> Path:
    """Write ``rows`` as the part ``part`` of ``table``, replacing that part whole, and return its path.

    Columns are put in the table's order and cast strictly to its types: a column too few, too many or of another
    kind raises ``polars.exceptions.PolarsError``. A reader never sees half a file.
    """
    schema = LAKE_TABLES[table]
    return write_parquet(rows.select(list(schema)).cast(schema), lake / table / f"{part}.parquet")


def write_parquet(rows: pl.DataFrame, path: Path) -> Path:
    """Write one Parquet file so that a reader sees the whole of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    rows.write_parquet(half, compression="lz4")
    half.replace(path)
    return path


def ensure_schemas(lake: Path) -> None:
    """Lay each table's empty ``_schema.parquet``, so that a reader of an empty lake finds its columns."""
    for table in LAKE_TABLES:
        path = lake / table / SCHEMA_FILE
        if not path.exists() or pl.read_parquet_schema(path) != empty(table).schema:
            write_parquet(empty(table), path)


def read(lake: Path, table: str) -> pl.DataFrame:
    """All rows of a table; a column that an older part lacks is null there."""
    files = parts(lake, table)
    return pl.read_parquet(files, schema=LAKE_TABLES[table], missing_columns="insert") if files else empty(table)


def parts(lake: Path, table: str) -> list[Path]:
    """The files of a table that the product wrote, in order, its schema among them."""
    return [lake / table / name for name in own_names(lake / table, part_names(table))]
