"""What each more effort buys: the best portfolio under twenty budgets of effort, the other constraints unchanged.

Belongs here: the budgets and their portfolios. Does not: the choice under one budget (``selection``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from pipelines.products.decision.constraints import Candidate, Scenario, constraints_of
from pipelines.products.decision.selection import Selection, select, total_effort

STEP_COUNT = 20
POINT = 1000
"""Thousandths in a point of effort."""
_STEP_SECONDS = 5.0


@dataclass(frozen=True)
class Step:
    """One budget of effort (thousandths of a point), from 1 to ``STEP_COUNT``, and the best portfolio under it."""

    number: int
    effort_budget: int
    selection: Selection


def frontier(scenario: Scenario, candidates: Sequence[Candidate], seconds_each: float = _STEP_SECONDS) -> list[Step]:
    """Budgets of equal steps, rounded up to whole points, the last one enough for all candidates."""
    everything = total_effort(candidates, [candidate.code for candidate in candidates])
    steps = []
    for number in range(1, STEP_COUNT + 1):
        budget = ceil(Fraction(everything * number, STEP_COUNT * POINT)) * POINT
        constraints = constraints_of(replace(scenario, effort_budget=budget), candidates)
        steps.append(Step(number, budget, select(candidates, constraints, seconds_each)))
    return steps
