"""Each response of a form's export counts as a submission of its own, and only what is new or changed comes in."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from quality.batch import batch
from quality.batch.check import check_file
from quality.batch.form_exports import check_export, judge_export
from sources.archive import archive
from sources.demonstration.drop import as_demonstration
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from sources.workbook.reading import read_workbook
from tests.sources.forms.exports_by_hand import (
    ASSESSMENTS,
    FIRST,
    LYON,
    MAIN,
    SECOND,
    Table,
    as_xlsx,
    kobo_tables,
    microsoft_tables,
    odk_zip,
)

THIRD = "16fd2706-8baf-433b-82eb-8c7fada847da"


def drop(home: Home, referential: Referential, content: bytes, name: str = "export.xlsx") -> batch.BatchReport:
    folder = home.intake / LYON
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    archive.receive(home)
    return batch.process(home, referential)


def counted(home: Home) -> list[tuple[Any, ...]]:
    """(dossier, assessor, use case, sheet row) of the assessments of the latest submission of each key."""
    latest = (
        lake.read(home.lake, "submissions")
        .sort("reception_number")
        .unique("submission_key", keep="last")
        .filter(~pl.col("is_withdrawal"))
    )
    rows = lake.read(home.lake, "assessments").join(latest, on="reception_number")
    return sorted(rows.select("submission_key", "assessor_code", "use_case_code", "row_number").rows())


def test_each_response_is_a_submission_of_its_own(home: Home, referential: Referential) -> None:
    report = drop(home, referential, as_xlsx(kobo_tables()))
    assert report.verdict_counts == {"formulaire": 1, "prise": 2}
    first, second = f"{LYON}|2026-1|formulaire-{FIRST}", f"{LYON}|2026-1|formulaire-{SECOND}"
    assert counted(home) == [
        (first, "MED-01", f"{LYON}-1", 3),
        (first, "MED-01", "CAT-001", 2),
        (second, "MED-7C9E", "CAT-001", 4),
    ]
    assert len(report.receipts) == 3


def test_counts_balance_and_the_export_says_what_it_brought(home: Home, referential: Referential) -> None:
    drop(home, referential, as_xlsx(kobo_tables(responses=(FIRST, SECOND, ""))))
    counts = lake.read(home.lake, "sheet_counts")
    assert (counts["read_count"] == counts["taken_count"] + counts["rejected_count"] + counts["ignored_count"]).all()
    problems = lake.read(home.lake, "problems").filter(pl.col("reception_number") == 1)
    assert problems.filter(pl.col("rule_code") == "I0601")["found_text"].to_list() == [
        "KoboToolbox et ODK : 3 réponses, dont 3 nouvelles ou changées"
    ]


def test_an_export_that_repeats_earlier_answers_brings_what_is_new_or_changed(
    home: Home, referential: Referential
) -> None:
    drop(home, referential, as_xlsx(kobo_tables()))
    report = drop(home, referential, as_xlsx(kobo_tables("FAIBLE", responses=(THIRD, SECOND, FIRST))), "encore.xlsx")
    assert report.verdict_counts == {"formulaire": 1, "prise": 2}
    responses = [r.response_id for r in archive.receptions(home)]
    assert responses == [None, FIRST, SECOND, None, THIRD, FIRST]
    answers = lake.read(home.lake, "answers").filter(pl.col("question_code") == "IMP_1_1")
    assert answers.filter(pl.col("reception_number") == 6)["level_code"].to_list()[0] == "FAIBLE"


def test_the_same_export_again_brings_nothing(home: Home, referential: Referential) -> None:
    drop(home, referential, as_xlsx(kobo_tables()))
    before = counted(home)
    report = drop(home, referential, as_xlsx(kobo_tables()), "encore.xlsx")
    assert report.verdict_counts == {"formulaire": 1}
    assert counted(home) == before


def test_the_lake_made_again_from_the_archive_is_the_same(home: Home, referential: Referential) -> None:
    drop(home, referential, as_xlsx(kobo_tables()))
    drop(home, referential, as_xlsx(kobo_tables("FAIBLE", responses=(FIRST, THIRD))), "encore.xlsx")
    tables = ("receptions", "submissions", "assessments", "answers", "problems")
    before = {table: lake.read(home.lake, table).sort(pl.all()) for table in tables}
    shutil.rmtree(home.lake)
    batch.process(home, referential)
    assert all(lake.read(home.lake, table).sort(pl.all()).equals(rows) for table, rows in before.items())


def test_a_response_that_changes_campaign_counts_once(home: Home) -> None:
    referential = as_demonstration(home)
    drop(home, referential, as_xlsx(kobo_tables(responses=(FIRST,))))
    report = drop(home, referential, as_xlsx(kobo_tables(campaign="DEMO-2026", responses=(FIRST,))), "encore.xlsx")
    assert report.verdict_counts == {"formulaire": 1, "retrait": 1, "prise": 1}
    assert {key for key, *_ in counted(home)} == {f"{LYON}|DEMO-2026|formulaire-{FIRST}"}


def test_a_pass_stopped_after_the_responses_were_received_receives_them_once(
    home: Home, referential: Referential, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(batch, "accounts", stop)
        drop(home, referential, as_xlsx(kobo_tables()))
    batch.process(home, referential)
    assert [r.response_id for r in archive.receptions(home)] == [None, FIRST, SECOND]
    assert len(counted(home)) == 3


def test_an_error_in_one_response_leaves_the_others(home: Home, referential: Referential) -> None:
    report = drop(home, referential, as_xlsx(kobo_tables("SUPER")))
    assert report.verdict_counts == {"formulaire": 1, "partielle": 1, "prise": 1}
    [problem] = lake.read(home.lake, "problems").filter(pl.col("severity") == "erreur").rows(named=True)
    assert (problem["sheet"], problem["cell"], problem["found_text"]) == ("Évaluations", "E2", "SUPER")


@pytest.mark.parametrize(("content", "name"), [(odk_zip(), "odk.zip"), (as_xlsx(microsoft_tables()), "ms.xlsx")])
def test_odk_and_microsoft_forms_go_through(home: Home, referential: Referential, content: bytes, name: str) -> None:
    report = drop(home, referential, content, name)
    assert report.verdict_counts == {"formulaire": 1, "prise": 2}


def test_a_check_judges_every_response_at_the_export_s_own_cells(referential: Referential, tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(as_xlsx(kobo_tables("SUPER")))
    answer = check_file(path, referential)
    errors = [problem for problem in answer.verdict.problems if problem.rule.severity == "erreur"]
    assert [(problem.sheet, problem.cell, problem.found) for problem in errors] == [("Évaluations", "E2", "SUPER")]
    assert (answer.verdict.code, answer.exit_code) == ("formulaire", 1)
    assert [count.read for count in answer.verdict.counts] == [2, 1, 3]
    path.write_bytes(as_xlsx(kobo_tables()))
    assert check_file(path, referential).exit_code == 0
    assert "2 réponses" in answer.as_text()


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("E0602", {"evaluations": [ASSESSMENTS, ("MED-01", "medecin", "CAT-001", "", "FORT", 1, 99)]}),
        ("E0603", {"Cartographie": [(*MAIN, "evaluations[2]/evaluations_role"),
                                    ("", LYON, "2026-1", "", 1, FIRST, "", 1, "medecin")]}),
    ],
)  # fmt: skip
def test_what_cannot_be_handed_over_is_said(referential: Referential, rule: str, tables: dict[str, Table]) -> None:
    def rules(found: dict[str, Table]) -> set[str]:
        verdict = check_export(referential, read_workbook(as_xlsx(found)))
        assert verdict is not None
        return {problem.rule_code for problem in verdict.problems}

    sound = kobo_tables(responses=(FIRST,))
    assert rule not in rules(sound)
    assert rule in rules(sound | tables)


@pytest.mark.parametrize(("rule", "responses"), [("E0601", (FIRST, "")), (None, (FIRST,))])
def test_a_response_without_identifier_is_said(
    home: Home, referential: Referential, rule: str | None, responses: tuple[str, ...]
) -> None:
    tables = kobo_tables(responses=responses)
    main = [[cell if at != 4 else "" for at, cell in enumerate(row)] for row in tables["Cartographie"][1:]]
    content = as_xlsx(tables | {"Cartographie": [tables["Cartographie"][0], *main]})
    reception = archive.Reception(1, LYON, "export.xlsx", "", 0, None, 0)  # type: ignore[arg-type]
    judged = judge_export(home, referential, reception, read_workbook(content))
    assert judged is not None
    errors = [problem.rule_code for problem in judged.verdict.problems if problem.rule.severity == "erreur"]
    assert errors == ([rule] if rule else [])


def with_review(tables: dict[str, Table], *states: str) -> dict[str, Table]:
    rows = tables["Cartographie"]
    return tables | {
        "Cartographie": [[*row, text] for row, text in zip(rows, ("_validation_status", *states), strict=True)]
    }


def test_a_response_rejected_later_no_longer_counts_until_it_is_approved(home: Home, referential: Referential) -> None:
    drop(home, referential, as_xlsx(kobo_tables()))
    before = counted(home)
    rejected = as_xlsx(with_review(kobo_tables(), "Not approved", ""))
    report = drop(home, referential, rejected, "rejetee.xlsx")
    assert report.verdict_counts == {"formulaire": 1, "retrait": 1}
    assert {key for key, *_ in counted(home)} == {f"{LYON}|2026-1|formulaire-{SECOND}"}
    said = lake.read(home.lake, "problems").filter(pl.col("rule_code") == "W0610")
    assert said.select("sheet", "row_number", "found_text").rows() == [("Cartographie", 2, "Not approved")]
    assert drop(home, referential, rejected, "encore.xlsx").verdict_counts == {"formulaire": 1}
    drop(home, referential, as_xlsx(with_review(kobo_tables(), "Approved", "")), "approuvee.xlsx")
    assert counted(home) == before


def test_an_export_without_its_repeats_brings_nothing_and_says_how_to_export(
    home: Home, referential: Referential
) -> None:
    drop(home, referential, as_xlsx(kobo_tables()))
    before = counted(home)
    alone = as_xlsx({"Cartographie": kobo_tables(campaign="2026-1")["Cartographie"]})
    report = drop(home, referential, alone, "sans.xlsx")
    assert report.verdict_counts == {"formulaire": 1}
    assert counted(home) == before
    rules = lake.read(home.lake, "problems").filter(pl.col("reception_number") == 4)["rule_code"].to_list()
    assert "E0612" in rules
    assert "E0106" not in rules


def test_a_table_with_a_column_key_is_no_form(home: Home, referential: Referential) -> None:
    rows = [("Key", "Campagne"), *((f"K{n}", "2026-1") for n in range(3000))]
    drop(home, referential, as_xlsx({"Feuil1": rows}))
    assert len(archive.receptions(home)) == 1
