"""The method: weights are shares, follow consistent judgments exactly, and treat members and criteria alike."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.products.weights.pairwise import (
    Judgments,
    group_judgments,
    most_contradicted,
    priorities,
    whole_percentages,
)

CRITERIA = ["A", "B", "C", "D"]
PAIRS = list(combinations(CRITERIA, 2))
LEVELS = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1.0, 3.0, 5.0, 7.0, 9.0]

judged = st.fixed_dictionaries({pair: st.sampled_from(LEVELS) for pair in PAIRS})
groups = st.lists(judged, min_size=1, max_size=6)


def from_shares(shares: dict[str, float]) -> Judgments:
    return {(one, other): shares[one] / shares[other] for one, other in PAIRS}


def test_saatys_example_of_three() -> None:
    """Ratios 3, 5 and 3: the geometric means of the rows by hand, and a consistency ratio of 0.03."""
    found = priorities(["X", "Y", "Z"], {("X", "Y"): 3, ("X", "Z"): 5, ("Y", "Z"): 3})
    rows = {"X": 15 ** (1 / 3), "Y": 1.0, "Z": (1 / 15) ** (1 / 3)}
    total = sum(rows.values())
    assert found.shares == pytest.approx({name: row / total for name, row in rows.items()})
    assert found.consistency == pytest.approx(0.033, abs=0.001) and found.is_consistent


def test_a_circle_contradicts_itself() -> None:
    circle = dict.fromkeys(PAIRS, 1.0) | {("A", "B"): 9.0, ("B", "C"): 9.0, ("A", "C"): 1 / 9}
    found = priorities(CRITERIA, circle)
    assert not found.is_consistent
    assert most_contradicted(CRITERIA, circle) in {("A", "B"), ("B", "C"), ("A", "C")}


@given(st.lists(st.floats(0.05, 1), min_size=4, max_size=4))
def test_weights_behind_consistent_judgments_are_found_again(weights: list[float]) -> None:
    shares = {name: weight / sum(weights) for name, weight in zip(CRITERIA, weights, strict=True)}
    found = priorities(CRITERIA, from_shares(shares))
    assert found.shares == pytest.approx(shares)
    assert found.consistency == pytest.approx(0, abs=1e-9)


@given(judged, st.permutations(CRITERIA))
def test_neither_the_order_nor_the_direction_of_questions_counts(judgments: Judgments, order: list[str]) -> None:
    turned = {(other, one): 1 / times for (one, other), times in judgments.items()}
    straight, other = priorities(CRITERIA, judgments), priorities(order, turned)
    assert other.shares == pytest.approx(straight.shares)
    assert other.consistency == pytest.approx(straight.consistency, abs=1e-9)


@given(groups)
def test_a_group_stands_between_its_members_whatever_their_order(members: list[Judgments]) -> None:
    together = group_judgments(members)
    assert group_judgments(members[::-1]) == pytest.approx(together)
    for pair in PAIRS:
        said = [member[pair] for member in members]
        assert min(said) - 1e-9 <= together[pair] <= max(said) + 1e-9
    product = {name: math.prod(priorities(CRITERIA, m).shares[name] for m in members) for name in CRITERIA}
    means = {name: value ** (1 / len(members)) for name, value in product.items()}
    expected = {name: mean / sum(means.values()) for name, mean in means.items()}
    assert priorities(CRITERIA, together).shares == pytest.approx(expected)


@given(judged)
def test_members_of_one_mind_are_heard_as_one(judgments: Judgments) -> None:
    assert group_judgments([judgments] * 3) == pytest.approx(judgments)


@given(judged)
def test_percentages_sum_to_a_hundred_and_none_is_further_than_a_tenth(judgments: Judgments) -> None:
    shares = priorities(CRITERIA, judgments).shares
    percentages = whole_percentages(shares)
    assert sum(round(value * 10) for value in percentages.values()) == 1000
    assert all(abs(percentages[name] - 100 * share) < 0.1 and percentages[name] > 0 for name, share in shares.items())
