"""Two cases computed by hand, from answers in the lake to the matrix.

The worked case is the domain document's. The other has two establishments of the GCS and three assessors, of whom
one leaves the impact out, questions of polarity -, missing answers, and an impact that is exactly on its threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake

GRENOBLE, LYON = "380780080", "690781810"
WORKED, BY_HAND = "CAT-001", "CAT-002"
LEVELS = {"F": "FAIBLE", "M": "MOYEN", "H": "FORT", "C": "CONFORME", "?": None}
QUESTIONS = {
    "IMP_1": 4,
    "IMP_2": 4,
    "IMP_3": 1,
    "IMP_4": 2,
    "EFF_1": 3,
    "EFF_2": 3,
    "EFF_3": 3,
    "EFF_4": 5,
}


def answers(**criteria: str) -> dict[str, str | None]:
    """``IMP_1="HM?C"``: one letter a sub-criterion, ``?`` for a missing answer; a criterion not named is missing."""
    return {
        f"{criterion}_{index + 1}": LEVELS[criteria.get(criterion, "?" * count)[index]]
        for criterion, count in QUESTIONS.items()
        for index in range(count)
    }


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    grenoble, lyon = (lake.submission(code, "DEMO-2026") for code in (GRENOBLE, LYON))
    grenoble.assess("MED-09", WORKED, answers(IMP_1="HHMC", IMP_2="H?MM", IMP_4="MF"))
    # A1. Impact: 250/3 = 83.333333, nothing, 0, 50 -> 133.333333/3 = 44.444444; low (62.5 + 0 + 0 + 50)/4 = 28.125;
    # high (87.5 + 100 + 0 + 50)/4 = 59.375; completeness (0.75 + 0 + 1 + 1)/4 = 0.6875.
    # Effort: (100 + 50 + 0)/3 = 50 (availability Fort takes away); (100 + 50)/2 = 75 with low 150/3 = 50 and high
    # 250/3 = 83.333333; 50 with low 50/3 = 16.666667 and high 250/3; 0 -> 175/4 = 43.75;
    # low 116.666667/4 = 29.16666675 -> 29.166667; high 216.666666/4 = 54.1666665 -> 54.166667, half up;
    # completeness (1 + 0.666667 + 0.333333 + 1)/4 = 0.75.
    grenoble.assess(
        "MED-01",
        BY_HAND,
        answers(IMP_1="HM?C", IMP_3="F", IMP_4="MM", EFF_1="HMH", EFF_2="F?M", EFF_3="??M", EFF_4="FFFFF"),
    )
    # A2 leaves the impact out: low 0, high 100, completeness 0. Effort 50 everywhere.
    grenoble.assess("CADRE-01", BY_HAND, answers(EFF_1="MMM", EFF_2="MMM", EFF_3="MMM", EFF_4="MMMMM"))
    # B1. Impact: 200/3 = 66.666667, 50, 50 -> 166.666667/3 = 55.555556; low (50 + 50 + 50 + 0)/4 = 37.5;
    # high (75 + 50 + 50 + 100)/4 = 68.75; completeness 2.75/4 = 0.6875.
    # Effort: (0 + 0 + 100)/3 = 33.333333; (0 + 100 + 100)/3 = 66.666667; 100; nothing -> 200/3 = 66.666667;
    # low 200/4 = 50; high 300/4 = 75; completeness 0.75.
    lyon.assess(
        "MED-01",
        BY_HAND,
        answers(IMP_1="HHF?", IMP_2="MMMM", IMP_3="M", EFF_1="FFF", EFF_2="HHH", EFF_3="HHF"),
    )
    with warehouse.build(lake) as connection:
        yield connection


def matrix_row(
    connection: duckdb.DuckDBPyConnection, perimeter: str, use_case: str, columns: str
) -> tuple[object, ...]:
    row = connection.execute(
        f"select {columns} from mart_portfolio_matrix "
        "where profile_code = 'equilibre' and perimeter_code = ? and use_case_code = ?",
        [perimeter, use_case],
    ).fetchone()
    assert row is not None
    return row


IMPACT = "impact_score, impact_low_score, impact_high_score, impact_completeness_share"
EFFORT = IMPACT.replace("impact", "effort")


def decimals(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def test_worked_case(connection: duckdb.DuckDBPyConnection) -> None:
    assert matrix_row(connection, GRENOBLE, WORKED, IMPACT) == decimals("59.722222", "40.625", "71.875", "0.6875")
    criteria = connection.execute(
        "select criterion_code, score from mart_criterion_scores "
        "where perimeter_code = 'gcs' and use_case_code = ? and side_code = 'impact' order by 1",
        [WORKED],
    ).fetchall()
    assert criteria == [
        ("IMP_1", Decimal("87.5")),
        ("IMP_2", Decimal("66.666667")),
        ("IMP_3", None),
        ("IMP_4", Decimal("25")),
    ]


def test_a_side_without_answers_has_no_score_and_open_bounds(connection: duckdb.DuckDBPyConnection) -> None:
    assert matrix_row(connection, GRENOBLE, WORKED, EFFORT) == (None, *decimals("0", "100", "0"))
    assert matrix_row(connection, GRENOBLE, WORKED, "quadrant_code, priority_rank, pareto_rank") == (
        "non_evalue",
        None,
        None,
    )


def test_establishment_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    # low (28.125 + 0)/2, high (59.375 + 100)/2, completeness (0.6875 + 0)/2; the score is A1's alone
    assert matrix_row(connection, GRENOBLE, BY_HAND, IMPACT) == decimals("44.444444", "14.0625", "79.6875", "0.34375")
    # (43.75 + 50)/2; (29.166667 + 50)/2 = 39.5833335 -> half up; (54.166667 + 50)/2 = 52.0833335 -> half up
    assert matrix_row(connection, GRENOBLE, BY_HAND, EFFORT) == decimals("46.875", "39.583334", "52.083334", "0.875")
    # the members of an establishment are its assessors: |43.75 - 50| / 2
    assert matrix_row(
        connection,
        GRENOBLE,
        BY_HAND,
        "impact_stddev_score, impact_count, effort_stddev_score, effort_count, establishment_count, assessor_count",
    ) == (None, 1, Decimal("3.125"), 2, 1, 2)


def test_perimeter_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    # (44.444444 + 55.555556)/2 is exactly the threshold
    assert matrix_row(connection, "gcs", BY_HAND, IMPACT) == decimals("50", "25.78125", "74.21875", "0.515625")
    # (46.875 + 66.666667)/2 = 56.7708335; (39.583334 + 50)/2; (52.083334 + 75)/2; (0.875 + 0.75)/2
    assert matrix_row(connection, "gcs", BY_HAND, EFFORT) == decimals("56.770834", "44.791667", "63.541667", "0.8125")
    assert matrix_row(
        connection, "gcs", BY_HAND, "quadrant_code, is_certain, is_borderline, is_incomplete, priority_score"
    ) == ("projet_majeur", False, True, True, Decimal("46.614583"))
    assert matrix_row(
        connection, "gcs", BY_HAND, "impact_min_score, impact_max_score, impact_stddev_score, effort_stddev_score"
    ) == decimals("44.444444", "55.555556", "5.555556", "9.895834")


def test_every_answer_leads_to_its_cell(connection: duckdb.DuckDBPyConnection) -> None:
    """The points of attention apart, each question asked has one row, with reception, file, sheet and cell."""
    rows = connection.execute(
        "select reception_number, file_name, sheet, row_number, cell, level_code, value_score "
        "from fct_assessment_answer where use_case_code = ? and assessor_code = 'MED-01' "
        "and organisation_code = ? and question_code = 'EFF_1_3'",
        [BY_HAND, GRENOBLE],
    ).fetchall()
    assert rows == [(1, f"{GRENOBLE}-1.xlsx", "Évaluations", 6, "Q6", "FORT", Decimal("0"))]
