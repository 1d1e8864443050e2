"""The same faults where the warehouse stands on DuckLake, and those of its catalog, its storage and its writers.

Each: said with a code, a cause and a remedy, the last release up, and once mended the state of a home left in peace,
which is a file's: what both hold is compared row by row.
"""

import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.orchestration.jobs import INTAKE_JOB
from pipelines.warehouse.ducklake.catalog import SCHEMA, Catalog, catalog_of
from pipelines.warehouse.ducklake.guards import asking, snapshot_in
from pipelines.warehouse.ducklake.holding import holding, is_as_noted
from pipelines.warehouse.publication import current_release, row_counts
from sources.home.configuration import FILE_NAME
from sources.home.home import Home
from tests import needs
from tests.faults.conftest import DROPS, SEED, copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import STAGES, Pass, drop, finish_pass, kill_in, start_pass
from tests.pipelines.conftest import LYON
from tests.postgres import Cluster, running_cluster

pytestmark = [needs.postgresql, pytest.mark.faults, pytest.mark.timeout(7200)]

TO_THE_RELEASE = (INTAKE_JOB,)
"""What follows a publication reads files alone, on both targets."""

SETTINGS = (
    '[warehouse]\ntarget = "ducklake"\ncatalog_url = "{url}"\ndata_path = "{data}"\n\n[runs]\nlock_wait_seconds = 2\n'
)
LARGE = "size=1g"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def in_peace(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same drops taken in peace, into a file."""
    folder = tmp_path_factory.mktemp("in_peace")
    made = copy_of(demo_home, folder / "home")
    for number in range(DROPS):
        drop(made, number)
    finish_pass(made, folder / "said", TO_THE_RELEASE)
    return made


@pytest.fixture
def home(demo_home: Home, cluster: Cluster, tmp_path: Path) -> Iterator[Home]:
    """A home whose warehouse stands on DuckLake, with drops that wait; its storage can be filled and closed."""
    data = tmp_path / "data"
    data.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", LARGE, "tmpfs", str(data)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    made = copy_of(demo_home, tmp_path / "home")
    settings = SETTINGS.format(url=cluster.url, data=data)
    (made.root / FILE_NAME).write_text(settings)
    for number in range(DROPS):
        drop(made, number)
    try:
        yield made
    finally:
        with asking(catalog(made)) as connection, connection.cursor() as cursor:
            cursor.execute(f"drop schema if exists {SCHEMA} cascade")
        subprocess.run(["umount", "-l", str(data)], check=False)


def catalog(home: Home) -> Catalog:
    found = catalog_of(home)
    assert found is not None
    return found


def remount(home: Home, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(catalog(home).data_path)], check=True)


def newest(home: Home) -> int:
    with asking(catalog(home)) as connection:
        return snapshot_in(connection) or 0


def in_the_models(home: Home, started: Pass) -> None:
    """Until the pass has built some models in the catalog."""
    begun = newest(home)
    while newest(home) < begun + 10:
        assert started.is_alive, started.end()
        time.sleep(0.1)


def assert_refused(home: Home, started: Pass, words: str) -> None:
    before = current_release(home)
    ended, said, _ = started.end()
    assert ended == 2 and words in said and "[O0201]" in said and " → " in said, said
    assert "Traceback" not in said and "secret" not in said and "[O0000]" not in said, said
    assert current_release(home) == before and before is not None
    assert row_counts(home.current_release.resolve()) == before.row_counts, "readers keep the last good publication"


def assert_mended(home: Home, undisturbed: Home, said_file: Path) -> None:
    finish_pass(home, said_file, TO_THE_RELEASE)
    assert is_as_noted(home)
    release = current_release(home)
    assert release is not None and release.build.target == "ducklake"
    assert_nothing_lost_or_twice(home, undisturbed)


def ask(home: Home, sql: str) -> None:
    with asking(catalog(home)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)


WITHOUT_WHEELS = """
import sys
from pipelines.warehouse.ducklake import extensions
extensions._in_wheel = lambda *_: None
from pipelines import cli
sys.argv = ["cartographie", "run", "--home", sys.argv[1]]
cli.main()
"""


def test_what_is_refused_before_anything_is_built(home: Home, in_peace: Home, cluster: Cluster, tmp_path: Path) -> None:
    """The catalog down, of a newer format, held by another host; storage that is read-only; wheels that are missing."""

    def refused(words: str) -> None:
        assert_refused(home, start_pass(home, tmp_path / "said", TO_THE_RELEASE), words)

    cluster.stop()
    try:
        refused("Le catalogue DuckLake ne répond pas")
    finally:
        cluster.start()
    with holding(home):
        ask(home, f"update {SCHEMA}.ducklake_metadata set value = '9.0' where key = 'version'")
    refused("au format 9.0, ce programme connaît le format 1.0")
    ask(home, f"update {SCHEMA}.ducklake_metadata set value = '1.0' where key = 'version'")
    remount(home, f"{LARGE},ro")
    refused("ne peut pas être écrit")
    remount(home, f"{LARGE},rw")
    other = copy_of(home, tmp_path / "other_host")
    with holding(other):
        refused(f"Une autre installation ({socket.gethostname()[:20]}")
    command = [sys.executable, "-c", WITHOUT_WHEELS, str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 2 and "duckdb-extension-ducklake" in said and "--group ducklake" in said, said
    assert_mended(home, in_peace, tmp_path / "said")


def test_what_breaks_in_the_middle_of_a_pass(home: Home, in_peace: Home, cluster: Cluster, tmp_path: Path) -> None:
    """Storage that fills up, a catalog that stays away, one that is back before anybody asked."""
    started = start_pass(home, tmp_path / "said", TO_THE_RELEASE)
    in_the_models(home, started)
    remount(home, f"size={shutil.disk_usage(catalog(home).data_path).used + 4096}")
    assert_refused(home, started, "ne peut pas être écrit (le disque est plein)")
    remount(home, LARGE)

    started = start_pass(home, tmp_path / "said", TO_THE_RELEASE)
    in_the_models(home, started)
    cluster.stop()
    try:
        assert_refused(home, started, "Le catalogue DuckLake ne répond pas")
    finally:
        cluster.start()

    started = start_pass(home, tmp_path / "said", TO_THE_RELEASE)
    in_the_models(home, started)
    cluster.stop()
    cluster.start()
    code, said, _ = started.end()
    assert code == 0, f"the step notices, is tried again, and builds all from nothing: {said}"
    assert is_as_noted(home)
    assert_nothing_lost_or_twice(home, in_peace)


def test_two_hosts_that_both_think_they_write(home: Home, in_peace: Home, tmp_path: Path) -> None:
    """What the other wrote since is not gone on from: each one's release holds its own rows alone."""
    other = copy_of(home, tmp_path / "other_host")
    finish_pass(home, tmp_path / "said", TO_THE_RELEASE)
    published = current_release(home)
    finish_pass(other, tmp_path / "said_elsewhere", TO_THE_RELEASE)
    assert not is_as_noted(home) and is_as_noted(other)
    assert current_release(home) == published
    assert_mended(home, in_peace, tmp_path / "said")


def test_killed_once_in_each_stage_nothing_is_lost_or_twice(
    home: Home, in_peace: Home, tmp_path: Path, chance: random.Random
) -> None:
    reached: dict[str, str | None] = {}
    waiting = [path.rename(tmp_path / path.name) for path in sorted((home.intake / LYON).glob("panne-*"))[1:]]
    seconds = finish_pass(home, tmp_path / "said", TO_THE_RELEASE)
    for stage in (stage for stage in STAGES if stage.job == INTAKE_JOB):
        if waiting:
            waiting[0].rename(home.intake / LYON / waiting.pop(0).name)
        reached[stage.phase] = kill_in(home, stage, chance.uniform(0, 0.5), seconds, tmp_path / "said")
    print(f"seed {SEED}, stage asked for → stage reached: {reached}")
    assert sum(asked == found for asked, found in reached.items()) > len(reached) // 2, "most kills reach their stage"
    assert_mended(home, in_peace, tmp_path / "said")
