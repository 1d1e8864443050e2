"""A name or a need as weighted words: blanks, case, accents, plurals and usual abbreviations no longer matter.

Belongs here: normalising French hospital wording; the expressions that mean the same (``vocabulary.csv``) and
the words that say little (``light_words.csv``) are data. Does not: comparing two wordings (``comparison``).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quality.reading.normalise import label_key

_VOCABULARY = Path(__file__).with_name("vocabulary.csv")
_LIGHT_WORDS = Path(__file__).with_name("light_words.csv")

_WORD = re.compile(r"\w+")

_DRESSING_WEIGHT = 0.35
"""What a word weighs that says how something is done, and not what is done."""


@dataclass(frozen=True)
class Wording:
    """``key``: the text without case, accents, punctuation; ``words``: stem → weight (0–1).

    ``written``: stem → the word as it was written, for people to read.
    """

    key: str
    words: dict[str, float]
    written: dict[str, str]

    @property
    def weight(self) -> float:
        return sum(self.words.values())


@lru_cache(maxsize=20_000)
def wording(text: str) -> Wording:
    """The words of a text that carry meaning, in one shape."""
    key = label_key(text)
    meant = _expressions().sub(lambda found: label_key(_meanings()[found.group()]), key)
    stems = dict.fromkeys(_stem(word) for word in meant.split() if word not in _light_words("vide"))
    weights = {stem: _DRESSING_WEIGHT if stem in _dressing_stems() else 1.0 for stem in stems}
    written = {_stem(label_key(word)): word for word in reversed(_WORD.findall(text.lower()))}
    return Wording(key, weights, {stem: written.get(stem) or _shown_meanings().get(stem, stem) for stem in stems})


def _stem(word: str) -> str:
    """Plural and feminine endings taken off: ``soignantes`` and ``soignant`` are one word."""
    if word.isdigit() or len(word) <= 3:
        return word
    for ending, kept in (("eaux", "eau"), ("aux", "al"), ("elles", "el"), ("elle", "el"), ("ees", "e"), ("ee", "e")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending) + kept
    word = word.rstrip("sx") if len(word) > 4 else word
    return word[:-1] if word.endswith("e") and len(word) > 5 else word


@lru_cache(maxsize=1)
def _dressing_stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in _light_words("habillage"))


@lru_cache(maxsize=2)
def _light_words(kind: str) -> frozenset[str]:
    """``vide``: articles and the like, left out; ``habillage``: how something is done."""
    with _LIGHT_WORDS.open(encoding="utf-8", newline="") as file:
        return frozenset(row["word"] for row in csv.DictReader(file, delimiter=";") if row["kind"] == kind)


@lru_cache(maxsize=1)
def _meanings() -> dict[str, str]:
    with _VOCABULARY.open(encoding="utf-8", newline="") as file:
        return {row["expression"]: row["means"] for row in csv.DictReader(file, delimiter=";")}


@lru_cache(maxsize=1)
def _shown_meanings() -> dict[str, str]:
    """Stem → the word of the vocabulary, with its accents."""
    return {_stem(label_key(word)): word for meaning in _meanings().values() for word in meaning.split()}


@lru_cache(maxsize=1)
def _expressions() -> re.Pattern[str]:
    longest_first = sorted(_meanings(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
