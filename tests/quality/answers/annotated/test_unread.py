"""Personal data that stands in one place that nobody reads, and in no cell: the sender's own file does not go back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooter

from quality.answers.annotated.parts.markup import NotPatchableError
from quality.answers.annotated.parts.package import Package
from quality.answers.annotated.parts.unread import hide_unread
from quality.answers.annotated.parts.workbook_part import WorkbookPart
from tests.quality.answers.annotated.test_masks import MAIL, PHONE
from tests.quality.answers.annotated.test_patched import edited, with_part

Change = Callable[[Workbook, str], None]


def in_a_heading(book: Workbook, text: str) -> None:
    book["Objectifs"].oddHeader.left.text = text


def in_a_bold_heading(book: Workbook, text: str) -> None:
    book["Objectifs"].oddFooter.center.text = f'&"Arial,Bold"&B{text}'


def in_an_input_message(book: Workbook, text: str) -> None:
    message = DataValidation(type="whole", prompt=text, promptTitle="Aide")
    message.add("A90")
    book["Objectifs"].add_data_validation(message)


def in_a_name(book: Workbook, text: str) -> None:
    book.defined_names["Contact"] = DefinedName("Contact", attr_text=f'"{text}"')


def in_the_comment_of_a_name(book: Workbook, text: str) -> None:
    book.defined_names["Contact"] = DefinedName("Contact", attr_text="1", comment=text)


def _chart(book: Workbook) -> BarChart:
    chart = BarChart()
    chart.add_data(Reference(book["Objectifs"], min_col=1, max_col=1, min_row=1, max_row=3))
    return chart


def in_the_title_of_a_chart(book: Workbook, text: str) -> None:
    chart = _chart(book)
    chart.title = text
    book["Objectifs"].add_chart(chart, "H2")


def in_the_heading_of_a_chart_sheet(book: Workbook, text: str) -> None:
    sheet = book.create_chartsheet("Graphique")
    sheet.add_chart(_chart(book))
    sheet.headerFooter = HeaderFooter()
    sheet.headerFooter.oddHeader.left.text = text


def in_a_title_behind_another_with_digits(book: Workbook, text: str) -> None:
    chart = _chart(book)
    chart.x_axis.title, chart.y_axis.title = "Fait le 15/03/2026", text
    book["Objectifs"].add_chart(chart, "H2")


PLACES: list[Change] = [
    in_a_heading,
    in_a_bold_heading,
    in_an_input_message,
    in_a_name,
    in_the_comment_of_a_name,
    in_the_title_of_a_chart,
    in_the_heading_of_a_chart_sheet,
    in_a_title_behind_another_with_digits,
]


def hidden(path: Path) -> None:
    package = Package(path.read_bytes())
    hide_unread(package, WorkbookPart(package))


@pytest.mark.parametrize("place", PLACES, ids=lambda f: f.__name__)
def test_what_is_personal_in_a_place_that_nobody_reads_is_not_sent_back(workbook: Path, place: Change) -> None:
    for text in (MAIL, PHONE, f"Appeler le {PHONE}"):
        with pytest.raises(NotPatchableError):
            hidden(edited(workbook, lambda book, text=text: place(book, text)))


@pytest.mark.parametrize("place", PLACES, ids=lambda f: f.__name__)
def test_ordinary_words_there_are_no_reason_to_send_a_copy(workbook: Path, place: Change) -> None:
    hidden(edited(workbook, lambda book: place(book, "R&D, campagne 2026")))


def test_a_sheet_without_rows_is_looked_at_whole(workbook: Path) -> None:
    path = edited(workbook, lambda book: in_a_heading(book, MAIL))
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if MAIL.encode() in archive.read(name))
        rowless = re.sub(rb"<sheetData>.*</sheetData>", b"", archive.read(name), flags=re.DOTALL)
    assert b"sheetData" not in rowless
    with pytest.raises(NotPatchableError):
        hidden(with_part(path, {name: rowless}))
