"""The simulation of weights beside the bare matrix product, the exact choice of a portfolio beside the greedy one.

Run ``python -m tests.bench.decision``. Sizes: 500 use cases × 10,000 draws with ties and missing criteria; 500 use
cases under two budgets, minimums on nine axes, counts on two functions, prerequisites. Memory is the most that this
process ever held, imports included.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable

import numpy as np

from pipelines.products.decision.constraints import Candidate, Scenario, constraints_of
from pipelines.products.decision.greedy import choose_greedily
from pipelines.products.decision.selection import select, total_impact
from pipelines.products.decision.smaa import FULL_SCORE, MISSING, Scores, draw_weights, has_both_sides, simulate

USE_CASES, DRAWS, ROUNDS = 500, 10_000, 5
LEVELS = FULL_SCORE // 8
"""Scores in eighths of the scale: many use cases tie."""


def criterion_scores(seed: int) -> tuple[Scores, Scores]:
    """A fifth of the criteria missing; use cases without a side are left out, and replaced by copies of others."""
    generator = np.random.default_rng(seed)
    sides = [generator.integers(0, 9, (2 * USE_CASES, 4)) * LEVELS for _ in range(2)]
    for scores in sides:
        scores[generator.random(scores.shape) < 0.2] = MISSING
    chosen = np.flatnonzero(has_both_sides(sides[0], sides[1]))[:USE_CASES]
    return sides[0][chosen], sides[1][chosen]


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall clock and processor time of the best of some rounds."""
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        best = min(best, (time.perf_counter() - wall, time.process_time() - processor))
    return best


def simulation() -> None:
    impact, effort = criterion_scores(1)
    weights = draw_weights(1998, DRAWS, 4, 4)
    columns = np.maximum(impact, 0).T.astype(float), np.maximum(effort, 0).T.astype(float)
    bare = seconds(lambda: (weights.impact @ columns[0], weights.effort @ columns[1]))
    whole = seconds(lambda: simulate(impact, effort, weights, FULL_SCORE // 2, FULL_SCORE // 2))
    print(f"simulation, {len(impact)} cas d'usage × {DRAWS} tirages")
    print(f"  produit de matrices seul     {bare[0]:7.3f} s  (processeur {bare[1]:.3f} s)")
    print(f"  rangs, quadrants, centiles   {whole[0]:7.3f} s  (processeur {whole[1]:.3f} s)")
    print(f"  rapport                      {whole[0] / bare[0]:7.1f}    (processeur {whole[1] / bare[1]:.1f})")


def portfolio(seed: int) -> tuple[Scenario, list[Candidate]]:
    """Budgets of a fifth of the efforts and a sixth of the costs."""
    generator = random.Random(seed)
    candidates = [
        Candidate(
            f"C{number:03}",
            generator.randrange(20_000, 95_000),
            generator.randrange(10_000, 90_000),
            generator.randrange(1, 80) * 1_000_000,
            f"AXE_{generator.randrange(1, 10)}",
            tuple(sorted(generator.sample("ADGPR", generator.randrange(3)))),
        )
        for number in range(USE_CASES)
    ]
    scenario = Scenario(
        effort_budget=sum(candidate.effort for candidate in candidates) // 5,
        cost_budget=sum(candidate.cost or 0 for candidate in candidates) // 6,
        axis_minimums={f"AXE_{number}": 6 for number in range(1, 10)},
        function_maximums={"G": 15, "A": 12},
        must_haves=["C001"],
        exclusions=["C002"],
        prerequisites=[(f"C{number:03}", f"C{number + 1:03}") for number in range(10, 60, 3)],
    )
    return scenario, candidates


def selection() -> None:
    print(f"choix exact, {USE_CASES} cas d'usage")
    for seed in range(5):
        scenario, candidates = portfolio(seed)
        constraints = constraints_of(scenario, candidates)
        wall, processor = time.perf_counter(), time.process_time()
        exact = select(candidates, constraints)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        began = time.perf_counter()
        greedy = choose_greedily(scenario, candidates, constraints)
        eye = time.perf_counter() - began
        gain = total_impact(candidates, exact.chosen) / total_impact(candidates, greedy) - 1
        is_fair = all(constraint.holds(greedy) for constraint in constraints)
        print(
            f"  {exact.status.value}, écart {exact.gap}, {wall:.2f} s (processeur {processor:.2f} s) ; "
            f"glouton {eye:.3f} s{'' if is_fair else ' (hors contraintes)'} ; gain {gain:.2%}"
        )


def main() -> None:
    simulation()
    selection()
    print(f"mémoire au plus haut : {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} Mio")


if __name__ == "__main__":
    main()
