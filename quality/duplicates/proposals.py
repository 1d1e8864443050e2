"""The pairs of use cases that look alike, among all of them.

Belongs here: which pairs are worth a comparison, so that thousands of use cases are compared in seconds. Does not: the
measure (``comparison``).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from quality.duplicates.comparison import PROPOSED_FROM, Comparison, Labels, compare, score
from quality.duplicates.known import KnownUseCase
from quality.duplicates.wording import wording

_GRAM_LETTERS = 4

# Kind of feature → cosine (0–1) from which two use cases are compared: words of the names, of the needs, letters.
_WORTH_COMPARING = {"name": 0.2, "need": 0.5, "letters": 0.4}

_COMMON_FROM = 60
"""A word that more use cases than this share (or than 5 % of them) tells nothing apart, and is not looked up."""


@dataclass(frozen=True)
class ProposedPair:
    """Two use cases, the smaller code first, and how alike they look."""

    one: KnownUseCase
    other: KnownUseCase
    comparison: Comparison

    @property
    def codes(self) -> tuple[str, str]:
        return self.one.code, self.other.code


def propose(use_cases: list[KnownUseCase], labels: Labels) -> list[ProposedPair]:
    """The pairs whose score reaches ``PROPOSED_FROM``, the most alike first."""
    by_code = sorted(use_cases, key=lambda use_case: use_case.code)
    pairs = []
    for first, second in _worth_comparing(by_code).iter_rows():
        one, other = by_code[first], by_code[second]
        if score(one, other) >= PROPOSED_FROM:
            pairs.append(ProposedPair(one, other, compare(one, other, labels)))
    return sorted(pairs, key=lambda pair: (-pair.comparison.score, pair.codes))


def pairs_to_show(
    use_cases: list[KnownUseCase], labels: Labels, named: Collection[tuple[str, str]]
) -> list[ProposedPair]:
    """What coordinators see: the proposals, and after them the pairs that somebody decided upon or suggested."""
    proposed = propose(use_cases, labels)
    by_code = {use_case.code: use_case for use_case in use_cases}
    found = {pair.codes for pair in proposed}
    others = [
        [by_code.get(code) or KnownUseCase(code, _GONE, "", None, frozenset(), "") for code in codes]
        for codes in sorted(named)
        if codes not in found
    ]
    return [*proposed, *(ProposedPair(one, other, compare(one, other, labels)) for one, other in others)]


_GONE = "(n'est plus décrit dans les envois en vigueur)"


def _worth_comparing(use_cases: list[KnownUseCase]) -> pl.DataFrame:
    """Pairs of positions (first < second) that share enough rare words or letters."""
    features = _features(use_cases)
    other = features.rename({"position": "other"})
    products = (
        features.lazy()
        .join(other.lazy(), on=["kind", "feature"], suffix="_other")
        .filter(pl.col("position") < pl.col("other"))
        .group_by("position", "other", "kind")
        .agg(cosine=(pl.col("weight") * pl.col("weight_other")).sum())
    )
    least = pl.col("kind").replace_strict(_WORTH_COMPARING, return_dtype=pl.Float64)
    enough = products.filter(pl.col("cosine") >= least).select("position", "other").unique()
    return enough.sort("position", "other").collect()


def _features(use_cases: list[KnownUseCase]) -> pl.DataFrame:
    """(position, kind, feature, weight): weights by rarity, of length 1 for each use case and kind."""
    rows = [
        (position, kind, feature)
        for position, use_case in enumerate(use_cases)
        for kind, found in _features_of(use_case).items()
        for feature in found
    ]
    schema = {"position": pl.Int32, "kind": pl.String, "feature": pl.String}
    count = len(use_cases)
    of_use_case = ["position", "kind"]
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .with_columns(shared_by=pl.len().over("kind", "feature"))
        .with_columns(weight=(math.log(count + 1) - pl.col("shared_by").log()) + 0.1)
        .with_columns(weight=pl.col("weight") / (pl.col("weight") ** 2).sum().over(of_use_case).sqrt())
        .filter(pl.col("shared_by") <= max(_COMMON_FROM, count // 20))
        .drop("shared_by")
    )


def _features_of(use_case: KnownUseCase) -> dict[str, set[str]]:
    name = wording(use_case.label)
    key = f" {name.key} "
    return {
        "name": set(name.words),
        "need": set(wording(use_case.need).words),
        "letters": {key[start : start + _GRAM_LETTERS] for start in range(len(key) - _GRAM_LETTERS + 1)},
    }
