"""Which figures an act publishes, which of before it lets stand, and which it withholds, all for one unsaid reason.

Belongs here: the rules, for each use case and perimeter: enough establishments behind it; at least four whose answers
differ from those of every earlier figure that shares some; and what is then known leaves every score wide. Else the
figure of before stands, whatever it is. Does not: what is known (``knowledge``), the rows (``rows``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from pipelines.products.snapshot.figures import Figure, figures
from pipelines.products.snapshot.knowledge import FEWEST, Knowledge, standing_members
from pipelines.products.snapshot.rows import Decided, snapshot_of
from pipelines.products.snapshot.state import SIDES, State
from sources.versions.snapshots import Act, Snapshot


def decide(state: State, act: Act, earlier: Sequence[Snapshot]) -> Snapshot:
    """The act on a state, after those of before; ``act.snapshot_number`` is one more than theirs."""
    known = Knowledge.of(state, earlier)
    before = earlier[-1] if earlier else None
    standing = standing_members(before)
    decided: list[Decided] = []
    for place, figure in figures(state).items():
        if standing.get(place) == figure.members:
            continue
        chosen = next((one for one in _candidates(figure, state) if known.may_add(one.figure)), None)
        if chosen is not None:
            decided.append(chosen)
            known.add(chosen.figure)
    return snapshot_of(state, act, decided, before)


def _candidates(figure: Figure, state: State) -> Iterator[Decided]:
    """The figure with all that it tells, then under equal weights alone; the public has what enough stand behind."""
    equal = _equal_profiles(state.weights)
    limited = replace(figure, scores={code: one for code, one in figure.scores.items() if code in equal}, criteria={})
    fewest = max(FEWEST, int(state.thresholds.get("OPEN_DATA_ESTABLISHMENTS", 0)))
    assessors = int(state.thresholds.get("OPEN_DATA_ASSESSORS", 0))
    has_readers = figure.place[0] == "gcs"
    is_limited_open = _stands_on(limited, fewest, assessors)
    for one in (figure, limited):
        is_open = _stands_on(one, fewest, assessors)
        open_profiles = {profile: is_limited_open if profile in equal else is_open for profile in one.scores}
        if is_open or (has_readers and _stands_on(one, FEWEST, 0)):
            yield Decided(one, open_profiles, is_open)


def _equal_profiles(weights: pl.DataFrame) -> frozenset[str]:
    """The profiles that weigh all criteria alike: beside one, any other says what single criteria are."""
    by_profile = weights.group_by("profile_code").agg(is_equal=(pl.col("weight") == 1000).all())
    return frozenset(by_profile.filter("is_equal")["profile_code"])


def _stands_on(figure: Figure, establishments: int, assessors: int) -> bool:
    """Whether enough stand behind all that it tells; a number that nobody answered tells nothing."""
    sides = [figure.profile_counts[profile][side] for profile in figure.scores for side in SIDES]
    criteria = [figure.criterion_counts[code] for code in figure.criteria]
    typed = [*figure.side_assessors.values(), *(figure.criterion_assessors[code] for code in figure.criteria)]
    return (
        any(min(figure.profile_counts[profile].values()) for profile in figure.scores)
        and all(count >= establishments for count in (*sides, *criteria) if count)
        and all(count >= assessors for count in typed if count)
    )
