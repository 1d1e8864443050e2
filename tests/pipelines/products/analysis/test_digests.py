"""A group's digest changes with what it is analysed from, and with nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.products.analysis.digests import answer_digests, score_digests
from pipelines.products.analysis.inputs import Inputs
from sources.home.home import Home

_RELEASE = """
    create table dim_criterion as select 'IMP' as criterion_code, 'impact' as side_code;
    create table dim_question as select 'Q1' as question_code, 'IMP' as criterion_code, 'S' as scale_code;
    create table int_score_perimeter_criterion as from (values
        ('C1', 'gcs', 'U1', 'IMP', 50.0), ('C1', 'A', 'U1', 'IMP', 40.0), ('C1', 'B', 'U1', 'IMP', null)
    ) as v(campaign_code, perimeter_code, use_case_code, criterion_code, score);
    create table int_perimeter_member as from (values ('gcs', 'A'), ('gcs', 'B'), ('A', 'A'), ('B', 'B'))
        as v(perimeter_code, organisation_code);
    create table fct_assessment_answer as from (values
        ('C1', 'A', 'U1', 'Q1', 'L1', true), ('C1', 'B', 'U1', 'Q1', 'L2', true), ('C1', 'B', 'U1', 'Q1', null, false)
    ) as v(campaign_code, organisation_code, use_case_code, question_code, level_code, is_scored);
"""


@pytest.fixture
def inputs(tmp_path: Path) -> Iterator[Inputs]:
    levels = tmp_path / "lake" / "ref_scale_levels"
    levels.mkdir(parents=True)
    pl.DataFrame({"scale_code": ["S", "S"], "code": ["L1", "L2"], "rank": [1, 2]}).write_parquet(
        levels / "referential.parquet"
    )
    with duckdb.connect() as connection:
        connection.execute(_RELEASE)
        yield Inputs(Home(tmp_path), connection)


def _changed(inputs: Inputs, digests: Callable[[Inputs], object], sql: str) -> set[str]:
    """The perimeters whose digest a statement changes."""
    before = dict(digests(inputs))  # type: ignore[call-overload]
    inputs.query(sql)
    after = dict(digests(inputs))  # type: ignore[call-overload]
    return {group[1] for group in before.keys() | after.keys() if before.get(group) != after.get(group)}


def test_an_answer_changes_the_groups_of_its_organisation_alone(inputs: Inputs) -> None:
    more = "insert into fct_assessment_answer values ('C1', 'A', 'U1', 'Q1', 'L2', true)"
    assert _changed(inputs, answer_digests, more) == {"A", "gcs"}
    moved = "update fct_assessment_answer set level_code = 'L1' where organisation_code = 'B' and is_scored"
    assert _changed(inputs, answer_digests, moved) == {"B", "gcs"}
    unscored = "insert into fct_assessment_answer values ('C1', 'A', 'U1', 'Q1', null, false)"
    assert _changed(inputs, answer_digests, unscored) == set()


def test_a_member_that_comes_changes_its_perimeter_and_a_question_changes_all(inputs: Inputs) -> None:
    assert _changed(inputs, answer_digests, "insert into int_perimeter_member values ('A', 'B')") == {"A"}
    assert _changed(inputs, answer_digests, "update dim_question set scale_code = 'T'") == {"A", "B", "gcs"}


def test_a_score_changes_its_group_and_the_order_of_rows_changes_none(inputs: Inputs) -> None:
    scored = "update int_score_perimeter_criterion set score = 41 where perimeter_code = 'A'"
    assert _changed(inputs, score_digests, scored) == {"A"}
    emptied = "update int_score_perimeter_criterion set score = null where perimeter_code = 'A'"
    assert _changed(inputs, score_digests, emptied) == {"A"}
    turned = (
        "create or replace table int_score_perimeter_criterion as "
        "from int_score_perimeter_criterion order by perimeter_code desc"
    )
    assert _changed(inputs, score_digests, turned) == set()
    assert _changed(inputs, score_digests, "update dim_criterion set side_code = 'effort'") == {"A", "B", "gcs"}
