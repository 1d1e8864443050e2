"""Whether two warehouse files say the same: their marts by name, row for row, in whatever order the rows stand.

    uv run python -m tests.bench.compare_marts BEFORE AFTER

For a change of models that must leave what people read alone: build the same lake with the models of before and of
after, and compare. Belongs here: the comparison of two files. Does not: that of a release with a build from nothing of
the same models, which ``cartographie rebuild --check`` makes from checksums.

A mart that one side lacks, or whose columns differ, is named; otherwise the rows that only one side has are counted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("before", type=Path)
    options.add_argument("after", type=Path)
    arguments = options.parse_args()
    found = list(different_marts(arguments.before, arguments.after))
    print("\n".join(found) or "the same marts, row for row")
    sys.exit(bool(found))


def different_marts(before: Path, after: Path) -> Iterator[str]:
    """One line a mart that differs."""
    with duckdb.connect(":memory:") as connection:
        # Views name the database that they were made in: each file is read under that name, one after the other.
        for side, path in (("before", before), ("after", after)):
            connection.execute(f"attach '{path}' as warehouse (read_only)")
            connection.execute(f"create schema {side}")
            for mart in _marts(connection):
                connection.execute(f'create table memory.{side}."{mart}" as from warehouse.main."{mart}"')
            connection.execute("detach warehouse")
        columns = {side: _columns(connection, side) for side in ("before", "after")}
        for mart in sorted(columns["before"].keys() | columns["after"].keys()):
            if columns["before"].get(mart) != columns["after"].get(mart):
                yield f"{mart}: other columns, or on one side only"
            elif any(counts := _rows_apart(connection, mart)):
                yield f"{mart}: {counts[0]} row(s) before only, {counts[1]} after only"


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    query = "select table_name from information_schema.tables where table_catalog = 'warehouse' order by all"
    return [name for (name,) in connection.execute(query).fetchall() if name.startswith("mart_")]


def _columns(connection: duckdb.DuckDBPyConnection, side: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    query = "select table_name, column_name, data_type from duckdb_columns() where schema_name = ? order by all"
    for mart, column, data_type in connection.execute(query, [side]).fetchall():
        found.setdefault(mart, []).append((column, data_type))
    return found


def _rows_apart(connection: duckdb.DuckDBPyConnection, mart: str) -> tuple[int, int]:
    """Rows of one side that the other has not, as often as it has not."""
    names = [f'"{name}"' for (name,) in connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'before' and table_name = ?", [mart]
    ).fetchall()]  # fmt: skip
    listed = ", ".join(names)
    before, after = (f'select {listed} from memory.{side}."{mart}"' for side in ("before", "after"))
    found = connection.execute(
        f"select (select count(*) from ({before} except all {after})), "
        f"(select count(*) from ({after} except all {before}))"
    ).fetchone()
    assert found is not None
    return found[0], found[1]


if __name__ == "__main__":
    main()
