"""The simulation of weights: exact on ties, true to an independent one, and the same for everybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipelines.products.decision.smaa import FULL_SCORE, MISSING, draw_weights, has_both_sides, simulate

HIGH = FULL_SCORE // 2
DRAWS = 4_000


def portfolio(seed: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Criterion scores with a fifth of them missing, of use cases that have both sides."""
    generator = np.random.default_rng(seed)
    sides = []
    for _ in range(2):
        scores = generator.integers(0, FULL_SCORE + 1, (count, 4))
        scores[generator.random((count, 4)) < 0.2] = MISSING
        sides.append(scores)
    chosen = has_both_sides(sides[0], sides[1])
    return sides[0][chosen], sides[1][chosen]


def independent(
    impact: NDArray[np.int64], effort: NDArray[np.int64], draws: int
) -> tuple[list[list[float]], list[float]]:
    """Quadrant shares and mean ranks by plain loops on NumPy's own Dirichlet, and other draws."""
    generator = np.random.default_rng(7)
    quadrants, rank_sums = np.zeros((len(impact), 4)), np.zeros(len(impact))
    for _ in range(draws):
        weights = generator.dirichlet([1] * 4), generator.dirichlet([1] * 4)
        means = [
            [sum(w * s for w, s in zip(side, row, strict=True) if s >= 0) / side[row >= 0].sum() for row in scores]
            for side, scores in zip(weights, (impact, effort), strict=True)
        ]
        index = [i - e for i, e in zip(*means, strict=True)]
        for place, (i, e) in enumerate(zip(*means, strict=True)):
            quadrants[place, {(1, 0): 0, (1, 1): 1, (0, 0): 2, (0, 1): 3}[i >= HIGH, e >= HIGH]] += 1
            rank_sums[place] += 1 + sum(other > index[place] for other in index)
    return (quadrants / draws).tolist(), (rank_sums / draws).tolist()


def test_it_agrees_with_an_independent_simulation_within_its_standard_error() -> None:
    impact, effort = portfolio(seed=3, count=14)
    found = simulate(impact, effort, draw_weights(1, DRAWS, 4, 4), HIGH, HIGH)
    draws = 1_500
    shares, ranks = independent(impact, effort, draws)
    share = found.quadrant_counts / DRAWS
    error = np.sqrt(share * (1 - share) * (1 / DRAWS + 1 / draws))
    assert (np.abs(share - shares) <= 4 * error + 1 / draws).all()
    assert np.abs(found.rank_sum / DRAWS - ranks).max() < 0.35


@given(seed=st.integers(0, 2**32), count=st.integers(1, 40))
def test_quadrants_share_the_draws_and_ranks_are_ranks(seed: int, count: int) -> None:
    impact, effort = portfolio(seed, count)
    found = simulate(impact, effort, draw_weights(1, 300, 4, 4), HIGH, HIGH)
    assert (found.quadrant_counts.sum(axis=1) == 300).all()
    assert (found.rank_p05 >= 1).all() and (found.rank_p05 <= found.rank_p95).all()
    assert (found.rank_p95 <= len(impact)).all()
    assert len(impact) == 0 or found.first_ten_count.sum() >= 300 * min(10, len(impact))


def test_all_criteria_on_the_threshold_are_high_in_every_draw() -> None:
    impact = np.array([[HIGH] * 4, [HIGH, MISSING, MISSING, HIGH], [HIGH - 1] * 4])
    effort = np.array([[HIGH - 1] * 4, [MISSING, HIGH - 1, MISSING, MISSING], [HIGH] * 4])
    found = simulate(impact, effort, draw_weights(5, DRAWS, 4, 4), HIGH, HIGH)
    assert found.quadrant_counts.tolist() == [[DRAWS, 0, 0, 0], [DRAWS, 0, 0, 0], [0, 0, 0, DRAWS]]


def test_equal_values_share_the_best_rank() -> None:
    impact = np.array([[80, 80, 80, 80], [80, MISSING, 80, 80], [80, 80, 80, 80], [10, 10, 10, 10]]) * 1_000_000
    impact[impact < 0] = MISSING
    effort = np.full((4, 4), 20_000_000)
    found = simulate(impact, effort, draw_weights(5, 500, 4, 4), HIGH, HIGH)
    assert (found.rank_sum / 500).tolist() == [1, 1, 1, 4]
    assert found.rank_p95.tolist() == [1, 1, 1, 4]


def test_draws_are_uniform_on_the_simplex_and_the_same_for_the_same_seed() -> None:
    weights = draw_weights(1998, 50_000, 4, 3)
    shares = weights.impact / weights.impact.sum(axis=1, keepdims=True)
    assert shares.mean(axis=0) == pytest.approx([0.25] * 4, abs=0.005)
    assert shares.var(axis=0) == pytest.approx([3 / 80] * 4, abs=0.001)
    assert (shares[:, 0] > 0.5).mean() == pytest.approx(0.125, abs=0.01)  # (1 - 1/2)³
    assert weights.effort.shape == (50_000, 3)
    assert abs(np.corrcoef(weights.impact[:, 0], weights.effort[:, 0])[0, 1]) < 0.02
    assert np.array_equal(draw_weights(1998, 50_000, 4, 3).impact, weights.impact)
    assert draw_weights(1998, 2, 4, 4).impact[0].tolist() == [15508532, 24555856, 11854677, 15189802]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    impact, effort = portfolio(seed=9, count=30)
    weights = draw_weights(2, 1_000, 4, 4)
    whole = simulate(impact, effort, weights, HIGH, HIGH)
    monkeypatch.setattr("pipelines.products.decision.smaa._BLOCK_CELLS", 77)
    cut = simulate(impact, effort, weights, HIGH, HIGH)
    for name in ("quadrant_counts", "first_ten_count", "rank_sum", "rank_p05", "rank_p95"):
        assert np.array_equal(getattr(whole, name), getattr(cut, name)), name


def test_one_criterion_a_side_and_no_use_case() -> None:
    one = np.array([[60_000_000]])
    found = simulate(one, one, draw_weights(1, 100, 1, 1), HIGH, HIGH)
    assert found.quadrant_counts.tolist() == [[0, 100, 0, 0]]
    nothing = np.zeros((0, 4), np.int64)
    assert simulate(nothing, nothing, draw_weights(1, 100, 4, 4), HIGH, HIGH).rank_sum.tolist() == []
