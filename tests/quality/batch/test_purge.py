"""Purge: nothing of the file is left but the records, and a rebuild from the archive lacks it and says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from quality.batch.batch import process
from quality.batch.purge import PurgeError, purge
from sources.archive import archive, archive_events
from sources.archive.archive_responses import receive_response
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from tests.quality.conftest import GRENOBLE, LYON, submission

Drop = Callable[..., Path]
CANARY = "Tri des courriers du canari"


@pytest.fixture
def taken(home: Home, referential: Referential, drop: Drop) -> archive.Reception:
    """Two submissions taken together; the first is the one to purge."""
    rows = submission()
    rows["cas_usage"][1]["nom"] = CANARY
    drop(rows)
    drop(submission(GRENOBLE), folder=GRENOBLE)
    receptions = archive.receive(home).received
    process(home, referential)
    return next(reception for reception in receptions if reception.folder == LYON)


def holding(home: Home, reception: archive.Reception) -> list[str]:
    """Where something of the reception is left, records apart."""
    tables = [
        table
        for table, schema in lake.LAKE_TABLES.items()
        if "reception_number" in schema and table != "receptions"
        if reception.number in lake.read(home.lake, table)["reception_number"]
    ]
    files = [*home.receipts.glob(f"*/{reception.number:06d}_*"), *archive.answered_copies(home, reception)]
    content = archive.content_path(home, reception.content_sha256)
    return tables + [path.name for path in files] + [content.name] * content.exists()


def verdicts(home: Home) -> dict[int, str]:
    return dict(lake.read(home.lake, "receptions").select("reception_number", "verdict_code").iter_rows())


def test_nothing_is_left_but_the_records(home: Home, referential: Referential, taken: archive.Reception) -> None:
    assert holding(home, taken)
    other = lake.read(home.lake, "answers").filter(pl.col("reception_number") != taken.number)
    report = purge(home, referential, taken.content_sha256[:12].upper(), "demande du DPO", "coordinatrice")
    assert holding(home, taken) == []
    assert report.numbers == [taken.number] and report.file_count >= 4 and report.row_counts["answers"]
    assert verdicts(home)[taken.number] == "purgee"
    assert archive.reception(home, taken.number) == taken
    record = json.loads((home.archive / "purged" / f"{taken.number:09d}.json").read_text())
    assert (record["purged_by"], record["reason"]) == ("coordinatrice", "demande du DPO")
    assert lake.read(home.lake, "answers").equals(other)
    assert "Purgé" in (home.receipts / LYON / "index.html").read_text()


def test_the_responses_of_an_export_go_with_it(
    home: Home, referential: Referential, taken: archive.Reception, drop: Drop
) -> None:
    rows = submission()
    rows["etablissement"][0]["dossier"] = "reponse"
    bytes_of_a_response = drop(rows, name="reponse.xlsx").read_bytes()
    (home.intake / LYON / "reponse.xlsx").unlink()
    response = receive_response(home, taken, "uuid:1", bytes_of_a_response)
    process(home, referential)
    assert holding(home, response)
    purge(home, referential, taken.content_sha256, "demande", "moi")
    assert holding(home, response) == []
    assert verdicts(home)[response.number] == "purgee"


def test_a_rebuild_lacks_it_and_says_so(home: Home, referential: Referential, taken: archive.Reception) -> None:
    purge(home, referential, taken.content_sha256, "demande", "moi")
    before = {table: lake.read(home.lake, table) for table in lake.LAKE_TABLES}
    shutil.rmtree(home.lake)
    shutil.rmtree(home.receipts)
    process(home, referential)
    assert holding(home, taken) == []
    assert verdicts(home)[taken.number] == "purgee"
    for table, rows in before.items():
        assert lake.read(home.lake, table).sort(pl.all()).equals(rows.sort(pl.all())), table


def test_a_stopped_purge_is_finished_by_the_next_pass(
    home: Home, referential: Referential, taken: archive.Reception
) -> None:
    archive_events.purge(home, taken.number, taken.content_sha256, "moi", "demande")
    process(home, referential)
    assert holding(home, taken) == []
    assert verdicts(home)[taken.number] == "purgee"


def test_the_same_bytes_dropped_again_are_refused_and_not_kept(
    home: Home, referential: Referential, taken: archive.Reception
) -> None:
    content = archive.content_path(home, taken.content_sha256).read_bytes()
    purge(home, referential, taken.content_sha256, "demande", "moi")
    path = home.intake / LYON / "encore.xlsx"
    path.write_bytes(content)
    again = archive.receive(home).received[0]
    process(home, referential)
    assert verdicts(home)[again.number] == "refusee"
    assert not path.exists() and not archive.answered_copies(home, again)
    assert not archive.content_path(home, taken.content_sha256).exists()
    answer = json.loads(next((home.receipts / LYON).glob(f"{again.number:06d}_*.json")).read_text())
    assert [problem["rule_code"] for problem in answer["problems"]] == ["E0501"]


@pytest.mark.parametrize(("sha256", "reason"), [("abc", "x"), ("0" * 64, "x"), (None, "  ")])
def test_what_cannot_be_purged_is_told_and_nothing_changes(
    home: Home, referential: Referential, taken: archive.Reception, sha256: str | None, reason: str
) -> None:
    with pytest.raises(PurgeError):
        purge(home, referential, sha256 or taken.content_sha256, reason, "moi")
    assert holding(home, taken)
    assert archive_events.purges(home) == {}
