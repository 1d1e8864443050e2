"""Random histories of a campaign: who answers what, corrects, withdraws, keeps to the coordinators, and what is merged.

Belongs here: drawing them, and the state that the act reads at each close, by arithmetic of its own. Does not: the act,
nor the attack (``attacker``).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import polars as pl

from pipelines.products.snapshot.state import State
from sources.versions.snapshots import TABLES

CRITERIA = {"IMP_1": 2, "IMP_2": 1, "IMP_3": 1, "EFF_1": 2, "EFF_2": 1}
"""Criterion → how many questions."""
SIDES = {"impact": ("IMP_1", "IMP_2", "IMP_3"), "effort": ("EFF_1", "EFF_2")}
PROFILES = {
    "equilibre": dict.fromkeys(CRITERIA, 1),
    "clinique": dict.fromkeys(CRITERIA, 1) | {"IMP_1": 3},
    "economique": dict.fromkeys(CRITERIA, 1) | {"IMP_3": 3},
}
THRESHOLDS = {
    "IMPACT_HIGH": 50.0,
    "EFFORT_HIGH": 50.0,
    "BORDERLINE_WIDTH": 5.0,
    "INCOMPLETE_BELOW": 0.6,
    "OPEN_DATA_ASSESSORS": 0.0,
    "OPEN_DATA_ESTABLISHMENTS": 4.0,
}
GCS = ("A", "B", "C", "D")
ELSEWHERE = ("E", "F", "G", "H", "I")

Answers = tuple[int | None, ...]
"""0, 50, 100 or nothing, question by question in the order of ``CRITERIA``."""

Group = tuple[str, str]
"""Use case, establishment."""


@dataclass
class World:
    """What counts at a time: of each use case and establishment, the answers of each assessor, by the code written."""

    said: dict[Group, dict[tuple[str, str], Answers]] = field(default_factory=dict)
    confidential: set[Group] = field(default_factory=set)
    merged: dict[str, str] = field(default_factory=dict)
    members: tuple[str, ...] = GCS
    profiles: tuple[str, ...] = tuple(PROFILES)

    def counting(self) -> dict[Group, dict[tuple[str, str], Answers]]:
        """Under the code that counts; of an assessor who answered both of two merged ones, the later code."""
        found: dict[Group, dict[tuple[str, str], Answers]] = {}
        for (use_case, organisation), assessors in sorted(self.said.items()):
            place = found.setdefault((self.merged.get(use_case, use_case), organisation), {})
            for (assessor, _), answers in assessors.items():
                taken = [key for key in place if key[0] == assessor]
                for key in taken:
                    del place[key]
                place[assessor, use_case] = answers
        return {group: assessors for group, assessors in found.items() if assessors}


def history(seed: int, length: int = 4) -> list[World]:
    """The states at each close of a campaign; most changes are small, as an attacker would have them."""
    chance = random.Random(seed)
    elsewhere = ELSEWHERE[: chance.choice((0, 1, 2, 4, 5))]
    organisations = GCS + elsewhere
    use_cases = ["u1", "u2"]
    missing = chance.choice((0.0, 0.0, 0.2, 0.5))
    lean = chance.choice((None, None, 0, 100))
    world = World()
    for use_case in use_cases:
        for organisation in organisations:
            if chance.random() < 0.9:
                world.said[use_case, organisation] = _assessors(chance, use_case, missing, lean)
    worlds = [_copy(world)]
    for _ in range(length - 1):
        for _ in range(chance.choice((1, 1, 1, 2, 4, 9))):
            _change(chance, world, organisations, use_cases, missing, lean)
        worlds.append(_copy(world))
    return worlds


def _change(
    chance: random.Random,
    world: World,
    organisations: tuple[str, ...],
    use_cases: list[str],
    missing: float,
    lean: int | None,
) -> None:
    organisation, use_case = chance.choice(organisations), chance.choice(use_cases)
    kind = chance.choice(
        ("drop",) * 8 + ("withdraw", "confidential", "open", "merge", "split", "leave", "join", "profile")
    )
    if kind == "drop":
        world.said[use_case, organisation] = _assessors(chance, use_case, missing, lean)
    elif kind == "withdraw":
        world.said.pop((use_case, organisation), None)
    elif kind == "confidential":
        world.confidential.add((use_case, organisation))
    elif kind == "open":
        world.confidential.discard((use_case, organisation))
    elif kind in ("merge", "split"):
        world.merged = {"u2": "u1"} if kind == "merge" else {}
    elif kind == "profile":
        world.profiles = chance.choice((tuple(PROFILES), ("equilibre",), ("equilibre", "economique")))
    else:
        world.members = GCS if kind == "join" else GCS[:3]


def _assessors(
    chance: random.Random, use_case: str, missing: float, lean: int | None
) -> dict[tuple[str, str], Answers]:
    levels = (0, 50, 100) if lean is None else (lean, lean, lean, 50)
    return {
        (f"MED-{number}", use_case): tuple(
            None if chance.random() < missing else chance.choice(levels) for _ in range(sum(CRITERIA.values()))
        )
        for number in range(chance.choice((1, 1, 2, 3)))
    }


def _copy(world: World) -> World:
    said = {group: dict(assessors) for group, assessors in world.said.items()}
    return replace(world, said=said, confidential=set(world.confidential), merged=dict(world.merged))


def by_criterion(answers: Answers) -> dict[str, tuple[Fraction | None, Fraction]]:
    """Criterion → mean of what is answered, share answered."""
    found: dict[str, tuple[Fraction | None, Fraction]] = {}
    at = 0
    for code, count in CRITERIA.items():
        said = [one for one in answers[at : at + count] if one is not None]
        at += count
        found[code] = (Fraction(sum(said), len(said)) if said else None, Fraction(len(said), count))
    return found


def state_of(world: World, campaign: str = "C") -> State:
    """What the act reads, as the models would say it."""
    rows: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("members", "sides", "criteria", "assessors", "answers", "receptions")
    }
    counting = world.counting()
    hidden = {(world.merged.get(use_case, use_case), organisation) for use_case, organisation in world.confidential}
    for (use_case, organisation), assessors in counting.items():
        group = {"use_case_code": use_case, "organisation_code": organisation}
        digest = repr(sorted((written, str(by_criterion(said))) for (_, written), said in assessors.items()))
        if (use_case, organisation) not in hidden:
            for perimeter in ("gcs", "tous") if organisation in world.members else ("tous",):
                rows["members"].append({"perimeter_code": perimeter, **group, "answers_digest": digest})
        rows["receptions"].append({**group, "behind_number": 1})
        _add_scores(rows, group, list(assessors.values()), world.profiles)
        voices: dict[tuple[str, str], list[Answers]] = {}
        for (_, written), said in assessors.items():
            voices.setdefault((written, str(by_criterion(said))), []).append(said)
        for number, ((written, _), alike) in enumerate(voices.items()):
            for side, codes in SIDES.items():
                for code in codes:
                    means = [by_criterion(said)[code] for said in alike]
                    known = [float(score) for score, _ in means if score is not None]
                    rows["answers"].append(
                        {
                            **group, "answers_digest": digest, "voice_number": number,
                            "written_code": written, "assessor_count": len(alike),
                            "side_code": side, "criterion_code": code,
                            "score": sum(known) / len(known) if known else None, "answered_share": float(means[0][1]),
                        }
                    )  # fmt: skip
    weights = [
        {"profile_code": profile, "side_code": side, "criterion_code": code, "weight": 1000 * PROFILES[profile][code]}
        for profile in world.profiles
        for side, codes in SIDES.items()
        for code in codes
    ]
    schemas = {"answers": TABLES["answers"]}
    frames = {
        name: pl.DataFrame(found, schema=schemas.get(name), infer_schema_length=None) for name, found in rows.items()
    }
    return State(campaign, **frames, weights=pl.DataFrame(weights), thresholds=THRESHOLDS)


def _add_scores(
    rows: dict[str, list[dict[str, object]]],
    group: dict[str, str],
    assessors: list[Answers],
    profiles: tuple[str, ...],
) -> None:
    found = [by_criterion(said) for said in assessors]
    for profile in profiles:
        row: dict[str, object] = {**group, "profile_code": profile}
        for side, codes in SIDES.items():
            sides = [_side(one, codes, PROFILES[profile]) for one in found]
            for number, name in enumerate(("score", "low", "high", "completeness")):
                row[f"{side}_{name}_millionths"] = _millionths([one[number] for one in sides])
        rows["sides"].append(row)
    for code in CRITERIA:
        means = [_side(one, (code,), {code: 1}) for one in found]
        criterion: dict[str, object] = {**group, "criterion_code": code}
        for number, name in enumerate(("score", "low", "high", "completeness")):
            criterion[f"{name}_millionths"] = _millionths([one[number] for one in means])
        rows["criteria"].append({**criterion, "assessor_count": sum(one[0] is not None for one in means)})
    for side, codes in SIDES.items():
        count = sum(any(one[code][0] is not None for code in codes) for one in found)
        rows["assessors"].append({**group, "side_code": side, "assessor_count": count})


def _side(
    one: dict[str, tuple[Fraction | None, Fraction]], codes: tuple[str, ...], weights: dict[str, int]
) -> tuple[Fraction | None, Fraction, Fraction, Fraction]:
    """Score, low, high, completeness of an assessor; all but the score of 100 points."""
    answered = [(score, weights[code]) for code in codes if (score := one[code][0]) is not None]
    total = sum(weights[code] for code in codes)
    low = sum((one[code][0] or Fraction(0)) * one[code][1] * weights[code] for code in codes) / total
    completeness = sum(one[code][1] * weights[code] for code in codes) / total
    weight = sum(each for _, each in answered)
    score = sum((score * each for score, each in answered), Fraction(0)) / weight if weight else None
    return score, Fraction(low), Fraction(low) + 100 * (1 - completeness), Fraction(completeness)


def _millionths(values: Sequence[Fraction | None]) -> int | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known) * 1_000_000) if known else None
