"""Which statements may run on the warehouse, judged by DuckDB's own parser: no server is needed to try.

Would have shown: a process that `CALL enable_logging` ends, files that are read, rows that never end.
"""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.superset.statements import sql

READING = [
    "select 1",
    "from mart_answer",
    "values (1)",
    "table mart_answer",
    "explain select 1",
    "explain analyze select a from b",
    "explain with x as (select 1) from x",
    "show tables",
    "describe mart_answer",
    "summarize mart_answer",
    "select * from range(10)",
    "select * from generate_series(-5, 10, 2)",
    "select unnest([1, 2])",
    "with x as (select 1) from x",
    "select * from duckdb_tables()",
    "select * from duckdb_tables",
    "select pg_catalog.version()",
    "select strftime(d, '%Y') from t",
    "select 'call enable_logging()'",
    "not sql at all",
]
# Each by itself, and in each of the places below where a statement can hide.
STATEMENTS = [
    "call enable_logging()",
    "call enable_logging('QueryLog')",
    "pragma enable_profiling",
    "pragma database_list",
    "set threads = 1",
    "reset threads",
    "use other",
    "attach 'x' as y",
    "detach y",
    "copy (select 1) to 'x'",
    "copy t from 'x'",
    "export database 'x'",
    "import database 'x'",
    "install httpfs",
    "load httpfs",
    "create table x (a int)",
    "create temp macro f(a) as a",
    "drop table x",
    "insert into x values (1)",
    "update x set a = 1",
    "delete from x",
    "begin",
    "vacuum",
    "checkpoint",
    "force checkpoint",
    "prepare a as select 1",
    "execute a",
]
BEFORE = ["", "/* x */ ", "-- x\n", "\n\t ", "explain ", "explain analyze ", "select 1; ", "explain /* x */ "]
SOURCES = [
    "read_csv('x')",
    "read_csv_auto('x')",
    "read_text('/etc/passwd')",
    "read_blob('x')",
    "read_parquet('x')",
    "read_json('x')",
    "parquet_metadata('x')",
    "sniff_csv('x')",
    "glob('*')",
    "duckdb_databases",
    "duckdb_logs",
    "pg_catalog.pg_settings",
    "pragma_database_list",
    "system.main.DUCKDB_DATABASES",
    "query('select 1')",
    "query_table('t')",
    "duckdb_settings()",
    "duckdb_secrets()",
    "duckdb_logs()",
    "duckdb_databases()",
    "pragma_database_list()",
    "pragma_storage_info('t')",
    "enable_logging()",
    "repeat('x', 100000000)",
    "repeat_row(1, num_rows = 100000000)",
    "test_all_types()",
    "range(1000000000000)",
    "range(0, 1000000000000, 1)",
    "range(a)",
    "generate_series(1, 1000000000)",
    "generate_series(now(), now(), interval 1 day)",
    "system.main.read_csv('x')",
    "\"read_csv\"('x')",
    "READ_CSV('x')",
]
PLACES = [
    "select * from {}",
    "from {}",
    "select * from t, {} s",
    "select * from t join {} s on true",
    "select * from t, lateral (select * from {}) s",
    "with x as (select * from {}) select * from x",
    "with x as materialized (from {}) from x",
    "with recursive x as (select 1 union all select * from {}) select * from x",
    "select (select count(*) from {})",
    "select 1 where exists (from {})",
    "select 1 in (from {})",
    "select * from t order by (select count(*) from {})",
    "select * from t limit (select count(*) from {})",
    "select count(*) filter (where 1 in (from {})) from t",
    "select sum(a) over (partition by (select count(*) from {})) from t",
    "select 1 union all select * from {}",
    "select * from (values ((select count(*) from {}))) v",
    "select list_transform([1], lambda x: (select count(*) from {}))",
    "select case when true then (select count(*) from {}) end",
    "explain select * from {}",
]


@pytest.mark.parametrize("statement", READING)
def test_what_reads_tables_is_run(statement: str) -> None:
    sql.check(statement)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_other_statement_is_run(statement: str, before: str) -> None:
    text = before + statement
    try:
        duckdb.extract_statements(text)
    except duckdb.Error:
        return  # DuckDB does not take it at all
    with pytest.raises(sql.StatementRefused):
        sql.check(text)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("source", SOURCES)
def test_rows_come_from_tables_wherever_a_source_hides(source: str, place: str) -> None:
    text = place.format(source)
    try:
        duckdb.extract_statements(text)
    except duckdb.Error:
        return
    with pytest.raises(sql.StatementRefused):
        sql.check(text)


TELLING = ["getenv('HOME')", "current_setting('x')", "nextval('x')", "range(0, a)", "pg_sleep(60)",
           "json_serialize_plan('select 1', optimize := true)", "json_serialize_sql('select 1')"]  # fmt: skip


@pytest.mark.parametrize("expression", TELLING)
def test_no_function_tells_of_the_machine(expression: str) -> None:
    with pytest.raises(sql.StatementRefused):
        sql.check(f"select coalesce({expression}, 1) from t")


def test_no_macro_of_duckdb_stands_for_what_is_not_allowed() -> None:
    """``pg_sleep`` is ``sleep_ms`` by another name: DuckDB unfolds it after the statement was looked at."""
    macros = duckdb.sql(
        "select function_name, macro_definition, len(parameters) from duckdb_functions() "
        "where function_type = 'macro' and macro_definition is not null"
    ).fetchall()
    looked_at = 0
    for name, definition, parameters in macros:
        try:
            sql.check(f"select {definition}")
        except sql.StatementRefused as refused:
            if "bornes" in str(refused):  # as many rows as a list has values
                continue
            looked_at += 1
            with pytest.raises(sql.StatementRefused):
                sql.check(f"select {name}({', '.join(['1'] * parameters)})")
    assert looked_at


@given(text=st.text(max_size=40), source=st.sampled_from(SOURCES))
def test_comments_and_strings_hide_nothing(text: str, source: str) -> None:
    """Whatever stands in a comment or a string before it, the source is seen; and the refusal repeats none of it."""
    quoted = text.replace("'", "''").replace("\0", "").replace("*/", "").replace("/*", "")
    statement = f"select '{quoted}' /* {quoted} */, * from {source}"
    try:
        duckdb.extract_statements(statement)
    except (duckdb.Error, UnicodeEncodeError):
        return
    with pytest.raises(sql.StatementRefused) as refused:
        sql.check(statement)
    assert len(quoted) < 8 or quoted not in str(refused.value)


def test_a_deep_statement_is_judged_without_ending_the_process() -> None:
    deep = "select " + "(" * 400 + "1" + ")" * 400
    sql.check(deep)
    wide = "select * from t where a in (" + ",".join(map(str, range(20_000))) + ")"
    sql.check(wide)
