"""Old runs go with their events and files; recent ones stay."""

import os
from datetime import UTC, datetime, timedelta

from pipelines.instance import open_instance, prepare
from pipelines.upkeep import clean_up
from sources.home import Home
from tests.pipelines.test_failures import fail_with


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
