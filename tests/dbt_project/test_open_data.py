"""What the open data hold back: confidential use cases, figures of too few, figures that tell single scores.

One lake holds the cases, each a use case of its own; the mart of the lineage is read on the same lake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pytest

from tests.dbt_project.acts import build_with, taken
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake, Submission

CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE = "630780989", "380780080", "690781810", "420784878"
ELSEWHERE = ("990000017", "990000025", "990000033", "990000041")
QUESTIONS = ("IMP_1_1", "IMP_3_1", "EFF_1_1", "EFF_3_1")
LEVELS = ("FORT", "MOYEN", "FAIBLE", "MOYEN")
WITHHELD = "Non publié"


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    for code in ELSEWHERE:
        lake.add_site_row(
            "organisations", code=code, label=f"Clinique {code}", sector_code="prive_lucratif", member_gcs="non",
            country_code="FR", is_health_establishment="oui", source_code="GCS",
        )  # fmt: skip
    gcs = [lake.submission(code, "DEMO-2026") for code in (CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE)]
    others = [lake.submission(code, "DEMO-2026") for code in ELSEWHERE]
    _assess(gcs, "CAT-001", (2, 1, 1, 1))  # just enough
    _assess(gcs, "CAT-002", (1, 1, 1, 1))  # four assessors: for readers, not for the public
    _assess(gcs[:3], "CAT-003", (4, 4, 4))  # three establishments: two others than any of them
    _assess(gcs, "CAT-004", (2, 2, 1, 1))  # enough, and one more elsewhere: the difference would tell its score
    _assess(others[:1], "CAT-004", (1,))
    _assess(gcs, "CAT-005", (2, 2, 1, 1))  # enough, and enough elsewhere
    _assess(others, "CAT-005", (2, 2, 1, 1))
    _assess(gcs, "CAT-006", (1, 1, 1, 1))  # five, but only four of them on the effort side
    gcs[2].assess("MED-99", "CAT-006", {"IMP_1_1": "FORT", "IMP_3_1": "FAIBLE"})
    _assess(gcs, "CAT-007", (1, 1, 1, 1))  # five on each side, but only four on a criterion
    gcs[2].assess("MED-99", "CAT-007", {"IMP_1_1": "FORT", "EFF_1_1": "FORT"})
    for submission in gcs:  # enough, and all alike at one end: whoever reads the mean reads each
        for number in range(2):
            submission.assess(f"MED-{number}", "CAT-010", dict.fromkeys(QUESTIONS, "FORT"))
    _assess(gcs, "CAT-008", (2, 2, 1, 1))  # one keeps its part: three are left
    gcs[0].use_case("CAT-008", is_confidential=True)
    gcs[3].use_case("CAT-008", is_confidential=False)
    gcs[0].project("CAT-008", {"routine": None})
    gcs[0].project("CAT-009", {"routine": None}, follow_up="Suivi par M. X", end_reason="Sans suite")
    gcs[0].use_case(f"{CLERMONT}-1", "=HYPERLINK(1)", need="un besoin écrit librement")
    gcs[0].use_case(f"{CLERMONT}-2", "Secret", is_confidential=True)
    warehouse.build(lake).close()
    build_with(warehouse, lake, [taken(warehouse, "DEMO-2026")])
    with duckdb.connect(str(warehouse.file), read_only=True) as connection:
        yield connection


def _assess(submissions: Sequence[Submission], use_case: str, counts: Sequence[int]) -> None:
    """Each its own answers, none of the sums near an end."""
    for place, (submission, count) in enumerate(zip(submissions, counts, strict=True)):
        answers = {question: LEVELS[(place + shift) % 4] for shift, question in enumerate(QUESTIONS)}
        for number in range(count):
            submission.assess(f"MED-{number}", use_case, answers)


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, list(values)).fetchall()


def reason(connection: duckdb.DuckDBPyConnection, use_case: str, perimeter: str, profile: str = "equilibre") -> Any:
    """Why the score is withheld, None when it is published; a withheld row says nothing else."""
    [row] = rows(
        connection,
        "select withheld_reason, impact_score, effort_score, priority_score, quadrant_code, is_certain, assessor_class "
        "from mart_open_score where use_case_code = ? and perimeter_code = ? and profile_code = ?",
        use_case, perimeter, profile,
    )  # fmt: skip
    assert all((value is None) == (row[0] is not None) for value in row[1:]), row
    return row[0]


@pytest.mark.parametrize(
    ("use_case", "gcs", "everybody"),
    [
        ("CAT-001", None, None),
        ("CAT-002", WITHHELD, WITHHELD),
        ("CAT-003", WITHHELD, WITHHELD),
        ("CAT-004", None, WITHHELD),
        ("CAT-005", None, None),
        ("CAT-006", WITHHELD, WITHHELD),
        ("CAT-007", None, None),
        ("CAT-008", WITHHELD, WITHHELD),
        ("CAT-009", WITHHELD, WITHHELD),
        ("CAT-010", WITHHELD, WITHHELD),
    ],
)
def test_a_score_stands_on_three_others_than_any_one(
    connection: duckdb.DuckDBPyConnection, use_case: str, gcs: str | None, everybody: str | None
) -> None:
    assert reason(connection, use_case, "gcs") == gcs
    assert reason(connection, use_case, "tous") == everybody


def test_the_scores_of_another_profile_would_tell_a_criterion_of_too_few(connection: duckdb.DuckDBPyConnection) -> None:
    assert reason(connection, "CAT-007", "gcs", "economique") == WITHHELD
    assert reason(connection, "CAT-001", "gcs", "economique") is None
    query = "select distinct withheld_reason, count(score) from mart_open_criterion_score where use_case_code = ? " \
        "and perimeter_code = 'gcs' group by all order by all"  # fmt: skip
    assert rows(connection, query, "CAT-007") == [(WITHHELD, 0)]
    assert rows(connection, query, "CAT-001") == [(WITHHELD, 0), (None, 4)]


def test_a_published_score_is_that_of_the_matrix_to_the_point(connection: duckdb.DuckDBPyConnection) -> None:
    [(count, different)] = rows(
        connection,
        "select count(*), count(*) filter ((open.impact_score, open.effort_score) is distinct from "
        "(round(matrix.impact_score), round(matrix.effort_score))) from mart_open_score as open "
        "inner join mart_portfolio_matrix as matrix using (campaign_code, profile_code, perimeter_code, use_case_code) "
        "where open.withheld_reason is null",
    )
    assert count > 10 and different == 0
    classes = "select distinct establishment_class, assessor_class from mart_open_score order by all"
    assert rows(connection, classes) == [("4 à 9", "10 à 19"), ("4 à 9", "4 à 9"), (None, None)]


def test_readers_see_what_the_public_does_not(connection: duckdb.DuckDBPyConnection) -> None:
    """Four establishments of one assessor each: three others than the reader, and fewer than five assessors."""
    query = "select distinct snapshot_label, other_establishment_count from mart_reader_matrix " \
        "where view_code = 'gcs' and use_case_code = ? and reader_organisation_code = ? " \
        "and profile_code = 'equilibre'"  # fmt: skip
    assert rows(connection, query, "CAT-002", LYON) == [("Arrêté du 02/11/2026", 3)]
    for use_case in ("CAT-003", "CAT-008", "CAT-010"):
        assert rows(connection, query, use_case, LYON) == [(WITHHELD, None)]
    own = "select distinct view_code, snapshot_label from mart_reader_matrix where view_code <> 'gcs' " \
        "and use_case_code = 'CAT-002' and reader_organisation_code = ? order by all"  # fmt: skip
    assert rows(connection, own, LYON) == [("own", "À ce jour"), ("own_snapshot", "Arrêté du 02/11/2026")]


def test_what_one_establishment_marks_confidential_is_nowhere(connection: duckdb.DuckDBPyConnection) -> None:
    """Its own use case whole; of a use case of the catalogue, its part."""
    tables = [name for (name,) in rows(connection, "select table_name from information_schema.tables "
                                       "where table_name like 'mart_open_%' order by all")]  # fmt: skip
    found = {
        table
        for table in tables
        for row in rows(connection, f"select * from {table}")
        if {f"{CLERMONT}-2", "Secret"} & set(row) or {"CAT-008", CLERMONT} <= set(row)
    }
    assert len(tables) == 6 and found == set()
    assert rows(connection, "select 1 from mart_open_use_case where use_case_code = 'CAT-008'") == [(1,)]


def test_typed_text_is_left_out_or_kept_whole(connection: duckdb.DuckDBPyConnection) -> None:
    """Where a spreadsheet opens it, the export makes it harmless (tests/attempts/test_spreadsheets.py)."""
    query = "select use_case_label, need from mart_open_use_case where use_case_code = ?"
    assert rows(connection, query, f"{CLERMONT}-1") == [("=HYPERLINK(1)", None)]
    [(columns,)] = rows(connection, "select list(column_name) from information_schema.columns "
                        "where table_name like 'mart_open_%'")  # fmt: skip
    assert not {"assessor_code", "file_name", "cell", "follow_up", "end_reason", "sites"} & set(columns)


def test_every_answer_is_found_under_each_perimeter_that_it_enters(connection: duckdb.DuckDBPyConnection) -> None:
    counts = dict(rows(connection, "select perimeter_code, count(*) from mart_score_lineage group by all"))
    answers = dict(rows(connection, "select organisation_code, count(*) from fct_assessment_answer group by all"))
    assert counts["tous"] == sum(answers.values())
    assert counts["gcs"] == sum(answers.get(code, 0) for code in (CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE))
    assert {code: counts[code] for code in answers} == answers
    [(cell, file, text)] = rows(
        connection,
        "select cell, file_name, answer_text from mart_score_lineage where perimeter_code = 'tous' "
        "and use_case_code = 'CAT-006' and assessor_code = 'MED-99' and question_code = 'IMP_3_1'",
    )
    assert (file, text) == (f"{LYON}-3.xlsx", "FAIBLE") and cell.startswith("E")
