"""The figures that an act could publish: means over the establishments that others may see, in whole points.

Belongs here: means, rounding, quadrants and counts of one use case in one perimeter. Does not: whether they may
be published (``deciding``). Quadrants and flags come from rounded numbers: those of exact ones would say more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.products.snapshot.state import PERIMETERS, SIDES, State

VALUES = ("score", "low", "high", "completeness")
Numbers = tuple[int | None, int | None, int | None, int | None]
"""Score, low and high in whole points, completeness in whole per cent."""

Place = tuple[str, str]
"""Perimeter, use case."""

_MILLION = 1_000_000


@dataclass
class Figure:
    """Everything that could be said of a use case in a perimeter; ``members``: organisation → digest of its answers.

    Establishments are counted behind each profile's side and each criterion, assessors behind each side and criterion.
    """

    place: Place
    members: dict[str, str]
    scores: dict[str, dict[str, Numbers]] = field(default_factory=dict)  # profile → side → numbers
    criteria: dict[str, Numbers] = field(default_factory=dict)
    profile_counts: dict[str, dict[str, int]] = field(default_factory=dict)  # profile → side → establishments
    criterion_counts: dict[str, int] = field(default_factory=dict)
    side_assessors: dict[str, int] = field(default_factory=dict)
    criterion_assessors: dict[str, int] = field(default_factory=dict)


def figures(state: State) -> dict[Place, Figure]:
    """One for each use case that somebody assessed in a perimeter."""
    members: dict[Place, dict[str, str]] = defaultdict(dict)
    for perimeter, use_case, organisation, digest in state.members.select(
        "perimeter_code", "use_case_code", "organisation_code", "answers_digest"
    ).iter_rows():
        members[perimeter, use_case][organisation] = digest
    sides, criteria, assessors = _by_group(state.sides), _by_group(state.criteria), _by_group(state.assessors)
    order = sorted(members, key=lambda place: (place[1], PERIMETERS.index(place[0])))
    return {place: _figure(place, members[place], sides, criteria, assessors) for place in order}


def quadrant(impact: float | None, effort: float | None, thresholds: Mapping[str, float]) -> str:
    """By rounded scores."""
    if impact is None or effort is None:
        return "non_evalue"
    is_high, is_hard = impact >= thresholds["IMPACT_HIGH"], effort >= thresholds["EFFORT_HIGH"]
    return {(True, False): "victoire_rapide", (True, True): "projet_majeur", (False, False): "tache_de_fond"}.get(
        (is_high, is_hard), "a_ecarter"
    )


def flags(sides: Mapping[str, Numbers], thresholds: Mapping[str, float]) -> dict[str, bool]:
    """Whether it is certain, borderline, incomplete, by rounded numbers."""
    limits = {"impact": thresholds["IMPACT_HIGH"], "effort": thresholds["EFFORT_HIGH"]}
    certain, borderline, incomplete = True, False, False
    for side, limit in limits.items():
        score, low, high, completeness = sides[side]
        certain &= (low is not None and low >= limit) or (high is not None and high < limit)
        borderline |= score is not None and abs(score - limit) <= thresholds["BORDERLINE_WIDTH"]
        incomplete |= completeness is None or completeness < 100 * thresholds["INCOMPLETE_BELOW"]
    return {"is_certain": certain, "is_borderline": borderline, "is_incomplete": incomplete}


Group = tuple[str, str]
"""Use case, organisation."""


def _by_group(rows: Any) -> dict[Group, list[dict[str, Any]]]:
    found: dict[Group, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        found[row["use_case_code"], row["organisation_code"]].append(row)
    return found


def _figure(
    place: Place,
    members: dict[str, str],
    sides: Mapping[Group, list[dict[str, Any]]],
    criteria: Mapping[Group, list[dict[str, Any]]],
    assessors: Mapping[Group, list[dict[str, Any]]],
) -> Figure:
    figure = Figure(place, members)
    groups = [(place[1], organisation) for organisation in members]
    by_profile: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group in groups:
        for row in sides.get(group, ()):
            by_profile[row["profile_code"]].append(row)
    figure.scores = {
        profile: {side: _numbers(rows, f"{side}_") for side in SIDES} for profile, rows in sorted(by_profile.items())
    }
    by_criterion: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group in groups:
        for row in criteria.get(group, ()):
            by_criterion[row["criterion_code"]].append(row)
    figure.criteria = {code: _numbers(rows, "") for code, rows in sorted(by_criterion.items())}
    for profile, rows in by_profile.items():
        figure.profile_counts[profile] = {
            side: _count(row[f"{side}_score_millionths"] for row in rows) for side in SIDES
        }
    for code, rows in by_criterion.items():
        figure.criterion_counts[code] = _count(row["score_millionths"] for row in rows)
        figure.criterion_assessors[code] = sum(row["assessor_count"] for row in rows)
    answered = [row for group in groups for row in assessors.get(group, ())]
    figure.side_assessors = {
        side: sum(row["assessor_count"] for row in answered if row["side_code"] == side) for side in SIDES
    }
    return figure


def _numbers(rows: list[dict[str, Any]], prefix: str) -> Numbers:
    score, low, high, completeness = (_mean(row[f"{prefix}{value}_millionths"] for row in rows) for value in VALUES)
    return _whole(score, _MILLION), _whole(low, _MILLION), _whole(high, _MILLION), _whole(completeness, _MILLION // 100)


def _mean(values: Iterable[int | None]) -> int | None:
    """In whole millionths, half up, as the models have it."""
    known = [value for value in values if value is not None]
    return (2 * sum(known) + len(known)) // (2 * len(known)) if known else None


def _whole(millionths: int | None, unit: int) -> int | None:
    return None if millionths is None else (2 * millionths + unit) // (2 * unit)


def _count(values: Iterable[int | None]) -> int:
    return sum(value is not None for value in values)
