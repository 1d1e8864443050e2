"""A release on another host's folder: readers there see a whole one at every moment, and no purged file for longer."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.warehouse import release_copy
from pipelines.warehouse.publication import PublicationError, Release, point_readers_at
from pipelines.warehouse.release_copy import copy_release
from sources.home.home import WAREHOUSE_FILE, Home


def publish(home: Home, number: int, receptions: tuple[int, ...] = ()) -> str:
    """A small release: each of its two tables holds its number."""
    name = f"20261129T1200{number:02d}.000000Z"
    folder = home.published / "releases" / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        for table in ("first", "last"):
            connection.execute(f"create table {table} as select {number} as n from range(20000)")
    build = {
        "build_id": str(number), "built_at": "", "models_checksum": "", "referential_checksum": "",
        "receptions": receptions,
    }  # fmt: skip
    (folder / "release.json").write_text(json.dumps({"name": name, "published_at": "", "build": build}))
    point_readers_at(home.published, name)
    return name


def seen(folder: Path) -> tuple[int, ...]:
    """What a reader of the folder sees in both tables, of one file that it holds open."""
    with duckdb.connect(str((folder / "current").resolve() / WAREHOUSE_FILE), read_only=True) as connection:
        return tuple(connection.execute(f"select max(n) from {table}").fetchall()[0][0] for table in ("first", "last"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_two_folders_follow_and_nothing_is_copied_twice(home: Home, tmp_path: Path) -> None:
    folders = [tmp_path / "host_a", tmp_path / "host_b"]
    for number in range(1, 6):
        name = publish(home, number)
        for folder in folders:
            release, is_new = copy_release(home, folder)
            assert release.name == name and is_new and seen(folder) == (number, number)
            assert copy_release(home, folder) == (release, False)
    for folder in folders:
        assert len(list((folder / "releases").iterdir())) == 3, "as many are kept as at home"
        assert not os.access(folder / "current" / WAREHOUSE_FILE, os.W_OK) or os.getuid() == 0
        assert Release.read(folder / "current" / "release.json").name == name


def test_readers_see_a_whole_release_while_others_come(home: Home, tmp_path: Path) -> None:
    publish(home, 1)
    folder = tmp_path / "host"
    copy_release(home, folder)
    wrong: list[object] = []
    found: set[int] = set()
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            first, last = seen(folder)
            found.add(first)
            if first != last:
                wrong.append((first, last))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 12):
        publish(home, number)
        copy_release(home, folder)
    is_over.set()
    reader.join()
    assert wrong == [] and len(found) > 1


KILLED = """
import os, signal, shutil, sys
from pathlib import Path
from pipelines.warehouse import release_copy
from sources.home.home import Home
copied = shutil.copyfile
def die_after_some(source, target):
    with open(target, "wb") as half:
        half.write(Path(source).read_bytes()[:1000])
    os.kill(os.getpid(), signal.SIGKILL)
shutil.copyfile = die_after_some
release_copy.copy_release(Home(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_a_copy_that_was_killed_is_never_read_and_the_next_one_ends_it(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "host"
    publish(home, 1)
    copy_release(home, folder)
    publish(home, 2)
    done = subprocess.run([sys.executable, "-c", KILLED, str(home.root), str(folder)], check=False)
    assert done.returncode == -9 and list((folder / "releases").glob(".*.half")) and seen(folder) == (1, 1)
    copy_release(home, folder)
    assert seen(folder) == (2, 2) and not list((folder / "releases").glob(".*.half"))


def test_a_copy_that_differs_is_refused(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "host"
    publish(home, 1)
    copy_release(home, folder)
    publish(home, 2)

    def damaged(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:-1] + b"?")

    monkeypatch.setattr(release_copy.shutil, "copyfile", damaged)
    with pytest.raises(PublicationError, match="garde la version d'avant"):
        copy_release(home, folder)
    assert seen(folder) == (1, 1)


def test_what_was_purged_leaves_the_copies_with_the_next_one(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "host"
    old = publish(home, 1, (7,))
    copy_release(home, folder)
    (home.archive / "purged").mkdir(parents=True)
    (home.archive / "purged" / "000000007.json").write_text(
        json.dumps({"reception_number": 7, "content_sha256": "0" * 64, "purged_at": "2026-11-29T12:00:00+00:00",
                    "purged_by": "x", "reason": "x"})
    )  # fmt: skip
    publish(home, 2)
    copy_release(home, folder)
    assert not (folder / "releases" / old).exists() and seen(folder) == (2, 2)


def test_the_command_says_what_it_did(home: Home, tmp_path: Path) -> None:
    command = ["release", "copy", str(tmp_path / "host"), "--home", str(home.root)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2 and "[O0204] Rien n'est publié" in result.output
    name = publish(home, 1)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0 and f"Copiée : {name}" in result.output
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0 and f"Déjà là : {name}" in result.output
    shutil.rmtree(tmp_path / "host")
