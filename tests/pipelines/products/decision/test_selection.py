"""The choice of a portfolio: optimal against every subset of small ones, closed, and clear when nothing is feasible."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.products.decision.constraints import Candidate, Constraint, Scenario, constraints_of, french_number
from pipelines.products.decision.core import core_counts
from pipelines.products.decision.frontier import MOST_STEPS, POINT, frontier
from pipelines.products.decision.greedy import choose_greedily
from pipelines.products.decision.selection import Status, conflicts, select, total_impact
from pipelines.products.decision.smaa import draw_weights

CODES = [f"C{number}" for number in range(8)]
AXES, FUNCTIONS = ("A1", "A2"), ("F1", "F2")


@st.composite
def problems(draw: st.DrawFn) -> tuple[Scenario, list[Candidate]]:
    """A small portfolio with every kind of constraint, often tight, sometimes impossible."""
    amounts = st.integers(0, 100_000)
    candidates = [
        Candidate(
            code,
            draw(amounts),
            draw(amounts),
            draw(amounts),
            draw(st.sampled_from((*AXES, None))),
            tuple(sorted(draw(st.sets(st.sampled_from(FUNCTIONS))))),
        )
        for code in CODES[: draw(st.integers(1, len(CODES)))]
    ]
    some = st.sets(st.sampled_from([*CODES, "ABSENT"]), max_size=1)
    pairs = st.tuples(st.sampled_from(CODES), st.sampled_from([*CODES, "ABSENT"])).filter(
        lambda pair: pair[0] != pair[1]
    )
    scenario = Scenario(
        effort_budget=draw(st.integers(0, 400_000)),
        cost_budget=draw(st.none() | st.integers(0, 400_000)),
        axis_minimums=draw(st.dictionaries(st.sampled_from(AXES), st.integers(0, 2))),
        function_maximums=draw(st.dictionaries(st.sampled_from(FUNCTIONS), st.integers(0, 3))),
        must_haves=draw(some),
        exclusions=draw(some),
        prerequisites=draw(st.sets(pairs, max_size=3)),
    )
    return scenario, candidates


def every_feasible(candidates: list[Candidate], constraints: list[Constraint]) -> list[Collection[str]]:
    codes = [candidate.code for candidate in candidates]
    subsets = [set(chosen) for count in range(len(codes) + 1) for chosen in combinations(codes, count)]
    return [chosen for chosen in subsets if all(constraint.holds(chosen) for constraint in constraints)]


def respects(scenario: Scenario, candidates: list[Candidate], chosen: Collection[str]) -> bool:
    """The rules read anew, without the linear form that the solver gets."""
    taken = [candidate for candidate in candidates if candidate.code in chosen]
    return (
        sum(candidate.effort for candidate in taken) <= scenario.effort_budget
        and (scenario.cost_budget is None or sum(c.cost or 0 for c in taken) <= scenario.cost_budget)
        and all(sum(c.axis == axis for c in taken) >= least for axis, least in scenario.axis_minimums.items())
        and all(sum(name in c.functions for c in taken) <= most for name, most in scenario.function_maximums.items())
        and set(scenario.must_haves) <= set(chosen)
        and not set(scenario.exclusions) & set(chosen)
        and all(needed in chosen for code, needed in scenario.prerequisites if code in chosen)
    )


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_choice_is_the_best_of_all_subsets_or_says_what_conflicts(
    problem: tuple[Scenario, list[Candidate]],
) -> None:
    scenario, candidates = problem
    constraints = constraints_of(scenario, candidates)
    feasible = every_feasible(candidates, constraints)
    assert feasible == [chosen for chosen in every_feasible(candidates, []) if respects(scenario, candidates, chosen)]
    found = select(candidates, constraints)
    if feasible:
        assert (found.status, found.gap) == (Status.PROVEN, 0)
        assert found.chosen in feasible
        assert total_impact(candidates, found.chosen) == max(total_impact(candidates, chosen) for chosen in feasible)
    else:
        assert found.status == Status.INFEASIBLE
        blamed = conflicts(candidates, constraints)
        assert blamed and not every_feasible(candidates, blamed)
        for constraint in blamed:
            assert every_feasible(candidates, [other for other in blamed if other is not constraint]), constraint


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_greedy_choice_breaks_no_upper_limit(problem: tuple[Scenario, list[Candidate]]) -> None:
    scenario, candidates = problem
    constraints = constraints_of(scenario, candidates)
    greedy = choose_greedily(scenario, candidates, constraints)
    assert [c.sentence for c in constraints if c.low is None and not c.holds(greedy)] == []
    best = select(candidates, constraints)
    if all(constraint.holds(greedy) for constraint in constraints):
        assert total_impact(candidates, greedy) <= total_impact(candidates, best.chosen)


TWO = [Candidate("C0", 90_000, 60_000, axis="A1"), Candidate("C1", 50_000, 50_000, axis="A2")]


def test_conflicting_constraints_are_named_in_french_and_no_other() -> None:
    scenario = Scenario(
        effort_budget=100_000, axis_minimums={"A2": 1}, must_haves=["C0"], exclusions=["C9"], labels={"A2": "Pilotage"}
    )
    said = [constraint.sentence for constraint in conflicts(TWO, constraints_of(scenario, TWO))]
    assert said == [
        "budget d'effort de 100 points",
        "au moins 1 cas d'usage de l'axe « Pilotage » (1 possible)",
        "C0 imposé",
    ]


def test_a_wish_for_what_is_no_candidate_is_said_with_its_reason() -> None:
    scenario = Scenario(effort_budget=1, must_haves=["C7"], left_out={"C7": "Non évalué"})
    [conflict] = conflicts(TWO, constraints_of(scenario, TWO))
    assert conflict.sentence == "C7 imposé, mais n'est pas candidat (non évalué)"
    assert conflicts([], constraints_of(scenario, [])) == [Constraint(conflict.sentence, {}, low=1)]


def test_nothing_to_choose_from_is_an_empty_portfolio() -> None:
    assert select([], constraints_of(Scenario(effort_budget=0), [])).status == Status.PROVEN


def test_the_frontier_never_falls_and_ends_with_everybody() -> None:
    candidates = [Candidate(f"C{n}", 10_000 + 7_000 * n, 20_123 + 5_000 * n) for n in range(9)]
    steps = frontier(Scenario(effort_budget=130 * POINT), candidates)
    impacts = [total_impact(candidates, step.selection.chosen) for step in steps]
    assert [step.number for step in steps] == list(range(1, len(steps) + 1)) and impacts == sorted(impacts)
    assert len(steps[-1].selection.chosen) == len(candidates)


@pytest.mark.parametrize(
    ("everything", "own", "first", "last", "length"),
    [(361, 130, 20, 380, 20), (1_690, 400, 100, 1_700, 17), (1_001, 1_200, 100, 1_200, 12), (0, 7, 7, 7, 1)],
)
def test_the_budgets_are_round_few_and_hold_the_scenarios_own(
    everything: int, own: int, first: int, last: int, length: int
) -> None:
    """« A portfolio for 300 points » was a question between two steps, of 254 and 338."""
    candidates = [Candidate("C0", 1, everything * POINT)] if everything else []
    budgets = [step.effort_budget for step in frontier(Scenario(effort_budget=own * POINT), candidates)]
    assert (budgets[0], budgets[-1], len(budgets)) == (first * POINT, last * POINT, length)
    assert own * POINT in budgets and len(budgets) <= MOST_STEPS + 1


def test_the_core_holds_what_every_draw_chooses() -> None:
    import numpy as np

    candidates = [Candidate("C0", 0, 0), Candidate("C1", 0, 0), Candidate("C2", 0, 0)]
    impact = np.array([[90] * 4, [80, 10, 10, 10], [10, 80, 10, 10]]) * 1_000_000
    effort = np.full((3, 4), 40_000_000)
    counts = core_counts(Scenario(effort_budget=80_000), candidates, impact, effort, draw_weights(3, 40, 4, 4))
    assert counts["C0"] == 40
    assert counts["C1"] + counts["C2"] == 40 and min(counts.values()) > 0


def test_numbers_are_written_in_french() -> None:
    assert [french_number(1_234_500, 3), french_number(400_000, 3), french_number(5, 2)] == [
        "1\u202f234,5",
        "400",
        "0,05",
    ]
