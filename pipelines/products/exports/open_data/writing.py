"""The files of the package, written by DuckDB from the open tables of a release.

Belongs here: one CSV and one Parquet file a table, the descriptor, what a reader opens first. Does not: what is open
(the models), nor putting the folder in the place of the one before (``pipelines.products.exports.folder``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboards.superset.pages.cells import harmless_sql
from pipelines.products.dictionary import ColumnEntry, Dictionary, TableEntry
from pipelines.products.exports.open_data.descriptor import descriptor, parquet_resource, table_resource
from pipelines.products.exports.open_data.licence import licence
from pipelines.products.exports.release import OpenRelease

DESCRIPTOR = "datapackage.json"


def write_package(folder: Path, release: OpenRelease, dictionary: Dictionary) -> list[str]:
    """Write the package of ``release`` into an empty folder; returns the names of its files.

    Raises ``ExportError`` when the referential names no known licence.
    """
    stated = licence(release)
    folder.mkdir(parents=True, exist_ok=True)
    tables = [table for table in dictionary.tables if table.open_data]
    open_names = {table.name: table.open_data for table in tables}
    resources: list[dict[str, Any]] = []
    for table in tables:
        csv, parquet = f"{table.open_data}.csv", f"{table.open_data}.parquet"
        _copy(release, table, folder / csv, _in_csv, "format csv, header, delimiter ','")
        _copy(release, table, folder / parquet, _as_is, f"format parquet, kv_metadata {{version: '{release.name}'}}")
        resources.append(table_resource(table, csv, *_measured(folder / csv), open_names))
        resources.append(parquet_resource(table, parquet, *_measured(folder / parquet)))
    content = descriptor(release, stated, resources, _is_demonstration(release))
    (folder / DESCRIPTOR).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return sorted(path.name for path in folder.iterdir())


def _in_csv(column: ColumnEntry) -> str:
    """A text that no spreadsheet takes for a formula."""
    return harmless_sql(_as_is(column)) if column.type == "varchar" else _as_is(column)


def _as_is(column: ColumnEntry) -> str:
    return f'"{column.name}"'


def _copy(release: OpenRelease, table: TableEntry, path: Path, written: Callable[[ColumnEntry], str], how: str) -> None:
    columns = ", ".join(written(column) for column in table.columns)
    target = str(path).replace("'", "''")
    release.connection.execute(f"copy (select {columns} from \"{table.name}\" order by all) to '{target}' ({how})")


def _measured(path: Path) -> tuple[int, str]:
    content = path.read_bytes()
    return len(content), hashlib.sha256(content).hexdigest()


def _is_demonstration(release: OpenRelease) -> bool:
    return bool(release.rows("select is_demonstration from mart_notice")[0]["is_demonstration"])
