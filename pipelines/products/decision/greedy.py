"""The choice by eye, made as well as an eye can: the best impact for what it takes from the budgets first.

Belongs here: the greedy choice, beside which the exact one is judged. Does not: the exact one (``selection``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pipelines.products.decision.constraints import Candidate, Constraint, Scenario


class _Portfolio:
    """What is chosen so far, with the total of each constraint."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self.chosen: set[str] = set()
        self.constraints = constraints
        self.totals = [0] * len(constraints)
        self.of_code: dict[str, list[tuple[int, int]]] = {}
        for index, constraint in enumerate(constraints):
            for code, coefficient in constraint.terms.items():
                self.of_code.setdefault(code, []).append((index, coefficient))

    def add(self, codes: Collection[str]) -> bool:
        """Choose all of ``codes`` where every upper limit allows it."""
        added: dict[int, int] = {}
        for code in set(codes) - self.chosen:
            for index, coefficient in self.of_code.get(code, ()):
                added[index] = added.get(index, 0) + coefficient
        for index, more in added.items():
            high = self.constraints[index].high
            if high is not None and more > 0 and self.totals[index] + more > high:
                return False
        for index, more in added.items():
            self.totals[index] += more
        self.chosen |= set(codes)
        return True

    def lacks(self, index: int) -> bool:
        low = self.constraints[index].low
        return low is not None and self.totals[index] < low


def choose_greedily(
    scenario: Scenario, candidates: Sequence[Candidate], constraints: Sequence[Constraint]
) -> frozenset[str]:
    """First what a minimum asks for, then whatever fits: each time the best left, with its prerequisites.

    The result may miss a minimum that the exact choice meets: check it with ``Constraint.holds``.
    """
    codes = [candidate.code for candidate in sorted(candidates, key=lambda candidate: _merit(candidate, scenario))]
    bundles = _bundles(codes, scenario.prerequisites)
    portfolio = _Portfolio(constraints)
    for index, constraint in enumerate(constraints):
        for code in codes:
            if not portfolio.lacks(index):
                break
            if code in constraint.terms and code not in portfolio.chosen:
                portfolio.add(bundles[code])
    for code in codes:
        if code not in portfolio.chosen:
            portfolio.add(bundles[code])
    return frozenset(portfolio.chosen)


def _merit(candidate: Candidate, scenario: Scenario) -> tuple[float, str]:
    """Impact per share of the budgets taken, the best first; two budgets count alike."""
    taken = candidate.effort / max(scenario.effort_budget, 1)
    if scenario.cost_budget is not None:
        taken += (candidate.cost or 0) / max(scenario.cost_budget, 1)
    return (-candidate.impact / taken if taken else float("-inf"), candidate.code)


def _bundles(codes: Iterable[str], prerequisites: Collection[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Each code with all that it needs, directly or not, among ``codes``."""
    needed: dict[str, set[str]] = {code: {code} for code in codes}
    direct = [(code, other) for code, other in prerequisites if code in needed and other in needed]
    grows = True
    while grows:
        grows = False
        for code, other in direct:
            if not needed[other] <= needed[code]:
                needed[code] |= needed[other]
                grows = True
    return {code: frozenset(bundle) for code, bundle in needed.items()}
