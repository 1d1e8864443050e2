"""Comparing two use cases: a score from 0 to 100, and in French what speaks for and against.

Belongs here: the measure. Does not: choosing which of many use cases to compare (``proposals``), nor deciding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from quality.duplicates.known import KnownUseCase
from quality.duplicates.wording import Wording, wording
from sources.referential.loader import Referential

PROPOSED_FROM = 55
"""A pair whose score reaches this is shown to the coordinators; chosen on the pairs of the part ``reglage``."""

_OWN_WORDS = 8
"""Points taken away when each name has a telling word that the other lacks: sein and poumon make two screenings."""

_TELLING_NEED = 3
"""Weight from which a shared need may speak for a pair whatever the names: « gagner du temps » says nothing."""

_NEAR_WORD = 85.0
_NEAR_WORD_LETTERS = 5


@dataclass(frozen=True)
class Labels:
    """The names, in French, of the codes that reasons quote."""

    axes: dict[str, str]
    functions: dict[str, str]

    @classmethod
    def of(cls, referential: Referential) -> Labels:
        return cls(referential.labels("axes"), referential.labels("functions"))


@dataclass(frozen=True)
class Comparison:
    """``score`` is 0–100; ``reasons`` are French, the strongest first."""

    score: int
    reasons: list[str]


def compare(one: KnownUseCase, other: KnownUseCase, labels: Labels) -> Comparison:
    """How much two use cases look like one and the same."""
    return Comparison(score(one, other), _reasons(one, other, labels))


def score(one: KnownUseCase, other: KnownUseCase) -> int:
    """The score alone, 0–100: of the names first, then of the needs, of axis and functions."""
    names = wording(one.label), wording(other.label)
    context = _context(one, other)
    if names[0].key == names[1].key:
        return round(min(100, max(90, 100 + context)))
    name = 0.65 * _dice(*names) + 0.2 * _letters(*names) + 0.15 * _contained(*names)
    points = 100 * name - _OWN_WORDS * all(_own_words(*names))
    if one.need and other.need:
        needs = wording(one.need), wording(other.need)
        need = _dice(*needs)
        by_need = 80 * need if min(needs[0].weight, needs[1].weight) >= _TELLING_NEED else 0
        points = max(0.75 * points + 30 * need, by_need)
    return round(min(99.0, max(0.0, points + context)))


def _reasons(one: KnownUseCase, other: KnownUseCase, labels: Labels) -> list[str]:
    names = wording(one.label), wording(other.label)
    if names[0].key == names[1].key:
        said = ["même nom, à la casse, aux accents et à la ponctuation près"]
    else:
        said = _name_reasons(names)
    return [*said, *_need_reasons((wording(one.need), wording(other.need))), *_context_reasons(one, other, labels)]


def _letters(one: Wording, other: Wording) -> float:
    """How alike the names are letter by letter, whatever the order of their words; 0–1."""
    return fuzz.token_sort_ratio(one.key, other.key) / 100


def _shared_words(one: Wording, other: Wording) -> dict[str, float]:
    """The words of ``one`` that ``other`` has too, a misspelling apart → weight."""
    return {word: weight for word, weight in one.words.items() if word in other.words or _has_near(word, other)}


def _own_words(one: Wording, other: Wording) -> tuple[list[str], list[str]]:
    """The telling words that each has alone."""
    return _telling_words_alone(one, other), _telling_words_alone(other, one)


def _telling_words_alone(mine: Wording, its: Wording) -> list[str]:
    telling = [word for word, weight in mine.words.items() if weight == 1 and word not in its.words]
    return [word for word in telling if not _has_near(word, its)]


def _has_near(word: str, other: Wording) -> bool:
    if len(word) < _NEAR_WORD_LETTERS:
        return False
    return any(
        len(candidate) >= _NEAR_WORD_LETTERS and fuzz.ratio(word, candidate, score_cutoff=_NEAR_WORD)
        for candidate in other.words
    )


def _shared_weight(one: Wording, other: Wording) -> float:
    """What both share weighs, whichever is asked first; two near words of one name meet one word of the other once."""
    return min(sum(_shared_words(one, other).values()), sum(_shared_words(other, one).values()))


def _dice(one: Wording, other: Wording) -> float:
    total = one.weight + other.weight
    return 2 * _shared_weight(one, other) / total if total else 0.0


def _contained(one: Wording, other: Wording) -> float:
    """The part of the shorter name that the longer one holds; a name of dressing words only proves nothing."""
    smaller = min(one.weight, other.weight)
    return _shared_weight(one, other) / smaller if smaller >= 1 else 0.0


def _context(one: KnownUseCase, other: KnownUseCase) -> float:
    """What axis and functions add or take away, in points."""
    points = 0.0
    if one.axis_code and other.axis_code:
        points += 4 if one.axis_code == other.axis_code else -10
    if one.functions and other.functions:
        points += 2 if one.functions & other.functions else -14
    return points


def _name_reasons(names: tuple[Wording, Wording]) -> list[str]:
    shared, letters = _shared_words(*names), _letters(*names)
    reasons = []
    if shared:
        reasons.append("mots communs aux deux noms : " + _as_written(shared, names[0]))
    own = _own_words(*names)
    if all(own):
        reasons.append(f"mots propres à chacun : {_as_written(own[0], names[0])} / {_as_written(own[1], names[1])}")
    if letters >= 0.75:
        reasons.append(f"noms écrits presque pareil ({letters:.0%})".replace("%", " %"))
    return reasons


def _need_reasons(needs: tuple[Wording, Wording]) -> list[str]:
    if _dice(*needs) < 0.4:
        return []
    shared = _shared_words(*needs)
    return ["besoins proches, mots communs : " + _as_written(shared, needs[0])]


def _as_written(words: Iterable[str], where: Wording) -> str:
    """Words as people wrote them, the telling ones first."""
    ordered = sorted(words, key=lambda word: -where.words[word])
    return ", ".join(where.written.get(word, word) for word in ordered)


def _context_reasons(one: KnownUseCase, other: KnownUseCase, labels: Labels) -> list[str]:
    reasons = []
    if one.axis_code and other.axis_code:
        axes = [labels.axes.get(code, code) for code in (one.axis_code, other.axis_code)]
        reasons.append(f"même axe : {axes[0]}" if axes[0] == axes[1] else f"axes différents : {axes[0]} / {axes[1]}")
    if one.functions and other.functions:
        common = [label for code, label in labels.functions.items() if code in one.functions & other.functions]
        reasons.append(f"fonctions communes : {', '.join(common)}" if common else "aucune fonction commune")
    return reasons
