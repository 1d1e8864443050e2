"""What is promised of secrecy, attacked: over random histories no reader gets closer to another's score than 10 points.

The attacker keeps everything that it ever saw and knows its own answers; the product's own guard is not consulted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest

from pipelines.products.snapshot import knowledge
from pipelines.products.snapshot.deciding import decide
from sources.versions.snapshots import Act, Snapshot
from tests.pipelines.products.snapshot.attacker import Archive, behind
from tests.pipelines.products.snapshot.histories import ELSEWHERE, GCS, World, history, state_of

SEEDS = range(24)


def acts_of(worlds: Sequence[World]) -> list[Snapshot]:
    """An act at each close."""
    acts: list[Snapshot] = []
    for number, world in enumerate(worlds, start=1):
        act = Act("C", number, date(2026, 1, number), "coordination", "clôture", number, "r", {})
        acts.append(decide(state_of(world), act, acts))
    return acts


def narrowest(worlds: Sequence[World], acts: Sequence[Snapshot]) -> tuple[float, str, int]:
    """The narrowest interval that any establishment gets of another's score, whose, and how many figures were seen."""
    archive = Archive()
    for world, act in zip(worlds, acts, strict=True):
        archive.keep(world, act)
    found = [
        (width, f"{reader} → {organisation}, {name}")
        for reader in GCS + ELSEWHERE
        for organisation, name, width in archive.intervals(reader)
    ]
    return (*min(found, default=(100.0, "")), archive.figure_count)


@pytest.fixture(scope="module")
def told() -> list[tuple[list[World], list[Snapshot]]]:
    histories = [history(seed) for seed in SEEDS]
    return [(worlds, acts_of(worlds)) for worlds in histories]


def test_no_reader_gets_within_ten_points_of_anothers_score(told: list[tuple[list[World], list[Snapshot]]]) -> None:
    figures = 0
    for seed, (worlds, acts) in zip(SEEDS, told, strict=True):
        width, where, count = narrowest(worlds, acts)
        assert width >= 10, (seed, where)
        figures += count
    assert figures > 100, "what publishes nothing proves nothing"


def test_a_figure_changes_only_where_three_others_than_any_one_changed(
    told: list[tuple[list[World], list[Snapshot]]],
) -> None:
    changes = 0
    for worlds, acts in told:
        for before, after in pairwise(acts):
            for place, (since, numbers) in figures_of(after).items():
                then = figures_of(before).get(place)
                if then is None or then[0] == since:
                    assert then is None or then == (since, numbers), "what is not renewed stands to the letter"
                    continue
                changes += 1
                old = {one.organisation: one.identity for one in behind(worlds[then[0] - 1], *place)}
                new = {one.organisation: one.identity for one in behind(worlds[since - 1], *place)}
                changed = {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
                assert all(len(changed - {reader}) >= 3 for reader in old.keys() | new.keys())
    assert changes > 3


def figures_of(act: Snapshot) -> dict[tuple[str, str], tuple[int, list[tuple[object, ...]]]]:
    """Place → since which act, and its numbers."""
    found: dict[tuple[str, str], tuple[int, list[tuple[object, ...]]]] = {}
    for row in act.tables["scores"].iter_rows():
        found.setdefault((row[0], row[1]), (row[2], []))[1].append(row)
    return found


def test_the_attacker_would_find_what_the_guard_withholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the guard the same histories give scores away: the attack is worth something."""
    monkeypatch.setattr(knowledge, "leaves_all_wide", lambda *_: True)
    broken = [narrowest(worlds, acts_of(worlds))[0] for worlds in map(history, SEEDS)]
    assert sum(width < 10 for width in broken) >= 3


def test_without_the_rule_of_three_changes_a_correction_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.Seen, "is_too_near", lambda *_: False)
    monkeypatch.setattr(knowledge, "leaves_all_wide", lambda *_: True)
    broken = [narrowest(worlds, acts_of(worlds))[0] for worlds in map(history, range(6))]
    assert min(broken) < 5
