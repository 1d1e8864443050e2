"""What the members make together: weights, how far they are from each other, which use cases change quadrant.

Belongs here: the profile and what is said of it. Does not: reading answers (``answers``), entering it (``entering``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.products.analysis.inputs import CriterionScores, Inputs
from pipelines.products.decision.smaa import has_both_sides, side_scores
from pipelines.products.weights.answers import Member, WeightsError
from pipelines.products.weights.pairwise import Priorities, group_judgments, priorities, whole_percentages

PERIMETER = "gcs"
_THOUSANDTHS = 1000


@dataclass(frozen=True)
class Weight:
    """A criterion's weight in the profile, a percentage of its side, and the least and most that a member gives it."""

    criterion_code: str
    side_code: str
    weight: float
    least: float
    most: float


@dataclass(frozen=True)
class Profile:
    """The weights of all sides that were answered, with the consistency ratio of the group on each."""

    weights: list[Weight]
    consistency: dict[str, float]
    member_count: dict[str, int] = field(default_factory=dict)

    def by_criterion(self) -> dict[str, float]:
        return {weight.criterion_code: weight.weight for weight in self.weights}


def profile_of(members: Sequence[Member], criteria: Mapping[str, Sequence[str]]) -> Profile:
    """The profile of a group; ``criteria`` by side, in order. Raises ``WeightsError`` when nobody answered."""
    weights, consistency, counts = [], {}, {}
    for side, codes in criteria.items():
        answering = [member for member in members if side in member.judgments]
        if not answering:
            continue
        together = priorities(codes, group_judgments([member.judgments[side] for member in answering]))
        weights += _weights(side, together, [member.priorities[side] for member in answering])
        consistency[side], counts[side] = together.consistency, len(answering)
    if not weights:
        raise WeightsError("Aucun membre n'a rempli de comparaisons : rien à calculer.")
    return Profile(weights, consistency, counts)


def _weights(side: str, together: Priorities, alone: Sequence[Priorities]) -> list[Weight]:
    return [
        Weight(
            code,
            side,
            percentage,
            100 * min(one.shares[code] for one in alone),
            100 * max(one.shares[code] for one in alone),
        )
        for code, percentage in whole_percentages(together.shares).items()
    ]


def moved(inputs: Inputs, profile: Profile) -> tuple[list[str], int, str | None]:
    """The codes of the use cases that change quadrant, of how many, in which campaign (None: nothing is assessed).

    Against equal weights, in the newest campaign, over the criterion scores of the GCS, as the simulation of robustness
    does: with missing answers the published quadrant, which goes through each assessor, may differ.
    """
    campaigns = inputs.query(_NEWEST, PERIMETER)
    if not campaigns:
        return [], 0, None
    campaign = str(campaigns[0][0])
    scores = inputs.criterion_scores(campaign, PERIMETER)
    kept = has_both_sides(scores.impact, scores.effort)
    before, after = (_places(inputs, scores, kept, weights) for weights in ({}, profile.by_criterion()))
    use_cases = [code for code, is_kept in zip(scores.use_cases, kept, strict=True) if is_kept]
    changed = (before != after).any(axis=0)
    return [code for code, has_moved in zip(use_cases, changed, strict=True) if has_moved], len(use_cases), campaign


def _places(
    inputs: Inputs, scores: CriterionScores, kept: NDArray[np.bool_], weights: Mapping[str, float]
) -> NDArray[np.bool_]:
    """(Impact is high, effort is high) × use cases; a side without weights has equal ones."""
    count = scores.impact.shape[1]
    places = []
    for codes, side, limit in (
        (scores.criteria[:count], scores.impact, "IMPACT_HIGH"),
        (scores.criteria[count:], scores.effort, "EFFORT_HIGH"),
    ):
        drawn = [[round(weights.get(code, 1) * _THOUSANDTHS) for code in codes]]
        places.append(side_scores(side[kept], np.array(drawn, np.float64))[0] >= inputs.threshold(limit))
    return np.array(places)


_NEWEST = """
    select campaign_code
    from dim_campaign
    where campaign_code in (select campaign_code from int_score_perimeter_criterion where perimeter_code = ?)
    order by campaign_rank desc
    limit 1
"""
