"""Robustness to weights (SMAA: Lahdelma, Hokkanen & Salminen 1998): standings under weights drawn at random.

Belongs here: the draws and the simulation, on arrays. Does not: choosing what is simulated
(``pipelines.products.analysis``).

Everything is a whole number, in floats where the matrix product wants them: weights sum to about 2^26 and scores are
whole millionths up to 10^8, so that a product stays below 2^53 and is exact in any order of summation. A use case
whose criteria are all 50 is therefore on the threshold in every draw, and two machines give the same shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FULL_SCORE = 100_000_000
"""A score of 100, in millionths."""

MISSING = -1
FIRST = 10
"""How many use cases are « the first »."""

_WEIGHT_BITS = 26
_BLOCK_CELLS = 2**16
"""Draws × use cases treated at a time: the arrays of a block stay in a processor's cache."""

Scores = NDArray[np.int64]
"""Use cases × criteria, millionths, ``MISSING`` where a criterion has no score."""


@dataclass(frozen=True)
class Weights:
    """Draws × criteria of each side: whole numbers >= 1 whose sum is the same in every draw."""

    impact: NDArray[np.float64]
    effort: NDArray[np.float64]

    @property
    def draw_count(self) -> int:
        return len(self.impact)

    def first(self, count: int) -> Weights:
        """The first draws only."""
        return Weights(self.impact[:count], self.effort[:count])


@dataclass(frozen=True)
class Robustness:
    """For each use case, counts over the draws.

    ``quadrant_counts``: use cases × (impact high and effort low, both high, both low, impact low and effort high).
    ``rank_p05`` and ``rank_p95`` are the smallest ranks that 5 % and 95 % of the draws do not exceed.
    """

    draw_count: int
    quadrant_counts: NDArray[np.int64]
    first_ten_count: NDArray[np.int64]
    rank_sum: NDArray[np.int64]
    rank_p05: NDArray[np.int64]
    rank_p95: NDArray[np.int64]


def draw_weights(seed: int, draw_count: int, impact_count: int, effort_count: int) -> Weights:
    """Weights of both sides, independent and uniform on the simplex (Dirichlet(1, …, 1)).

    The generator's raw stream is used, which NumPy promises not to change.
    """
    impact_seed, effort_seed = np.random.SeedSequence(seed).spawn(2)
    return Weights(_simplex(impact_seed, draw_count, impact_count), _simplex(effort_seed, draw_count, effort_count))


def _simplex(seed: np.random.SeedSequence, draw_count: int, part_count: int) -> NDArray[np.float64]:
    """The gaps between sorted uniform cuts of a segment are uniform on the simplex; each is at least 1."""
    raw = np.random.PCG64(seed).random_raw(draw_count * (part_count - 1)) >> np.uint64(64 - _WEIGHT_BITS)
    cuts = np.sort(raw.astype(np.int64).reshape(draw_count, part_count - 1), axis=1)
    ends = np.hstack([np.zeros((draw_count, 1), np.int64), cuts, np.full((draw_count, 1), 2**_WEIGHT_BITS - 1)])
    return (np.diff(ends, axis=1) + 1).astype(np.float64)


def has_both_sides(impact: Scores, effort: Scores) -> NDArray[np.bool_]:
    """Which use cases can be simulated: those with a criterion of each side."""
    return (impact != MISSING).any(axis=1) & (effort != MISSING).any(axis=1)


def side_scores(criteria: Scores, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted means, draws × use cases, whole millionths rounded half up like every score.

    A missing criterion leaves the draw, and the other weights share the whole. Every use case must have one criterion.
    """
    present = criteria != MISSING
    sums = weights @ np.where(present, criteria, 0).T.astype(np.float64)
    if present.all():
        sums /= weights[0].sum()
    else:
        sums /= weights @ present.T.astype(np.float64)
    sums += 0.5
    return np.floor(sums, out=sums)


def simulate(impact: Scores, effort: Scores, weights: Weights, impact_high: int, effort_high: int) -> Robustness:
    """The standing of use cases, all of which must have both sides, under each draw; thresholds in millionths.

    Memory: two bytes a draw and use case for the ranks, the rest by blocks.
    """
    count, draws = len(impact), weights.draw_count
    quadrants = np.zeros((count, 4), np.int64)
    ranks = np.empty((draws, count), np.uint16 if count < 2**16 else np.uint32)
    step = max(1, _BLOCK_CELLS // max(count, 1))
    for start in range(0, draws if count else 0, step):
        block = slice(start, start + step)
        impacts = side_scores(impact, weights.impact[block])
        efforts = side_scores(effort, weights.effort[block])
        quadrants += _quadrant_counts(impacts >= impact_high, efforts >= effort_high)
        ranks[block] = _ranks(impacts, efforts)
    return Robustness(
        draw_count=draws,
        quadrant_counts=quadrants,
        first_ten_count=np.count_nonzero(ranks <= FIRST, axis=0).astype(np.int64),
        rank_sum=ranks.sum(axis=0, dtype=np.int64),
        **_rank_percentiles(ranks),
    )


def _quadrant_counts(is_impact_high: NDArray[np.bool_], is_effort_high: NDArray[np.bool_]) -> NDArray[np.int64]:
    high_impact = np.count_nonzero(is_impact_high, axis=0)
    high_effort = np.count_nonzero(is_effort_high, axis=0)
    both = np.count_nonzero(is_impact_high & is_effort_high, axis=0)
    neither = len(is_impact_high) - high_impact - high_effort + both
    return np.stack([high_impact - both, both, neither, high_effort - both], axis=1).astype(np.int64)


def _ranks(impacts: NDArray[np.float64], efforts: NDArray[np.float64]) -> NDArray[np.int32]:
    """Ranks by falling priority index, from 1, draws × use cases; equal values share the best rank.

    Index and use case are packed in one integer, since sorting integers is several times faster than sorting indices.
    """
    draws, count = impacts.shape
    bits = max(1, int(count - 1).bit_length())
    distance = (FULL_SCORE - impacts + efforts).astype(np.int64) >> 1  # full score less the index, rounded half up
    distance <<= bits
    distance |= np.arange(count)
    distance.sort(axis=1)
    use_cases = distance & (2**bits - 1)
    distance >>= bits
    positions = np.empty((draws, count), np.int32)
    positions[:, :1] = 1
    np.multiply(distance[:, 1:] != distance[:, :-1], np.arange(2, count + 1, dtype=np.int32), out=positions[:, 1:])
    np.maximum.accumulate(positions, axis=1, out=positions)
    ranks = np.empty(draws * count, np.int32)
    use_cases += np.arange(draws)[:, None] * count
    ranks[use_cases.ravel()] = positions.ravel()
    return ranks.reshape(draws, count)


def _rank_percentiles(ranks: NDArray[np.uint16] | NDArray[np.uint32]) -> dict[str, NDArray[np.int64]]:
    draws = len(ranks)
    low, high = (-(-draws * percent // 100) - 1 for percent in (5, 95))
    ordered = np.partition(np.ascontiguousarray(ranks.T), (low, high), axis=1)
    return {"rank_p05": ordered[:, low].astype(np.int64), "rank_p95": ordered[:, high].astype(np.int64)}
