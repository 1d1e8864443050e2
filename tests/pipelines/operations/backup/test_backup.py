"""A home that is destroyed comes back from its back-up, table for table and row for row."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.operations.backup import backup_contents
from pipelines.operations.backup.backup import Snapshot, back_up, object_path, snapshots
from pipelines.operations.backup.backup_contents import BackupError
from pipelines.operations.backup.restore import restore
from pipelines.orchestration.runs.one_pass import run_once
from pipelines.warehouse.checksums import WORKING_TABLES
from sources.archive import archive, archive_events
from sources.home.handles import status_at
from sources.home.home import Home
from tests.pipelines.conftest import Installation

OF_ONE_PASS = WORKING_TABLES | {"mart_analysis_stamp"}
"""What one pass leaves for the next, and the release that the analyses describe: a rebuild has its own."""


def table_sums(home: Home) -> dict[str, tuple[int, int]]:
    """Table → number of rows, and a sum of their hashes that does not depend on their order."""
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        names = [name for (name,) in tables if name not in OF_ONE_PASS]
        sums = {
            name: connection.execute(f'select count(*), coalesce(sum(hash(t)), 0) from "{name}" as t').fetchone()
            for name in names
        }
    return {name: (int(found[0]), int(found[1])) for name, found in sums.items() if found}


def lake_sums(home: Home) -> dict[str, tuple[int, int]]:
    tables = [path.name for path in home.lake.iterdir() if path.is_dir()]
    return {
        table: duckdb.execute(
            "select count(*), coalesce(sum(hash(t)), 0) from read_parquet(?) as t", [f"{home.lake}/{table}/*.parquet"]
        ).fetchone()
        for table in tables
    }  # type: ignore[misc]


def run_once_apart(home: Home) -> None:
    """In a process of its own: dbt keeps a project's files by home."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_destroyed_home_comes_back_row_for_row(installation: Installation, tmp_path: Path) -> None:
    home = installation.home
    (home.root / "cartographie.toml").write_text("[retention]\nreleases = 4\n")
    installation.drop("sauvegarde", "reçu.xlsx", assessor="MED-81")
    run_once_apart(home)
    waiting = installation.drop("attente", "en attente.xlsx", assessor="MED-82")
    before, lake_before, numbers = table_sums(home), lake_sums(home), archive.reception_numbers(home)
    receipts = sorted(path.name for path in home.receipts.rglob("*.html"))

    back_up(home, tmp_path / "backups")
    shutil.rmtree(home.root)
    restored = Home(tmp_path / "elsewhere")
    restore(tmp_path / "backups", restored)

    assert lake_sums(restored) == lake_before
    assert sorted(path.name for path in restored.receipts.rglob("*.html")) == receipts
    assert archive.reception_numbers(restored) == numbers
    drop = restored.intake / waiting.relative_to(home.intake)
    aside = drop.rename(tmp_path / drop.name)
    run_once_apart(restored)
    assert table_sums(restored) == before

    aside.rename(drop)
    assert run_once(restored, False, lambda _: None).reception_count == 1
    assert (restored.root / "cartographie.toml").read_text() == "[retention]\nreleases = 4\n"
    runs = sqlite3.connect(restored.dagster / "history" / "runs.db")
    with closing(runs):
        assert runs.execute("select count(*) from runs").fetchone()[0] >= 2


def test_a_second_backup_writes_only_what_is_new(home_copy: Home, tmp_path: Path) -> None:
    first = back_up(home_copy, tmp_path)
    second = back_up(home_copy, tmp_path)
    assert first.new_count > 100 and second.new_count == 0 and second.new_bytes == 0
    (home_copy.root / "cartographie.toml").write_text("")
    assert back_up(home_copy, tmp_path).new_count == 1
    assert len(snapshots(tmp_path)) == 3


def test_databases_in_use_are_copied_with_their_journal(home_copy: Home, tmp_path: Path) -> None:
    home_copy.superset.mkdir()
    with closing(sqlite3.connect(home_copy.superset / "metadata.db")) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("create table t as select 1 as x")
        database.commit()
        back_up(home_copy, tmp_path / "b")
    restore(tmp_path / "b", Home(tmp_path / "r"))
    with closing(sqlite3.connect(tmp_path / "r" / "superset" / "metadata.db")) as copy:
        assert copy.execute("select x from t").fetchall() == [(1,)]


def test_a_backup_while_drops_arrive_is_consistent(installation: Installation, tmp_path: Path) -> None:
    """Every record of a reception in the snapshot has its bytes there too."""
    home, stop = installation.home, threading.Event()

    def receive() -> None:
        for number in range(200):
            if stop.is_set():
                return
            path = home.intake / "690781810" / f"{number}.csv"
            path.write_text(f"a;b\n{number};1\n")
            os.utime(path, (1, 1))
            archive.receive(home)

    receiving = threading.Thread(target=receive)
    receiving.start()
    try:
        reports = [back_up(home, tmp_path / "b") for _ in range(3)]
    finally:
        stop.set()
        receiving.join()
    for report in reports:
        paths = {entry.path: entry for entry in report.snapshot.entries}
        for path, entry in paths.items():
            if path.startswith("archive/receptions/"):
                record = json.loads(object_path(tmp_path / "b", entry.sha256).read_text())
                sha256 = record["content_sha256"]
                assert f"archive/content/{sha256[:2]}/{sha256}" in paths, path


