"""The publication: whole or the one before, verified, read-only, three releases kept."""

import json
import shutil
import stat
import threading
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse import publication
from pipelines.warehouse.build_stamp import BuildStamp, remove_stamp, write_stamp
from pipelines.warehouse.publication import PublicationError, current_release, is_behind, publish, row_counts
from sources.home.configuration import Retention
from sources.home.home import Home


def build(home: Home, build_id: str, rows: int) -> None:
    """A warehouse with one table of ``rows`` rows and a view on a file that readers do not have."""
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    home.warehouse.unlink(missing_ok=True)
    lake_file = home.root / "lake.parquet"
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create table mart_x as select * from range(?) as r(n)", [rows])
        connection.execute(f"copy mart_x to '{lake_file}'")
        connection.execute(f"create view stg_x as select * from '{lake_file}'")
    write_stamp(home, BuildStamp(build_id, "2026-11-23T12:00:00+00:00", "models", "referential", [1, 2], [3]))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    build(home, "first", 5)
    return home


def test_a_release_holds_what_was_built_and_says_it(home: Home) -> None:
    release = publish(home)
    assert row_counts(home.current_release) == {"mart_x": 5} == release.row_counts
    assert current_release(home) == release
    assert release.build.receptions == [1, 2]
    said = json.loads((home.published / "current" / "release.json").read_text())
    assert said["row_counts"] == {"mart_x": 5} and said["build"]["set_aside"] == [3]


def test_a_release_is_behind_until_it_holds_all_that_was_received_and_not_set_aside(home: Home) -> None:
    (home.archive / "receptions").mkdir(parents=True)
    for number in (1, 2, 3):
        (home.archive / "receptions" / f"{number:09d}.json").touch()
    assert is_behind(home), "nothing is published yet"
    publish(home)
    assert not is_behind(home)
    (home.archive / "receptions" / "000000004.json").touch()
    assert is_behind(home)


def test_the_demonstration_is_not_behind(demo_home: Home) -> None:
    """Of what is refused, too, the publication says that it was received."""
    assert not is_behind(demo_home)


def test_a_release_is_read_only_and_has_no_view_on_the_lake(home: Home) -> None:
    publish(home)
    assert stat.S_IMODE(home.current_release.stat().st_mode) == 0o444
    with duckdb.connect(str(home.current_release), read_only=True) as connection:
        assert connection.execute("select view_name from duckdb_views() where not internal").fetchall() == []


def test_a_view_on_tables_is_published_and_one_on_files_never_under_a_published_name(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create view mart_half as select n from mart_x where n % 2 = 0")
    publish(home)
    with duckdb.connect(str(home.current_release), read_only=True) as connection:
        assert connection.execute("select count(*) from mart_half").fetchall() == [(3,)]
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(f"create view mart_lake as select * from '{home.root / 'lake.parquet'}'")
    write_stamp(home, BuildStamp("second", "2026-11-23T13:00:00+00:00", "models", "referential", [1, 2], [3]))
    before = current_release(home)
    with pytest.raises(PublicationError, match="mart_lake"):
        publish(home)
    assert current_release(home) == before


def test_the_same_build_is_published_once(home: Home) -> None:
    first = publish(home)
    assert publish(home) == first
    assert len(list((home.published / "releases").iterdir())) == 1


def test_a_damaged_release_is_published_again(home: Home) -> None:
    first = publish(home)
    damaged = home.current_release
    damaged.chmod(0o644)
    damaged.write_bytes(b"damaged")
    assert publish(home).name > first.name
    assert row_counts(home.current_release) == {"mart_x": 5}


def test_a_dangling_link_is_mended(home: Home) -> None:
    publish(home)
    shutil.rmtree(home.published / "releases")
    publish(home)
    assert row_counts(home.current_release) == {"mart_x": 5}


def test_without_a_good_build_the_release_before_stays(home: Home) -> None:
    first = publish(home)
    remove_stamp(home)
    with pytest.raises(PublicationError, match="n'a pas été construit jusqu'au bout"):
        publish(home)
    assert current_release(home) == first


def test_a_copy_that_differs_is_not_published(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(home)
    build(home, "second", 7)

    def copy_another(_built: Path, copy: Path) -> None:
        with duckdb.connect(str(copy)) as connection:
            connection.execute("create table mart_x as select 1 as n")

    monkeypatch.setattr(publication, "_copy_file", copy_another)
    with pytest.raises(PublicationError, match="mart_x"):
        publish(home)
    assert current_release(home) == first
    assert [path.name for path in (home.published / "releases").iterdir()] == [first.name]


def test_the_last_releases_are_kept_in_order_whatever_the_clock_says(home: Home) -> None:
    future = home.published / "releases" / "29990101T000000.000000Z"
    future.mkdir(parents=True)
    names = []
    for number in range(Retention().releases + 2):
        build(home, f"build {number}", number + 1)
        names.append(publish(home).name)
    assert names == sorted(names) and names[0] > future.name
    assert sorted(path.name for path in (home.published / "releases").iterdir()) == names[-Retention().releases :]
    assert row_counts(home.current_release) == {"mart_x": Retention().releases + 2}


def test_a_reader_sees_whole_releases_only(home: Home) -> None:
    """Readers that resolve the link at each connection, while six releases are published."""
    publish(home)
    seen: list[int] = []
    wrong: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
                    seen.extend(n for (n,) in connection.execute("select count(*) from mart_x").fetchall())
            except BaseException as error:  # any error of a reader fails the test
                wrong.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(6):
        build(home, f"build {number}", 10 + number)
        publish(home)
    done.set()
    reader.join()
    assert not wrong
    assert set(seen) <= {5, *range(10, 16)} and seen == sorted(seen)
