"""The short form of a running ``up``: killed while it starts, then each of its pieces once, while drops arrive."""

import random
import time
from pathlib import Path

import pytest

from sources.home import Home
from tests.faults.conftest import DROPS, SEED, copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import drop, purpose_of_writer, stage_of
from tests.faults.running import (
    CODE,
    DAEMON,
    EVERYTHING,
    FORK_SERVER,
    READER,
    RUN_WORKER,
    SUPERSET,
    SUPERSET_WORKER,
    WEBSERVER,
    running,
    wait,
    wait_until_settled,
)

pytestmark = [pytest.mark.superset, pytest.mark.slow]


def test_a_running_up_is_killed_piece_by_piece_and_loses_nothing(
    demo_home: Home, peaceful: tuple[Home, dict[str, float]], tmp_path: Path, chance: random.Random
) -> None:
    home = copy_of(demo_home, tmp_path / "home")
    reached: dict[str, str] = {}
    with running(home, tmp_path / "said") as up:
        drop(home, 0)
        up.start()
        time.sleep(chance.uniform(3, 12))
        reached[EVERYTHING] = stage_of(up.stage())
        up.kill(EVERYTHING)
        up.start()
        up.wait_until_ready()
        up.wait_until_whole()

        drop(home, 1)
        wait(lambda: bool(purpose_of_writer(home) and up.pieces(RUN_WORKER)), 120, "no run is started", 0.01)
        time.sleep(chance.uniform(0, 2))
        for piece in (READER, FORK_SERVER, CODE, DAEMON, WEBSERVER, SUPERSET_WORKER, SUPERSET, RUN_WORKER):
            reached[piece] = stage_of(up.stage())
            assert up.kill(piece), f"{piece} was not there"
        for number in range(2, DROPS):
            drop(home, number)
        up.wait_until_whole()
        wait_until_settled(home, DROPS)
        assert up.stop() == 0, up.said()
        wait(lambda: not up.processes(), 30, "processes of a stopped up still run")
    print(f"seed {SEED}, piece → stage reached: {reached}")
    assert_nothing_lost_or_twice(home, peaceful[0])
