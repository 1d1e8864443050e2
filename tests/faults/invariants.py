"""What must hold after any fault, once the next pass has gone through.

Belongs here: the comparison with a home that took the same drops in peace. Does not: any fault.
"""

from collections import Counter

import duckdb

from pipelines.warehouse.checksums import WORKING_TABLES, differences
from pipelines.warehouse.publication import Release, current_release, row_counts
from sources.archive import archive
from sources.home.home import Home
from tests.pipelines.conftest import LYON

# When a reception came, which two homes cannot share (midnight may be between them); tables that tell how the others
# were made, not what they hold.
_TIMES, _DAYS = "TIMESTAMP%", "%received_on"
_OF_ONE_HOME = WORKING_TABLES | {"mart_analysis_stamp"}


def assert_nothing_lost_or_twice(home: Home, undisturbed: Home) -> None:
    """Each drop answered once, each accepted row there once, a whole publication, the state of a home left in peace."""
    assert _received(home) == _received(undisturbed), "each drop was received, once, in its order"
    answered = duckdb.execute(
        "select reception_number, count(*) from read_parquet(?) group by 1", [f"{home.lake}/receptions/*.parquet"]
    ).fetchall()
    assert dict(answered) == dict.fromkeys(archive.reception_numbers(home), 1), "each file is answered exactly once"
    assert _pages(home) == _pages(undisturbed), "each file has its one receipt"
    lying = [path.name for path in (home.intake / LYON).iterdir() if path.is_file()]
    assert not lying, "each answered file is out of the way"
    assert _release(home).build.receptions == _release(undisturbed).build.receptions
    assert row_counts(home.current_release.resolve()) == _release(home).row_counts, "the publication is whole"
    assert not list((home.published / "releases").glob(".*.half")), "what a killed publication left is gone"
    assert not differences(_table_sums(home), _table_sums(undisturbed)), "the state equals the undisturbed one"


def _received(home: Home) -> list[tuple[int, str, str]]:
    return [(found.number, found.file_name, found.kind) for found in archive.receptions(home)]


def _pages(home: Home) -> Counter[int]:
    return Counter(int(path.name[:6]) for path in home.receipts.rglob("[0-9]*_*.html"))


def _release(home: Home) -> Release:
    release = current_release(home)
    assert release is not None
    return release


def _table_sums(home: Home) -> dict[str, str]:
    """Table → rows and the sum of their hashes, times and days of reception left out."""
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where data_type not like ? and column_name not like ? and not internal and table_name in "
            "(select table_name from duckdb_tables()) group by all",
            [_TIMES, _DAYS],
        ).fetchall()
        return {table: _sum(connection, table, names) for table, names in columns if table not in _OF_ONE_HOME}


def _sum(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    hashed = ", ".join(f'"{name}"' for name in columns)
    found = connection.execute(f'select count(*), coalesce(sum(hash({hashed})), 0) from "{table}"').fetchone()
    assert found is not None
    return f"{found[0]}:{found[1]}"
