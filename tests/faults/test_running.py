"""kill -9 of the pieces of a running ``up``, at random moments, while drops arrive: each piece, then any of them."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from pipelines.orchestration.jobs import INTAKE_JOB
from sources.home.home import Home
from tests.faults.conftest import KILLS, SEED, after_drops, whole_copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import STAGES, drop, name_of, stage_of
from tests.faults.running import (
    EVERYTHING,
    IDLE,
    PIECES,
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

_IDLE_SECONDS = 45.0
"""After so long at rest, a piece is killed at rest."""

_WARM_SHARE = 0.6
"""What a pass takes in a warm process, of what it takes in a cold one."""

_START_SECONDS = 15.0


def test_pieces_of_a_running_up_are_killed_at_random(installed: Home, tmp_path: Path, chance: random.Random) -> None:
    home = whole_copy_of(installed, tmp_path / "home")
    each = chance.sample(PIECES, len(PIECES))
    planned = [*each, *chance.choices(PIECES, k=max(0, KILLS // 2 - len(each)))]
    undisturbed, seconds = after_drops(installed, len(planned), tmp_path)
    pass_seconds = sum(seconds[stage.phase] for stage in STAGES if stage.job == INTAKE_JOB)
    reached: Counter[tuple[str, str]] = Counter()
    with running(home, tmp_path / "said") as up:
        up.start()
        up.wait_until_ready()
        up.wait_until_whole()
        for number, piece in enumerate(planned):
            drop(home, number)
            reached[piece, kill_at_random(up, piece, pass_seconds, chance)] += 1
        up.wait_until_whole()
        wait_until_settled(home, len(planned))
        wait(lambda: up.shows(name_of(len(planned) - 1)), 120, "no chart shows the last drop", 0.5)
        assert up.stop() == 0, up.said()
        wait(lambda: not up.processes(), 30, "processes of a stopped up still run")
    say(reached)
    at_rest = sum(count for (_, stage), count in reached.items() if stage == IDLE)
    assert at_rest <= len(planned) // 2, "kills must reach work"
    assert_nothing_lost_or_twice(home, undisturbed)


def kill_at_random(up: Running, piece: str, pass_seconds: float, chance: random.Random) -> str:
    """Kill the piece at a random moment of the pass that a drop has called for; the stage that it reached."""
    up.wait_until_whole()  # nothing starts a run while the piece killed before is not there again
    _wait_for_a_run(up, _WAITED_SECONDS if piece == RUN_WORKER else _IDLE_SECONDS)
    time.sleep(chance.uniform(0, pass_seconds * _WARM_SHARE))
    stage = stage_of(up.stage())
    killed = up.kill(piece)
    if piece in {UP, EVERYTHING}:
        start_again(up, chance)
    return stage if killed else f"{stage} (déjà mort)"


def _wait_for_a_run(up: Running, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not up.pieces(RUN_WORKER) and time.monotonic() < deadline:
        time.sleep(0.02)


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
