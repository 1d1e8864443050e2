"""The rows of robustness and agreement, for one campaign and perimeter.

Belongs here: from inputs to rows of ``sources.lake.analysis``. Does not: the methods (``pipelines.products.decision``).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.products.analysis.inputs import Answers, CriterionScores
from pipelines.products.decision.alpha import agreement
from pipelines.products.decision.smaa import Weights, draw_weights, has_both_sides, simulate
from sources.lake.analysis import ANALYSIS_TABLES

SEED = 1998
DRAW_COUNT = 10_000


def weights_of(scores: CriterionScores, draw_count: int = DRAW_COUNT) -> Weights:
    """The draws of a campaign: the same for all its perimeters and use cases, since they ask the same criteria."""
    return draw_weights(SEED, draw_count, scores.impact.shape[1], scores.effort.shape[1])


def robustness_rows(
    campaign: str, perimeter: str, scores: CriterionScores, impact_high: int, effort_high: int
) -> pl.DataFrame:
    """One row a use case that has both sides; thresholds in millionths."""
    if not (scores.impact.shape[1] and scores.effort.shape[1]):
        return pl.DataFrame(schema=ANALYSIS_TABLES["robustness"])
    chosen = has_both_sides(scores.impact, scores.effort)
    found = simulate(scores.impact[chosen], scores.effort[chosen], weights_of(scores), impact_high, effort_high)
    use_cases = [use_case for use_case, is_chosen in zip(scores.use_cases, chosen, strict=True) if is_chosen]
    quick, major, background, aside = found.quadrant_counts.T
    return pl.DataFrame(
        {
            "campaign_code": [campaign] * len(use_cases),
            "perimeter_code": [perimeter] * len(use_cases),
            "use_case_code": use_cases,
            "draw_count": [found.draw_count] * len(use_cases),
            "seed": [SEED] * len(use_cases),
            "victoire_rapide_count": quick,
            "projet_majeur_count": major,
            "tache_de_fond_count": background,
            "a_ecarter_count": aside,
            "first_ten_count": found.first_ten_count,
            "rank_sum": found.rank_sum,
            "rank_p05": found.rank_p05,
            "rank_p95": found.rank_p95,
        }
    ).cast(ANALYSIS_TABLES["robustness"])


def agreement_rows(campaign: str, perimeter: str, scores: CriterionScores, answers: Answers) -> pl.DataFrame:
    """One row a use case assessed, and one a criterion asked; where alpha is null, the reason why."""
    rows = []
    for kind, codes, belongs in (
        ("use_case", scores.use_cases, answers.use_case),
        ("criterion", scores.criteria, answers.criterion),
    ):
        for code in codes:
            found = agreement(answers.counts[np.flatnonzero(belongs == code)])
            rows.append((campaign, perimeter, kind, code, found.alpha, found.absent_reason, found.pairable_count))
    return pl.DataFrame(rows, schema=ANALYSIS_TABLES["agreement"], orient="row")
