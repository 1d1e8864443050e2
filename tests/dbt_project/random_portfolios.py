"""Random portfolios, a campaign each, and what the recomputation expects of the matrix for them.

Belongs here: drawing portfolios into a small lake, and the comparison of one campaign. Does not: the recomputation
itself (``reference_scores``).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb

from sources.referential.loader import Referential
from tests.dbt_project.reference_scores import SIDES, Assessment, Row, Rules, Subcriterion, as_decimal, matrix
from tests.dbt_project.small_lake import SmallLake

CODES = tuple(f"H-{number}" for number in range(8))
"""The campaigns: one build holds a portfolio for each."""
EARLY = "H-0"
"""The campaign that ended before the last criterion was valid."""


@dataclass(frozen=True)
class Portfolio:
    """The assessments of a campaign, and the use cases that each organisation declared or assessed."""

    assessments: list[Assessment]
    known: dict[str, set[str]]


def lake_of_campaigns() -> SmallLake:
    """An empty lake: a scale of four levels, a criterion opened on the way, profiles with decimals and of zeros."""
    lake = SmallLake()
    lake.add_site_row("scales", code="quatre", label="Quatre niveaux")
    for rank, level in enumerate(("NUL", "PEU", "ASSEZ", "TRES")):
        lake.add_site_row("scale_levels", code=level, label=level.title(), scale_code="quatre", rank=str(rank))
    lake.add_site_row("criteria", code="IMP_9", label="Attente", side_code="impact", rank="9", valid_from="2031-01-01")
    for number, polarity in ((1, "+"), (2, "-")):
        lake.add_site_row(
            "subcriteria",
            code=f"IMP_9_{number}",
            label=f"Attente {number}",
            criterion_code="IMP_9",
            scale_code="quatre",
            polarity=polarity,
            polarity_origin="proposed",
            rank=str(number),
        )
    for profile, weights in {
        "decimal": {"IMP_1": "0.125", "IMP_2": "0.333", "EFF_2": "2.5", "EFF_4": "0.001"},
        "nul": {f"{side}_{number}": "0" for side in ("IMP", "EFF") for number in (1, 2, 3, 4)} | {"IMP_9": "0"},
        "un_seul": {f"IMP_{number}": "0" for number in (1, 2, 4, 9)},
    }.items():
        lake.add_site_row("weight_profiles", code=profile, label=f"Profil {profile}", rank="9")
        for criterion, weight in weights.items():
            lake.add_site_row(
                "weight_profile_weights",
                code=f"{profile}:{criterion}",
                label="Poids",
                profile_code=profile,
                criterion_code=criterion,
                weight=weight,
            )
    for code in CODES:
        year = 2030 if code == EARLY else 2032
        lake.add_site_row(
            "campaigns",
            code=code,
            label=f"Hasard {code}",
            opens=f"{year}-01-01",
            deadline=f"{year}-06-30",
            is_demonstration="non",
        )
    return lake


@dataclass(frozen=True)
class Shape:
    """How large a portfolio is and how full; ``seed`` draws the rest."""

    seed: int
    organisations: int
    use_cases: int
    most_assessors: int
    missing_shares: tuple[float, ...]


def fixed_shapes(seed: int) -> list[Shape]:
    """A shape for each campaign, the same at every run."""
    chance = random.Random(seed)
    missing = (0, 0.1, 0.5, 0.9, 1)
    return [Shape(chance.randrange(2**32), chance.randint(1, 5), chance.randint(1, 12), 4, missing) for _ in CODES]


def draw_portfolio(shape: Shape, lake: SmallLake, referential: Referential, campaign: str) -> Portfolio:
    """Draw the assessments of a campaign and write them into the lake."""
    chance = random.Random(shape.seed)
    organisations = chance.sample(referential.codes("organisations")[:7], shape.organisations)
    use_cases = referential.codes("use_cases")[: shape.use_cases]
    assessments: list[Assessment] = []
    known: dict[str, set[str]] = {}
    for organisation in organisations:
        submission = lake.submission(organisation, campaign)
        declared = [f"{organisation}-{number}" for number in range(chance.randint(0, 2))]
        for code in declared:
            submission.use_case(code, axis_code="AXE_1", domain_code="clinique")
        known[organisation] = set(declared)
        for use_case in use_cases + declared:
            count = min(shape.most_assessors, chance.choice((0, 1, 1, 2, 3, 4)))
            for assessor in chance.sample(["MED-01", "MED-02", "DSI-01", "CADRE-01"], count):
                answers = draw_answers(chance, referential, shape.missing_shares)
                submission.assess(assessor, use_case, answers)
                assessments.append(Assessment(organisation, assessor, use_case, answers))
                known[organisation].add(use_case)
    return Portfolio(assessments, known)


def draw_answers(
    chance: random.Random, referential: Referential, missing_shares: tuple[float, ...]
) -> dict[str, str | None]:
    """All alike, or each its own; few or many missing; at times a whole side."""
    missing, left_out = chance.choice(missing_shares), chance.choice((None, None, None, *SIDES))
    constant = chance.random() < 0.3
    step = chance.randrange(3)
    answers: dict[str, str | None] = {}
    for question in questions_of(referential):
        level = question.levels[step] if constant else chance.choice(question.levels)
        answers[question.code] = None if chance.random() < missing or question.side == left_out else level
    return answers


def questions_of(referential: Referential) -> list[Subcriterion]:
    sides = dict(referential.table("criteria").select("code", "side_code").iter_rows())
    levels: dict[str, list[str]] = {}
    for scale, _, code in sorted(referential.table("scale_levels").select("scale_code", "rank", "code").iter_rows()):
        levels.setdefault(scale, []).append(code)
    return [
        Subcriterion(
            row["code"],
            row["criterion_code"],
            sides[row["criterion_code"]],
            row["polarity"],
            tuple(levels[row["scale_code"]]),
        )
        for row in referential.table("subcriteria").iter_rows(named=True)
    ]


def rules_of(referential: Referential, campaign: str) -> Rules:
    weights: dict[str, dict[str, Fraction]] = {code: {} for code in referential.codes("weight_profiles")}
    for row in referential.table("weight_profile_weights").iter_rows(named=True):
        weights[row["profile_code"]][row["criterion_code"]] = Fraction(row["weight"])
    asked = [item for item in questions_of(referential) if campaign != EARLY or item.criterion != "IMP_9"]
    return Rules(tuple(asked), weights)


COLUMNS = (
    "quadrant_code",
    "is_certain",
    "is_borderline",
    "is_incomplete",
    "priority_score",
    "priority_rank",
    "pareto_rank",
    "establishment_count",
    "assessor_count",
    *(
        f"{side}_{value}"
        for side in SIDES
        for value in (
            "score",
            "low_score",
            "high_score",
            "completeness_share",
            "min_score",
            "max_score",
            "stddev_score",
            "count",
        )
    ),
)


def expected_row(row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {
        "quadrant_code": row.quadrant,
        "is_certain": row.is_certain,
        "is_borderline": row.is_borderline,
        "is_incomplete": row.is_incomplete,
        "priority_score": as_decimal(row.priority),
        "priority_rank": row.priority_rank,
        "pareto_rank": row.pareto_rank,
        "establishment_count": row.establishment_count,
        "assessor_count": row.assessor_count,
    }
    for side in SIDES:
        own, (least, most, deviation, count) = row.sides[side], row.spread[side]
        values |= {
            f"{side}_score": as_decimal(own.score),
            f"{side}_low_score": as_decimal(own.low),
            f"{side}_high_score": as_decimal(own.high),
            f"{side}_completeness_share": as_decimal(own.completeness),
            f"{side}_min_score": as_decimal(least),
            f"{side}_max_score": as_decimal(most),
            f"{side}_stddev_score": as_decimal(deviation),
            f"{side}_count": count,
        }
    return values


def assert_equals_the_recomputation(
    connection: duckdb.DuckDBPyConnection, referential: Referential, campaign: str, portfolio: Portfolio
) -> None:
    """Every row of the matrix of a campaign, no more and no less, number for number."""
    organisations = referential.table("organisations")
    gcs = set(organisations.filter(organisations["member_gcs"])["code"])
    expected = matrix(rules_of(referential, campaign), portfolio.assessments, gcs, portfolio.known)
    rows = connection.execute(
        f"select profile_code, perimeter_code, use_case_code, {', '.join(COLUMNS)} "
        "from mart_portfolio_matrix where campaign_code = ?",
        [campaign],
    ).fetchall()
    found = {row[:3]: dict(zip(COLUMNS, row[3:], strict=True)) for row in rows}
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key] == expected_row(row), key
