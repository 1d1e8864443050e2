"""A purge seen from above: the warehouse is taken away, readers follow, releases that hold the file are forgotten."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.build_stamp import BuildStamp, read_stamp, write_stamp
from pipelines.warehouse.publication import publish
from pipelines.warehouse.purging import is_purge_to_publish, purge_file
from sources.archive import archive, archive_events
from sources.home.home import Home
from sources.referential.loader import load_referential


def build(home: Home, build_id: str, receptions: list[int]) -> None:
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create or replace table mart_x as select 1 as n")
    write_stamp(home, BuildStamp(build_id, "2026-11-23T12:00:00+00:00", "models", "referential", receptions, []))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two receptions, published."""
    home = Home(tmp_path)
    for name in ("a.csv", "b.csv"):
        (home.intake / "x").mkdir(parents=True, exist_ok=True)
        (home.intake / "x" / name).write_text(name)
    archive.receive(home)
    build(home, "first", [1, 2])
    publish(home)
    return home


def test_the_warehouse_is_made_anew_and_readers_follow(home: Home) -> None:
    first = (home.published / "current").resolve()
    assert not is_purge_to_publish(home)
    purge_file(home, load_referential(), archive.reception(home, 2).content_sha256, "demande", "moi")
    assert not home.warehouse.exists() and read_stamp(home) is None
    assert first.exists() and is_purge_to_publish(home)
    build(home, "second", [1])
    publish(home)
    assert not first.exists() and not is_purge_to_publish(home)


def test_only_releases_that_hold_the_file_are_forgotten(home: Home) -> None:
    with_it = (home.published / "current").resolve()
    build(home, "second", [1])
    publish(home)
    without_it = (home.published / "current").resolve()
    archive_events.purge(home, 2, archive.reception(home, 2).content_sha256, "moi", "demande")
    build(home, "third", [1])
    publish(home)
    assert not with_it.exists() and without_it.exists()
