"""Which statements may run on the warehouse, whoever wrote them: one SELECT that reads tables, no endless rows.

DuckDB's own parser judges: another one would read some text otherwise than the database does, and what lies between the
two is the way in. What a SELECT may cost beyond that is bounded by time (statements/watch.py) and memory.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock, local
from typing import Any

import duckdb

# Table functions that read the catalogue, unfold a value, or make rows that can be counted.
CATALOGUE = {
    f"duckdb_{what}"
    for what in ("columns", "constraints", "functions", "keywords", "schemas", "tables", "types", "views")
}
UNFOLDING = {"unnest", "json_each", "json_tree"}
COUNTING = {"range", "generate_series"}
MOST_ROWS = 1_000_000
# They run other text than what was looked at, tell of the machine or change something.
FORBIDDEN_WORDS = {
    "query", "query_table", "getenv", "current_setting", "nextval", "checkpoint", "force_checkpoint", "which_secret",
    "write_log", "enable_logging", "disable_logging", "truncate_duckdb_logs", "sleep_ms", "pg_sleep", "get_block_size",
}  # fmt: skip
FORBIDDEN_BEGINNINGS = (
    "read_", "scan_", "parquet_", "sniff_", "glob", "pragma_", "duckdb_", "json_execute_", "json_deserialize_",
    "json_serialize_",
    "icu_", "sqlite_", "postgres_", "mysql_", "iceberg_", "delta_",
)  # fmt: skip
# Some of the functions that tell of the machine are views too.
FORBIDDEN_VIEWS = ("duckdb_", "pragma_", "pg_settings")
# Without options, which its own words would hide from the next look.
_EXPLAIN = re.compile(r"\s*explain\s+(analyze\s+)?(?=select|with|from|values|table)", re.IGNORECASE)
_HINT = "Le SQL d’ici lit les tables publiées, par une instruction SELECT à la fois."


class StatementRefused(duckdb.Error):
    """The statement was not run; the message is a French sentence that names what is not allowed, never its values."""


def check(sql: str) -> None:
    """Raise StatementRefused unless ``sql`` is one SELECT (or its EXPLAIN) without what is not allowed."""
    if problem := _problem(sql):
        raise StatementRefused(f"{problem} {_HINT}")


@lru_cache(maxsize=512)
def _problem(sql: str) -> str | None:
    try:
        statements = _parser().extract_statements(sql)
    except duckdb.Error:
        return None  # Not SQL: DuckDB says where, and runs nothing.
    if len(statements) != 1:
        return "Une seule instruction à la fois."
    kind = statements[0].type.name
    if kind == "EXPLAIN":
        beginning = _EXPLAIN.match(sql)
        return _problem(sql[beginning.end() :]) if beginning else "Cette forme d’EXPLAIN n’est pas permise."
    if kind != "SELECT":
        return f"Une instruction {kind} n’est pas permise."
    return _problem_of_select(sql)


def _problem_of_select(sql: str) -> str | None:
    [(tree,)] = _parser().execute("select json_serialize_sql(?::varchar)", [sql]).fetchall()
    tree = json.loads(tree)
    if tree["error"]:
        return "Cette forme d’instruction n’est pas permise."
    return next(filter(None, map(_problem_of, _nodes(tree))), None)


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Every object of a statement's tree; by hand, since one may be nested deeper than Python's calls."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            yield node
            left.extend(node.values())
        elif isinstance(node, list):
            left.extend(node)


def _problem_of(node: dict[str, Any]) -> str | None:
    if node.get("type") == "TABLE_FUNCTION" and (function := node.get("function")):
        return _problem_of_table_function(function)
    if node.get("type") == "BASE_TABLE":
        name = str(node.get("table_name", "")).lower()
        if name not in CATALOGUE and name.startswith(FORBIDDEN_VIEWS):
            return f"La table {name} n’est pas permise."
    if "function_name" in node:
        name = str(node["function_name"]).lower()
        if name not in CATALOGUE and (name in FORBIDDEN_WORDS or name.startswith(FORBIDDEN_BEGINNINGS)):
            return f"La fonction {name} n’est pas permise."
        if name in COUNTING and not _is_countable(node):
            return _too_many(name)
    return None


def _problem_of_table_function(function: dict[str, Any]) -> str | None:
    name = str(function.get("function_name", "")).lower()
    if name in COUNTING:
        return None if _is_countable(function) else _too_many(name)
    if name not in CATALOGUE | UNFOLDING:
        return f"La fonction {name or 'citée'} n’est pas permise comme source de lignes."
    return None


def _too_many(name: str) -> str:
    return f"{name} demande des bornes écrites en nombres, et au plus {MOST_ROWS} lignes."


def _is_countable(function: dict[str, Any]) -> bool:
    arguments = function.get("children", [])
    numbers = [number for argument in arguments if (number := _number(argument)) is not None]
    if not 1 <= len(numbers) <= 3 or len(numbers) < len(arguments):
        return False
    first, last = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
    step = numbers[2] if len(numbers) == 3 else 1
    return step != 0 and abs(last - first) <= MOST_ROWS * abs(step)


def _number(argument: dict[str, Any]) -> int | None:
    """The number that is written, with its sign; None for anything that must be worked out."""
    if argument.get("class") == "CONSTANT":
        value = argument.get("value", {})
        number = value.get("value")
        return number if isinstance(number, int) and not isinstance(number, bool) else None
    if argument.get("function_name") == "-" and len(argument.get("children", [])) == 1:
        inner = _number(argument["children"][0])
        return None if inner is None else -inner
    return None


def _parser() -> duckdb.DuckDBPyConnection:
    """This thread's cursor on an empty database to parse with: it holds nothing and opens nothing."""
    if not hasattr(_of_this_thread, "cursor"):
        with _making:
            _of_this_thread.cursor = _empty_database(os.getpid()).cursor()
    return _of_this_thread.cursor


@lru_cache(maxsize=1)
def _empty_database(_process: int) -> duckdb.DuckDBPyConnection:
    # Of each process its own: the threads of one that was opened before a fork are not there any more.
    return duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": "1"})


_of_this_thread, _making = local(), Lock()
