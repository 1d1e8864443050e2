"""What published figures say of unknown answers: each is a mean of linear forms, known to the nearest point.

Belongs here: the forms of an establishment's scores and the rows that a figure puts on them. Does not: how much they
leave unknown (``guard``). The unknowns are an assessor's means by criterion, and last as long as they do not change:
through corrections of others, new assessors, merged use cases, at every act. Which questions were left empty, and which
means did not change (or are alike in one establishment), is taken as known to everybody: it only makes the attacker
stronger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

Weights = Mapping[str, Mapping[str, float]]
"""Profile → criterion → weight, of one side."""

Unknown = tuple[str, str, str, float]
"""Organisation, use case as written, criterion, the mean itself: an answer given again is the same unknown."""

FULL = 100.0


@dataclass(frozen=True)
class Form:
    """A linear form of unknowns."""

    terms: Mapping[Unknown, float]
    constant: float = 0.0


@dataclass(frozen=True)
class Voice:
    """Assessors of an establishment who answered alike: criterion → mean score, share answered."""

    written_code: str
    assessor_count: int
    criteria: Mapping[str, tuple[float, float]]


Part = tuple[Voice, dict[str, float]]
"""What each criterion counts in a voice's score."""


@dataclass(frozen=True)
class Element:
    """The answers of an establishment to one use case, at one time, on one side."""

    organisation: str
    digest: str
    voices: Sequence[Voice]

    def score(self, weights: Mapping[str, float]) -> Form | None:
        """The side's score under these weights, a mean over the assessors who have one."""
        parts: list[Part] = []
        for voice in self.voices:
            answered = {code: weights.get(code, 0) for code, (_, share) in voice.criteria.items() if share > 0}
            if total := sum(answered.values()):
                parts.append((voice, {code: weight / total for code, weight in answered.items() if weight}))
        return self._mean(parts)

    def criterion(self, code: str) -> Form | None:
        """The score of a criterion."""
        return self.score({code: 1})

    def low(self, weights: Mapping[str, float]) -> Form | None:
        """What the score would be at least; at most, it is that and what is missing (``missing``)."""
        total = sum(weights.get(code, 0) for code in self._asked)
        if not total:
            return None
        parts = [
            (
                voice,
                {
                    code: weights.get(code, 0) * share / total
                    for code, (_, share) in voice.criteria.items()
                    if share * weights.get(code, 0) > 0
                },
            )
            for voice in self.voices
        ]
        return self._mean(parts)

    def missing(self, weights: Mapping[str, float]) -> float:
        """The points that the answers left empty could add at most."""
        total = sum(weights.get(code, 0) for code in self._asked)
        assessors = sum(voice.assessor_count for voice in self.voices)
        answered = sum(
            voice.assessor_count * sum(weights.get(code, 0) * share for code, (_, share) in voice.criteria.items())
            for voice in self.voices
        )
        return FULL * (1 - answered / total / assessors) if total else 0.0

    @property
    def truth(self) -> dict[Unknown, float]:
        """What the unknowns are."""
        return {
            self._unknown(voice, code): score
            for voice in self.voices
            for code, (score, share) in voice.criteria.items()
            if share > 0
        }

    @property
    def written_codes(self) -> set[str]:
        """Under which codes it was answered: two, where use cases are merged."""
        return {voice.written_code for voice in self.voices}

    @property
    def _asked(self) -> set[str]:
        return {code for voice in self.voices for code in voice.criteria}

    def _unknown(self, voice: Voice, code: str) -> Unknown:
        return self.organisation, voice.written_code, code, voice.criteria[code][0]

    def _mean(self, parts: Sequence[Part]) -> Form | None:
        assessors = sum(voice.assessor_count for voice, _ in parts)
        if not assessors:
            return None
        terms: dict[Unknown, float] = defaultdict(float)
        for voice, by_criterion in parts:
            for code, part in by_criterion.items():
                terms[self._unknown(voice, code)] += part * voice.assessor_count / assessors
        return Form(terms)


@dataclass(frozen=True)
class Statement:
    """A published number: the mean of forms, to the nearest point."""

    forms: tuple[Form, ...]
    points: int

    @property
    def row(self) -> tuple[dict[Unknown, float], float, float]:
        """Coefficients, and the least and the most that their sum may be."""
        terms: dict[Unknown, float] = {}
        for form in self.forms:
            for unknown, coefficient in form.terms.items():
                terms[unknown] = terms.get(unknown, 0.0) + coefficient / len(self.forms)
        constant = sum(form.constant for form in self.forms) / len(self.forms)
        return terms, self.points - 0.5 - constant, self.points + 0.5 - constant


@dataclass
class Published:
    """A figure as others see it: whose answers, under which weights, and every number; of one side."""

    elements: list[Element]
    weights: Weights
    scores: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # profile → score, low, high
    criteria: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def statements(self) -> Iterable[Statement]:
        """One for each number that tells something."""
        for profile, numbers in self.scores.items():
            yield from self._of(self.weights.get(profile, {}), numbers)
        for code, numbers in self.criteria.items():
            yield from self._of({code: 1.0}, numbers)

    def _of(self, weights: Mapping[str, float], numbers: tuple[int, int, int]) -> Iterable[Statement]:
        score, low, high = numbers
        scored = [form for element in self.elements if (form := element.score(weights))]
        if scored:
            yield Statement(tuple(scored), score)
        if not any(element.missing(weights) > 0 for element in self.elements):
            return
        lows = [(form, element.missing(weights)) for element in self.elements if (form := element.low(weights))]
        if lows:
            yield Statement(tuple(form for form, _ in lows), low)
            yield Statement(tuple(Form(form.terms, missing) for form, missing in lows), high)


def elements_of(answers: pl.DataFrame, side: str) -> dict[tuple[str, str], Element]:
    """(Organisation, digest) → its answers of a side, as one act has them."""
    found: dict[tuple[str, str], dict[int, Voice]] = defaultdict(dict)
    columns = ("organisation_code", "answers_digest", "voice_number", "written_code", "assessor_count")
    rows = answers.filter(pl.col("side_code") == side).select(*columns, "criterion_code", "score", "answered_share")
    for organisation, digest, number, written_code, count, criterion, score, share in rows.iter_rows():
        voices = found[organisation, digest]
        criteria = voices[number].criteria if number in voices else {}
        voices[number] = Voice(written_code, count, {**criteria, criterion: (score or 0.0, share or 0.0)})
    return {key: Element(*key, list(voices.values())) for key, voices in found.items()}
