"""From drops to lake and receipts: what is taken, replaced, refused, withdrawn, and that nothing is counted twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from quality.answers import receipts
from quality.batch import batch
from quality.batch.batch import BatchReport, answer_set_aside, process
from sources.archive import archive
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.lake import lake
from sources.referential.loader import Referential
from tests.quality.conftest import GRENOBLE, LYON, submission

Drop = Callable[..., Path]


@pytest.fixture
def take(home: Home, referential: Referential) -> Callable[[], BatchReport]:
    def take_all() -> BatchReport:
        archive.receive(home)
        return process(home, referential)

    return take_all


def verdict_codes(home: Home) -> list[str]:
    return lake.read(home.lake, "receptions").sort("reception_number")["verdict_code"].to_list()


def last_receipt(home: Home, folder: str = LYON) -> dict:
    return json.loads(max((home.receipts / folder).glob("*.json")).read_text())


def test_a_good_workbook_is_taken_answered_and_put_away(home: Home, drop: Drop, take: Callable) -> None:
    path = drop(submission())
    take()
    assert verdict_codes(home) == ["prise"]
    assert not path.exists()
    assert [p.name for p in (path.parent / "traités").iterdir()] == ["000001_envoi.xlsx"]
    page = next((home.receipts / LYON).glob("0*.html")).read_text()
    assert "5 lignes prises" in page
    assert "rien à corriger" in page


def test_answers_carry_their_cell_and_a_missing_one_is_no_level(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission())
    take()
    answers = lake.read(home.lake, "answers").filter(use_case_code="CAT-001")
    row = answers.filter(question_code="IMP_1_1").row(0, named=True)
    assert (row["level_code"], row["answer_text"], row["cell"]) == ("FORT", "Fort", "E3")
    assert answers.filter(question_code="IMP_2_1")["level_code"].to_list() == [None]


def test_not_assessed_is_missing_and_never_low(home: Home, drop: Drop, take: Callable) -> None:
    rows = submission()
    rows["evaluations"][0]["IMP_1_2"] = "Non évalué"
    drop(rows)
    take()
    answer = lake.read(home.lake, "answers").filter(use_case_code="CAT-001", question_code="IMP_1_2")
    assert answer["level_code"].to_list() == [None]
    assert verdict_codes(home) == ["prise"]


def test_a_row_with_an_error_is_set_aside_and_the_others_taken(home: Home, drop: Drop, take: Callable) -> None:
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Très fort"
    drop(rows)
    take()
    assert verdict_codes(home) == ["partielle"]
    assert lake.read(home.lake, "assessments")["use_case_code"].to_list() == [f"{LYON}-1"]
    problem = last_receipt(home)["problems"][0]
    assert (problem["rule_code"], problem["sheet"], problem["cell"]) == ("E0202", "Évaluations", "E3")
    assert problem["found"] == "Très fort"
    assert "Vouliez-vous dire « Fort » ?" in problem["expected"]


def test_read_is_taken_plus_rejected_plus_ignored_on_every_sheet(home: Home, drop: Drop, take: Callable) -> None:
    rows = submission()
    rows["cas_usage"][1]["axe"] = "Astrologie"
    drop(rows)
    drop(submission(GRENOBLE), folder=LYON, name="mal-range.xlsx")
    take()
    counts = lake.read(home.lake, "sheet_counts")
    assert counts.height == 12
    assert counts.filter(
        pl.col("read_count") != pl.col("taken_count") + pl.col("rejected_count") + pl.col("ignored_count")
    ).is_empty()
    assert counts["rejected_count"].sum() == 1 + 5


def test_the_same_bytes_again_change_nothing(home: Home, drop: Drop, take: Callable) -> None:
    path = drop(submission())
    content = path.read_bytes()
    take()
    before = lake.read(home.lake, "answers")
    path.write_bytes(content)
    take()
    assert verdict_codes(home) == ["prise", "sans_changement"]
    assert lake.read(home.lake, "answers").equals(before)
    assert "rien ne change" in next((home.receipts / LYON).glob("000002*.html")).read_text()


def test_taking_twice_takes_nothing_more(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission())
    take()
    assert take().reception_count == 0


def test_bytes_that_came_back_after_another_version_count_again(home: Home, drop: Drop, take: Callable) -> None:
    path = drop(submission())
    first = path.read_bytes()
    take()
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Faible"
    drop(rows)
    take()
    path.write_bytes(first)
    take()
    assert verdict_codes(home) == ["prise", "prise", "prise"]


def test_withdrawal_and_refusal_leave_no_row(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission())
    take()
    rows = submission()
    rows["etablissement"][0]["retrait"] = "oui"
    drop(rows)
    take()
    assert verdict_codes(home) == ["prise", "retrait"]
    submissions = lake.read(home.lake, "submissions").sort("reception_number")
    assert submissions["is_withdrawal"].to_list() == [False, True]
    assert lake.read(home.lake, "answers")["reception_number"].unique().to_list() == [1]


def test_a_folder_and_a_sheet_that_name_two_organisations_are_refused_whole(
    home: Home, drop: Drop, take: Callable
) -> None:
    drop(submission(GRENOBLE), folder=LYON)
    take()
    assert verdict_codes(home) == ["refusee"]
    receipt = last_receipt(home)
    assert [p["rule_code"] for p in receipt["problems"] if p["severity"] == "erreur"] == ["E0104"]
    assert receipt["problems"][0]["cell"] == "A3"
    assert lake.read(home.lake, "submissions").is_empty()


def test_an_unknown_folder_is_refused_with_its_receipt_at_the_coordinators(
    home: Home, drop: Drop, take: Callable
) -> None:
    drop(submission(), folder="hopital-inconnu")
    take()
    assert [p["rule_code"] for p in last_receipt(home, COORDINATORS_FOLDER)["problems"]] == ["E0007"]


def test_coordinators_may_drop_for_any_organisation(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission(GRENOBLE), folder=COORDINATORS_FOLDER)
    take()
    assert verdict_codes(home) == ["prise"]
    assert lake.read(home.lake, "submissions")["organisation_code"].to_list() == [GRENOBLE]


def test_dossiers_add_up_and_the_receipt_names_what_both_hold(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission(), name="a.xlsx")
    rows = submission()
    rows["etablissement"][0]["dossier"] = "Imagerie"
    drop(rows, name="b.xlsx")
    take()
    keys = lake.read(home.lake, "submissions").sort("reception_number")["submission_key"].to_list()
    assert [key.rpartition("|")[2] for key in keys] == ["principal", "imagerie"]
    doubles = [p for p in last_receipt(home)["problems"] if p["rule_code"] == "W0310"]
    assert [p["row"] for p in doubles] == [3, 4]


def test_a_row_taken_before_and_rejected_now_is_named(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission())
    take()
    rows = submission()
    rows["evaluations"][1]["IMP_1_1"] = "Beaucoup"
    drop(rows)
    take()
    lost = [p for p in last_receipt(home)["problems"] if p["rule_code"] == "W0311"]
    assert [(p["sheet"], p["row"]) for p in lost] == [("Évaluations", 4)]


def test_an_empty_template_replaces_nothing(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission())
    take()
    drop({"etablissement": submission()["etablissement"]})
    take()
    assert verdict_codes(home) == ["prise", "refusee"]
    assert [p["rule_code"] for p in last_receipt(home)["problems"]] == ["E0105"]


def test_a_file_with_no_row_to_take_replaces_nothing(home: Home, drop: Drop, take: Callable) -> None:
    drop(submission(cas_usage=[{"cas_usage": "n'importe quoi", "nom": "x"}], evaluations=[]))
    take()
    assert verdict_codes(home) == ["refusee"]
    assert "E0106" in [p["rule_code"] for p in last_receipt(home)["problems"]]


def test_one_unreadable_file_does_not_stop_the_others(home: Home, drop: Drop, take: Callable) -> None:
    path = drop(submission(), name="b.xlsx")
    (path.parent / "a.xlsx").write_bytes(b"")
    (path.parent / "c.xlsx").write_bytes(path.read_bytes()[:2000])
    os.utime(path.parent / "c.xlsx", (1e9, 1e9))  # No copy under way.
    (path.parent / "d.xlsx").write_bytes(b"%PDF-1.7 ...")
    take()
    assert verdict_codes(home) == ["refusee", "prise", "refusee", "refusee"]
    rules = [json.loads(p.read_text())["problems"] for p in sorted((home.receipts / LYON).glob("*.json"))]
    assert [[p["rule_code"] for p in listed if p["severity"] == "erreur"] for listed in rules] == [
        ["E0001"],
        [],
        ["E0004"],
        ["E0002"],
    ]


def test_what_a_killed_pass_left_is_swept_and_done_again(
    home: Home, referential: Referential, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(submission())
    archive.receive(home)
    write = lake.write

    def killed_before_the_mark(folder: Path, table: str, part: str, rows: pl.DataFrame) -> Path:
        if table == "receptions":
            raise KeyboardInterrupt
        return write(folder, table, part, rows)

    monkeypatch.setattr(batch.lake, "write", killed_before_the_mark)
    with pytest.raises(KeyboardInterrupt):
        process(home, referential)
    monkeypatch.setattr(batch.lake, "write", write)
    drop(submission(GRENOBLE), folder=GRENOBLE)
    archive.receive(home)
    process(home, referential)
    assert verdict_codes(home) == ["prise", "prise"]
    assert lake.read(home.lake, "assessments").height == 4
    assert not list((home.intake / LYON).glob("*.xlsx"))


def test_a_killed_pass_after_its_mark_leaves_only_the_move_to_do(
    home: Home, referential: Referential, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(submission())
    archive.receive(home)
    monkeypatch.setattr(batch.archive, "mark_answered", lambda *_: None)
    process(home, referential)
    assert path.exists()
    assert not archive.has_new_drops(home)
    monkeypatch.undo()
    process(home, referential)
    assert not path.exists()
    assert verdict_codes(home) == ["prise"]


def test_the_lake_is_rebuilt_equal_from_the_archive(
    home: Home, referential: Referential, drop: Drop, take: Callable
) -> None:
    drop(submission(), name="a.xlsx")
    take()
    drop(submission(GRENOBLE), folder=GRENOBLE)
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Très fort"
    drop(rows)
    take()
    before = {table: lake.read(home.lake, table).sort(pl.all()) for table in lake.LAKE_TABLES}
    for path in home.lake.glob("*/r*.parquet"):
        path.unlink()
    process(home, referential)
    for table, rows_before in before.items():
        assert lake.read(home.lake, table).sort(pl.all()).equals(rows_before), table


def test_a_submission_set_aside_is_answered_so(
    home: Home, referential: Referential, drop: Drop, take: Callable
) -> None:
    drop(submission())
    take()
    archive.set_aside(home, 1, "règle d'essai")
    batch.write_set_aside(home)
    answer_set_aside(home, referential, [1])
    assert last_receipt(home)["verdict"] == "mise_de_cote"
    assert lake.read(home.lake, "set_aside").row(0) == (1, "règle d'essai")


def test_content_of_cells_is_escaped_in_the_page(home: Home, drop: Drop, take: Callable) -> None:
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "<script>alert(1)</script>"
    drop(rows)
    take()
    page = next((home.receipts / LYON).glob("0*.html")).read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_html_and_json_name_the_same_cells(home: Home, drop: Drop, take: Callable) -> None:
    rows = submission()
    rows["cas_usage"][1] |= {"minutes_jour": "beaucoup", "axe": "Nulle part"}
    drop(rows)
    take()
    receipt = last_receipt(home)
    page = next((home.receipts / LYON).glob("0*.html")).read_text()
    cells = [problem["cell"] for problem in receipt["problems"] if problem["severity"] == "erreur"]
    assert sorted(cells) == ["E4", "J4"]
    assert all(f"<span>cellule {problem['cell']}<" in page for problem in receipt["problems"] if problem["cell"])
    assert receipt["version"] == receipts.RECEIPT_VERSION
