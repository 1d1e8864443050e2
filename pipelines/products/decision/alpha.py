"""Agreement between assessors: Krippendorff's alpha for ordinal answers, computed exactly.

Belongs here: alpha from counts of answers. Does not: which answers are compared (``pipelines.products.analysis``).

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), ordinal metric. Everything is counted in
integers, so that equal answers give equal figures whatever the order in which they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

NOTHING_PAIRED = "Aucune réponse à comparer : chaque question n'a qu'un évaluateur, ou aucun."
NOTHING_VARIES = "Toutes les réponses comparées sont identiques : l'accord ne se mesure pas."


@dataclass(frozen=True)
class Agreement:
    """``alpha`` (at most 1, six decimals) or the French reason why there is none; how many answers could be paired."""

    alpha: Decimal | None
    absent_reason: str | None
    pairable_count: int


def agreement(unit_counts: NDArray[np.int64]) -> Agreement:
    """The agreement over units × ranks: how many assessors gave each raw rank (before polarity) to each unit."""
    totals = unit_counts.sum(axis=1)
    by_total = {int(total): _pairs(unit_counts[totals == total]) for total in np.unique(totals) if total >= 2}
    rank_counts = [int(count) for count in unit_counts[totals >= 2].sum(axis=0)]
    pairable = sum(rank_counts)
    if pairable == 0:
        return Agreement(None, NOTHING_PAIRED, 0)
    distances = _ordinal_distances(rank_counts)
    expected = sum(rank_counts[one] * rank_counts[other] * distance for (one, other), distance in distances.items())
    if expected == 0:
        return Agreement(None, NOTHING_VARIES, pairable)
    observed = sum(
        (
            Fraction(int(pairs[ranks]) * distance, total - 1)
            for total, pairs in by_total.items()
            for ranks, distance in distances.items()
        ),
        Fraction(0),
    )
    return Agreement(_six_decimals(1 - (pairable - 1) * observed / expected), None, pairable)


def _pairs(unit_counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank × rank: ordered pairs of answers of two assessors of one unit."""
    return unit_counts.T @ unit_counts - np.diag(unit_counts.sum(axis=0))


def _ordinal_distances(rank_counts: Sequence[int]) -> dict[tuple[int, int], int]:
    """Squared ordinal distance of each pair of different ranks, the lower first; four times it, to stay whole."""
    return {
        (low, high): (2 * sum(rank_counts[low : high + 1]) - rank_counts[low] - rank_counts[high]) ** 2
        for low in range(len(rank_counts))
        for high in range(low + 1, len(rank_counts))
    }


def _six_decimals(value: Fraction) -> Decimal:
    """Half up, as scores are; away from zero below it."""
    millionths = Decimal(abs(value.numerator) * 10**6 * 2 + value.denominator) // (2 * value.denominator)
    signed = millionths if value >= 0 else -millionths
    return (signed / 10**6).quantize(Decimal("0.000001"), ROUND_HALF_UP)
