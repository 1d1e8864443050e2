"""Somebody who reads page after page, act after act, and knows which answers did not change between them.

Belongs here: histories in which answers are kept while what stands around them changes (assessors come and go, use
cases are merged, members leave), and what can then be proven of anybody's score. Does not: what must not be found.

Written apart from the product's guard and from the attacker of ``tests/pipelines/products/snapshot``: that one takes an
establishment's answers as new whenever anything of them changed; this one follows each answer of each assessor.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np

from sources.versions.snapshots import Snapshot
from tests.pipelines.products.snapshot.histories import CRITERIA, ELSEWHERE, GCS, PROFILES, SIDES, Answers, World

Answer = tuple[str, str, str, int, Answers]
"""Establishment, use case as written, assessor, question, the levels of its criterion: what does not change stays one
unknown, whatever else of the establishment changes."""

Line = dict[Answer, float]
QUESTIONS = [(code, number) for code, count in CRITERIA.items() for number in range(count)]
USE_CASES = ("u1", "u2", "u3")


def sequence(seed: int, acts: int = 7) -> list[World]:
    """The states at each act: few answers change, much around them does."""
    chance = random.Random(seed)
    organisations = GCS + ELSEWHERE[: chance.choice((0, 1, 3, 5))]
    empty = chance.choice((0.0, 0.0, 0.3))
    world = World(members=organisations[: chance.choice((4, 5, 6))])
    for use_case in USE_CASES:
        for organisation in organisations:
            if chance.random() < 0.85:
                world.said[use_case, organisation] = {("P", use_case): _answers(chance, empty)}
    worlds = [_kept(world)]
    for _ in range(acts - 1):
        for change in chance.choices((_assessor, _assessor_gone, _correct, _merge, _members), (6, 2, 3, 2, 1), k=3):
            for organisation in chance.sample(organisations, chance.choice((1, 4, 4, len(organisations)))):
                change(chance, world, chance.choice(USE_CASES[:2]), organisation, empty)
        worlds.append(_kept(world))
    return worlds


def _answers(chance: random.Random, empty: float) -> Answers:
    return tuple(None if chance.random() < empty else chance.choice((0, 50, 100)) for _ in QUESTIONS)


def _assessor(chance: random.Random, world: World, use_case: str, organisation: str, empty: float) -> None:
    """One more answers; those of before stay."""
    place = world.said.setdefault((use_case, organisation), {})
    place[chance.choice("PQRS"), use_case] = _answers(chance, empty)


def _assessor_gone(chance: random.Random, world: World, use_case: str, organisation: str, empty: float) -> None:
    place = world.said.get((use_case, organisation), {})
    if len(place) > 1:
        del place[chance.choice(sorted(place))]


def _correct(chance: random.Random, world: World, use_case: str, organisation: str, empty: float) -> None:
    """One level of one question."""
    place = world.said.get((use_case, organisation))
    if place:
        key = chance.choice(sorted(place))
        at = chance.randrange(len(QUESTIONS))
        place[key] = (*place[key][:at], chance.choice((0, 50, 100)), *place[key][at + 1 :])


def _merge(chance: random.Random, world: World, use_case: str, organisation: str, empty: float) -> None:
    world.merged = chance.choice(({}, {"u2": "u1"}, {"u3": "u1"}, {"u2": "u1", "u3": "u1"}))


def _members(chance: random.Random, world: World, use_case: str, organisation: str, empty: float) -> None:
    world.members = (GCS + ELSEWHERE)[: chance.choice((4, 5, 6, 7))]


def _kept(world: World) -> World:
    said = {group: dict(assessors) for group, assessors in world.said.items() if assessors}
    return replace(world, said=said, merged=dict(world.merged))


@dataclass(frozen=True)
class Voice:
    """One assessor's answers to one use case."""

    organisation: str
    written: str
    assessor: str
    answers: Answers

    def unknown(self, question: int) -> Answer:
        code, number = QUESTIONS[question]
        first = question - number
        return self.organisation, self.written, self.assessor, question, self.answers[first : first + CRITERIA[code]]

    def score(self, weights: Mapping[str, int]) -> Line | None:
        """What is answered, each criterion by its weight."""
        parts = {code: part for code in weights if (part := self._criterion(code))}
        total = sum(weights[code] for code in parts)
        if not total:
            return None
        return {
            self.unknown(number): weights[code] / total / len(part) for code, part in parts.items() for number in part
        }

    def least(self, weights: Mapping[str, int]) -> tuple[Line, float]:
        """With nothing for what is empty; and what that could have given."""
        line: Line = {}
        total, missing = sum(weights.values()), 0.0
        for code, weight in weights.items():
            answered = self._criterion(code)
            for number in answered:
                line[self.unknown(number)] = weight / total / CRITERIA[code]
            missing += 100 * weight / total * (1 - len(answered) / CRITERIA[code])
        return line, missing

    def _criterion(self, code: str) -> list[int]:
        return [
            number
            for number, (of_criterion, _) in enumerate(QUESTIONS)
            if of_criterion == code and self.answers[number] is not None
        ]


def level(answer: Answer) -> float:
    """What was answered."""
    return float(answer[4][QUESTIONS[answer[3]][1]] or 0)


