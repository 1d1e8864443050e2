"""The rows of a scenario: its portfolio beside the greedy one, its frontier, its core.

Belongs here: from a scenario to rows of ``sources.lake.analysis``. Does not: the choice itself
(``pipelines.products.decision``).
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pipelines.products.analysis.inputs import CriterionScores
from pipelines.products.analysis.scenarios import ReadScenario
from pipelines.products.analysis.simulations import weights_of
from pipelines.products.decision import core
from pipelines.products.decision.constraints import Constraint, constraints_of
from pipelines.products.decision.frontier import Step, frontier
from pipelines.products.decision.greedy import choose_greedily
from pipelines.products.decision.selection import Selection, Status, conflicts, select, total_effort, total_impact
from sources.lake.analysis import ANALYSIS_TABLES

NOT_CHOSEN = "Non retenu : sans lui, l'impact total est plus élevé dans les mêmes limites"
EXCLUDED = "Exclu par le scénario"
NO_PORTFOLIO = "Aucun portefeuille ne respecte toutes les contraintes du scénario"


def portfolio_rows(read: ReadScenario) -> dict[str, pl.DataFrame]:
    """The tables ``portfolio_…`` of one scenario, but its core."""
    constraints = constraints_of(read.scenario, read.candidates)
    selection = select(read.candidates, constraints)
    greedy = choose_greedily(read.scenario, read.candidates, constraints)
    steps = frontier(read.scenario, read.candidates)
    return {
        "portfolio_scenario": _scenario_row(read, constraints, selection, greedy),
        "portfolio_selection": _selection_rows(read, selection, greedy),
        "portfolio_frontier": _frontier_rows(read, steps),
        "portfolio_step": _step_rows(read, steps),
    }


def core_rows(read: ReadScenario, scores: CriterionScores) -> pl.DataFrame:
    """How often each candidate is chosen over the first draws of the simulation."""
    places = {use_case: index for index, use_case in enumerate(scores.use_cases)}
    of_candidates = [places[candidate.code] for candidate in read.candidates]
    weights = weights_of(scores).first(core.DRAW_COUNT)
    counts = core.core_counts(
        read.scenario, read.candidates, scores.impact[of_candidates], scores.effort[of_candidates], weights
    )
    rows = [(read.code, use_case, count, core.DRAW_COUNT) for use_case, count in counts.items()]
    return pl.DataFrame(rows, schema=ANALYSIS_TABLES["portfolio_core"], orient="row")


def _scenario_row(
    read: ReadScenario, constraints: list[Constraint], selection: Selection, greedy: Collection[str]
) -> pl.DataFrame:
    is_infeasible = selection.status == Status.INFEASIBLE
    in_conflict = conflicts(read.candidates, constraints) if is_infeasible else []
    chosen = selection.chosen
    row = {
        "scenario_code": read.code,
        "campaign_code": read.campaign,
        "profile_code": read.profile,
        "perimeter_code": read.perimeter,
        "status_code": selection.status.value,
        "gap_thousandths": selection.gap,
        "candidate_count": len(read.candidates),
        "selected_count": len(chosen),
        "impact_thousandths": total_impact(read.candidates, chosen),
        "effort_thousandths": total_effort(read.candidates, chosen),
        "cost_cents": sum(read.costs[code] or 0 for code in chosen),
        "greedy_count": len(greedy),
        "greedy_impact_thousandths": total_impact(read.candidates, greedy),
        "greedy_effort_thousandths": total_effort(read.candidates, greedy),
        "is_greedy_feasible": all(constraint.holds(greedy) for constraint in constraints),
        "conflict_text": " ; ".join(constraint.sentence for constraint in in_conflict) or None,
    }
    return pl.DataFrame([row], schema=ANALYSIS_TABLES["portfolio_scenario"])


def _selection_rows(read: ReadScenario, selection: Selection, greedy: Collection[str]) -> pl.DataFrame:
    candidates = {candidate.code for candidate in read.candidates}
    rows = [
        {
            "scenario_code": read.code,
            "use_case_code": code,
            "is_candidate": code in candidates,
            "is_selected": code in selection.chosen,
            "is_selected_by_greedy": code in greedy,
            "reason_left_out": _reason(read, selection, code),
            "cost_cents": cost,
        }
        for code, cost in sorted(read.costs.items())
    ]
    return pl.DataFrame(rows, schema=ANALYSIS_TABLES["portfolio_selection"])


def _reason(read: ReadScenario, selection: Selection, code: str) -> str | None:
    if code in selection.chosen:
        return None
    if code in read.scenario.left_out:
        return read.scenario.left_out[code]
    if code in read.scenario.exclusions:
        return EXCLUDED
    if selection.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return NO_PORTFOLIO
    candidates = {candidate.code for candidate in read.candidates}
    absent = sorted(needed for one, needed in read.scenario.prerequisites if one == code and needed not in candidates)
    return f"Demande {absent[0]}, qui n'est pas candidat" if absent else NOT_CHOSEN


def _step_rows(read: ReadScenario, steps: list[Step]) -> pl.DataFrame:
    """What each budget chooses, and why it leaves out the rest."""
    rows = [
        (read.code, step.number, code, code in step.selection.chosen, _reason(read, step.selection, code))
        for step in steps
        for code in sorted(read.costs)
    ]
    return pl.DataFrame(rows, schema=ANALYSIS_TABLES["portfolio_step"], orient="row")


def _frontier_rows(read: ReadScenario, steps: list[Step]) -> pl.DataFrame:
    rows = [
        {
            "scenario_code": read.code,
            "step_number": step.number,
            "effort_budget_thousandths": step.effort_budget,
            "status_code": step.selection.status.value,
            "gap_thousandths": step.selection.gap,
            "selected_count": len(step.selection.chosen),
            "impact_thousandths": total_impact(read.candidates, step.selection.chosen),
            "effort_thousandths": total_effort(read.candidates, step.selection.chosen),
        }
        for step in steps
    ]
    return pl.DataFrame(rows, schema=ANALYSIS_TABLES["portfolio_frontier"])
