"""The scores of the domain document, points 1 to 6, in plain Python with exact fractions.

Belongs here: what the document says, read from the document. Does not: anything learnt from the SQL, which is
compared with this. Slow and obvious on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt

SIDES = ("impact", "effort")
HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Subcriterion:
    """A question asked: ``polarity`` is ``+`` or ``-``, ``levels`` the codes of its scale, lowest first."""

    code: str
    criterion: str
    side: str
    polarity: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """Answers of one assessor on one use case: level code by sub-criterion; a missing answer is absent or None."""

    organisation: str
    assessor: str
    use_case: str
    answers: Mapping[str, str | None]


@dataclass(frozen=True)
class Values:
    """Score, bounds (0 to 100) and completeness (0 to 1) of one thing; None where there is none."""

    score: Fraction | None
    low: Fraction | None
    high: Fraction | None
    completeness: Fraction | None


@dataclass
class Row:
    """What the matrix shows of one use case in one perimeter under one profile."""

    sides: dict[str, Values]
    spread: dict[str, tuple[Fraction | None, Fraction | None, Fraction | None, int]]
    establishment_count: int
    assessor_count: int
    quadrant: str = "non_evalue"
    is_certain: bool = False
    is_borderline: bool = False
    is_incomplete: bool = False
    priority: Fraction | None = None
    priority_rank: int | None = None
    pareto_rank: int | None = None


@dataclass(frozen=True)
class Rules:
    """Questions, weights by profile (a criterion not named weighs 1) and thresholds of a campaign."""

    questions: tuple[Subcriterion, ...]
    profiles: Mapping[str, Mapping[str, Fraction]]
    impact_high: Fraction = Fraction(50)
    effort_high: Fraction = Fraction(50)
    borderline: Fraction = Fraction(5)
    incomplete_below: Fraction = Fraction(6, 10)
    criteria: dict[str, list[Subcriterion]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for question in self.questions:
            self.criteria.setdefault(question.criterion, []).append(question)


def rounded(value: Fraction) -> Fraction:
    """Half up to six decimals (values are never negative)."""
    return Fraction((value * 1_000_000 + Fraction(1, 2)).__floor__(), 1_000_000)


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """Mean of those that are there, rounded; None when there is none."""
    present = [value for value in values if value is not None]
    return rounded(sum(present, Fraction(0)) / len(present)) if present else None


def answer_value(question: Subcriterion, level: str | None) -> Fraction | None:
    """Point 1."""
    if level is None:
        return None
    value = rounded(HUNDRED * question.levels.index(level) / (len(question.levels) - 1))
    return value if question.polarity == "+" else HUNDRED - value


def criterion_values(questions: list[Subcriterion], answers: Mapping[str, str | None]) -> Values:
    """Points 2 and 3 inside a criterion, whose sub-criteria share it equally."""
    values = [answer_value(question, answers.get(question.code)) for question in questions]
    answered = [value for value in values if value is not None]
    return Values(
        mean(values),
        mean([value if value is not None else Fraction(0) for value in values]),
        mean([value if value is not None else HUNDRED for value in values]),
        rounded(Fraction(len(answered), len(values))),
    )


def side_values(rules: Rules, side: str, weights: Mapping[str, Fraction], answers: Mapping[str, str | None]) -> Values:
    """Points 2 and 3 on a side, under one profile."""
    parts = [
        (weights.get(code, Fraction(1)), criterion_values(questions, answers))
        for code, questions in rules.criteria.items()
        if questions[0].side == side
    ]

    def weighted(pairs: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
        present = [(weight, value) for weight, value in pairs if value is not None]
        total = sum((weight for weight, _ in present), Fraction(0))
        return rounded(sum((w * v for w, v in present), Fraction(0)) / total) if total else None

    return Values(
        weighted([(weight, values.score) for weight, values in parts]),
        weighted([(weight, values.low) for weight, values in parts]),
        weighted([(weight, values.high) for weight, values in parts]),
        weighted([(weight, values.completeness) for weight, values in parts]),
    )


def level_values(members: list[Values]) -> Values:
    """Point 5: the values of a level from its members'."""
    return Values(
        mean(member.score for member in members),
        mean(member.low for member in members),
        mean(member.high for member in members),
        mean(member.completeness for member in members),
    )


def spread(members: list[Values]) -> tuple[Fraction | None, Fraction | None, Fraction | None, int]:
    """Min, max, population standard deviation (None below two) and number of the members' scores."""
    scores = [member.score for member in members if member.score is not None]
    if not scores:
        return None, None, None, 0
    return min(scores), max(scores), standard_deviation(scores) if len(scores) > 1 else None, len(scores)


