"""What each more effort buys: the best portfolio under round budgets of effort, the other constraints unchanged.

Belongs here: the budgets and their portfolios. Does not: the choice under one budget (``selection``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from pipelines.products.decision.constraints import Candidate, Scenario, constraints_of
from pipelines.products.decision.selection import Selection, select, total_effort

MOST_STEPS = 20
"""Of equal steps; the scenario's own budget comes beside them."""
POINT = 1000
"""Thousandths in a point of effort."""
_ROUND = (1, 2, 5)
_STEP_SECONDS = 5.0


@dataclass(frozen=True)
class Step:
    """One budget of effort (thousandths of a point), numbered from 1, and the best portfolio under it."""

    number: int
    effort_budget: int
    selection: Selection


def frontier(scenario: Scenario, candidates: Sequence[Candidate], seconds_each: float = _STEP_SECONDS) -> list[Step]:
    """Budgets that a committee would name, up to one that is enough for all candidates, and the scenario's own."""
    everything = total_effort(candidates, [candidate.code for candidate in candidates])
    steps = []
    for number, budget in enumerate(_budgets(everything, scenario.effort_budget), start=1):
        constraints = constraints_of(replace(scenario, effort_budget=budget), candidates)
        steps.append(Step(number, budget, select(candidates, constraints, seconds_each)))
    return steps


def _budgets(everything: int, own: int) -> list[int]:
    """Equal steps of 1, 2 or 5 points, of ten times as many, and so on: the least that makes few of them."""
    between = next(
        POINT * digit * 10**power
        for power in count()
        for digit in _ROUND
        if POINT * digit * 10**power * MOST_STEPS >= everything
    )
    return sorted({*range(between, everything + between, between), own})
