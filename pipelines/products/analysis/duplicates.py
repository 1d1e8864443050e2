"""The rows of the pairs of use cases that may be one, with what coordinators decided on them.

Belongs here: from the lake to rows of ``sources.lake.analysis``. Does not: finding and scoring pairs
(``quality.duplicates``), nor merging, which the models do from the decisions alone.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from typing import Any

import polars as pl

from pipelines.products.analysis.inputs import Inputs
from quality.duplicates.comparison import Labels
from quality.duplicates.decisions import Decision, decisions_in_lake
from quality.duplicates.known import KnownUseCase, known_use_cases
from quality.duplicates.proposals import ProposedPair, pairs_to_show
from quality.duplicates.suggestions import Pair, said, suggestions_in_lake
from sources.lake.analysis import ANALYSIS_TABLES


@dataclass(frozen=True)
class Nameable:
    """The use cases that may be named twice, the words of their codes, the decisions so far, what was suggested."""

    use_cases: list[KnownUseCase]
    labels: Labels
    decisions: dict[Pair, Decision]
    suggestions: dict[Pair, str] = field(default_factory=dict)

    @property
    def content(self) -> tuple[Any, ...]:
        """The same for the same use cases and decisions, in whatever order sets come."""
        use_cases = [(*astuple(one)[:4], sorted(one.functions), one.owner) for one in self.use_cases]
        return use_cases, self.labels, sorted(self.decisions.items()), sorted(self.suggestions.items())


def read_nameable(inputs: Inputs) -> Nameable:
    """What the lake holds of them."""
    referential = inputs.whole_referential
    use_cases = known_use_cases(inputs.lake, referential)
    names = referential.labels("organisations")
    suggested = {pair: said(each, names) for pair, each in suggestions_in_lake(inputs.lake).items()}
    return Nameable(use_cases, Labels.of(referential), decisions_in_lake(inputs.lake), suggested)


def pair_rows(read: Nameable) -> pl.DataFrame:
    """One row a pair proposed or decided upon, in the order of their codes."""
    pairs = pairs_to_show(read.use_cases, read.labels, read.decisions.keys() | read.suggestions.keys())
    rows = [
        _row(pair, read.decisions.get(pair.codes), read.suggestions.get(pair.codes))
        for pair in sorted(pairs, key=lambda pair: pair.codes)
    ]
    return pl.DataFrame(rows, schema=ANALYSIS_TABLES["duplicate_pair"])


def _row(pair: ProposedPair, decision: Decision | None, suggestions: str | None) -> dict[str, Any]:
    return {
        "use_case_code": pair.one.code,
        "use_case_label": pair.one.label,
        "owner_label": pair.one.owner,
        "other_code": pair.other.code,
        "other_label": pair.other.label,
        "other_owner_label": pair.other.owner,
        "likeness": pair.comparison.score,
        "reasons": " ; ".join(pair.comparison.reasons),
        "decision_code": decision.decision_code if decision else None,
        "decided_by": decision.decided_by if decision else None,
        "decided_on": decision.decided_on if decision else None,
        "decision_reason": decision.reason if decision else None,
        "suggestions": suggestions,
    }
