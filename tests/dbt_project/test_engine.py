"""The settings with which dbt opens DuckDB give the right rows where the engine's own do not."""

from pathlib import Path

import duckdb
import yaml

PROFILES = Path(__file__).parents[2] / "dbt_project" / "profiles.yml"


def test_the_first_rows_of_an_order_with_nulls_are_all_there() -> None:
    """The reproduction of duckdb issue 23677: 1.5 loses the row whose key is null."""
    settings = yaml.safe_load(PROFILES.read_text())["cartographie"]["outputs"]["file"]["config_options"]
    with duckdb.connect(config={"disabled_optimizers": settings["disabled_optimizers"]}) as connection:
        connection.execute("create table t (id integer primary key)")
        connection.execute("insert into t values (1), (2), (3)")
        first = "select id from t qualify row_number() over (order by nullif(id % 3, 0) desc nulls last) <= 3"
        assert connection.execute(first).fetchall() == [(2,), (1,), (3,)]
