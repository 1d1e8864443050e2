"""kill -9 again and again, in a stage and at a moment drawn at random: each stage in turn, then any of them."""

import random
from collections import Counter
from pathlib import Path

import pytest

from pipelines.orchestration.jobs import INTAKE_JOB
from sources.home.home import Home
from tests.faults.conftest import DROPS, KILLS, SEED, copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import STAGES, drop, finish_pass, kill_in

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]


def test_killed_at_random_again_and_again(
    demo_home: Home, peaceful: tuple[Home, dict[str, float]], tmp_path: Path, chance: random.Random
) -> None:
    undisturbed, seconds = peaceful
    home = copy_of(demo_home, tmp_path / "home")
    drops = list(range(DROPS))
    each = chance.sample(STAGES, len(STAGES))
    planned = [*each, *chance.choices(STAGES, k=max(0, KILLS // 2 - len(each)))]
    reached: Counter[str | None] = Counter()
    for stage in planned:
        if drops and stage.job == INTAKE_JOB:
            drop(home, drops.pop(0))
        elif stage.job != INTAKE_JOB:
            finish_pass(home, tmp_path / "said", [INTAKE_JOB])
        reached[kill_in(home, stage, chance.uniform(0, 1), seconds, tmp_path / "said")] += 1
    for number in drops:
        drop(home, number)
    print(f"seed {SEED}, kills by stage reached: {dict(reached)}")
    assert sum(reached.values()) - reached[None] >= len(planned) // 2, "most kills must reach a pass under way"
    finish_pass(home, tmp_path / "said")
    assert_nothing_lost_or_twice(home, undisturbed)