Voices = tuple[Voice, ...]


def voices_behind(world: World, perimeter: str, use_case: str) -> dict[str, Voices]:
    """Establishment → who answered for it, of a use case with those that are merged into it."""
    found: dict[str, Voices] = {}
    for (code, organisation), assessors in world.counting().items():
        if code == use_case and (perimeter == "tous" or organisation in world.members):
            found[organisation] = tuple(
                Voice(organisation, written, who, said) for (who, written), said in sorted(assessors.items())
            )
    return found


@dataclass
class Memory:
    """All that was read: lines with the least and the most of each, and of whom anything was said."""

    lines: list[tuple[Line, float, float]] = field(default_factory=list)
    versions: set[Voices] = field(default_factory=set)
    figures: int = 0

    def read(self, world: World, act: Snapshot) -> None:
        """What an act shows that was not there before."""
        for name in ("scores", "criterion_scores"):
            for row in act.tables[name].iter_rows(named=True):
                if row["from_snapshot"] == act.act.snapshot_number:
                    self.figures += 1
                    voices = voices_behind(world, row["perimeter_code"], row["use_case_code"])
                    self.versions |= set(voices.values())
                    for numbers, weights in _numbers(row):
                        self._learn(numbers, weights, list(voices.values()))

    def _learn(self, numbers: Sequence[Any], weights: Mapping[str, int], voices: Sequence[Voices]) -> None:
        score, low, high = numbers
        if score is None:
            return
        self._keep([line for one in voices if (line := score_of(one, weights))], score, 0.0)
        least = [[voice.least(weights) for voice in one] for one in voices]
        missing = _mean([_mean([gap for _, gap in one]) for one in least])
        lines = [_sum([line for line, _ in one]) for one in least]
        self._keep(lines, low, 0.0)
        self._keep(lines, high, missing)

    def _keep(self, lines: Sequence[Line], points: float, missing: float) -> None:
        self.lines.append((_sum(lines), points - 0.5 - missing, points + 0.5 - missing))

    def narrowest(self) -> tuple[float, str]:
        """For any reader, of any other establishment's score, the narrowest that can be proven."""
        unknown = list({answer: 0 for line, _, _ in self.lines for answer in line})
        if not unknown:
            return 100.0, ""
        readers = sorted({answer[0] for answer in unknown})
        found = [(width, f"{reader} → {whose}") for reader in readers for whose, width in self._of(reader, unknown)]
        return min(found, default=(100.0, ""))

    def _of(self, reader: str, unknown: Sequence[Answer]) -> Iterator[tuple[str, float]]:
        at = {answer: number for number, answer in enumerate(unknown)}
        solver = highspy.Highs()
        solver.silent()
        for answer in unknown:
            own = answer[0] == reader
            solver.addVar(level(answer) if own else 0.0, level(answer) if own else 100.0)
        for line, least, most in self.lines:
            columns = np.array([at[answer] for answer in line], dtype=np.int32)
            solver.addRow(least - 1e-4, most + 1e-4, len(columns), columns, np.array(list(line.values())))
        wanted = [
            (f"{voices[0].organisation} {name} ({len(voices)})", line)
            for voices in self.versions
            if voices[0].organisation != reader
            for name, weights in _wanted()
            if (line := score_of(voices, weights))
        ]
        forms = np.zeros((len(wanted), len(unknown)))
        for number, (_, line) in enumerate(wanted):
            for answer, part in line.items():
                forms[number, at[answer]] = part
        low = high = forms @ np.array([level(answer) for answer in unknown])
        for number, (whose, _) in enumerate(wanted):
            for sign in (1.0, -1.0):
                if high[number] - low[number] < 10:
                    point = _farthest(solver, sign * forms[number])
                    low, high = np.minimum(low, forms @ point), np.maximum(high, forms @ point)
            yield whose, float(high[number] - low[number])


def score_of(voices: Voices, weights: Mapping[str, int]) -> Line | None:
    """An establishment's score: the mean of those who have one."""
    lines = [line for voice in voices if (line := voice.score(weights))]
    return _sum(lines) if lines else None


def _sum(lines: Sequence[Line]) -> Line:
    """Their mean."""
    total: Line = defaultdict(float)
    for line in lines:
        for answer, part in line.items():
            total[answer] += part / len(lines)
    return dict(total)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _numbers(row: Mapping[str, Any]) -> Iterator[tuple[list[Any], dict[str, int]]]:
    names = ("points", "low_points", "high_points")
    if "criterion_code" in row:
        yield [row[name] for name in names], {row["criterion_code"]: 1}
        return
    for side, codes in SIDES.items():
        profile = PROFILES[row["profile_code"]]
        yield [row[f"{side}_{name}"] for name in names], {code: profile[code] for code in codes}


def _wanted() -> Iterator[tuple[str, dict[str, int]]]:
    for side, codes in SIDES.items():
        for profile, weights in PROFILES.items():
            yield f"{side} {profile}", {code: weights[code] for code in codes}
    for code in CRITERIA:
        yield code, {code: 1}


def _farthest(solver: highspy.Highs, objective: np.ndarray) -> np.ndarray:
    solver.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), -objective)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "what was answered fits what was published"
    return np.array(solver.getSolution().col_value)
