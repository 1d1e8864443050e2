"""kill -9 in each stage of a pass: what it left is taken up by the next one, nothing lost, nothing twice."""

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from sources.home import Home
from tests.faults.conftest import DROPS, KILLS, SEED, assert_nothing_lost_or_twice, copy_of, drop, run, start_run

pytestmark = pytest.mark.faults

# What the holder of the write lock says that it does, and how long after the beginning of it the kill may come.
STAGES = {
    "réception des dépôts": 0.02,
    "lecture et contrôle des dépôts": 1.0,
    "construction de l'entrepôt": 8.0,
    "publication": 1.0,
}


def kill_in(home: Home, stage: str, after_seconds: float) -> str | None:
    """Start a pass and kill its whole process group in ``stage``; the stage it was in, None when it had ended."""
    process = start_run(home)
    while process.poll() is None and _stage(home) != stage:
        time.sleep(0.002)
    deadline = time.monotonic() + after_seconds
    while process.poll() is None and _stage(home) == stage and time.monotonic() < deadline:
        time.sleep(0.002)
    reached = _stage(home) if process.poll() is None else None
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return reached


def _stage(home: Home) -> str | None:
    try:
        return str(json.loads((home.root / "writer.lock").read_text())["purpose"])
    except (OSError, ValueError, KeyError):
        return None


def test_killed_in_each_stage_nothing_is_lost_or_twice(demo_home: Home, undisturbed: Home, tmp_path: Path) -> None:
    home = copy_of(demo_home, tmp_path / "home")
    chance = random.Random(SEED)
    planned = [list(STAGES)[number % len(STAGES)] for number in range(KILLS)]
    reached: Counter[str | None] = Counter()
    for number, stage in enumerate(planned):
        if number < DROPS:
            drop(home, number)
        reached[kill_in(home, stage, chance.uniform(0, STAGES[stage]))] += 1
    for number in range(len(planned), DROPS):
        drop(home, number)
    print(f"seed {SEED}, killed in: {dict(reached)}")
    assert sum(reached.values()) - reached[None] >= KILLS // 2, "most kills must reach a pass under way"
    code, said = run(home)
    assert code == 0, said
    assert_nothing_lost_or_twice(home, undisturbed)
