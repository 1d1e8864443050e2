"""One score and all that it comes from, read from the published release.

Belongs here: the levels of the explanation and the queries that fill them. Does not: which score is meant
(``choice``), how it is shown (``tree``), any arithmetic.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.products.lineage.choice import Choice, NotPublished, choose
from pipelines.warehouse.publication import current_release
from sources.home.home import Home


@dataclass(frozen=True)
class Answer:
    """One answer: as written (None when missing), its value after polarity (0–100), and its cell."""

    question_code: str
    question_label: str
    text: str | None
    value: Decimal | None
    cell: str | None


@dataclass(frozen=True)
class Assessor:
    """One assessor's answers to a criterion, with the file, sheet and row they stand in."""

    code: str
    role: str | None
    score: Decimal | None
    file_name: str
    sheet: str
    row_number: int
    received_on: date
    reception_number: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Establishment:
    """One establishment's score (0–100): the mean of its assessors'."""

    code: str
    label: str
    score: Decimal | None
    assessors: tuple[Assessor, ...]


@dataclass(frozen=True)
class Criterion:
    """One criterion at the level of the perimeter; ``weight`` is that of the profile."""

    code: str
    label: str
    weight: Decimal
    score: Decimal | None
    low: Decimal
    high: Decimal
    completeness: Decimal
    establishments: tuple[Establishment, ...]


@dataclass(frozen=True)
class Side:
    """Impact or effort: score and bounds 0–100, completeness 0–1."""

    code: str
    label: str
    score: Decimal | None
    low: Decimal | None
    high: Decimal | None
    completeness: Decimal | None
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Explanation:
    """One score of the matrix, from its release down to its cells; ``beside`` are points of attention, never scored."""

    release: str
    matrix: dict[str, Any]
    sides: tuple[Side, ...]
    beside: tuple[Establishment, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same for machines: numbers as exact text, days as ISO text where the writer wants text."""
        return asdict(self)


def explain(
    home: Home, use_case: str, campaign: str | None = None, profile: str | None = None, perimeter: str | None = None
) -> Explanation:
    """Explain one score of the published release, opened read-only. Raises ``NotPublished`` or ``UnknownChoice``."""
    release = current_release(home)
    if release is None:
        raise NotPublished
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        return _Reader(connection, choose(connection, use_case, campaign, profile, perimeter)).explanation(release.name)


Row = dict[str, Any]


class _Reader:
    def __init__(self, connection: duckdb.DuckDBPyConnection, choice: Choice) -> None:
        self._connection = connection
        self._choice = choice
        self._answers = self._rows(_ANSWERS)
        self._of_assessors = {(row["assessment_id"], row["criterion_code"]): row for row in self._rows(_OF_ASSESSORS)}
        self._of_establishments = {
            (row["organisation_code"], row["criterion_code"]): row["score"] for row in self._rows(_OF_ESTABLISHMENTS)
        }

    def explanation(self, release: str) -> Explanation:
        [matrix] = self._rows(_MATRIX)
        criteria = self._rows(_CRITERIA)
        sides = self._rows("select side_code, side_label from dim_side order by side_rank")
        return Explanation(release, matrix, tuple(self._side(side, matrix, criteria) for side in sides), self._beside())

    def _side(self, side: Row, matrix: Row, criteria: list[Row]) -> Side:
        code = side["side_code"]
        return Side(
            code=code,
            label=side["side_label"],
            score=matrix[f"{code}_score"],
            low=matrix[f"{code}_low_score"],
            high=matrix[f"{code}_high_score"],
            completeness=matrix[f"{code}_completeness_share"],
            criteria=tuple(self._criterion(row) for row in criteria if row["side_code"] == code),
        )

    def _criterion(self, row: Row) -> Criterion:
        code = row["criterion_code"]
        answers = [answer for answer in self._answers if answer["is_scored"] and answer["criterion_code"] == code]
        return Criterion(
            code, row["criterion_label"], row["weight"], row["score"], row["low_score"], row["high_score"],
            row["completeness_share"], self._establishments(answers, code),
        )  # fmt: skip

    def _beside(self) -> tuple[Establishment, ...]:
        return self._establishments([row for row in self._answers if not row["is_scored"] and row["answer_text"]], None)

    def _establishments(self, answers: list[Row], criterion: str | None) -> tuple[Establishment, ...]:
        names = {row["organisation_code"]: row["organisation_label"] for row in answers}
        return tuple(
            Establishment(
                code,
                label,
                self._of_establishments.get((code, criterion)),
                self._assessors([row for row in answers if row["organisation_code"] == code], criterion),
            )
            for code, label in names.items()
        )

    def _assessors(self, answers: list[Row], criterion: str | None) -> tuple[Assessor, ...]:
        by_assessment: dict[str, list[Row]] = {}
        for row in answers:
            by_assessment.setdefault(row["assessment_id"], []).append(row)
        return tuple(self._assessor(rows, criterion) for rows in by_assessment.values())

    def _assessor(self, rows: list[Row], criterion: str | None) -> Assessor:
        first = rows[0]
        score = self._of_assessors.get((first["assessment_id"], criterion), {}).get("score")
        return Assessor(
            first["assessor_code"], first["role_label"], score, first["file_name"], first["sheet"], first["row_number"],
            first["received_on"], first["reception_number"],
            tuple(
                Answer(row["question_code"], row["question_label"], row["answer_text"], row["value_score"], row["cell"])
                for row in rows
            ),
        )  # fmt: skip

    def _rows(self, query: str) -> list[Row]:
        named = {name: value for name, value in self._choice.parameters().items() if f"${name}" in query}
        found = self._connection.execute(query, named)
        names = [column[0] for column in found.description]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


_MATRIX = """
from mart_portfolio_matrix
where campaign_code = $campaign and profile_code = $profile
    and perimeter_code = $perimeter and use_case_code = $use_case
"""

_CRITERIA = """
select scores.*, cast(weights.weight_thousandths / 1000 as decimal(9, 3)) as weight
from mart_criterion_scores as scores
inner join int_criterion_weight as weights using (campaign_code, criterion_code)
where scores.campaign_code = $campaign and scores.perimeter_code = $perimeter
    and scores.use_case_code = $use_case and weights.profile_code = $profile
order by scores.criterion_rank, scores.criterion_code
"""

_OF_ESTABLISHMENTS = """
select organisation_code, criterion_code, score
from int_score_establishment_criterion
where campaign_code = $campaign and use_case_code = $use_case
"""

_OF_ASSESSORS = """
select assessment_id, criterion_code, score
from int_score_assessor_criterion
semi join (
    select assessment_id from fct_assessment where campaign_code = $campaign and use_case_code = $use_case
) using (assessment_id)
"""

_ANSWERS = """
select lineage.*
from mart_score_lineage as lineage
inner join dim_question as questions using (question_code)
where lineage.campaign_code = $campaign and lineage.perimeter_code = $perimeter
    and lineage.use_case_code = $use_case
order by lineage.organisation_label, lineage.assessor_code, questions.question_rank, lineage.question_code
"""
