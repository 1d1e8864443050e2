"""What is past its days goes, with all that belongs to it; what is recent, and what was received, stays."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from pipelines.engines.instance import open_instance, prepare
from pipelines.operations.upkeep import clean_up
from sources.archive import archive
from sources.home.home import Home
from tests.pipelines.operations.incidents.test_failures import fail_with

NOW = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def test_runs_past_their_days_are_forgotten(home_copy: Home) -> None:
    prepare(home_copy)
    left = home_copy.archive / ".half-killed"
    left.write_bytes(b"")
    os.utime(left, (1, 1))
    with open_instance(home_copy) as instance:
        fail_with(ValueError("x"), instance)
        ended = instance.get_run_records()
        assert clean_up(home_copy, instance).run_count == 0
        later = datetime.now(UTC) + timedelta(days=91)
        report = clean_up(home_copy, instance, later)
        assert report.run_count == len(ended) >= 2
        assert instance.get_runs_count() == 0
    assert not left.exists()
    names = {record.dagster_run.run_id for record in ended}
    assert [path for path in home_copy.dagster.rglob("*") if path.name.split(".")[0] in names] == []


def test_results_of_checks_go_too(home_copy: Home) -> None:
    """Dagster keeps them when it deletes a run: some hundreds a run."""
    prepare(home_copy)
    with open_instance(home_copy) as instance:
        before = clean_up(home_copy, instance)
        later = clean_up(home_copy, instance, datetime.now(UTC) + timedelta(days=91))
        assert before.check_count == 0 and later.check_count > 100
        assert clean_up(home_copy, instance, datetime.now(UTC) + timedelta(days=91)).check_count == 0


def test_answered_files_go_only_where_the_archive_has_them(home_copy: Home) -> None:
    prepare(home_copy)
    copies = list(home_copy.intake.glob("*/traités/*"))
    lost = archive.receptions(home_copy)[0]
    archive.content_path(home_copy, lost.content_sha256).unlink()
    with open_instance(home_copy) as instance:
        assert clean_up(home_copy, instance).answered_count == 0
        gone = clean_up(home_copy, instance, datetime.now(UTC) + timedelta(days=401)).answered_count
    kept = archive.answered_copies(home_copy, lost)
    assert kept and gone == len(copies) - len(kept) > 10
    assert len(archive.receptions(home_copy)) > 10


def test_past_states_go_and_what_superset_noted(home_copy: Home) -> None:
    prepare(home_copy)
    release = home_copy.root / "as-of" / "2025-12-31" / "published" / "releases" / "x"
    release.mkdir(parents=True)
    (release.parents[1] / "current").symlink_to("releases/x")
    home_copy.superset.mkdir(exist_ok=True)
    with closing(sqlite3.connect(home_copy.superset / "metadata.db")) as metadata, metadata:
        metadata.execute("create table logs (id integer primary key, action varchar, dttm datetime)")
        metadata.executemany("insert into logs (dttm) values (?)", [("2020-01-01 00:00:00.000000",), (NOW,)])
    with open_instance(home_copy) as instance:
        first = clean_up(home_copy, instance)
        assert (first.action_count, first.past_count) == (1, 0)
        later = clean_up(home_copy, instance, datetime.now(UTC) + timedelta(days=91))
        assert (later.action_count, later.past_count) == (1, 1)
    assert not release.exists()
