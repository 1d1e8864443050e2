"""kill -9 of the pieces of a running ``up``, at random moments, while drops arrive: each piece, then any of them."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from sources.home import Home
from tests.faults.conftest import KILLS, SEED, after_drops, whole_copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import drop, name_of, stage_of
from tests.faults.running import (
    EVERYTHING,
    FORK_SERVER,
    IDLE,
    PIECES,
    READER,
    RUN_WORKER,
    UP,
    Running,
    running,
    wait,
    wait_until_settled,
)

pytestmark = [pytest.mark.faults, pytest.mark.superset, pytest.mark.timeout(7200)]

_WAITED_SECONDS = 600.0
"""A sensor waits for minutes after failed runs in a row."""

_PASS_SECONDS = 8.0
_START_SECONDS = 15.0


def test_pieces_of_a_running_up_are_killed_at_random(installed: Home, tmp_path: Path, chance: random.Random) -> None:
    home = whole_copy_of(installed, tmp_path / "home")
    each = chance.sample(PIECES, len(PIECES))
    planned = [*each, *chance.choices(PIECES, k=max(0, KILLS // 2 - len(each)))]
    undisturbed, _ = after_drops(installed, len(planned), tmp_path)
    reached: Counter[tuple[str, str]] = Counter()
    with running(home, tmp_path / "said") as up:
        up.start()
        up.wait_until_ready()
        up.wait_until_whole()
        for number, piece in enumerate(planned):
            drop(home, number)
            reached[piece, kill_at_random(up, piece, chance)] += 1
        up.wait_until_whole()
        wait_until_settled(home, len(planned))
        wait(lambda: up.shows(name_of(len(planned) - 1)), 120, "no chart shows the last drop", 0.5)
        assert up.stop() == 0, up.said()
        wait(lambda: not up.processes(), 30, "processes of a stopped up still run")
    say(reached)
    assert sum(count for (_, stage), count in reached.items() if stage != IDLE) >= len(planned) // 3, (
        "kills must reach work"
    )
    assert_nothing_lost_or_twice(home, undisturbed)


def kill_at_random(up: Running, piece: str, chance: random.Random) -> str:
    """Kill the piece at a random moment of the work that a drop has called for; the stage that it reached."""
    if piece in {RUN_WORKER, READER, FORK_SERVER}:
        up.wait_until_whole()  # no run is there to be killed while nothing starts it
        if piece == RUN_WORKER:
            wait(lambda: bool(up.pieces(piece)), _WAITED_SECONDS, "no run is started", 0.02)
        time.sleep(chance.uniform(0, _PASS_SECONDS / 2))
    else:
        time.sleep(chance.uniform(0, _PASS_SECONDS))
    stage = stage_of(up.stage())
    killed = up.kill(piece)
    if piece in {UP, EVERYTHING}:
        start_again(up, chance)
    return stage if killed else f"{stage} (déjà mort)"


def start_again(up: Running, chance: random.Random) -> None:
    """Start ``up`` again; one time in three it is killed, alone or with all it started, while it starts."""
    up.start_again()
    if chance.random() < 1 / 3:
        time.sleep(chance.uniform(0, _START_SECONDS))
        up.kill(chance.choice((UP, EVERYTHING)))
        up.start_again()
    up.wait_until_ready()


def say(reached: Counter[tuple[str, str]]) -> None:
    print(f"seed {SEED}, kills by piece and stage reached:")
    for (piece, stage), count in sorted(reached.items()):
        print(f"  {piece} · {stage} : {count}")
