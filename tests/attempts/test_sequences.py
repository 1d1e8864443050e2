"""What is learned from a sequence of acts between which few answers change and much around them does.

Each attempt would have shown another establishment's score: an act took all answers of an establishment as new when an
assessor joined it, when use cases were merged, or when the referential numbered its criteria anew.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.products.snapshot.state import read_state
from pipelines.products.snapshot.statements import Element, Unknown, Voice
from sources.home.home import (
    Home,
)
from tests.attempts.sequences import Memory, sequence
from tests.pipelines.products.snapshot.test_secrecy import acts_of

SEEDS = (1, 4, 7, 9, 10, 13)


def read_all(seed: int) -> Memory:
    """Everything that the acts of a history ever showed."""
    worlds = sequence(seed)
    memory = Memory()
    for world, act in zip(worlds, acts_of(worlds), strict=True):
        memory.read(world, act)
    return memory


@pytest.mark.parametrize("seed", SEEDS)
def test_who_follows_each_answer_through_all_acts_gets_no_score_within_ten_points(seed: int) -> None:
    memory = read_all(seed)
    width, whose = memory.narrowest()
    assert memory.figures and width >= 10, whose


def test_the_same_reader_would_get_scores_if_changed_establishments_counted_as_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the guard was: an answer forgotten as soon as another of the same establishment changes."""

    def forgetful(element: Element, voice: Voice, code: str) -> Unknown:
        return element.organisation, element.digest + voice.written_code, code, voice.criteria[code][0]

    monkeypatch.setattr(Element, "_unknown", forgetful)
    assert min(read_all(seed).narrowest()[0] for seed in (7, 10)) < 9


RENUMBERED = (
    "update {table} set criterion_number = criterion_number + 1",
    "update int_keyed_assessor_criterion set asked_count = asked_count + 1",
)


def test_a_criterion_added_to_the_referential_is_nobodys_answer(home_copy: Home, tmp_path: Path) -> None:
    """It numbers the criteria anew, or asks one question more of everybody: no establishment has changed for that."""
    copy = tmp_path / "release.duckdb"
    copy.write_bytes(home_copy.current_release.resolve().read_bytes())
    with duckdb.connect(str(copy)) as connection:
        before = read_state(connection, "DEMO-2026").members
        for table in ("int_question_asked", "int_keyed_assessor_criterion", "int_keyed_establishment_criterion"):
            connection.execute(RENUMBERED[0].format(table=table))
        connection.execute(RENUMBERED[1])
        after = read_state(connection, "DEMO-2026").members
    assert before.height > 0 and after.equals(before)
