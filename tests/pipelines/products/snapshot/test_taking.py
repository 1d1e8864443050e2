"""The act on a home: archived, laid in the lake, made again from the archive, refused where it would fix too soon."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.products.snapshot.pending import is_snapshot_to_publish
from pipelines.products.snapshot.taking import SnapshotRefused, take
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import load_referential
from sources.versions import snapshots
from sources.workbook.template.template import write_template

DAY = date(2026, 12, 24)


def laid(home: Home) -> dict[str, pl.DataFrame]:
    return {table: lake.read(home.lake, table).sort(pl.all()) for table in lake.SNAPSHOT_TABLES}


def test_the_demonstration_closed_its_campaigns(home_copy: Home) -> None:
    acts = [one.act for one in snapshots.snapshots(home_copy)]
    assert [(act.campaign_code, act.snapshot_number) for act in acts] == [("DEMO-2025", 1), ("DEMO-2026", 1)]
    assert not is_snapshot_to_publish(home_copy)
    assert lake.read(home_copy.lake, "snapshot_scores").height > 0


def test_an_act_on_the_same_answers_moves_no_figure_and_is_made_again_from_the_archive(home_copy: Home) -> None:
    before = laid(home_copy)
    taken = take(home_copy, "DEMO-2026", "Mme Coordination", "seconde lecture", DAY)
    assert taken.new_count == 0 and taken.standing_count > 0
    after = laid(home_copy)
    for table in ("snapshot_scores", "snapshot_criterion_scores", "snapshot_contributors"):
        assert after[table].equals(before[table]), table
    acts = after["snapshots"].filter(pl.col("campaign_code") == "DEMO-2026")
    assert acts.row(0) == ("DEMO-2026", 2, DAY, "Mme Coordination", "seconde lecture")
    assert is_snapshot_to_publish(home_copy)
    for table in lake.SNAPSHOT_TABLES:
        shutil.rmtree(home_copy.lake / table)
    snapshots.write_lake(home_copy)
    assert all(found.equals(after[table]) for table, found in laid(home_copy).items())


@pytest.mark.parametrize(
    ("campaign", "reason", "said"),
    [("DEMO-2026", " ", "motif"), ("2099", "clôture", "DEMO-2025, DEMO-2026")],
)
def test_an_act_without_reason_or_campaign_is_refused(home_copy: Home, campaign: str, reason: str, said: str) -> None:
    with pytest.raises(SnapshotRefused, match=said):
        take(home_copy, campaign, "x", reason, DAY)


def test_an_act_waits_for_what_was_received(home_copy: Home) -> None:
    from sources.archive import archive

    referential = load_referential()
    rows = {"etablissement": [{"organisation": "690781810", "campagne": referential.labels("campaigns")["DEMO-2026"]}]}
    write_template(home_copy.intake / "690781810" / "neuf.xlsx", referential, rows)
    archive.receive(home_copy)
    with pytest.raises(SnapshotRefused, match="d'abord une passe"):
        take(home_copy, "DEMO-2026", "x", "clôture", DAY)


def test_nothing_published_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SnapshotRefused, match="d'abord une passe"):
        take(Home(tmp_path / "vide"), "DEMO-2026", "x", "clôture", DAY)


@pytest.fixture
def command(home_copy: Home) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        return CliRunner().invoke(app, ["snapshot", *arguments, "--home", str(home_copy.root)]).output

    return run


def test_the_command_says_what_it_fixed_and_lists_acts(command: Callable[..., str]) -> None:
    assert "arrêté n° 2" in command("DEMO-2025", "--reason", "clôture", "--by", "Mme Coordination")
    listed = command().splitlines()
    assert len(listed) == 3 and "Mme Coordination : clôture" in listed[-1]
    assert "[O0407]" in command("DEMO-2025")
