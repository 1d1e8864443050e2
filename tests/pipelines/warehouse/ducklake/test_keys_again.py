"""The same keys deleted and inserted again, at random, in one transaction: DuckLake keeps what a file keeps.

ducklake issues 1084 and 1364 tell of rows that were lost or doubled. Whole histories of the models go through it too
(``test_both_targets``); here rounds are small and many: ``CARTOGRAPHIE_LONG_KEYS=5000`` asks for more than 60. Between
rounds files are compacted and the past is forgotten, as the upkeep does.
"""

from __future__ import annotations

import os
import random

import duckdb
import pytest

from pipelines.warehouse.ducklake.catalog import Catalog, catalog_of
from pipelines.warehouse.ducklake.guards import check
from pipelines.warehouse.ducklake.tidying import COMPACT, FORGET
from sources.home.home import Home
from tests import needs

pytestmark = [needs.postgresql, pytest.mark.timeout(6 * 3600)]

ROUNDS = int(os.environ.get("CARTOGRAPHIE_LONG_KEYS", "60"))
SEED = int(os.environ.get("CARTOGRAPHIE_LONG_KEYS_SEED", "20261129"))
KEYS = 400
ON_BOTH = ("kept.main.reply", "warehouse.main.reply")


@pytest.fixture
def catalog(on_ducklake: Home) -> Catalog:
    found = catalog_of(on_ducklake)
    assert found is not None
    check(found)
    return found


def act(chance: random.Random) -> list[str]:
    """One pass, as SQL on ``{table}``: what goes, then what comes, of the same keys, of others, of some twice."""
    first, last = sorted(chance.sample(range(KEYS), 2))
    step, version = chance.choice([1, 2, 3, 7]), chance.randrange(10**6)
    span = f"range({first}, {last}, {step})"
    gone = chance.choice(
        [
            f"delete from {{table}} where k in (select * from {span})",
            f"delete from {{table}} using {span} as t(n) where k = n",
            f"delete from {{table}} where k >= {first} and k < {last} and k % {step} = 0",
        ]
    )
    come = f"insert into {{table}} select range, {version}, 'v' || range from {span}"
    again = f"insert into {{table}} select range, {version} + 1, null from range({first}, {first} + 3)"
    return chance.choice(
        [
            [gone, come],
            [gone, come, gone, come],
            [gone, come, again],
            [come, gone],
            [gone],
            [gone, come, again, gone, again],
        ]
    )


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(f"select * from {table} order by all").fetchall()


def test_rows_are_neither_lost_nor_doubled(catalog: Catalog) -> None:
    chance = random.Random(SEED)
    with catalog.attached() as connection:
        connection.execute("attach ':memory:' as kept")
        for table in ON_BOTH:
            connection.execute(
                f"create or replace table {table} as select range as k, 0 as v, 'v' as w from range({KEYS})"
            )
        for number in range(ROUNDS):
            statements = act(chance)
            for table in ON_BOTH:
                connection.execute("begin")
                for statement in statements:
                    connection.execute(statement.format(table=table))
                connection.execute("commit" if number % 5 else "rollback")
            if number % 20 == 19:
                for statement in (*COMPACT, *FORGET):
                    connection.execute(statement).fetchall()
            kept, found = (rows(connection, table) for table in ON_BOTH)
            assert found == kept, f"seed {SEED}, round {number}: {statements}"
        connection.execute("drop table warehouse.main.reply")


def test_sums_over_windows_are_those_of_a_file_past_the_size_at_which_one_frame_is_wrong(catalog: Catalog) -> None:
    """DuckDB 1.5 sums a frame open at both ends wrongly past 1,041,747 partitions; the frames that models use hold."""
    query = (
        "select count(*), sum(hash(k, total, running, place)) from (select k, sum(v) over (partition by k) as total, "
        "sum(v) over (partition by k order by v) as running, row_number() over (partition by k order by v) as place "
        "from {table})"
    )
    with catalog.attached() as connection:
        connection.execute("attach ':memory:' as kept")
        found = []
        for table in ON_BOTH:
            connection.execute(
                f"create or replace table {table} as select i // 2 as k, i % 7 as v from range(2400000) as t(i)"
            )
            found.append(connection.execute(query.format(table=table)).fetchall())
        by_hand = connection.execute(
            "select count(*), count(*) filter (total != (2 * k) % 7 + (2 * k + 1) % 7) from (select k, sum(v) over "
            "(partition by k) as total from warehouse.main.reply)"
        ).fetchall()
        connection.execute("drop table warehouse.main.reply")
    assert found[0] == found[1] and found[0][0][0] == 2_400_000 and by_hand == [(2_400_000, 0)]
