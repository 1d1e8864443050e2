"""One sheet a service: several sheets of one kind are read together where nothing says that one is not meant."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from quality.batch.batch import process
from quality.batch.check import check_file
from quality.reading.sheets.structure import FoundWorkbook, find_structure
from quality.verdicts.lake_rows import lake_rows
from quality.verdicts.validation import ValidatedBatch, validate
from quality.verdicts.verdicts import decide
from sources.archive import archive
from sources.home.home import (
    Home,
)
from sources.lake import lake
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import workbook_layout
from sources.workbook.xlsx.cell_errors import column_letters
from tests.quality.conftest import CAMPAIGN, LYON

REFERENTIAL = load_referential()
LAYOUT = workbook_layout(REFERENTIAL)
ENVELOPE = RawSheet("Établissement", [["N° FINESS juridique ou code", "Campagne"], [LYON, CAMPAIGN]])
HEADINGS = [column.code for column in LAYOUT[-1].columns]


def assessments(name: str, *keys: tuple[str, str], **how: object) -> RawSheet:
    """A sheet of assessments, each by an assessor, of a use case."""
    rows = [[assessor, "Médecin", case, "Fort", *[""] * (len(HEADINGS) - 4)] for assessor, case in keys]
    order = ["evaluateur", "role", "cas_usage", "IMP_1_1"]
    return replace(RawSheet(name, [[*order, *(c for c in HEADINGS if c not in order)], *rows]), **how)


IMAGING = assessments("Évaluations imagerie", ("R1", "CAT-001"), ("R2", "CAT-001"))
EMERGENCY = assessments("Évaluations urgences", ("U1", "CAT-001"))


def found_in(*sheets: RawSheet) -> FoundWorkbook:
    return find_structure([ENVELOPE, *sheets], LAYOUT)


def judged(found: FoundWorkbook) -> ValidatedBatch:
    return validate({7: found}, LAYOUT, REFERENTIAL, {})


def test_sheets_of_two_services_are_read_and_said() -> None:
    found = found_in(IMAGING, EMERGENCY)
    assert [part.name for part in found.all_of("evaluations")] == ["Évaluations imagerie", "Évaluations urgences"]
    [said] = [problem for problem in found.problems if problem.rule_code == "I0422"]
    assert said.found == "« Évaluations imagerie » (2 lignes), « Évaluations urgences » (1 ligne)"
    verdict = decide(7, found, judged(found), None)
    assert [(count.sheet, count.read, count.taken) for count in verdict.counts][1:] == [
        ("Évaluations imagerie", 2, 2),
        ("Évaluations urgences", 1, 1),
    ]


def test_the_sheet_of_the_template_left_empty_is_no_obstacle() -> None:
    blank = replace(assessments("Évaluations"), is_hidden=True)
    found = found_in(blank, IMAGING, EMERGENCY)
    assert judged(found).frames["evaluations"].height == 3 and not found.ignored


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (replace(EMERGENCY, is_hidden=True), "masquée"),
        (replace(EMERGENCY, name="Évaluations urgences 2025"), "autre année (2025)"),
        (replace(EMERGENCY, name="Urgences 24-25"), "autre année"),
        (replace(EMERGENCY, rows=[["Campagne 2024"], *EMERGENCY.rows]), "autre année (2024)"),
        (replace(EMERGENCY, name="Copie de Évaluations"), "copie"),
        (replace(EMERGENCY, name="Évaluations imagerie (2)"), "copie"),
        (replace(EMERGENCY, name="Évaluations imagerie_2"), "copie"),
        (replace(EMERGENCY, name="Évaluations - brouillon"), "« brouillon »"),
        (replace(EMERGENCY, name="ANCIENNES évaluations"), "« anciennes »"),
        (replace(EMERGENCY, name="Récap évaluations"), "« recap »"),
        (replace(EMERGENCY, name="Feuil3"), "ne dit pas"),
        (assessments("Évaluations urgences", ("U1", "CAT-001"), ("r1 ", "CAT-1 (Détection)")), "ligne 3"),
    ],
    ids=lambda value: value.name if isinstance(value, RawSheet) else "",
)
@pytest.mark.parametrize("is_first", [False, True])
def test_a_doubtful_sheet_is_asked_for_and_never_read(second: RawSheet, why: str, is_first: bool) -> None:
    found = found_in(second, IMAGING) if is_first else found_in(IMAGING, second)
    [asked] = [problem for problem in found.problems if problem.rule_code == "W0321"]
    is_repeated = "ligne" in why
    kept, left = (second, IMAGING) if is_first and is_repeated else (IMAGING, second)
    assert [part.name for part in found.all_of("evaluations")] == [kept.name]
    assert asked.sheet == left.name and found.ignored == {left.name: sum(any(row) for row in left.rows)}
    assert is_repeated or why in (asked.expected or "")


@pytest.mark.parametrize("name", ["Évaluations", "Imagerie 2026", "Bloc 2", "Unité 101"])
def test_the_year_of_the_campaign_and_other_numbers_say_nothing_against_a_sheet(name: str) -> None:
    assert len(found_in(EMERGENCY, replace(IMAGING, name=name)).all_of("evaluations")) == 2


def test_every_kind_of_sheet_with_rows_is_read_so() -> None:
    for sheet in LAYOUT[1:]:
        codes = [column.code for column in sheet.columns]
        names = (f"{sheet.label} imagerie", f"{sheet.label} urgences")
        parts = [RawSheet(name, [codes, [f"X{number}"] * len(codes)]) for number, name in enumerate(names)]
        assert [part.name for part in found_in(*parts).all_of(sheet.code)] == list(names), sheet.code


def test_a_second_sheet_of_the_sender_is_asked_for() -> None:
    other = RawSheet("Site Nord", [[column.code for column in LAYOUT[0].columns], [LYON, CAMPAIGN]])
    found = found_in(other, IMAGING)
    assert found.sheets["etablissement"].name == "Établissement"
    assert [problem.sheet for problem in found.problems if problem.rule_code == "W0321"] == ["Site Nord"]


def test_each_cell_is_found_on_its_own_sheet_whatever_its_columns() -> None:
    turned = RawSheet(EMERGENCY.name, [row[::-1] for row in EMERGENCY.rows])
    last = len(HEADINGS) - 1
    turned.rows[1][last - 1] = "Medecine"
    turned = replace(turned, errors={(1, last - 3): "#N/A"})
    turned.rows.append([*[""] * (last - 3), "Énorme", "CAT-001", "Médecin", "U2"])
    found = found_in(IMAGING, turned)
    batch = judged(found)
    wrong = {p.cell: p.sheet for p in batch.problems[7] if p.rule_code in ("E0207", "E0201", "E0205", "E0202")}
    assert wrong[f"{column_letters(last - 3)}2"] == turned.name  # the error of its row 2, not of imaging's
    frame = batch.frames["evaluations"]
    assert frame.filter("is_taken").select("sheet", "row_number").rows() == [(IMAGING.name, 2), (IMAGING.name, 3)]
    cells = lake_rows(batch, LAYOUT, REFERENTIAL, [7])["cells"]
    of_cases = cells.filter((pl.col("sheet_code") == "evaluations") & (pl.col("column_code") == "cas_usage"))
    assert of_cases.select("sheet", "cell").rows() == [
        (IMAGING.name, "C2"),
        (IMAGING.name, "C3"),
        (turned.name, f"{column_letters(last - 2)}2"),
        (turned.name, f"{column_letters(last - 2)}3"),
    ]


def workbook(path: Path, *sheets: RawSheet) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in (ENVELOPE, *sheets):
        page = book.create_sheet(sheet.name)
        for row in sheet.rows:
            page.append([text or None for text in row])
    book.save(path)
    return path


def test_the_answer_and_its_copy_mark_the_sheet_of_the_service(tmp_path: Path) -> None:
    wrong = assessments("Urgences", ("U1", "CAT-001"), ("U2", "CAT-999"))
    check = check_file(workbook(tmp_path / "services.xlsx", IMAGING, wrong), REFERENTIAL)
    [problem] = [each for each in check.verdict.problems if each.rule.severity == "erreur"]
    assert (problem.sheet, problem.cell) == ("Urgences", "C3")
    assert check.workbook is not None
    book = openpyxl.load_workbook(BytesIO(check.workbook.content))
    assert book["Urgences"]["C3"].comment is not None and book[IMAGING.name]["C3"].comment is None


def test_the_lake_keeps_the_sheet_and_the_cell_of_each_answer(home: Home, referential: Referential) -> None:
    folder = home.intake / LYON
    folder.mkdir(parents=True)
    turned = RawSheet(EMERGENCY.name, [row[::-1] for row in EMERGENCY.rows])
    workbook(folder / "services.xlsx", IMAGING, turned)
    archive.receive(home)
    process(home, referential)
    answers = lake.read(home.lake, "answers").filter(pl.col("question_code") == "IMP_1_1")
    assert answers.sort("sheet", "row_number").select("sheet", "row_number", "cell").rows() == [
        (IMAGING.name, 2, "D2"),
        (IMAGING.name, 3, "D3"),
        (EMERGENCY.name, 2, f"{column_letters(len(HEADINGS) - 4)}2"),
    ]
