"""The demonstration: seeded, of all sectors, with disagreements, gaps and two faulty workbooks."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from sources.demonstration.portfolio import DemonstrationWorkbook
from sources.demonstration.story import demonstration_workbooks
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential, load_referential


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="module")
def workbooks(referential: Referential) -> list[DemonstrationWorkbook]:
    return list(demonstration_workbooks(referential))


def answers(workbooks: list[DemonstrationWorkbook]) -> list[DemonstrationWorkbook]:
    """Those of establishments."""
    return [workbook for workbook in workbooks if workbook.folder != COORDINATORS_FOLDER]


def test_it_is_the_same_each_time(referential: Referential, workbooks: list[DemonstrationWorkbook]) -> None:
    assert list(demonstration_workbooks(referential)) == workbooks


def test_the_four_chu_and_eight_others_of_three_sectors_speak(
    referential: Referential, workbooks: list[DemonstrationWorkbook]
) -> None:
    organisations = {row["code"]: row for row in referential.table("organisations").iter_rows(named=True)}
    speaking = {workbook.folder for workbook in answers(workbooks)}
    members = {code for code, row in organisations.items() if row["member_gcs"]}
    assert members <= speaking
    assert len(speaking - members) >= 8
    assert {"public", "prive_non_lucratif", "prive_lucratif"} <= {
        organisations[code]["sector_code"] for code in speaking
    }


def test_only_demonstration_campaigns_are_answered(
    referential: Referential, workbooks: list[DemonstrationWorkbook]
) -> None:
    labels = {w.rows["etablissement"][0]["campagne"] for w in answers(workbooks)}
    marked = referential.table("campaigns").filter("is_demonstration")["label"].to_list()
    assert labels == set(marked)
    assert len(marked) == 2


def test_assessors_disagree_and_leave_gaps(referential: Referential, workbooks: list[DemonstrationWorkbook]) -> None:
    questions = referential.codes("subcriteria")
    answers = Counter()
    disagreements = 0
    for workbook in workbooks:
        by_use_case: dict[str, set[str]] = {}
        for row in workbook.rows.get("evaluations", []):
            answers.update("answered" if row.get(question) else "missing" for question in questions)
            if row.get("IMP_1_1"):
                by_use_case.setdefault(row["cas_usage"], set()).add(row["IMP_1_1"])
        disagreements += sum(len(values) > 1 for values in by_use_case.values())
    assert disagreements > 20
    assert 0.02 < answers["missing"] / answers.total() < 0.3


def test_each_panel_has_something_to_show(demo_home: Home) -> None:
    """Decisions, reviews, departures, a pair that waits, two scenarios with their core, a withdrawal; no mart empty."""
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        marts = "select table_name from information_schema.tables where table_name like 'mart_%'"
        for (mart,) in connection.execute(marts).fetchall():
            assert connection.execute(f"from {mart} limit 1").fetchall(), mart
        for shown in (
            "mart_decision where is_review_due and perimeter_code = 'gcs'",
            "mart_decision where not is_review_due",
            "mart_decision_selection where is_against_selection",
            "mart_duplicate_pair where is_waiting",
            "(select scenario_code from mart_portfolio_selection where core_share > 0 group by 1 having count(*) > 4)"
            " limit 1 offset 1",
            "fct_submission where verdict_code = 'retrait'",
        ):
            assert connection.execute(f"from {shown}").fetchall(), shown


def test_the_older_campaign_was_received_then(demo_home: Home) -> None:
    received = """
        select max(received_on) <= max(deadline_on), max(received_on) < (select max(received_on) from fct_submission)
        from fct_submission inner join dim_campaign using (campaign_code) where campaign_code = 'DEMO-2025'
    """
    with duckdb.connect(str(demo_home.current_release.resolve()), read_only=True) as connection:
        assert connection.execute(received).fetchall() == [(True, True)]