def test_a_record_that_is_listed_has_its_bytes_listed(home_copy: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drop arrives at each file that the list looks at, whatever the order in which a disk names folders."""
    contents, names = home_copy.archive / "content", iter(range(10**6))

    def looked_at(name: str, folder: int) -> os.stat_result:
        drop = home_copy.intake / "690781810" / f"{next(names)}.csv"
        drop.parent.mkdir(exist_ok=True)
        drop.write_text(f"a;b\n{drop.stem};1\n")
        os.utime(drop, (1, 1))
        archive.receive(home_copy)
        return status_at(name, folder)

    monkeypatch.setattr(backup_contents, "status_at", looked_at)
    monkeypatch.setattr(os, "fwalk", _contents_named_first(os.fwalk))
    listed = set(backup_contents.files_of(home_copy.root, "archive"))
    records = [json.loads(path.read_text()) for path in listed if path.parent.name == "receptions"]
    assert records and all(
        contents / record["content_sha256"][:2] / record["content_sha256"] in listed for record in records
    )


def _contents_named_first(walk: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def walked(*given: Any, **named: Any) -> Iterator[Any]:
        for step in walk(*given, **named):
            step[1].sort(key=lambda name: name != "content")
            yield step

    return walked


def test_a_purge_reaches_the_backups(home_copy: Home, tmp_path: Path) -> None:
    back_up(home_copy, tmp_path)
    reception = archive.receptions(home_copy)[0]
    archive_events.purge(home_copy, reception.number, reception.content_sha256, "DPO", "demande")
    archive.content_path(home_copy, reception.content_sha256).unlink()
    report = back_up(home_copy, tmp_path)
    assert len(report.removed) == 1 and len(snapshots(tmp_path)) == 1
    assert not object_path(tmp_path, reception.content_sha256).exists()


def test_old_snapshots_go_with_what_only_they_hold(home_copy: Home, tmp_path: Path) -> None:
    settings = home_copy.root / "cartographie.toml"
    for number in range(4):
        settings.write_text(f"[backup]\nsnapshots = 2\n# {number}\n")
        back_up(home_copy, tmp_path)
    assert len(snapshots(tmp_path)) == 2
    kept = {entry.sha256 for path in snapshots(tmp_path) for entry in Snapshot.read(path).entries}
    assert {path.name for path in (tmp_path / "objects").glob("??/*")} == kept


def test_a_damaged_original_is_named(home_copy: Home, tmp_path: Path) -> None:
    content = archive.content_path(home_copy, archive.receptions(home_copy)[0].content_sha256)
    content.chmod(0o600)
    content.write_bytes(b"other bytes")
    assert [Path(name).name for name in back_up(home_copy, tmp_path).damaged] == [content.name]


def test_a_damaged_backup_is_found_and_mended_by_the_next(home_copy: Home, tmp_path: Path) -> None:
    entry = back_up(home_copy, tmp_path / "b").snapshot.entries[0]
    object_path(tmp_path / "b", entry.sha256).write_bytes(b"other")
    with pytest.raises(BackupError, match="abîmée"):
        restore(tmp_path / "b", Home(tmp_path / "r"))
    with pytest.raises(BackupError, match="se relit mal"):
        back_up(home_copy, tmp_path / "b")
    back_up(home_copy, tmp_path / "b")
    restore(tmp_path / "b", Home(tmp_path / "r2"))


def test_refusals_say_what_to_do(home_copy: Home, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="autre disque"):
        back_up(home_copy, home_copy.root / "backups")
    with pytest.raises(BackupError, match="Aucune sauvegarde"):
        restore(tmp_path / "nowhere", Home(tmp_path / "r"))
    back_up(home_copy, tmp_path / "b")
    with pytest.raises(BackupError, match="n'écrase rien"):
        restore(tmp_path / "b", home_copy)
    with pytest.raises(BackupError, match="Pas d'instantané hier"):
        restore(tmp_path / "b", Home(tmp_path / "r"), "hier")


def test_a_list_that_leads_out_of_the_home_is_refused(home_copy: Home, tmp_path: Path) -> None:
    back_up(home_copy, tmp_path / "b")
    path = snapshots(tmp_path / "b")[0]
    content = json.loads(path.read_text())
    content["entries"] = [{**content["entries"][0], "path": "../dehors"}]
    path.write_text(json.dumps(content))
    with pytest.raises(BackupError, match="hors de l'installation"):
        restore(tmp_path / "b", Home(tmp_path / "r"))
    assert not (tmp_path / "dehors").exists()
