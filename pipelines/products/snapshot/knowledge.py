"""All that somebody may have read of a campaign: every figure that an act ever published, shown still or not.

Belongs here: reading figures of past acts, and whether one more would tell too much. Does not: which figures are worth
publishing (``deciding``), the programmes (``guard``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipelines.products.snapshot.figures import Figure, Place
from pipelines.products.snapshot.guard import leaves_all_wide
from pipelines.products.snapshot.state import SIDES, State
from pipelines.products.snapshot.statements import Element, Published, Weights, elements_of
from sources.versions.snapshots import Snapshot

FEWEST = 4
"""Establishments behind a figure, and between two figures: three others than any of them, who knows its own answers."""

Told = dict[str, tuple[int, int, int]]
"""Profile or criterion → score, least and greatest, in whole points."""

Pair = tuple[str, str]
"""An establishment and the digest of its answers."""


Source = tuple[str, str]
"""An establishment and a code under which it answered: what an answer keeps when all around it changes."""


@dataclass(frozen=True)
class Seen:
    """A published figure; ``scores``, ``criteria``, ``weights`` and the answers behind it by side."""

    place: Place
    members: Mapping[str, str]
    scores: Mapping[str, Told]
    criteria: Mapping[str, Told]
    weights: Mapping[str, Weights]
    elements: Mapping[str, Mapping[Pair, Element]]

    @property
    def sources(self) -> set[Source]:
        """Whose answers, under which written codes."""
        return {
            (pair[0], code)
            for of_side in self.elements.values()
            for pair in self.members.items()
            if pair in of_side
            for code in of_side[pair].written_codes
        }

    def is_too_near(self, members: Mapping[str, str]) -> bool:
        """Between two different figures, fewer than four establishments: one of them would tell the others apart."""
        either = members.keys() | self.members.keys()
        changed = [one for one in either if members.get(one) != self.members.get(one)]
        return 0 < len(changed) < FEWEST


@dataclass
class Knowledge:
    """What was seen so far, found by place and by the answers behind it."""

    elements: Mapping[str, Mapping[Pair, Element]]
    weights: Mapping[str, Weights]
    seen: list[Seen] = field(default_factory=list)
    _by_pair: dict[Pair, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_source: dict[Source, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_place: dict[Place, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, state: State, earlier: Sequence[Snapshot]) -> Knowledge:
        """What the acts of before published, with the answers of then, and those of now."""
        known = cls(elements_by_side(state.answers), weights_by_side(state.weights))
        for act in earlier:
            for one in _published_by(act):
                known._remember(one)
        return known

    def may_add(self, figure: Figure) -> bool:
        """Whether publishing it leaves every score of every establishment unknown to the others."""
        sharing = self._sharing(figure.members, figure.place)
        if any(self.seen[number].is_too_near(figure.members) for number in sharing):
            return False
        new = self._as_seen(figure)
        related = [*(self.seen[number] for number in self._linked(new)), new]
        return all(leaves_all_wide(self._published(related, side), self.weights[side]) for side in SIDES)

    def add(self, figure: Figure) -> None:
        self._remember(self._as_seen(figure))

    def _remember(self, one: Seen) -> None:
        self._by_place[one.place].append(len(self.seen))
        for pair in one.members.items():
            self._by_pair[pair].append(len(self.seen))
        for source in one.sources:
            self._by_source[source].append(len(self.seen))
        self.seen.append(one)

    def _as_seen(self, figure: Figure) -> Seen:
        sides = {code: side for side, of_side in self.weights.items() for each in of_side.values() for code in each}
        scores: dict[str, Told] = {side: {} for side in SIDES}
        criteria: dict[str, Told] = {side: {} for side in SIDES}
        for profile, by_side in figure.scores.items():
            for side, (score, low, high, _) in by_side.items():
                if score is not None and low is not None and high is not None:
                    scores[side][profile] = (score, low, high)
        for code, (score, low, high, _) in figure.criteria.items():
            if score is not None and low is not None and high is not None:
                criteria[sides[code]][code] = (score, low, high)
        return Seen(figure.place, figure.members, scores, criteria, self.weights, self.elements)

    def _sharing(self, members: Mapping[str, str], place: Place) -> set[int]:
        """The figures of the same place, and those of some of the same answers, wherever they count."""
        return {*self._by_place[place], *(number for pair in members.items() for number in self._by_pair[pair])}

    def _linked(self, new: Seen) -> list[int]:
        """The figures in which its answers may stand, near or far: of then or of now, by themselves or merged."""
        linked: set[int] = set()
        more = self._of_sources(new.sources)
        while more:
            linked |= more
            more = {far for number in more for far in self._of_sources(self.seen[number].sources)} - linked
        return sorted(linked)

    def _of_sources(self, sources: Iterable[Source]) -> set[int]:
        return {number for source in sources for number in self._by_source[source]}

    def _published(self, related: Iterable[Seen], side: str) -> list[Published]:
        return [
            Published(
                [each.elements[side][pair] for pair in each.members.items() if pair in each.elements[side]],
                each.weights[side],
                dict(each.scores[side]),
                dict(each.criteria[side]),
            )
            for each in related
        ]


def elements_by_side(answers: pl.DataFrame) -> dict[str, dict[Pair, Element]]:
    """Side → establishment and digest → its answers, as one act has them."""
    return {side: elements_of(answers, side) for side in SIDES}


def weights_by_side(weights: pl.DataFrame) -> dict[str, Weights]:
    """Side → profile → criterion → weight."""
    found: dict[str, dict[str, dict[str, float]]] = {side: {} for side in SIDES}
    for profile, side, criterion, weight in weights.iter_rows():
        found[side].setdefault(profile, {})[criterion] = float(weight)
    return {side: dict(of_side) for side, of_side in found.items()}


def standing_members(snapshot: Snapshot | None) -> dict[Place, dict[str, str]]:
    """The answers behind each figure that stands after an act."""
    found: dict[Place, dict[str, str]] = defaultdict(dict)
    if snapshot is not None:
        for perimeter, use_case, organisation, digest in snapshot.tables["members"].iter_rows():
            found[perimeter, use_case][organisation] = digest
    return found


def _published_by(snapshot: Snapshot) -> list[Seen]:
    """The figures that this act was the first to publish."""
    weights = weights_by_side(snapshot.tables["weights"])
    elements = elements_by_side(snapshot.tables["answers"])
    sides = {code: side for side, of_side in weights.items() for each in of_side.values() for code in each}
    is_new = pl.col("from_snapshot") == snapshot.act.snapshot_number
    members = standing_members(snapshot)
    found: dict[Place, Seen] = {}
    for row in snapshot.tables["scores"].filter(is_new).iter_rows(named=True):
        seen = _seen(found, (row["perimeter_code"], row["use_case_code"]), members, weights, elements)
        for side in SIDES:
            if row[f"{side}_points"] is not None:
                told = (row[f"{side}_points"], row[f"{side}_low_points"], row[f"{side}_high_points"])
                seen.scores[side][row["profile_code"]] = told
    for row in snapshot.tables["criterion_scores"].filter(is_new).iter_rows(named=True):
        seen = _seen(found, (row["perimeter_code"], row["use_case_code"]), members, weights, elements)
        if row["points"] is not None:
            told = (row["points"], row["low_points"], row["high_points"])
            seen.criteria[sides[row["criterion_code"]]][row["criterion_code"]] = told
    return list(found.values())


def _seen(
    found: dict[Place, Seen],
    place: Place,
    members: Mapping[Place, Mapping[str, str]],
    weights: Mapping[str, Weights],
    elements: Mapping[str, Mapping[Pair, Element]],
) -> Seen:
    empty: tuple[dict[str, Told], dict[str, Told]] = ({side: {} for side in SIDES}, {side: {} for side in SIDES})
    return found.setdefault(place, Seen(place, members[place], *empty, weights, elements))
