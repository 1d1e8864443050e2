"""Cells whose look changes what a person reads there are read by their value, and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from quality.batch.check import check_file
from quality.rules.rules import Problem
from sources.referential.loader import load_referential
from sources.workbook.formats.number_formats import shown_beside
from sources.workbook.reading import read_workbook
from tests import needs
from tests.corpus.make import BASE, converted, with_part, workbook

REFERENTIAL = load_referential()
UNITS = ["Minutes gagnées par personne et par jour", "Personnes concernées", "Gain annuel attendu (€)"]
COST, MINUTES, PEOPLE, ANSWER = "F2", "G2", "H2", "E2"
"""Cells of the workbook of ``_told``."""


def _told(tmp_path: Path, change: Callable[[dict[str, Worksheet]], None]) -> list[Problem]:
    book = openpyxl.load_workbook(BytesIO(workbook(BASE)))
    sheet = book["Cas d'usage"]
    for column, heading in enumerate(UNITS, start=sheet.max_column + 1):
        sheet.cell(1, column, heading)
        sheet.cell(2, column, 40)
    change({name: book[name] for name in book.sheetnames})
    path = tmp_path / "classeur.xlsx"
    book.save(path)
    return [problem for problem in check_file(path, REFERENTIAL).verdict.problems if problem.rule_code[:4] == "W039"]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('0" k€"', "k€"), ('0.0" M€"', "M€"), ("[$$-409]#,##0.00", "$"), ("#,##0 [$CHF]", "CHF"), ('"£"#,##0', "£"),
        ('0" h"', "h"), (r"0\ \h", "h"), (";;;", "rien"), ('0," M€"', "M€"),
        ("0,", "en milliers ou en millions"), ("#,##0,,", "en milliers ou en millions"),
        ('0.0,"€"', "en milliers ou en millions"),
        # What says nothing else than the number, or its own scale.
        ("General", None), ("0", None), ("#,##0.00 €", None), ("#,##0 [$€-40C]", None), ('0" euros"', None),
        ('0," k€"', None), ('0.0,," M€"', None), ("dd/mm/yyyy", None), ("[h]:mm", None), ("@", None), ("0%", None),
        ("0.00E+00", None), ("# ?/?", None), ("#,##0;[Red]-#,##0", None), ("_-* #,##0.00\\ _€_-", None),
    ],
)  # fmt: skip
def test_what_a_format_shows_beside_a_number(code: str, shown: str | None) -> None:
    assert shown_beside(code, 4500) == shown


@pytest.mark.parametrize(
    ("cell", "code", "is_told"),
    [
        (COST, '0" k€"', True), (COST, "[$$-409]#,##0", True), (COST, ";;;", True), (COST, '#,##0" euros"', False),
        (COST, '#,##0," k€"', False), (COST, '0" par mois"', True), (MINUTES, '0" h"', True),
        (MINUTES, '0" min"', False),
        # A digit of the format beside those of the number: ten times as much, to the eye.
        (PEOPLE, '0"0"', True), (COST, "0\\0", True), (COST, '"1"0', True), (PEOPLE, "\\10", True),
        (COST, '0" 000"', True), (COST, r"0\ \0\0\0", True), (COST, "-0", True), (COST, '"("0")"', True),
        (COST, "# ##0", False), (COST, "_-* #,##0\\ _€_-", False), (MINUTES, "# ??/16", False),
        # A measure that the title names, and that is not the column's; a word that the title has not.
        (MINUTES, '0" jours"', True), (MINUTES, '0" par jour"', False), (MINUTES, '0" minutes par jour"', False),
        (COST, '0" KF"', True), (COST, '0" mille euros"', True), (PEOPLE, '0" équipes"', True),
        (PEOPLE, '0" pers."', False), (COST, '#,##0" € HT"', False), (COST, '"env. "0', False),
        (PEOPLE, '0" personnes"', False), (PEOPLE, '0" milliers"', True), (PEOPLE, "0", False),
    ],
)  # fmt: skip
def test_a_number_shown_in_another_unit_or_not_at_all_is_told(
    tmp_path: Path, cell: str, code: str, is_told: bool
) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        sheets["Cas d'usage"][cell].value = 4500
        sheets["Cas d'usage"][cell].number_format = code

    told = [(problem.rule_code, problem.cell, problem.found) for problem in _told(tmp_path, change)]
    assert told == ([("W0396", cell, "4500")] if is_told else [])


@pytest.mark.parametrize(
    ("code", "value", "is_told"),
    [("0;-0;;@", 0, True), ("0;-0;;@", 40, False), ("#,##0;;", 0, True), ("0;-0;0", 0, False), ("0", 0, False)],
)
def test_a_zero_that_its_format_does_not_show_is_told(tmp_path: Path, code: str, value: int, is_told: bool) -> None:
    """A person sees an empty cell there, and a cost of nothing would count."""

    def change(sheets: dict[str, Worksheet]) -> None:
        sheets["Cas d'usage"][COST].value = value
        sheets["Cas d'usage"][COST].number_format = code

    assert [problem.cell for problem in _told(tmp_path, change)] == ([COST] if is_told else [])


@pytest.mark.parametrize("how", ["cell", "all of a rich text", "part of a rich text"])
def test_an_answer_struck_out_is_told(tmp_path: Path, how: str) -> None:
    struck = InlineFont(strike=True)

    def change(sheets: dict[str, Worksheet]) -> None:
        cell = sheets["Évaluations"][ANSWER]
        if how == "cell":
            cell.font = Font(strike=True)
        elif how == "all of a rich text":
            cell.value = CellRichText(TextBlock(struck, "Fort"))
        else:
            cell.value = CellRichText("Fo", TextBlock(struck, "rt"))

    assert [(problem.rule_code, problem.cell) for problem in _told(tmp_path, change)] == [("W0395", ANSWER)]


def test_a_row_struck_out_is_told_once(tmp_path: Path) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        for cell in sheets["Évaluations"][2]:
            cell.font = Font(strike=True)

    assert [(problem.rule_code, problem.row, problem.cell) for problem in _told(tmp_path, change)] == [
        ("W0395", 2, None)
    ]


def test_what_is_not_struck_is_not_told(tmp_path: Path) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        sheets["Évaluations"][ANSWER].font = Font(strike=False, bold=True, color="FFFF0000")
        sheets["Évaluations"]["D2"].value = CellRichText("2026-03-", TextBlock(InlineFont(b=True), "15"))
        sheets["Évaluations"]["A1"].font = Font(strike=True)

    assert _told(tmp_path, change) == []


def test_shared_rich_texts_are_found_wherever_they_are_shown(tmp_path: Path) -> None:
    """As Excel writes them: runs in the part of shared texts."""
    path = tmp_path / "classeur.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Cas d'usage")
        raised, struck = book.add_format({"font_script": 1}), book.add_format({"font_strikeout": True})
        sheet.write_rich_string("A1", "40", raised, "2")
        sheet.write_rich_string("B1", struck, "Fort", " Faible")
        sheet.write_string("C1", "402")
        sheet.write_rich_string("D1", "40", book.add_format({"bold": True}), "2")
    (sheet,) = read_workbook(path.read_bytes())
    assert sheet.rows[0][0] == "402"
    assert sheet.looks == {(0, 0): "en exposant ou en indice", (0, 1): "barré"}


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ('0" k€"', True),
        ('0" jours"', True),
        ('0"/20"', True),
        ('"< "0', True),
        ("0,", True),
        ("0", False),
        ("0%", False),
    ],
)
def test_the_words_that_a_format_adds_to_the_value_of_an_objective_are_told(
    tmp_path: Path, code: str, is_told: bool
) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        sheets["Objectifs"]["C2"].value = 12
        sheets["Objectifs"]["C2"].number_format = code

    assert [problem.cell for problem in _told(tmp_path, change)] == (["C2"] if is_told else [])


@needs.libreoffice
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "fods"])
def test_a_date_that_a_formula_takes_from_the_day_is_told(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "source.xlsx"
    book = xlsxwriter.Workbook(str(source))
    for name, rows in BASE.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name == "Évaluations":
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_formula("D2", "=TODAY()", day, 46096)
            sheet.write_formula("D3", "=INT(NOW())-1", day, 46095)
    book.close()
    path = tmp_path / f"classeur.{suffix}"
    path.write_bytes(source.read_bytes() if suffix == "xlsx" else converted(source.read_bytes(), "xlsx", suffix))
    told = [one.cell for one in check_file(path, REFERENTIAL).verdict.problems if one.rule_code == "W0394"]
    assert told == ["D2", "D3"]


def test_so_is_a_formula_that_was_filled_down(tmp_path: Path) -> None:
    shared = (
        b'<c r="D2"><f t="shared" ref="D2:D3" si="0">TODAY()</f><v>46096</v></c>',
        b'<c r="D3"><f t="shared" si="0"/><v>46096</v></c>',
    )

    def with_formulas(xml: bytes) -> bytes:
        for cell in shared:
            xml = re.sub(rb'<c r="%s".*?(?:/>|</c>)' % cell[6:8], cell, xml, count=1, flags=re.DOTALL)
        return xml

    path = tmp_path / "classeur.xlsx"
    path.write_bytes(with_part(workbook(BASE), "xl/worksheets/sheet4.xml", with_formulas))
    told = [one.cell for one in check_file(path, REFERENTIAL).verdict.problems if one.rule_code == "W0394"]
    assert told == ["D2", "D3"]
