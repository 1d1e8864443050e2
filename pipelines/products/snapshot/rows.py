"""The tables of an act: what it decided, beside what it lets stand of the act before.

Belongs here: rows. Does not: deciding, archiving (``sources.versions.snapshots``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.products.snapshot.figures import Figure, Numbers, flags, quadrant
from pipelines.products.snapshot.state import SIDES, State
from sources.versions.snapshots import TABLES, Act, Snapshot

_NOTHING: Numbers = (None, None, None, None)
_PLACE = ["perimeter_code", "use_case_code"]


@dataclass(frozen=True)
class Decided:
    """A figure to publish; which of its profiles the public has too, and whether it has the criteria."""

    figure: Figure
    open_profiles: Mapping[str, bool]
    are_criteria_open: bool


def snapshot_of(state: State, act: Act, decided: Sequence[Decided], before: Snapshot | None) -> Snapshot:
    """The act with its tables; of the one before, whatever is not decided anew."""
    new = {
        "scores": [row for one in decided for row in _scores(one, act, state.thresholds)],
        "criterion_scores": [row for one in decided for row in _criteria(one, act)],
        "members": [
            {**_place(one.figure), "organisation_code": organisation, "answers_digest": digest}
            for one in decided
            for organisation, digest in one.figure.members.items()
        ],
    }
    tables = {name: pl.DataFrame(rows, schema=TABLES[name]) for name, rows in new.items()}
    tables["contributors"] = tables["members"].join(state.receptions, on=["use_case_code", "organisation_code"])
    places = tables["members"].select(_PLACE).unique()
    if before is not None:
        for name in ("scores", "criterion_scores", "members", "contributors"):
            schema = list(TABLES[name])
            standing = before.tables[name].join(places, on=_PLACE, how="anti")
            tables[name] = pl.concat([standing, tables[name].select(schema).cast(TABLES[name])])
    pairs = ["organisation_code", "answers_digest"]
    tables["answers"] = state.answers.join(tables["members"].select(pairs).unique(), on=pairs, how="semi")
    tables["weights"] = state.weights
    tables["own_scores"] = _own_scores(state, act, tables["scores"], before)
    return Snapshot.of(act, {name: rows.sort(pl.all()) for name, rows in tables.items()})


def _place(figure: Figure) -> dict[str, str]:
    return dict(zip(_PLACE, figure.place, strict=True))


def _scores(one: Decided, act: Act, thresholds: Mapping[str, float]) -> list[dict[str, Any]]:
    rows = []
    for profile, found in one.figure.scores.items():
        sides = {side: found[side] if found[side][0] is not None else _NOTHING for side in SIDES}
        counts = one.figure.profile_counts[profile]
        rows.append(
            {
                **_place(one.figure),
                "from_snapshot": act.snapshot_number,
                "from_on": act.taken_on,
                "is_open": one.open_profiles[profile],
                "profile_code": profile,
                **{
                    f"{side}_{name}": value
                    for side, numbers in sides.items()
                    for name, value in zip(
                        ("points", "low_points", "high_points", "completeness_percent"), numbers, strict=True
                    )
                },
                "quadrant_code": quadrant(sides["impact"][0], sides["effort"][0], thresholds),
                **flags(sides, thresholds),
                "establishment_count": min(counts.values()),
                "assessor_count": min(one.figure.side_assessors.values()),
            }
        )
    return rows


def _criteria(one: Decided, act: Act) -> list[dict[str, Any]]:
    return [
        {
            **_place(one.figure),
            "from_snapshot": act.snapshot_number,
            "from_on": act.taken_on,
            "is_open": one.are_criteria_open,
            "criterion_code": code,
            **dict(zip(("points", "low_points", "high_points", "completeness_percent"), numbers, strict=True)),
        }
        for code, numbers in one.figure.criteria.items()
        if numbers[0] is not None
    ]


def _own_scores(state: State, act: Act, scores: pl.DataFrame, before: Snapshot | None) -> pl.DataFrame:
    """Each establishment's own, exact, of the day of the figure of the GCS beside which they are read."""
    rows = []
    for row in state.sides.iter_rows(named=True):
        impact, effort = row["impact_score_millionths"], row["effort_score_millionths"]
        exact = (None if impact is None else impact / 1e6, None if effort is None else effort / 1e6)
        rows.append(
            {
                "organisation_code": row["organisation_code"],
                "use_case_code": row["use_case_code"],
                "profile_code": row["profile_code"],
                "from_on": act.taken_on,
                "impact_score": _decimal(impact),
                "effort_score": _decimal(effort),
                "quadrant_code": quadrant(*exact, state.thresholds),
            }
        )
    now = pl.DataFrame(rows, schema=TABLES["own_scores"])
    if before is None:
        return now
    is_kept = (pl.col("perimeter_code") == "gcs") & (pl.col("from_snapshot") < act.snapshot_number)
    kept = scores.filter(is_kept).select("use_case_code").unique()
    return pl.concat(
        [
            now.join(kept, on="use_case_code", how="anti"),
            before.tables["own_scores"].join(kept, on="use_case_code", how="semi"),
        ]
    )


def _decimal(millionths: int | None) -> Decimal | None:
    return None if millionths is None else Decimal(millionths).scaleb(-6)
