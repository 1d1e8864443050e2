"""The workbook of the door as a person fills it: typed with openpyxl, then opened and saved by LibreOffice.

Belongs here: what is written in which cell. Does not: taking and sending the workbook (``test_door_page``).
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sources.referential.loader import load_referential
from sources.workbook.template.grid import FIRST_ASSESSMENT, GRID_SHEET
from sources.workbook.template.layout import Column, question_codes, workbook_layout
from sources.workbook.template.template_sheets import IGNORED_ROW_PREFIXES

MISTAKES = {"IMP_1_1": "Fort ?", "EFF_1_1": "Très fort", "date": "31/02/2026"}
"""Column → what a hurried person writes there, each in an assessment of its own."""
RIGHT = {"IMP_1_1": "Fort", "EFF_1_1": "Fort", "date": None}


def fill(path: Path) -> int:
    """Answer all that is asked, with one mistake in each of the first assessments; how many assessments there are."""
    book = load_workbook(path)
    sheet = book[GRID_SHEET]
    asked = list(_asked(sheet))
    for at, across in enumerate(asked):
        for column in _questions():
            sheet.cell(_line(sheet, column.code), across).value = column.offered[at % len(column.choices)]
    for across, (code, text) in zip(asked, MISTAKES.items(), strict=False):
        sheet.cell(_line(sheet, code), across).value = text
    book.save(path)
    save_again(path)
    return len(asked)


def save_again(path: Path) -> None:
    """As LibreOffice writes it: its own styles, shared texts, formulas with their values."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", f"{folder}/out", str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        shutil.copyfile(Path(folder) / "out" / path.name, path)


def mend(path: Path) -> None:
    """Put right what the annotated workbook marks."""
    book = load_workbook(path)
    sheet = book[GRID_SHEET]
    for across in _asked(sheet):
        for code, text in MISTAKES.items():
            cell = sheet.cell(_line(sheet, code), across)
            if cell.value == text:
                cell.value = RIGHT[code]
    book.save(path)


def leave_out_the_last(path: Path) -> None:
    book = load_workbook(path)
    sheet = book[GRID_SHEET]
    last = list(_asked(sheet))[-1]
    for line in range(_line(sheet, "evaluateur"), sheet.max_row + 1):
        sheet.cell(line, last).value = None
    book.save(path)


def _asked(sheet: Worksheet) -> Iterator[int]:
    """The columns to fill: they name an assessor, and are not what the template shows in grey."""
    line = _line(sheet, "evaluateur")
    for across in range(FIRST_ASSESSMENT + 1, sheet.max_column + 1):
        first = sheet.cell(line, across).value
        if first and not str(first).startswith(IGNORED_ROW_PREFIXES):
            yield across


def _line(sheet: Worksheet, code: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == code)


def _questions() -> list[Column]:
    referential = load_referential()
    sheet = workbook_layout(referential)[-1]
    return [sheet.column(code) for code in question_codes(referential)]
