"""Notes and text boxes over the cells: said, with their place, and never what they hold."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from quality.batch.check import check_file
from quality.rules.rules import Problem
from sources.referential.loader import load_referential
from sources.workbook.template.template import write_template
from sources.workbook.xlsx.xlsx_notes import AUTHOR
from tests import needs
from tests.quality.conftest import CAMPAIGN, LYON, submission

REFERENTIAL = load_referential()
SHEET = "Évaluations"


def said(path: Path) -> list[tuple[str, str | None, str | None]]:
    problems: list[Problem] = check_file(path, REFERENTIAL).verdict.problems
    return [(one.rule_code, one.sheet, one.found) for one in problems if one.rule_code in ("I0423", "I0424")]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write_template(tmp_path / "classeur.xlsx", REFERENTIAL, submission())


def with_notes(path: Path, *cells: str, author: str = "Dr X") -> Path:
    book = openpyxl.load_workbook(path)
    for cell in cells:
        book[SHEET][cell].comment = Comment("Plutôt fort", author)
    book.save(path)
    return path


def test_the_notes_of_the_template_say_nothing(template: Path) -> None:
    assert said(template) == []


def test_a_note_on_an_answer_is_said_with_its_cell(template: Path) -> None:
    answers = openpyxl.load_workbook(template)[SHEET].max_row
    cells = (f"E{answers}", f"G{answers}")
    assert said(with_notes(template, *cells)) == [("I0423", SHEET, ", ".join(cells))]


def test_what_an_answer_wrote_beside_a_cell_is_no_note_of_the_sender(tmp_path: Path) -> None:
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Enorme !"
    answered = check_file(write_template(tmp_path / "envoi.xlsx", REFERENTIAL, rows), REFERENTIAL)
    assert answered.workbook is not None
    again = tmp_path / "corrigé.xlsx"
    again.write_bytes(answered.workbook.content)
    assert said(again) == []
    book = openpyxl.load_workbook(BytesIO(answered.workbook.content))
    assert any(cell.comment for row in book[SHEET].iter_rows(min_row=2) for cell in row)  # the answer did write one


def boxed(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        envelope = book.add_worksheet("Établissement")
        envelope.write_row(0, 0, ["N° FINESS juridique ou code", "Campagne"])
        envelope.write_row(1, 0, [LYON, CAMPAIGN])
        answers = book.add_worksheet(SHEET)
        answers.write_row(0, 0, ["evaluateur", "role", "cas_usage", "IMP_1_1"])
        answers.write_row(1, 0, ["M1", "Médecin", "CAT-001", "Fort"])
        answers.write_comment(1, 3, "Moyen plutôt", {"author": "Dr X"})
        answers.insert_textbox(4, 2, "CAT-002 : Faible")
        answers.insert_textbox(9, 1, "")
    return path


def test_a_text_box_is_said_where_it_stands_and_an_empty_one_is_not(tmp_path: Path) -> None:
    assert said(boxed(tmp_path / "boite.xlsx")) == [("I0423", SHEET, "D2"), ("I0424", SHEET, "C5")]


@needs.libreoffice
def test_likewise_in_an_ods_of_libreoffice(tmp_path: Path) -> None:
    source = boxed(tmp_path / "boite.xlsx")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=120)
    found = said(tmp_path / "boite.ods")
    assert ("I0423", SHEET, "D2") in found and [rule for rule, *_ in found] == ["I0423", "I0424"]


def test_a_part_of_notes_that_is_damaged_costs_no_answer(template: Path, tmp_path: Path) -> None:
    path, damaged = with_notes(template, "E9"), tmp_path / "abîmé.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "comments" in name else content)
    assert check_file(damaged, REFERENTIAL).verdict.counts == check_file(path, REFERENTIAL).verdict.counts


@pytest.mark.parametrize(
    "reply",
    ["{}\nMettre Moyen", "Mettre Moyen\n{}", "{} ok", "CARTOGRAPHIE – vu. {}"],
    ids=["below", "above", "beside", "as ours"],
)
def test_a_reply_in_a_note_of_an_answer_is_said_and_outlives_the_next_answer(tmp_path: Path, reply: str) -> None:
    """Whoever edits a note stays under its author's name: ours."""
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Enorme !"
    path = write_template(tmp_path / "envoi.xlsx", REFERENTIAL, rows)
    place = None
    for turn in range(3):
        answered = check_file(path, REFERENTIAL)
        assert answered.workbook is not None
        book = openpyxl.load_workbook(BytesIO(answered.workbook.content))
        cell = next(c for row in book[SHEET].iter_rows(min_row=2) for c in row if c.comment)
        if turn == 0:
            cell.comment = Comment(reply.format(cell.comment.text), AUTHOR)
            place = cell.coordinate
        path = tmp_path / "corrigé.xlsx"
        book.save(path)
        assert said(path) == [("I0423", SHEET, place)]


@needs.libreoffice
@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx", "fods"])
def test_what_an_answer_wrote_is_known_in_what_another_program_makes_of_it(tmp_path: Path, kind: str) -> None:
    rows = submission()
    rows["evaluations"][0]["IMP_1_1"] = "Enorme !"
    answered = check_file(write_template(tmp_path / "envoi.xlsx", REFERENTIAL, rows), REFERENTIAL)
    assert answered.workbook is not None
    (tmp_path / "annoté.xlsx").write_bytes(answered.workbook.content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "par"), str(tmp_path / "annoté.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    problems = check_file(tmp_path / "par" / f"annoté.{kind}", REFERENTIAL).verdict.problems
    assert not [one for one in problems if one.rule_code in ("I0423", "I0425", "I0403")]
