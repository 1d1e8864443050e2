"""The short form of the faults: one home is killed once in each stage, and ends as one left in peace."""

import random
from pathlib import Path

from pipelines.jobs import ANALYSIS_JOB, EXPORTS_JOB, INTAKE_JOB
from sources.home import Home
from tests.faults.conftest import DROPS, SEED, copy_of
from tests.faults.invariants import assert_nothing_lost_or_twice
from tests.faults.life import STAGES, drop, finish_pass, kill_in


def test_killed_once_in_each_stage_nothing_is_lost_or_twice(
    demo_home: Home, peaceful: tuple[Home, dict[str, float]], tmp_path: Path, chance: random.Random
) -> None:
    undisturbed, seconds = peaceful
    home = copy_of(demo_home, tmp_path / "home")
    reached: dict[str, str | None] = {}
    dropped = 0
    for job in (INTAKE_JOB, ANALYSIS_JOB, EXPORTS_JOB):
        for stage in (stage for stage in STAGES if stage.job == job):
            if dropped < DROPS:
                drop(home, dropped)
                dropped += 1
            reached[stage.phase] = kill_in(home, stage, chance.uniform(0, 0.5), seconds, tmp_path / "said")
        finish_pass(home, tmp_path / "said", [job])
    print(f"seed {SEED}, stage asked for → stage reached: {reached}")
    missed = [asked for asked, found in reached.items() if found is None]
    assert len(missed) <= 1, f"kills that came after the end: {missed}"
    assert sum(asked == found for asked, found in reached.items()) > len(reached) // 2, "most kills reach their stage"
    assert_nothing_lost_or_twice(home, undisturbed)