def standard_deviation(scores: list[Fraction]) -> Fraction:
    """Exact, then half up to six decimals: the root is compared in squares, never as a float."""
    centre = sum(scores, Fraction(0)) / len(scores)
    variance = sum(((score - centre) ** 2 for score in scores), Fraction(0)) / len(scores)
    scaled = variance * 10**12
    floor = isqrt(scaled.__floor__())
    is_upper_half = scaled >= (Fraction(floor) + Fraction(1, 2)) ** 2
    return Fraction(floor + is_upper_half, 1_000_000)


def judge(rules: Rules, row: Row) -> None:
    """Point 4 and the priority index of point 6, from the level's own values."""
    impact, effort = (row.sides[side] for side in SIDES)
    thresholds = {"impact": rules.impact_high, "effort": rules.effort_high}
    row.is_certain = all(
        values.low is not None
        and values.high is not None
        and (values.low >= thresholds[side] or values.high < thresholds[side])
        for side, values in row.sides.items()
    )
    row.is_borderline = any(
        values.score is not None and abs(values.score - thresholds[side]) <= rules.borderline
        for side, values in row.sides.items()
    )
    row.is_incomplete = row.assessor_count == 0 or any(
        values.completeness is None or values.completeness < rules.incomplete_below for values in row.sides.values()
    )
    if impact.score is None or effort.score is None:
        return
    row.quadrant = {
        (True, False): "victoire_rapide",
        (True, True): "projet_majeur",
        (False, False): "tache_de_fond",
        (False, True): "a_ecarter",
    }[impact.score >= rules.impact_high, effort.score >= rules.effort_high]
    row.priority = rounded((impact.score + 100 - effort.score) / 2)


def rank(rows: list[Row]) -> None:
    """Point 6 among the use cases of one perimeter: competition ranks, and layers taken away one after the other."""
    placed = [row for row in rows if row.priority is not None]
    for row in placed:
        row.priority_rank = 1 + sum(other.priority > row.priority for other in placed)  # type: ignore[operator]
    remaining, layer = placed, 0
    while remaining:
        layer += 1
        front = [row for row in remaining if not any(dominates(other, row) for other in remaining)]
        for row in front:
            row.pareto_rank = layer
        remaining = [row for row in remaining if row.pareto_rank is None]


def dominates(first: Row, second: Row) -> bool:
    """Whether impact is at least as high and effort at most as high, one of them strictly."""
    one, other = ((row.sides["impact"].score, row.sides["effort"].score) for row in (first, second))
    return one[0] >= other[0] and one[1] <= other[1] and one != other  # type: ignore[operator]


def matrix(
    rules: Rules, assessments: list[Assessment], gcs: set[str], known: Mapping[str, set[str]]
) -> dict[tuple[str, str, str], Row]:
    """The rows of one campaign by (profile, perimeter, use case).

    ``known`` names, for each organisation, the use cases that it declared, assessed or has projects for.
    """
    perimeters = {"gcs": set(known) & gcs, "tous": set(known)} | {code: {code} for code in known}
    rows: dict[tuple[str, str, str], Row] = {}
    for profile, weights in rules.profiles.items():
        scored = [
            (item, {side: side_values(rules, side, weights, item.answers) for side in SIDES}) for item in assessments
        ]
        for perimeter, organisations in perimeters.items():
            codes = set().union(*(known[organisation] for organisation in organisations)) if organisations else set()
            group = []
            for use_case in codes:
                own = [
                    (item, sides)
                    for item, sides in scored
                    if item.use_case == use_case and item.organisation in organisations
                ]
                establishments = sorted({item.organisation for item, _ in own})
                is_single = perimeter not in ("gcs", "tous")
                row = Row({}, {}, len(establishments), len(own))
                for side in SIDES:
                    assessors = {
                        code: [sides[side] for item, sides in own if item.organisation == code]
                        for code in establishments
                    }
                    levels = [level_values(members) for members in assessors.values()]
                    row.sides[side] = levels[0] if is_single and levels else level_values(levels)
                    row.spread[side] = spread(next(iter(assessors.values()), []) if is_single else levels)
                judge(rules, row)
                rows[profile, perimeter, use_case] = row
                group.append(row)
            rank(group)
    return rows


def as_decimal(value: Fraction | None) -> Decimal | None:
    """As the warehouse stores it; the fraction has at most six decimals."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 30
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001"))
