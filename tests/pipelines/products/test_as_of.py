"""The past made again from the archive: what had come by the end of the day, and that alone, gives what was there."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.products.as_of import PARIS, as_of, copy_records, end_of
from pipelines.warehouse.dbt_manifest import read_manifest
from pipelines.warehouse.publication import current_release
from pipelines.warehouse.rebuild_check import analysis_models
from sources.archive import archive
from sources.archive.archive_records import Reception, reception_numbers, references, write_record
from sources.archive.archive_references import INVENTORY, REFERENTIAL, current_references, receive_reference
from sources.home.home import Home


def test_the_end_of_a_day_equals_what_was_published_then_whatever_came_the_next_day(home_copy: Home) -> None:
    published = current_release(home_copy)
    assert published is not None
    day = datetime.fromisoformat(published.published_at).astimezone(PARIS).date()
    numbers = reception_numbers(home_copy)
    come_again(home_copy, numbers[0], end_of(day))
    change_references(home_copy, end_of(day))
    records = {path: path.read_bytes() for path in home_copy.archive.rglob("*.json")}

    again = as_of(home_copy, day)

    assert again.build.receptions == published.build.receptions == numbers
    assert again.checksums.keys() == published.checksums.keys()
    different = {table for table in again.checksums if again.checksums[table] != published.checksums[table]}
    assert different <= analysis_models(read_manifest(home_copy))
    assert again.row_counts["mart_robustness"] == published.row_counts["mart_robustness"] > 0
    assert current_release(home_copy) == published
    assert {path: path.read_bytes() for path in home_copy.archive.rglob("*.json")} == records


def test_a_day_ends_at_midnight_in_paris_in_summer_too(tmp_path: Path) -> None:
    home, past = Home(tmp_path / "home"), Home(tmp_path / "past")
    midnight = datetime(2026, 7, 14, 22, tzinfo=UTC)
    for name, at in (("axes.csv", midnight - timedelta(microseconds=1)), ("criteria.csv", midnight)):
        receive_reference(home, REFERENTIAL, name, name.encode())
        date_newest_reference(home, at)
    copy_records(home, past, end_of(date(2026, 7, 14)))
    assert set(current_references(past)) == {(REFERENTIAL, "axes.csv")}
    kept = current_references(past)[REFERENTIAL, "axes.csv"]
    assert archive.content_path(past, kept.content_sha256).read_bytes() == b"axes.csv"


def come_again(home: Home, number: int, at: datetime) -> None:
    """The same bytes, dropped once more."""
    reception = archive.reception(home, number)
    again = {"number": archive.last_number(home) + 1, "received_at": at.astimezone(UTC), "modified_ns": 1}
    write_record(home, Reception(**{**vars(reception), **again}))


def change_references(home: Home, at: datetime) -> None:
    """A profile of weights more, and an inventory that could not even be read."""
    receive_reference(home, REFERENTIAL, "weight_profiles.csv", b"code;label;origin;rank\nplus;Plus;site;9\n")
    date_newest_reference(home, at)
    receive_reference(home, INVENTORY, "us_2024", b"not an inventory")
    date_newest_reference(home, at)


def date_newest_reference(home: Home, at: datetime) -> None:
    path = home.archive / "references" / f"{references(home)[-1].number:09d}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "received_at": str(at.astimezone(UTC))}))
