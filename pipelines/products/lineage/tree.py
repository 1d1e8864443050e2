"""An explanation as a tree in a terminal, in French.

Belongs here: wording and branches. Does not: numbers (``reading``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pipelines.products.lineage.reading import Answer, Assessor, Criterion, Establishment, Explanation, Side

_ABSENT = "non évalué"


@dataclass(frozen=True)
class _Node:
    text: str
    children: Sequence[_Node] = field(default_factory=tuple)


def as_lines(explanation: Explanation) -> list[str]:
    """The whole tree, a line each."""
    lines = [*_heading(explanation), ""]
    for side in explanation.sides:
        lines += [*_drawn(_side(side)), ""]
    if explanation.beside:
        lines += _drawn(_Node("Points d'attention (à côté du score, jamais dedans)", _beside(explanation.beside)))
    return lines


def french(number: Decimal | None, decimals: int = 2) -> str:
    """A number as it is written in French, with at most ``decimals`` decimals; « non évalué » without."""
    if number is None:
        return _ABSENT
    text = str(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def french_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _heading(explanation: Explanation) -> Iterator[str]:
    matrix = explanation.matrix
    yield f"{matrix['use_case_code']} · {matrix['use_case_title']}"
    yield (
        f"Campagne {matrix['campaign_label']} ({matrix['campaign_code']}) · périmètre {matrix['perimeter_label']} · "
        f"profil {matrix['profile_label']} · version publiée {explanation.release}"
    )
    if matrix["is_demonstration"]:
        yield "DÉMONSTRATION : ces évaluations sont inventées."
    yield (
        f"{matrix['quadrant_label']} · indice de priorité {french(matrix['priority_score'])}"
        f"{_ranked(matrix['priority_rank'])} · {matrix['certainty_label']} · {matrix['completeness_label']} · "
        f"{matrix['assessor_count']} évaluation(s) de {matrix['establishment_count']} établissement(s)"
    )


def _ranked(rank: int | None) -> str:
    return f" (rang {rank})" if rank else ""


def _drawn(node: _Node) -> list[str]:
    return [node.text, *_branches(node.children, "")]


def _branches(nodes: Sequence[_Node], before: str) -> Iterator[str]:
    for node in nodes:
        is_last = node is nodes[-1]
        yield f"{before}{'└─ ' if is_last else '├─ '}{node.text}"
        yield from _branches(node.children, before + ("   " if is_last else "│  "))


def _side(side: Side) -> _Node:
    bounds = (
        f" · entre {french(side.low)} et {french(side.high)} · {french((side.completeness or Decimal(0)) * 100, 1)} % "
        "des réponses"
        if side.low is not None
        else ""
    )
    return _Node(
        f"{side.label.upper()} {french(side.score)}{bounds}", [_criterion(criterion) for criterion in side.criteria]
    )


def _criterion(criterion: Criterion) -> _Node:
    return _Node(
        f"{criterion.code} {criterion.label} : {french(criterion.score)} (poids {french(criterion.weight, 3)})",
        [
            _Node(
                f"{establishment.label} : {french(establishment.score)}",
                [_assessor(one) for one in establishment.assessors],
            )
            for establishment in criterion.establishments
        ],
    )


def _assessor(assessor: Assessor) -> _Node:
    return _Node(
        f"{_who(assessor)} : {french(assessor.score)} · {_where(assessor)}",
        [_Node(_answer(answer)) for answer in assessor.answers],
    )


def _beside(establishments: Sequence[Establishment]) -> list[_Node]:
    return [
        _Node(
            establishment.label,
            [
                _Node(f"{_who(one)} · {_where(one)}", [_Node(_answer(answer, False)) for answer in one.answers])
                for one in establishment.assessors
            ],
        )
        for establishment in establishments
    ]


def _who(assessor: Assessor) -> str:
    return f"{assessor.code} ({assessor.role})" if assessor.role else assessor.code


def _where(assessor: Assessor) -> str:
    return (
        f"{assessor.file_name}, feuille « {assessor.sheet} », ligne {assessor.row_number}, "
        f"reçu le {french_day(assessor.received_on)}"
    )


def _answer(answer: Answer, is_scored: bool = True) -> str:
    cell = f"  [cellule {answer.cell}]" if answer.cell else ""
    value = f" → {french(answer.value)}" if is_scored and answer.value is not None else ""
    return f"{answer.question_code} {answer.question_label} : {answer.text or _ABSENT}{value}{cell}"
