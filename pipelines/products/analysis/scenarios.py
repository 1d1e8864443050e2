"""Scenarios as coordinators wrote them, with their defaults, over the use cases of their perimeter.

Belongs here: which use cases are candidates, and why the others are not. Does not: choosing (``portfolios``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.products.analysis.inputs import Inputs
from pipelines.products.decision.constraints import Candidate, Scenario

DEFAULT_PROFILE, DEFAULT_PERIMETER = "equilibre", "gcs"

NOT_SCORED = "Non évalué : un score d'impact et un score d'effort sont nécessaires"
INCOMPLETE = "À compléter : trop de réponses manquent"
WITHOUT_COST = "Coût inconnu, alors que le scénario a un budget de coût"


@dataclass(frozen=True)
class ReadScenario:
    """A scenario of the referential with its defaults filled, and the candidates of its perimeter."""

    code: str
    campaign: str
    profile: str
    perimeter: str
    scenario: Scenario
    candidates: list[Candidate]
    costs: dict[str, int | None]


def read_scenarios(inputs: Inputs) -> list[ReadScenario]:
    """The scenarios valid on their campaign's day of reference, in order; without a campaign there is none."""
    constraints = inputs.referential("scenario_constraints")
    scenarios = []
    for row in inputs.referential("scenarios").iter_rows(named=True):
        perimeter = row["perimeter_code"] or DEFAULT_PERIMETER
        campaign = _campaign(inputs, row["campaign_code"], perimeter)
        if campaign is None or not _is_valid(row, campaign[1]):
            continue
        of_scenario = constraints.filter(pl.col("scenario_code") == row["code"]).iter_rows(named=True)
        own = [constraint for constraint in of_scenario if _is_valid(constraint, campaign[1])]
        scenarios.append(_read_scenario(inputs, row, own, campaign, perimeter))
    return scenarios


def _read_scenario(
    inputs: Inputs, row: dict[str, Any], constraints: list[dict[str, Any]], campaign: tuple[str, date], perimeter: str
) -> ReadScenario:
    profile = row["profile_code"] or DEFAULT_PROFILE
    known = inputs.query(_USE_CASES, campaign[0], profile, perimeter)
    costs = _costs(inputs, campaign[0], perimeter)
    functions = defaultdict(set)
    for use_case, function in inputs.query("select use_case_code, function_code from bridge_use_case_function"):
        functions[use_case].add(function)
    has_cost_budget = row["cost_budget_eur"] is not None
    candidates, left_out = [], {}
    for use_case, axis, impact, effort, is_incomplete in known:
        reason = _why_left_out(
            impact is None or effort is None,
            is_incomplete and not row["includes_incomplete"],
            has_cost_budget and costs.get(use_case) is None,
        )
        if reason:
            left_out[use_case] = reason
        else:
            cost = costs.get(use_case)
            candidates.append(Candidate(use_case, impact, effort, cost, axis, tuple(sorted(functions[use_case]))))
    scenario = Scenario(
        effort_budget=int(row["effort_budget"] * 1000),
        cost_budget=int(row["cost_budget_eur"] * 100) if has_cost_budget else None,
        axis_minimums=_counts(constraints, "axis_min", "axis_code"),
        function_maximums=_counts(constraints, "function_max", "function_code"),
        must_haves=_use_cases(constraints, "use_case_required"),
        exclusions=_use_cases(constraints, "use_case_excluded"),
        prerequisites=_prerequisites(inputs, campaign[1]),
        left_out=left_out,
        labels=_labels(inputs, "axes") | _labels(inputs, "functions"),
    )
    return ReadScenario(
        row["code"], campaign[0], profile, perimeter, scenario, candidates, {row[0]: costs.get(row[0]) for row in known}
    )


def _why_left_out(is_not_scored: bool, is_incomplete: bool, is_without_cost: bool) -> str | None:
    if is_not_scored:
        return NOT_SCORED
    if is_incomplete:
        return INCOMPLETE
    return WITHOUT_COST if is_without_cost else None


def _campaign(inputs: Inputs, wanted: str | None, perimeter: str) -> tuple[str, date] | None:
    """The campaign wanted, else the newest in which the perimeter assessed something, else the newest that is real."""
    rows = inputs.query(_CAMPAIGN, perimeter, wanted, wanted)
    return (rows[0][0], rows[0][1]) if rows else None


def _costs(inputs: Inputs, campaign: str, perimeter: str) -> dict[str, int | None]:
    return dict(inputs.query(_COSTS, campaign, perimeter))


def _counts(constraints: Iterable[dict[str, Any]], kind: str, column: str) -> dict[str, int]:
    return {row[column]: row["use_case_count"] for row in constraints if row["kind"] == kind}


def _use_cases(constraints: Iterable[dict[str, Any]], kind: str) -> list[str]:
    return [row["use_case_code"] for row in constraints if row["kind"] == kind]


def _prerequisites(inputs: Inputs, day: date) -> list[tuple[str, str]]:
    rows = inputs.referential("use_case_prerequisites").iter_rows(named=True)
    return [(row["use_case_code"], row["prerequisite_code"]) for row in rows if _is_valid(row, day)]


def _labels(inputs: Inputs, table: str) -> dict[str, str]:
    return dict(inputs.referential(table).select("code", "label").iter_rows())


def _is_valid(row: dict[str, Any], day: date) -> bool:
    opening, closing = row["valid_from"], row["valid_to"]
    return (opening is None or opening <= day) and (closing is None or day <= closing)


_CAMPAIGN = """
    select campaigns.campaign_code, campaigns.reference_on
    from dim_campaign as campaigns
    left join (
        select distinct campaign_code from int_score_perimeter_criterion where perimeter_code = ?
    ) as assessed using (campaign_code)
    where ? is null or campaigns.campaign_code = ?
    order by assessed.campaign_code is null, campaigns.is_demonstration, campaigns.campaign_rank desc
    limit 1
"""

# Scores in whole thousandths, half up.
_USE_CASES = """
    select
        scores.use_case_code,
        use_cases.axis_code,
        (cast(scores.impact_score * 1000000 as bigint) + 500) // 1000,
        (cast(scores.effort_score * 1000000 as bigint) + 500) // 1000,
        quadrants.is_incomplete
    from int_score_perimeter as scores
    inner join int_quadrant as quadrants using (campaign_code, profile_code, perimeter_code, use_case_code)
    inner join dim_use_case as use_cases using (use_case_code)
    where scores.campaign_code = ? and scores.profile_code = ? and scores.perimeter_code = ?
    order by scores.use_case_code
"""

# The median of what its establishments estimate, in whole cents, half up.
_COSTS = """
    with estimates as (
        select use_case_code, list_sort(list(cast(cost_eur * 100 as bigint))) as cents
        from fct_measure
        where
            cost_eur is not null
            and campaign_code = ?
            and organisation_code in (select organisation_code from int_perimeter_member where perimeter_code = ?)
        group by use_case_code
    )

    select use_case_code, (cents[(len(cents) + 1) // 2] + cents[(len(cents) + 2) // 2] + 1) // 2
    from estimates
    order by use_case_code
"""
