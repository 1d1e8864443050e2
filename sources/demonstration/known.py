"""The demonstration's use cases, from ``use_cases.csv``: the catalogue's and the organisations' own.

``imp_*`` and ``eff_*`` are invented tendencies from 0 (Faible) to 2 (Fort), from which answers are drawn.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DemonstrationUseCase:
    code: str
    organisation: str
    label: str
    need: str
    domain: str
    axis: str
    segment: str
    functions: tuple[str, ...]
    techniques: tuple[str, ...]
    learning_types: tuple[str, ...]
    tendencies: dict[str, float]

    @property
    def impact_mean(self) -> float:
        return _mean_of(self.tendencies, "IMP")

    @property
    def effort_mean(self) -> float:
        return _mean_of(self.tendencies, "EFF")


def known_use_cases() -> list[DemonstrationUseCase]:
    """All use cases of the demonstration, in the order of the file."""
    with (Path(__file__).parent / "use_cases.csv").open(encoding="utf-8", newline="") as stream:
        return [_use_case(row) for row in csv.DictReader(stream, delimiter=";")]


def _use_case(row: dict[str, str]) -> DemonstrationUseCase:
    tendencies = {name.upper(): float(text) for name, text in row.items() if name.startswith(("imp_", "eff_"))}
    return DemonstrationUseCase(
        code=row["code"],
        organisation=row["organisation"],
        label=row["label"],
        need=row["need"],
        domain=row["domain"],
        axis=row["axis"],
        segment=row["segment"],
        functions=_codes(row["functions"]),
        techniques=_codes(row["techniques"]),
        learning_types=_codes(row["learning_types"]),
        tendencies=tendencies,
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.split("|") if code)


def _mean_of(tendencies: dict[str, float], side: str) -> float:
    values = [value for criterion, value in tendencies.items() if criterion.startswith(side)]
    return sum(values) / len(values)
