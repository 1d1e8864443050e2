"""Precision and recall of the proposed duplicates on labelled pairs, beside two baselines.

Run ``python -m tests.bench.duplicates``. The pairs (``duplicate_pairs.csv``) were written by the project itself, in
the wording of French hospitals, not taken from real submissions: they show what the measure can tell apart, not how
often establishments name things twice. Weights and threshold were adjusted on the part ``reglage`` alone; the
vocabulary was written by the same hand as both parts, so ``controle`` is not blind to it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from quality.duplicates.comparison import PROPOSED_FROM, Labels, compare
from quality.duplicates.known import KnownUseCase
from quality.reading.normalise import label_key
from sources.referential.loader import load_referential

PAIRS = Path(__file__).with_name("duplicate_pairs.csv")
BASELINE_RATIO = 80
"""The plain fuzzy ratio proposes from here: the usual choice, and the best multiple of 5 for its F1 is printed too."""


@dataclass(frozen=True)
class LabelledPair:
    part: str
    is_same: bool
    one: KnownUseCase
    other: KnownUseCase


@dataclass(frozen=True)
class Quality:
    """Shares, 0–1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def labelled_pairs() -> list[LabelledPair]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return [LabelledPair(row["part"], row["expected"] == "meme", _side(row, "a"), _side(row, "b")) for row in rows]


def _side(row: dict[str, str], side: str) -> KnownUseCase:
    functions = frozenset(code for code in row[f"functions_{side}"].split("|") if code)
    return KnownUseCase(side, row[f"label_{side}"], row[f"need_{side}"], row[f"axis_{side}"] or None, functions, side)


def measure(pairs: list[LabelledPair], proposes: Callable[[LabelledPair], bool]) -> Quality:
    """What a way of proposing finds among labelled pairs."""
    proposed = [pair for pair in pairs if proposes(pair)]
    right = sum(pair.is_same for pair in proposed)
    same = sum(pair.is_same for pair in pairs)
    return Quality(right / len(proposed) if proposed else 1.0, right / same)


def ours(labels: Labels) -> Callable[[LabelledPair], bool]:
    return lambda pair: compare(pair.one, pair.other, labels).score >= PROPOSED_FROM


def exact_name(pair: LabelledPair) -> bool:
    return label_key(pair.one.label) == label_key(pair.other.label)


def plain_ratio(threshold: float) -> Callable[[LabelledPair], bool]:
    return lambda pair: fuzz.ratio(pair.one.label.lower(), pair.other.label.lower()) >= threshold


def main() -> None:
    pairs = labelled_pairs()
    labels = Labels.of(load_referential())
    best = max(range(30, 100, 5), key=lambda threshold: measure(pairs, plain_ratio(threshold)).f1)
    ways = {
        f"proposé par cartographie (score ≥ {PROPOSED_FROM})": ours(labels),
        "nom normalisé identique": exact_name,
        f"rapport de caractères seul (≥ {BASELINE_RATIO})": plain_ratio(BASELINE_RATIO),
        f"rapport de caractères seul, au mieux (≥ {best})": plain_ratio(best),
    }
    for part in ("reglage", "controle", None):
        chosen = [pair for pair in pairs if part in (None, pair.part)]
        print(f"\n{part or 'ensemble'} : {len(chosen)} paires, {sum(p.is_same for p in chosen)} identiques")
        for name, way in ways.items():
            found = measure(chosen, way)
            print(f"  {name:45} précision {found.precision:.2f}  rappel {found.recall:.2f}  F1 {found.f1:.2f}")


if __name__ == "__main__":
    main()
