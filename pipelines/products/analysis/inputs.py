"""What the analyses read: the published release, and the referential that the lake holds beside it.

Belongs here: queries and the arrays made of them. Does not: computing anything (``simulations``, ``portfolios``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.products.decision.smaa import MISSING, Scores
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.referential.schema import TABLES


@dataclass(frozen=True)
class CriterionScores:
    """One campaign and perimeter: the criterion scores of its assessed use cases, in the order of their codes."""

    use_cases: list[str]
    criteria: list[str]
    impact: Scores
    effort: Scores


@dataclass(frozen=True)
class Answers:
    """One campaign and perimeter: for each unit (use case × question), how many assessors gave each raw rank.

    ``use_case`` and ``criterion`` say of each unit what it belongs to; units stand in the order of their codes.
    """

    use_case: NDArray[np.object_]
    criterion: NDArray[np.object_]
    counts: NDArray[np.int64]


class Inputs:
    """An open release and the lake's referential; use ``open_inputs``."""

    def __init__(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        self._home = home
        self._connection = connection

    def referential(self, table: str) -> pl.DataFrame:
        """A table of the referential as the last pass laid it in the lake."""
        return pl.read_parquet(self.lake / f"ref_{table}" / "referential.parquet")

    @property
    def lake(self) -> Path:
        """The folder of the lake."""
        return self._home.lake

    @property
    def scale_levels(self) -> str:
        """The file of the levels that answers are ranked by."""
        return str(self.lake / "ref_scale_levels" / "referential.parquet")

    @cached_property
    def whole_referential(self) -> Referential:
        """All its tables, as the last pass laid them in the lake."""
        return Referential({table: self.referential(table) for table in TABLES})

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, list(parameters)).fetchall()

    def threshold(self, code: str) -> int:
        """A threshold on scores, in millionths."""
        sql = "select cast(threshold_value * 1000000 as bigint) from dim_threshold where threshold_code = ?"
        return int(self.query(sql, code)[0][0])

    def criterion_scores(self, campaign: str, perimeter: str) -> CriterionScores:
        """The scores of the level itself, criteria asked in the campaign, whether or not anybody answered."""
        rows = self.query(_CRITERION_SCORES, campaign, perimeter)
        use_cases = sorted({row[0] for row in rows})
        sides = {side: sorted({row[1] for row in rows if row[2] == side}) for side in ("impact", "effort")}
        arrays = {side: np.full((len(use_cases), len(criteria)), MISSING, np.int64) for side, criteria in sides.items()}
        places = {use_case: index for index, use_case in enumerate(use_cases)}
        columns = {criterion: index for criteria in sides.values() for index, criterion in enumerate(criteria)}
        for use_case, criterion, side, millionths in rows:
            if millionths is not None:
                arrays[side][places[use_case], columns[criterion]] = millionths
        return CriterionScores(use_cases, sides["impact"] + sides["effort"], arrays["impact"], arrays["effort"])

    def answers(self, campaign: str, perimeter: str) -> Answers:
        """The scored answers of the campaign's assessments that count, by raw rank, before polarity."""
        levels = self.referential("scale_levels").select("scale_code", "code", "rank")
        rank_count = int(levels.get_column("rank").max() or 0) + 1  # type: ignore[arg-type]
        rows = self.query(_ANSWERS, self.scale_levels, campaign, perimeter)
        units = {(row[0], row[1], row[2]): None for row in rows}
        places = {unit: index for index, unit in enumerate(units)}
        counts = np.zeros((len(units), rank_count), np.int64)
        for use_case, criterion, question, rank, count in rows:
            counts[places[use_case, criterion, question], rank] = count
        return Answers(
            np.array([unit[0] for unit in units], dtype=object),
            np.array([unit[1] for unit in units], dtype=object),
            counts,
        )


@contextmanager
def open_inputs(home: Home) -> Iterator[Inputs]:
    """The release that readers see now; it stays the same to the end, whatever is published meanwhile."""
    with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
        yield Inputs(home, connection)


_CRITERION_SCORES = """
    select scores.use_case_code, scores.criterion_code, criteria.side_code, cast(scores.score * 1000000 as bigint)
    from int_score_perimeter_criterion as scores
    inner join dim_criterion as criteria using (criterion_code)
    where scores.campaign_code = ? and scores.perimeter_code = ?
    order by all
"""

_ANSWERS = """
    select
        answers.use_case_code,
        questions.criterion_code,
        answers.question_code,
        levels.rank,
        count(*) as answer_count
    from fct_assessment_answer as answers
    inner join dim_question as questions using (question_code)
    inner join read_parquet(?) as levels
        on questions.scale_code = levels.scale_code and answers.level_code = levels.code
    where
        answers.is_scored
        and answers.campaign_code = ?
        and answers.organisation_code in (select organisation_code from int_perimeter_member where perimeter_code = ?)
    group by all
    order by all
"""
