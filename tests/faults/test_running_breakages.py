"""What breaks around a running ``up``: PostgreSQL and Superset stopped and back, a second ``up``, one name twice.

Each ends with the state of a home that took the same drops in peace.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sources.archive import archive
from sources.home.home import Home
from tests import needs
from tests.faults.conftest import after_drops, copy_of, whole_copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import STAGES, drop, finish_pass, name_of, purpose_of_writer
from tests.faults.running import (
    CODE,
    DAEMON,
    FORK_SERVER,
    READY,
    SUPERSET,
    SUPERSET_WORKER,
    WEBSERVER,
    Running,
    running,
    wait,
    wait_until_settled,
)
from tests.pipelines.conftest import LYON
from tests.postgres import running_cluster

pytestmark = [pytest.mark.faults, pytest.mark.superset, pytest.mark.timeout(3600)]

PUBLICATION = next(stage.purpose for stage in STAGES if stage.phase == "publication")
REACHED_SECONDS = 120.0


@pytest.fixture
def up(installed: Home, tmp_path: Path) -> Iterator[Running]:
    """An ``up`` that answers, on a home of its own."""
    with running(whole_copy_of(installed, tmp_path / "home"), tmp_path / "said") as started:
        started.start()
        started.wait_until_ready()
        yield started


def assert_ends_as_in_peace(up: Running, undisturbed: Home) -> None:
    assert up.stop() == 0, up.said()
    wait(lambda: not up.processes(), 30, "processes of a stopped up still run")
    assert_nothing_lost_or_twice(up.home, undisturbed)


def signal_superset(up: Running, number: int) -> None:
    for process in (*up.pieces(SUPERSET), *up.pieces(SUPERSET_WORKER)):
        with suppress(ProcessLookupError):
            os.kill(process.number, number)


def stop_and_wait(up: Running) -> None:
    """As an operator stops a service; ``up`` starts it again by itself."""
    signal_superset(up, signal.SIGTERM)


def hang_until_published(up: Running) -> None:
    """As a machine that swaps: it answers nobody, and then goes on."""
    signal_superset(up, signal.SIGSTOP)
    wait(lambda: not archive.lying(up.home) and purpose_of_writer(up.home) is None, REACHED_SECONDS, "not published")
    signal_superset(up, signal.SIGCONT)


@pytest.mark.parametrize("disturb", [stop_and_wait, hang_until_published])
def test_superset_stopped_and_back_during_a_publication(
    up: Running, installed: Home, tmp_path: Path, disturb: Callable[[Running], None]
) -> None:
    """The publication does not wait for Superset, and Superset then shows it without being told."""
    drop(up.home, 0)
    wait(lambda: purpose_of_writer(up.home) == PUBLICATION, REACHED_SECONDS, "no publication", 0.002)
    disturb(up)
    wait_until_settled(up.home, 1)
    wait(lambda: up.shows(name_of(0)), REACHED_SECONDS, "Superset does not show the last drop", 0.5)
    assert_ends_as_in_peace(up, after_drops(installed, 1, tmp_path)[0])


def test_servers_killed_while_up_starts_are_started_again(installed: Home, tmp_path: Path) -> None:
    """Each as soon as it is there, before anything was announced."""
    with running(whole_copy_of(installed, tmp_path / "home"), tmp_path / "said") as up:
        up.start()
        for piece in (WEBSERVER, DAEMON, CODE, FORK_SERVER, SUPERSET):
            wait(lambda piece=piece: bool(up.pieces(piece)), REACHED_SECONDS, f"{piece} is not started")  # type: ignore[misc]
            assert READY not in up.said() and up.kill(piece)
        up.wait_until_ready()
        up.wait_until_whole()
        drop(up.home, 0)
        wait_until_settled(up.home, 1)
        wait(lambda: up.shows(name_of(0)), REACHED_SECONDS, "Superset does not show the last drop", 0.5)
        assert_ends_as_in_peace(up, after_drops(installed, 1, tmp_path)[0])


def test_a_second_up_on_the_home_of_a_running_one_changes_nothing(up: Running, installed: Home, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "up", "--home", str(up.home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "[O0105]" in done.stderr and str(up.number) in done.stderr, done.stderr
    drop(up.home, 0)
    wait_until_settled(up.home, 1)
    assert_ends_as_in_peace(up, after_drops(installed, 1, tmp_path)[0])


def test_two_users_drop_the_same_name_again_and_again_at_once(up: Running, installed: Home, tmp_path: Path) -> None:
    """What the second writes over before it was looked at never was a drop; what was received is answered, once."""
    versions = {user: [drop_aside(tmp_path, 2 * turn + user) for turn in range(15)] for user in (0, 1)}
    target = up.home.intake / LYON / name_of(0)

    def put(user: int) -> None:
        for version in versions[user]:
            version.replace(target)
            time.sleep(0.4 + 0.3 * user)

    contents = {version.read_bytes() for found in versions.values() for version in found}
    users = [threading.Thread(target=put, args=(user,)) for user in versions]
    for user in users:
        user.start()
    for user in users:
        user.join()
    last = target.read_bytes() if target.exists() else None
    wait(lambda: not archive.has_new_drops(up.home) and not archive.lying(up.home), REACHED_SECONDS * 5, "not answered")
    received = [found for found in archive.receptions(up.home) if found.file_name == name_of(0)]
    kept = [archive.content_path(up.home, found.content_sha256).read_bytes() for found in received]
    assert set(kept) <= contents and len(set(kept)) == len(kept) and last in {None, kept[-1]}
    print(f"{len(contents)} files under one name, {len(received)} receptions")
    wait_until_settled(up.home, len(received))

    in_peace = copy_of(installed, tmp_path / "in_peace")
    for content in kept:
        (in_peace.intake / LYON / name_of(0)).write_bytes(content)
        assert len(archive.receive(in_peace).received) == 1
    finish_pass(in_peace, tmp_path / "said_in_peace")
    assert_ends_as_in_peace(up, in_peace)


def drop_aside(folder: Path, number: int) -> Path:
    """A drop that is written but not laid in the intake yet."""
    elsewhere = Home(folder / "aside")
    (elsewhere.intake / LYON).mkdir(parents=True, exist_ok=True)
    return drop(elsewhere, number)


@needs.postgresql
def test_postgresql_stopped_and_back(installed: Home, tmp_path: Path) -> None:
    """Dagster's and Superset's metadata are away: drops wait, readers keep the publication, and all goes on."""
    home = copy_of(installed, tmp_path / "home")
    shutil.rmtree(home.dagster)
    with running_cluster() as cluster:
        address = {"CARTOGRAPHIE_METADATA__POSTGRES_URL": cluster.url}
        with running(home, tmp_path / "said", address) as up:
            up.start()
            up.wait_until_ready()
            drop(home, 0)
            wait(lambda: purpose_of_writer(home) is not None, REACHED_SECONDS, "no run is started", 0.002)
            cluster.stop()
            drop(home, 1)
            time.sleep(20)
            assert up.is_alive, up.said()
            cluster.start()
            drop(home, 2)
            up.wait_until_whole()
            wait_until_settled(home, 3)
            wait(lambda: up.shows(name_of(2)), REACHED_SECONDS, "Superset does not show the last drop", 0.5)
            assert_ends_as_in_peace(up, after_drops(installed, 3, tmp_path)[0])
