"""The analytic hierarchy process: from judgments on pairs to weights, their consistency, and those of a group.

Belongs here: the method, on arrays. Does not: what is asked, where answers come from.

Weights are the geometric means of the rows (Crawford & Williams 1985); consistency is Saaty's ratio (Saaty 1980); a
group is the geometric mean of its members' judgments, the one that keeps a ≻ b by 3 and b ≻ a by 1/3 the same thing
(Aczél & Saaty 1983).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_INCONSISTENT = 0.10
"""Saaty's limit: above, judgments contradict each other too much to be used as they are."""

_RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean inconsistency of judgments given at random, by the number of things compared (Saaty 1980); the last for more."""

Judgments = Mapping[tuple[str, str], float]
"""(One, other) → how many times more the one counts; each pair once, in either order."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Priorities:
    """Share of each criterion, in the order asked, summing to 1, and the consistency ratio of the judgments."""

    shares: dict[str, float]
    consistency: float

    @property
    def is_consistent(self) -> bool:
        return self.consistency <= MOST_INCONSISTENT


def priorities(criteria: Sequence[str], judgments: Judgments) -> Priorities:
    """What the judgments of one member, or of a group, make of criteria. Raises ``KeyError`` for a pair not judged."""
    matrix = _matrix(criteria, judgments)
    means = np.exp(np.log(matrix).mean(axis=1))
    shares = means / means.sum()
    return Priorities(dict(zip(criteria, shares.tolist(), strict=True)), _consistency(matrix, shares))


def group_judgments(members: Sequence[Judgments]) -> dict[tuple[str, str], float]:
    """The geometric mean of what members say of each pair; each counts once. All must judge the same pairs."""
    return {
        (one, other): float(np.exp(np.mean([np.log(_ratio(member, one, other)) for member in members])))
        for one, other in members[0]
    }


def most_contradicted(criteria: Sequence[str], judgments: Judgments) -> tuple[str, str]:
    """The pair whose judgment is the farthest from what all the others say of it."""
    shares = priorities(criteria, judgments).shares
    return max(judgments, key=lambda pair: abs(np.log(judgments[pair] * shares[pair[1]] / shares[pair[0]])))


def whole_percentages(shares: Mapping[str, float], decimals: int = 1) -> dict[str, float]:
    """Shares as percentages with few decimals whose sum is exactly 100: the largest remainders are rounded up."""
    units = 100 * 10**decimals
    floors = {name: int(np.floor(share * units)) for name, share in shares.items()}
    rest = units - sum(floors.values())
    for name in sorted(shares, key=lambda name: (floors[name] - shares[name] * units, name))[:rest]:
        floors[name] += 1
    return {name: floor / 10**decimals for name, floor in floors.items()}


def _matrix(criteria: Sequence[str], judgments: Judgments) -> Matrix:
    return np.array(
        [[1.0 if one == other else _ratio(judgments, one, other) for other in criteria] for one in criteria]
    )


def _ratio(judgments: Judgments, one: str, other: str) -> float:
    return judgments[one, other] if (one, other) in judgments else 1 / judgments[other, one]


def _consistency(matrix: Matrix, shares: NDArray[np.float64]) -> float:
    """0 where every judgment follows from the others, about 1 where they are given at random; two are always so."""
    count = len(matrix)
    random_index = _RANDOM_INDEX[min(count, len(_RANDOM_INDEX) - 1)]
    if not random_index:
        return 0.0
    largest = float((matrix @ shares / shares).mean())
    return max(0.0, (largest - count) / (count - 1) / random_index)
