"""What the faults share: homes that are disturbed, one that is not, and what must hold after any fault.

A short form runs with all tests; ``CARTOGRAPHIE_FAULTS_KILLS`` (a number) and ``CARTOGRAPHIE_FAULTS_SEED`` ask for more
or for other moments.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipelines.publication import current_release, row_counts
from sources import archive
from sources.home import Home
from sources.referential.loader import load_referential
from tests.pipelines.conftest import LYON, Installation

DROPS = 4
SEED = int(os.environ.get("CARTOGRAPHIE_FAULTS_SEED", "20261123"))
KILLS = int(os.environ.get("CARTOGRAPHIE_FAULTS_KILLS", "4"))


def start_run(home: Home) -> subprocess.Popen[str]:
    """``cartographie run`` in a process group of its own."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def run(home: Home) -> tuple[int, str]:
    """Exit code and what was said."""
    process = start_run(home)
    said, _ = process.communicate()
    return process.returncode, said


def drop(home: Home, number: int) -> None:
    """The drop of this number: the same in every home."""
    Installation(home, load_referential()).drop(
        f"panne-{number}", f"panne-{number}.xlsx", assessor=f"MED-{number + 10}"
    )


@pytest.fixture(scope="session")
def undisturbed(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that took the same drops in peace."""
    home = Home(tmp_path_factory.mktemp("undisturbed") / "home")
    shutil.copytree(demo_home.root, home.root, symlinks=True, ignore=shutil.ignore_patterns("superset"))
    for number in range(DROPS):
        drop(home, number)
    code, said = run(home)
    assert code == 0, said
    return home


def assert_nothing_lost_or_twice(home: Home, undisturbed: Home) -> None:
    """The invariants: answers, rows, publication, and the state equal to the undisturbed one."""
    numbers = archive.reception_numbers(home)
    answered = Counter(
        number for (number,) in _ask_lake(home, "select reception_number from read_parquet(?)", "receptions")
    )
    assert dict(answered) == dict.fromkeys(numbers, 1), "each file is answered exactly once"
    pages = Counter(int(path.name[:6]) for path in home.receipts.rglob("[0-9]*_*.html"))
    assert pages == Counter(int(path.name[:6]) for path in undisturbed.receipts.rglob("[0-9]*_*.html"))
    assert not list((home.intake / LYON).glob("panne-*")), "each answered file is out of the way"
    release = current_release(home)
    assert release is not None and release.build.receptions == numbers_published(undisturbed)
    assert row_counts(home.current_release.resolve()) == release.row_counts, "the publication is whole"
    assert not list((home.published / "releases").glob(".*.half"))
    assert table_sums(home) == table_sums(undisturbed), "the state equals the undisturbed one"


def numbers_published(home: Home) -> list[int]:
    release = current_release(home)
    assert release is not None
    return release.build.receptions


def table_sums(home: Home) -> dict[str, tuple[int, str]]:
    """Table → rows, and a sum of their hashes; times of reception are left out, which two homes cannot share."""
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where data_type not like 'TIMESTAMP%' and not internal and table_name in "
            "(select table_name from duckdb_tables()) group by all"
        ).fetchall()
        return {table: _sum(connection, table, names) for table, names in columns}


def _sum(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> tuple[int, str]:
    hashed = ", ".join(f'"{name}"' for name in columns)
    found = connection.execute(f'select count(*), coalesce(sum(hash({hashed})), 0)::varchar from "{table}"').fetchone()
    assert found is not None
    return int(found[0]), str(found[1])


def _ask_lake(home: Home, sql: str, table: str) -> list[tuple[int]]:
    return duckdb.execute(sql, [f"{home.lake}/{table}/*.parquet"]).fetchall()


def copy_of(home: Home, place: Path) -> Home:
    shutil.copytree(home.root, place, symlinks=True, ignore=shutil.ignore_patterns("superset"))
    return Home(place)
