"""The sender's own xlsx back: problem cells marked, everything else as it was."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, DataBarRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from quality.answers.annotated.notes import HEADING
from quality.answers.annotated.parts.styles import COLOURS
from quality.batch.check import check_file
from sources.referential.loader import Referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.template import write_template
from tests.quality.answers.annotated.conftest import Annotate, faulty

MARKED = {("Évaluations", "E3"), ("Évaluations", "D4"), ("Cas d'usage", "E4")}


def marks(path: Path) -> dict[tuple[str, str], str]:
    """(sheet, cell) → comment, of every cell that bears one of our colours."""
    return {
        (sheet.title, cell.coordinate): cell.comment.text if cell.comment else ""
        for sheet in load_workbook(path).worksheets
        if sheet.title != "Réponse"
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in COLOURS.values()
    }


def edited(path: Path, change: Any) -> Path:
    """The workbook with ``change(openpyxl workbook)`` made to it."""
    book = load_workbook(path)
    change(book)
    target = path.with_name(f"modifié-{path.name}")
    book.save(target)
    return target


def with_part(path: Path, changes: dict[str, bytes | None], name: str = "retouché.xlsx") -> Path:
    """The workbook with some parts of its zip replaced or added (None takes one away)."""
    target = path.with_name(name)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry not in changes:
                new.writestr(entry, old.read(entry))
        for entry, content in changes.items():
            if content is not None:
                new.writestr(entry, content)
    return target


def test_problem_cells_bear_a_colour_and_a_comment_that_says_all(workbook: Path, annotate: Annotate) -> None:
    path, answer = annotate(workbook)
    assert answer.is_original
    found = marks(path)
    assert found.keys() >= MARKED
    comment = found["Évaluations", "E3"].replace("\u00a0", " ")
    for words in (
        "À corriger (E0202)",
        "ne fait pas partie de la liste",
        "« Très fort »",
        "Attendu : ",
        "Que faire : ",
    ):
        assert words in comment


def test_the_first_sheet_lists_all_and_links_to_the_cells(workbook: Path, annotate: Annotate) -> None:
    book = load_workbook(annotate(workbook)[0])
    sheet = book.worksheets[0]
    assert sheet.title == "Réponse"
    assert book.active is sheet
    assert [other.title for other in book.worksheets if other.sheet_view.tabSelected] == ["Réponse"]
    links = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert {"'Évaluations'!E3", "'Évaluations'!D4", "'Cas d''usage'!E4"} <= links


def test_values_formulas_styles_and_settings_survive(workbook: Path, annotate: Annotate) -> None:
    def change(book: Workbook) -> None:
        sheet = book["Cas d'usage"]
        sheet["K3"] = "=2*3"
        sheet["B3"].font = Font(bold=True, color="FF00AA00")
        sheet["A1"].fill = PatternFill("solid", fgColor="FF123456")
        sheet.column_dimensions["B"].width = 61
        sheet.row_dimensions[4].height = 33
        sheet.freeze_panes = "C3"
        sheet.protection.sheet = True
        sheet.merge_cells("A30:B31")
        sheet.add_data_validation(DataValidation("list", formula1='"a,b"', sqref="Z1:Z9"))
        sheet.conditional_formatting.add("K3:K9", CellIsRule(operator="greaterThan", formula=["5"]))
        notes = book.create_sheet("Mes notes")
        notes["B2"] = 12.5
        notes.sheet_state = "hidden"
        book["Évaluations"]["E3"].comment = Comment("À revoir avec la DSI", "Cadre")
        book["Évaluations"]["A3"].comment = Comment("Autre note", "Cadre")

    source = edited(workbook, change)
    path, answer = annotate(source)
    assert answer.is_original
    before, after = load_workbook(source), load_workbook(path)
    assert after.sheetnames == ["Réponse", *before.sheetnames]
    for old in before.worksheets:
        new = after[old.title]
        for row in old.iter_rows():
            for cell in row:
                twin = new[cell.coordinate]
                assert twin.value == cell.value
                for kind in ("font", "number_format", "alignment", "protection", "border"):
                    assert repr(getattr(twin, kind)) == repr(getattr(cell, kind)), (old.title, cell.coordinate, kind)
        assert {k: v.width for k, v in new.column_dimensions.items()} == {
            k: v.width for k, v in old.column_dimensions.items()
        }
        assert {k: v.height for k, v in new.row_dimensions.items()} == {
            k: v.height for k, v in old.row_dimensions.items()
        }
        assert (new.freeze_panes, new.sheet_state, new.protection.sheet) == (
            old.freeze_panes, old.sheet_state, old.protection.sheet
        )  # fmt: skip
        assert new.merged_cells.ranges == old.merged_cells.ranges
        assert [(str(v.sqref), v.formula1) for v in new.data_validations.dataValidation] == [
            (str(v.sqref), v.formula1) for v in old.data_validations.dataValidation
        ]
        assert len(new.conditional_formatting) == len(old.conditional_formatting)
    comment = after["Évaluations"]["E3"].comment.text
    assert comment.startswith(HEADING)
    assert "À revoir avec la DSI" in comment
    assert after["Évaluations"]["A3"].comment.text == "Autre note"


def test_what_openpyxl_would_lose_is_kept_byte_for_byte(workbook: Path, annotate: Annotate) -> None:
    def change(book: Workbook) -> None:
        sheet = book.create_sheet("Graphique")
        sheet["A1"], sheet["A2"] = 3, 5
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=2))
        sheet.add_chart(chart, "C3")
        sheet.conditional_formatting.add("A1:A2", DataBarRule("min", 0, "max", 10, color="FF638EC6"))

    source = edited(workbook, change)
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
    sheet = "xl/worksheets/sheet7.xml"
    with zipfile.ZipFile(source) as archive:
        xml = archive.read(sheet).replace(
            b"</worksheet>",
            extension + b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></ext></extLst>'
            b"</worksheet>",
        )
        relations = archive.read("xl/drawings/_rels/drawing1.xml.rels").replace(
            b"</Relationships>",
            b'<Relationship Id="rIdP" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
            b'Target="../media/image1.png"/></Relationships>',
        )
    parts = {sheet: xml, "xl/drawings/_rels/drawing1.xml.rels": relations, "xl/media/image1.png": b"\x89PNG..."}
    source = with_part(source, parts)
    path, answer = annotate(source)
    assert answer.is_original
    assert marks(path).keys() >= MARKED
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path) as new:
        assert new.testzip() is None
        changed = {name for name in old.namelist() if name not in new.namelist() or old.read(name) != new.read(name)}
        assert extension in new.read(sheet)
        assert new.read("xl/media/image1.png") == b"\x89PNG..."
    assert not [name for name in changed if re.match("xl/(media|charts|drawings/(_rels/)?drawing|theme)", name)]


def test_every_part_written_is_well_formed_and_declared(workbook: Path, annotate: Annotate) -> None:
    path, _ = annotate(edited(workbook, lambda book: book.create_sheet("Libre").append([1, "deux"])))
    path, _ = annotate(edited(path, lambda book: None))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        types = archive.read("[Content_Types].xml").decode()
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(archive.read(name))
            assert f'"/{name}"' in types or f'Extension="{name.rpartition(".")[2]}"' in types or name.startswith("[")
        for part in re.findall(r'PartName="/([^"]+)"', types):
            assert part in archive.namelist()


def test_macros_are_never_returned(workbook: Path, annotate: Annotate) -> None:
    with zipfile.ZipFile(workbook) as archive:
        types = archive.read("[Content_Types].xml").replace(
            b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
        )
        types = types.replace(
            b"</Types>",
            b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
        )
        relations = archive.read("xl/_rels/workbook.xml.rels").replace(
            b"</Relationships>",
            b'<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            b'Target="vbaProject.bin"/></Relationships>',
        )
    parts = {"[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": relations, "xl/vbaProject.bin": b"Sub Auto"}
    path, answer = annotate(with_part(workbook, parts, "macros.xlsm"))
    assert "macros ont été retirées" in answer.how
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
        assert b"vbaProject" not in archive.read("xl/_rels/workbook.xml.rels")
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")
    assert marks(path).keys() >= MARKED


def test_what_we_write_is_text_and_never_a_formula(workbook: Path, annotate: Annotate) -> None:
    book = load_workbook(annotate(workbook)[0])
    cells = [cell for row in book["Réponse"].iter_rows() for cell in row if cell.value is not None]
    assert "=Astrologie" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


@pytest.mark.parametrize("change", ["prefixed", "doctype", "strict", "no styles"])
def test_files_written_strangely_are_answered_all_the_same(workbook: Path, annotate: Annotate, change: str) -> None:
    with zipfile.ZipFile(workbook) as archive:
        sheet, styles = archive.read("xl/worksheets/sheet7.xml"), archive.read("xl/styles.xml")
        book = archive.read("xl/workbook.xml")
    parts: dict[str, bytes | None]
    match change:
        case "prefixed":
            prefixed = re.sub(rb"<(/?)(?!\?)", rb"<\1x:", sheet).replace(b"xmlns=", b"xmlns:x=")
            parts = {"xl/worksheets/sheet7.xml": prefixed}
        case "doctype":
            parts = {"xl/styles.xml": styles.replace(b"<styleSheet", b"<!DOCTYPE styleSheet><styleSheet", 1)}
        case "strict":
            ours, theirs = b"schemas.openxmlformats.org/spreadsheetml/2006", b"purl.oclc.org/ooxml/spreadsheetml"
            parts = {"xl/workbook.xml": book.replace(ours, theirs)}
        case _:
            parts = {"xl/styles.xml": None}
    path, answer = annotate(with_part(workbook, parts))
    assert answer.is_original is (change == "prefixed")
    found = load_workbook(path)
    assert found["Évaluations"]["E3"].value == "Très fort"
    assert found["Évaluations"]["E3"].comment.text.startswith(HEADING)


def test_a_corrected_annotated_workbook_loses_the_marks_of_what_was_corrected(
    workbook: Path, annotate: Annotate, referential: Referential
) -> None:
    first, _ = annotate(workbook)

    def correct(book: Workbook) -> None:
        book["Évaluations"]["E3"] = "Fort"

    corrected = edited(first, correct)
    assert [sheet.name for sheet in read_workbook(corrected.read_bytes())].count("Réponse") == 0
    path, answer = annotate(corrected)
    assert answer.is_original
    found = marks(path)
    assert ("Évaluations", "E3") not in found
    assert found["Évaluations", "D4"].count(HEADING) == 1
    book = load_workbook(path)
    assert book.sheetnames.count("Réponse") == 1
    assert book["Évaluations"]["E3"].comment is None
    assert book["Évaluations"]["E3"].number_format == "@"


def test_a_sheet_of_the_senders_own_named_as_ours_is_kept(workbook: Path, annotate: Annotate) -> None:
    def change(book: Workbook) -> None:
        book.create_sheet("Réponse", 0)["A1"] = "à moi"

    book = load_workbook(annotate(edited(workbook, change))[0])
    assert book.sheetnames[:2] == ["Réponse 2", "Réponse"]
    assert book["Réponse"]["A1"].value == "à moi"


def test_the_mark_on_a_merged_cell_stands_where_it_shows(tmp_path: Path, workbook: Path, annotate: Annotate) -> None:
    def change(book: Workbook) -> None:
        book["Évaluations"].merge_cells("D3:E3")
        book["Évaluations"]["D3"] = "hier ou demain"

    found = marks(annotate(edited(workbook, change))[0])
    assert ("Évaluations", "D3") in found


def test_an_unreadable_file_has_no_workbook(tmp_path: Path, referential: Referential) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG not a workbook")
    assert check_file(path, referential).workbook is None


def test_a_clean_file_comes_back_without_a_mark(tmp_path: Path, referential: Referential, annotate: Annotate) -> None:
    rows = faulty()
    rows["evaluations"][0]["IMP_1_1"], rows["evaluations"][1]["date"] = "Fort", None
    rows["cas_usage"][1]["axe"] = None
    path, _ = annotate(write_template(tmp_path / "bon.xlsx", referential, rows))
    assert not [text for text in marks(path).values() if "À corriger" in text]
