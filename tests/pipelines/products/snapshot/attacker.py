"""An establishment that keeps every page and every open file it ever saw, and knows its own answers: what it can prove.

Belongs here: its linear programme, question by question, written without a line of the product's. Does not: histories.

It is given more than it has: who stands behind each figure, which questions they left empty, and whose answers did not
change between two acts. What it cannot exclude is a polytope; of each other establishment's score it gets an interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from sources.versions.snapshots import Snapshot
from tests.pipelines.products.snapshot.histories import CRITERIA, PROFILES, SIDES, Answers, World, by_criterion

Cell = tuple[str, str, int, int]
"""Establishment, its answers as a whole, assessor, question."""

Row = dict[Cell, float]
OFFSETS = dict(zip(CRITERIA, np.cumsum([0, *CRITERIA.values()]), strict=False))


@dataclass(frozen=True)
class Version:
    """What an establishment answered to a use case, at some time."""

    organisation: str
    answers: tuple[Answers, ...]
    identity: str

    def score(self, weights: Mapping[str, int], codes: Sequence[str]) -> Row | None:
        """The mean over its assessors, as coefficients of single answers."""
        rows: list[Row] = []
        for number, said in enumerate(self.answers):
            answered = [code for code in codes if by_criterion(said)[code][0] is not None]
            total = sum(weights[code] for code in answered)
            if total:
                rows.append(self._parts(number, said, {code: weights[code] / total for code in answered}, False))
        return _mean(rows)

    def least(self, weights: Mapping[str, int], codes: Sequence[str]) -> Row:
        """The same with zero for what was left empty."""
        total = sum(weights[code] for code in codes)
        shares = {code: weights[code] / total for code in codes}
        return _mean([self._parts(number, said, shares, True) for number, said in enumerate(self.answers)]) or {}

    def gap(self, weights: Mapping[str, int], codes: Sequence[str]) -> float:
        total = sum(weights[code] for code in codes)
        empty = [
            sum(weights[code] * (1 - float(by_criterion(said)[code][1])) for code in codes) / total
            for said in self.answers
        ]
        return 100 * sum(empty) / len(empty)

    def _parts(self, number: int, said: Answers, shares: Mapping[str, float], of_all: bool) -> Row:
        row: Row = {}
        for code, share in shares.items():
            questions = [OFFSETS[code] + at for at in range(CRITERIA[code])]
            answered = [int(question) for question in questions if said[question] is not None]
            for question in answered:
                row[self.organisation, self.identity, number, question] = share / (
                    len(questions) if of_all else len(answered)
                )
        return row

    @property
    def truth(self) -> dict[Cell, float]:
        return {
            (self.organisation, self.identity, number, question): float(value)
            for number, said in enumerate(self.answers)
            for question, value in enumerate(said)
            if value is not None
        }


def _mean(rows: Sequence[Row]) -> Row | None:
    total: Row = {}
    for row in rows:
        for cell, coefficient in row.items():
            total[cell] = total.get(cell, 0.0) + coefficient / len(rows)
    return total or None


@dataclass
class Archive:
    """All that was ever to be seen: each number with the least and the most that it leaves."""

    bounds: list[tuple[Row, float, float]] = field(default_factory=list)
    versions: dict[tuple[str, str], Version] = field(default_factory=dict)
    figure_count: int = 0

    def keep(self, world: World, snapshot: Snapshot) -> None:
        """Read the pages after an act: what is new in them speaks of the world at that act."""
        for name in ("scores", "criterion_scores"):
            for row in snapshot.tables[name].iter_rows(named=True):
                is_seen = row["perimeter_code"] == "gcs" or row["is_open"]
                if is_seen and row["from_snapshot"] == snapshot.act.snapshot_number:
                    self._keep(row, behind(world, row["perimeter_code"], row["use_case_code"]))

    def _keep(self, row: Mapping[str, object], versions: Sequence[Version]) -> None:
        self.figure_count += 1
        self.versions |= {(one.organisation, one.identity): one for one in versions}
        for numbers, weights, codes in _told(row):
            score, low, high = numbers
            scored = [found for one in versions if (found := one.score(weights, codes))]
            self._bound(scored, score, 0.0)
            least = [one.least(weights, codes) for one in versions]
            gap = sum(one.gap(weights, codes) for one in versions) / len(versions)
            self._bound(least, low, 0.0)
            self._bound(least, high, gap)

    def _bound(self, rows: Sequence[Row], points: float | None, constant: float) -> None:
        mean = _mean(rows)
        if points is not None and mean is not None:
            self.bounds.append((mean, points - 0.5 - constant, points + 0.5 - constant))

    def intervals(self, reader: str) -> Iterator[tuple[str, str, float]]:
        """Of each score of each other establishment: whose, which, how wide at least."""
        truth = {cell: value for one in self.versions.values() for cell, value in one.truth.items()}
        if not self.bounds or not truth:
            return
        cells = {cell: number for number, cell in enumerate(truth)}
        solver = self._programme(cells, truth, reader)
        wanted = [
            (one.organisation, name, _dense(row, cells))
            for one in self.versions.values()
            if one.organisation != reader
            for name, weights, codes in _scores()
            if (row := one.score(weights, codes))
        ]
        forms = np.array([form for _, _, form in wanted])
        low = high = forms @ np.array(list(truth.values()))
        for number, (organisation, name, form) in enumerate(wanted):
            for sign in (1.0, -1.0):
                if high[number] - low[number] < 10:
                    point = _farthest(solver, sign * form)
                    low, high = np.minimum(low, forms @ point), np.maximum(high, forms @ point)
            yield organisation, name, float(high[number] - low[number])

    def _programme(self, cells: Mapping[Cell, int], truth: Mapping[Cell, float], reader: str) -> highspy.Highs:
        solver = highspy.Highs()
        solver.silent()
        for cell, value in truth.items():
            own = cell[0] == reader
            solver.addVar(value if own else 0.0, value if own else 100.0)
        for row, least, most in self.bounds:
            columns = np.array([cells[cell] for cell in row], dtype=np.int32)
            # what is rounded to the sixth decimal on the way may stand a hair outside
            solver.addRow(least - 1e-4, most + 1e-4, len(columns), columns, np.array(list(row.values())))
        return solver


def behind(world: World, perimeter: str, use_case: str) -> list[Version]:
    """The establishments behind a figure at an act; none whose part is confidential."""
    hidden = {(world.merged.get(code, code), organisation) for code, organisation in world.confidential}
    found = []
    for (code, organisation), assessors in world.counting().items():
        is_in = perimeter == "tous" or organisation in world.members
        if code == use_case and is_in and (code, organisation) not in hidden:
            identity = repr(sorted((written, str(by_criterion(said))) for (_, written), said in assessors.items()))
            ordered = sorted(assessors.items(), key=lambda one: (one[0][1], str(by_criterion(one[1]))))
            found.append(Version(organisation, tuple(said for _, said in ordered), identity))
    return found


def _told(row: Mapping[str, object]) -> Iterator[tuple[tuple[float | None, ...], dict[str, int], tuple[str, ...]]]:
    names = ("points", "low_points", "high_points")
    if "criterion_code" in row:
        code = str(row["criterion_code"])
        yield tuple(row[name] for name in names), {code: 1}, (code,)  # type: ignore[misc]
        return
    for side, codes in SIDES.items():
        yield tuple(row[f"{side}_{name}"] for name in names), PROFILES[str(row["profile_code"])], codes  # type: ignore[misc]


def _scores() -> Iterator[tuple[str, dict[str, int], tuple[str, ...]]]:
    for side, codes in SIDES.items():
        for profile, weights in PROFILES.items():
            yield f"{side} {profile}", weights, codes
    for code in CRITERIA:
        yield code, {code: 1}, (code,)


def _dense(row: Row, cells: Mapping[Cell, int]) -> np.ndarray:
    form = np.zeros(len(cells))
    for cell, coefficient in row.items():
        form[cells[cell]] = coefficient
    return form


def _farthest(solver: highspy.Highs, objective: np.ndarray) -> np.ndarray:
    solver.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), -objective)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "what was published holds, and is bounded"
    return np.array(solver.getSolution().col_value)
