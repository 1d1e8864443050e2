"""Invented answers: a use case's tendency, an organisation's bias, an assessor's mood; some answers missing."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sources.demonstration.known import DemonstrationUseCase
from sources.referential.loader import Referential
from sources.workbook.template.layout import NOT_ASSESSED

_NEUTRAL = 1.0
_MISSING_SHARE = 0.07
_LEFT_OUT_CRITERION_SHARE = 0.06
_NOT_ASSESSED_SHARE = 0.3  # of the missing ones; the others are empty cells


def assessment_rows(
    referential: Referential, organisation: str, chosen: list[DemonstrationUseCase], day: dt.date, rng: random.Random
) -> list[dict[str, Any]]:
    """One row an assessor and use case; each assessor speaks of most use cases, not of all."""
    assessors = _assessors(referential, organisation)
    bias = random.Random(f"{organisation}/bias").uniform(-0.25, 0.3)
    rows = []
    for use_case in chosen:
        speaking = [assessor for assessor in assessors if rng.random() < 0.75] or assessors[:1]
        for code, role in speaking:
            row = {
                "evaluateur": code,
                "role": role,
                "cas_usage": use_case.code,
                "date": day - dt.timedelta(days=rng.randint(0, 15)),
            }
            rows.append(row | _answers(referential, use_case, bias + rng.gauss(0, 0.2), rng))
    return rows


def _assessors(referential: Referential, organisation: str) -> list[tuple[str, str]]:
    rng = random.Random(f"{organisation}/assessors")
    roles = list(referential.labels("assessor_roles").items())
    chosen = rng.sample(roles, rng.randint(2, min(4, len(roles))))
    return [(f"{code[:3].upper()}-01", label) for code, label in chosen]


def _answers(
    referential: Referential, use_case: DemonstrationUseCase, mood: float, rng: random.Random
) -> dict[str, str]:
    levels = _levels(referential)
    answers: dict[str, str] = {}
    left_out = {code for code in referential.codes("criteria") if rng.random() < _LEFT_OUT_CRITERION_SHARE}
    for question in referential.table("subcriteria").iter_rows(named=True):
        if question["criterion_code"] in left_out:
            continue
        tendency = use_case.tendencies.get(question["criterion_code"], _NEUTRAL) + mood
        tendency = tendency if question["polarity"] == "+" else 2 - tendency
        _draw(answers, question["code"], tendency, levels[question["scale_code"]], rng)
    for point in referential.table("attention_points").iter_rows(named=True):
        _draw(answers, point["code"], _NEUTRAL + mood, levels[point["scale_code"]], rng)
    return answers


def _draw(answers: dict[str, str], question: str, tendency: float, levels: list[str], rng: random.Random) -> None:
    if rng.random() < _MISSING_SHARE:
        if rng.random() < _NOT_ASSESSED_SHARE:
            answers[question] = NOT_ASSESSED
        return
    top = len(levels) - 1
    rank = round(rng.gauss(tendency, 0.45) * top / 2)
    answers[question] = levels[min(top, max(0, rank))]


def _levels(referential: Referential) -> dict[str, list[str]]:
    """Scale → labels from the lowest level up."""
    scales: dict[str, list[str]] = {}
    for row in referential.table("scale_levels").sort("scale_code", "rank").iter_rows(named=True):
        scales.setdefault(row["scale_code"], []).append(row["label"])
    return scales
