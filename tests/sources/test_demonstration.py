"""The demonstration: seeded, of all sectors, with disagreements, gaps and two faulty workbooks."""

from __future__ import annotations

from collections import Counter

import pytest

from sources.demonstration.portfolio import DemonstrationWorkbook, demonstration_workbooks
from sources.referential.loader import Referential, load_referential


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="module")
def workbooks(referential: Referential) -> list[DemonstrationWorkbook]:
    return list(demonstration_workbooks(referential))


def test_it_is_the_same_each_time(referential: Referential, workbooks: list[DemonstrationWorkbook]) -> None:
    assert list(demonstration_workbooks(referential)) == workbooks


def test_the_four_chu_and_eight_others_of_three_sectors_speak(
    referential: Referential, workbooks: list[DemonstrationWorkbook]
) -> None:
    organisations = {row["code"]: row for row in referential.table("organisations").iter_rows(named=True)}
    speaking = {workbook.folder for workbook in workbooks}
    members = {code for code, row in organisations.items() if row["member_gcs"]}
    assert members <= speaking
    assert len(speaking - members) >= 8
    assert {"public", "prive_non_lucratif", "prive_lucratif"} <= {
        organisations[code]["sector_code"] for code in speaking
    }


def test_only_demonstration_campaigns_are_answered(
    referential: Referential, workbooks: list[DemonstrationWorkbook]
) -> None:
    labels = {w.rows["etablissement"][0]["campagne"] for w in workbooks}
    marked = referential.table("campaigns").filter("is_demonstration")["label"].to_list()
    assert labels == set(marked)
    assert len(marked) == 2


def test_assessors_disagree_and_leave_gaps(referential: Referential, workbooks: list[DemonstrationWorkbook]) -> None:
    questions = referential.codes("subcriteria")
    answers = Counter()
    disagreements = 0
    for workbook in workbooks:
        by_use_case: dict[str, set[str]] = {}
        for row in workbook.rows["evaluations"]:
            answers.update("answered" if row.get(question) else "missing" for question in questions)
            if row.get("IMP_1_1"):
                by_use_case.setdefault(row["cas_usage"], set()).add(row["IMP_1_1"])
        disagreements += sum(len(values) > 1 for values in by_use_case.values())
    assert disagreements > 20
    assert 0.02 < answers["missing"] / answers.total() < 0.3
