"""The core of a portfolio: how often each use case is chosen when the weights are drawn at random.

Belongs here: the exact choice again under each of the first draws. Does not: the draws (``smaa``), when this long work
is done (``pipelines.orchestration.jobs``: at night).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.products.decision.constraints import Candidate, Scenario, constraints_of
from pipelines.products.decision.selection import select
from pipelines.products.decision.smaa import Scores, Weights, side_scores

DRAW_COUNT = 200
_DRAW_SECONDS = 5.0
_MILLIONTHS_PER_THOUSANDTH = 1000


def core_counts(
    scenario: Scenario,
    candidates: Sequence[Candidate],
    impact: Scores,
    effort: Scores,
    weights: Weights,
    seconds_each: float = _DRAW_SECONDS,
) -> dict[str, int]:
    """In how many draws each candidate is chosen; a draw under which nothing is feasible chooses none.

    ``impact`` and ``effort`` are the criterion scores of the candidates, in their order.
    """
    counts = {candidate.code: 0 for candidate in candidates}
    if not candidates:
        return counts
    impacts = _to_thousandths(side_scores(impact, weights.impact))
    efforts = _to_thousandths(side_scores(effort, weights.effort))
    for draw in range(weights.draw_count):
        drawn = [
            replace(candidate, impact=int(impacts[draw, index]), effort=int(efforts[draw, index]))
            for index, candidate in enumerate(candidates)
        ]
        for code in select(drawn, constraints_of(scenario, drawn), seconds_each).chosen:
            counts[code] += 1
    return counts


def _to_thousandths(millionths: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole millionths in whole thousandths, half up."""
    return (millionths.astype(np.int64) + _MILLIONTHS_PER_THOUSANDTH // 2) // _MILLIONTHS_PER_THOUSANDTH
