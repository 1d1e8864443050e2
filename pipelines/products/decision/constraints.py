"""What a portfolio must respect, as linear constraints that can say themselves in French.

Belongs here: from a scenario to constraints. Does not: choosing under them (``selection``, ``greedy``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """A use case that may be chosen; impact and effort in thousandths of a point, cost in cents (None: unknown).

    ``functions`` are sorted: equal candidates read alike.
    """

    code: str
    impact: int
    effort: int
    cost: int | None = None
    axis: str | None = None
    functions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """What coordinators ask of a portfolio; budgets in the units of ``Candidate``.

    ``prerequisites``: pairs (use case, use case that it needs). ``left_out``: why a use case is not a candidate, in
    French, by code. ``labels``: how an axis or a function is called, by code.
    """

    effort_budget: int
    cost_budget: int | None = None
    axis_minimums: Mapping[str, int] = field(default_factory=dict)
    function_maximums: Mapping[str, int] = field(default_factory=dict)
    must_haves: Collection[str] = ()
    exclusions: Collection[str] = ()
    prerequisites: Collection[tuple[str, str]] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Constraint:
    """``low`` <= sum of ``terms`` over what is chosen <= ``high``; ``sentence`` says it to coordinators."""

    sentence: str
    terms: Mapping[str, int]
    low: int | None = None
    high: int | None = None

    def holds(self, chosen: Collection[str]) -> bool:
        total = sum(coefficient for code, coefficient in self.terms.items() if code in chosen)
        return (self.low is None or total >= self.low) and (self.high is None or total <= self.high)


def constraints_of(scenario: Scenario, candidates: Iterable[Candidate]) -> list[Constraint]:
    """Every constraint of a scenario over its candidates; budgets first."""
    known = {candidate.code: candidate for candidate in candidates}
    return [
        *_budgets(scenario, known.values()),
        *_counts(scenario, known.values()),
        *_wishes(scenario, known),
        *_prerequisites(scenario, known),
    ]


def _budgets(scenario: Scenario, candidates: Collection[Candidate]) -> Iterator[Constraint]:
    efforts = {candidate.code: candidate.effort for candidate in candidates}
    sentence = f"budget d'effort de {french_number(scenario.effort_budget, 3)} points"
    yield Constraint(sentence, efforts, high=scenario.effort_budget)
    if scenario.cost_budget is not None:
        costs = {candidate.code: candidate.cost for candidate in candidates if candidate.cost is not None}
        sentence = f"budget de coût de {french_number(scenario.cost_budget, 2)} €"
        yield Constraint(sentence, costs, high=scenario.cost_budget)


def _counts(scenario: Scenario, candidates: Collection[Candidate]) -> Iterator[Constraint]:
    def among(belongs: Callable[[Candidate], bool]) -> dict[str, int]:
        return {candidate.code: 1 for candidate in candidates if belongs(candidate)}

    for axis, least in sorted(scenario.axis_minimums.items()):
        terms = among(lambda candidate, axis=axis: candidate.axis == axis)  # type: ignore[misc]
        sentence = f"au moins {least} cas d'usage de l'axe « {scenario.labels.get(axis, axis)} »"
        yield Constraint(f"{sentence} ({len(terms)} possible{'s' * (len(terms) > 1)})", terms, low=least)
    for function, most in sorted(scenario.function_maximums.items()):
        terms = among(lambda candidate, function=function: function in candidate.functions)  # type: ignore[misc]
        sentence = f"au plus {most} cas d'usage de la fonction « {scenario.labels.get(function, function)} »"
        yield Constraint(sentence, terms, high=most)


def _wishes(scenario: Scenario, known: Mapping[str, Candidate]) -> Iterator[Constraint]:
    for code in sorted(scenario.must_haves):
        why_not = "" if code in known else f", mais n'est pas candidat ({_reason(scenario, code)})"
        yield Constraint(f"{code} imposé{why_not}", {code: 1} if code in known else {}, low=1)
    for code in sorted(set(scenario.exclusions) & known.keys()):
        yield Constraint(f"{code} exclu", {code: 1}, high=0)


def _prerequisites(scenario: Scenario, known: Mapping[str, Candidate]) -> Iterator[Constraint]:
    for code, needed in sorted(scenario.prerequisites):
        if code not in known:
            continue
        if needed in known:
            yield Constraint(f"{code} demande {needed}", {code: 1, needed: -1}, high=0)
        else:
            sentence = f"{code} demande {needed}, qui n'est pas candidat ({_reason(scenario, needed)})"
            yield Constraint(sentence, {code: 1}, high=0)


def _reason(scenario: Scenario, code: str) -> str:
    reason = scenario.left_out.get(code, "Inconnu dans ce périmètre")
    return reason[0].lower() + reason[1:]


def french_number(value: int, decimals: int) -> str:
    """``1234500`` with three decimals is ``1 234,5``; thousands are held by a narrow no-break space."""
    whole, part = divmod(value, 10**decimals)
    digits = f"{part:0{decimals}}".rstrip("0")
    return f"{whole:,}".replace(",", "\u202f") + (f",{digits}" if digits else "")
