"""A fresh workbook with the values of a file where they stood, annotated: the answer to xls, xlsb, ods and CSV.

Belongs here: copying values and writing notes beside them. Does not: the sender's own xlsx (``patched``).
Also the answer to an xlsx that cannot be mended; it says so on its first sheet.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from quality.answers.annotated.answer_sheet import WIDTHS, AnswerRow, answer_rows, sealed_row
from quality.answers.annotated.notes import MOST_NOTES, Note, Position, notes_by_sheet, position
from quality.answers.annotated.parts.styles import COLOURS
from quality.answers.annotated.values import Percentage, Values, values
from quality.answers.answer import AnnotatedWorkbook, Answer
from sources.workbook.filetype import file_type
from sources.workbook.reading import CSV_SHEET
from sources.workbook.template.template_sheets import ANSWER_SHEET, MODEL_SHEET
from sources.workbook.xlsx.xlsx_notes import AUTHOR

MOST_CELLS, MOST_BYTES = 1_000_000, 64 * 2**20
"""Cells, and bytes once unpacked. Beyond either only the list of problems is given: a copy would take longer than its
reader would wait."""

_HOW = (
    "Ceci est une copie des valeurs de votre fichier, aux mêmes places : les cellules signalées sont en couleur et "
    "commentées. {why} Corrigez votre fichier d'origine, puis déposez-le à nouveau."
)
_OTHER_FORMAT = "Sa mise en forme et ses formules sont restées dans votre fichier, qui n'est pas au format xlsx."
_NOT_MENDABLE = (
    "Votre classeur contient des éléments que nous ne pouvons pas vous rendre sans risque : sa mise en forme, ses "
    "formules et ses images sont restées dans votre fichier."
)
_TOO_LARGE = "Votre fichier est trop grand pour être recopié : seule la liste de ce qui a été relevé est donnée ici."
_STRANGE = (
    "Votre fichier est écrit d'une façon qui ne se recopie pas : seule la liste de ce qui a été relevé est donnée ici."
)
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME, _LONGEST_TEXT, _WIDEST = 31, 32_767, 45
_ZIP = b"PK\x03\x04"
_SIGNATURES = (_ZIP, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_BINARY_KINDS = ("xlsx", "xlsb", "xls", "ods")
_IDENTITY = re.compile(r"[0-9A-Za-z]{1,64}")
_CREATED = dt.datetime(2026, 1, 1)


def fresh_workbook(content: bytes, answer: Answer) -> AnnotatedWorkbook:
    """A new workbook that shows the values of ``content``, annotated; the list alone where they are too many, or where
    what read them once does not read them again.
    """
    kind = _kind(content)
    sheets: dict[str, Values] = {}
    how = _TOO_LARGE
    if _unpacked_bytes(content) <= MOST_BYTES:
        try:
            sheets = values(content)
            how = _HOW.format(why=_NOT_MENDABLE if kind == "xlsx" else _OTHER_FORMAT)
        except MemoryError:
            raise
        except Exception:  # A copy is a help: the answer of one sender, and of all others, does not wait for it.
            how = _STRANGE
    if _cell_count(sheets) > MOST_CELLS:
        sheets, how = {}, _TOO_LARGE
    return AnnotatedWorkbook(_written(sheets, answer, how), is_original=False, how=how)


def _kind(content: bytes) -> str:
    """``csv`` is whatever is read as text: a CSV, or one response of a form."""
    return file_type(content)[0] if content.startswith(_SIGNATURES) else "csv"


def _unpacked_bytes(content: bytes) -> int:
    if not content.startswith(_ZIP):
        return len(content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _cell_count(sheets: Mapping[str, Values]) -> int:
    return sum(len(rows) * max(map(len, rows), default=0) for rows in sheets.values())


def _written(sheets: Mapping[str, Values], answer: Answer, how: str) -> bytes:
    out = BytesIO()
    options = {"in_memory": True, "default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"title": "Réponse à un classeur", "created": _CREATED})
        names = _names(sheets)
        looks = _looks(workbook)
        _write_answer(workbook.add_worksheet(ANSWER_SHEET), answer_rows(answer, how, names), names, looks)
        notes = notes_by_sheet(answer.verdict.problems)
        shown = _shown_texts(answer)
        for sheet, rows in sheets.items():
            worksheet = workbook.add_worksheet(names[sheet])
            if sheet == MODEL_SHEET:
                _write_identity(worksheet, rows)
                continue
            _write_sheet(worksheet, rows, notes.get(sheet, {}), shown.get(sheet, {}), workbook)
    return out.getvalue()


def _names(sheets: Mapping[str, Values]) -> dict[str, str]:
    """The name of a sheet in the file → the name that an xlsx can give it."""
    taken = {ANSWER_SHEET.casefold(), "history"}
    names = {}
    for sheet in sheets:
        wanted = "Fichier CSV" if sheet == CSV_SHEET else _NOT_IN_A_NAME.sub("_", sheet).strip("'") or "Feuille"
        name, number = wanted[:_LONGEST_NAME], 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted[: _LONGEST_NAME - 4]} {number}"
        taken.add(name.casefold())
        names[sheet] = name
    return names


def _shown_texts(answer: Answer) -> dict[str, dict[Position, str]]:
    """What cells show instead of their value: masks, and the errors that a reader gives as blanks."""
    shown: dict[str, dict[Position, str]] = {}
    for problem in answer.verdict.problems:
        place = position(problem.cell or "")
        if problem.rule_code == "E0207" and problem.sheet and problem.found and place:
            shown.setdefault(problem.sheet, {})[place] = problem.found
    for cell in answer.verdict.masked:
        shown.setdefault(cell.sheet, {})[cell.row, cell.column] = cell.text
    return shown


def _write_sheet(
    worksheet: Worksheet,
    rows: Values,
    notes: Mapping[Position, Note],
    shown: Mapping[Position, str],
    workbook: xlsxwriter.Workbook,
) -> None:
    _fit_for_print(worksheet)
    formats = _Formats(workbook)
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            place = (index + 1, column)
            note = notes.get(place)
            _write_value(worksheet, place, shown.get(place, value), note.severity if note else None, formats)
    for place in notes.keys() - {(r + 1, c) for r, row in enumerate(rows) for c in range(len(row))}:
        _write_value(worksheet, place, shown.get(place, ""), notes[place].severity, formats)
    for place, note in list(notes.items())[:MOST_NOTES]:
        lines = sum(1 + len(line) // 50 for line in note.text.split("\n"))
        box = {"author": AUTHOR, "x_scale": 3, "height": 18 * lines + 12}
        worksheet.write_comment(place[0] - 1, place[1], note.text, box)
    for column, width in enumerate(_column_widths(rows)):
        worksheet.set_column(column, column, width)


def _write_identity(worksheet: Worksheet, rows: Values) -> None:
    """Which template the file comes from, hidden as in the template: a copy sent back is known like the original."""
    worksheet.hide()
    for index, row in enumerate(rows[:2]):
        said = [str(int(cell) if isinstance(cell, float) else cell) for cell in row[:2]]
        if len(said) == 2 and all(_IDENTITY.fullmatch(text) for text in said):
            worksheet.write_row(index, 0, said)


def _column_widths(rows: Values) -> list[int]:
    widths: list[int] = []
    for row in rows[:200]:
        widths += [10] * (len(row) - len(widths))
        for column, value in enumerate(row):
            widths[column] = max(widths[column], min(_WIDEST, len(str(value)) + 2))
    return widths


def _fit_for_print(worksheet: Worksheet) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)


class _Formats:
    """One format for each way in which a value is shown."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str | None, str | None], Format] = {}

    def of(self, severity: str | None, number_format: str | None = None) -> Format | None:
        key = (severity, number_format)
        if key == (None, None):
            return None
        if key not in self._made:
            properties = {"bg_color": f"#{COLOURS[severity][2:]}"} if severity else {}
            properties |= {"num_format": number_format} if number_format else {}
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _write_value(worksheet: Worksheet, place: Position, value: object, severity: str | None, formats: _Formats) -> None:
    row, column = place[0] - 1, place[1]
    match value:
        case "" | None:
            if severity:
                worksheet.write_blank(row, column, None, formats.of(severity))
        case bool():
            worksheet.write_boolean(row, column, value, formats.of(severity))
        case Percentage() if math.isfinite(value):
            form = "0%" if (value * 100).is_integer() else "0.0########%"
            worksheet.write_number(row, column, value, formats.of(severity, form))
        case int() | float() if math.isfinite(value):
            worksheet.write_number(row, column, value, formats.of(severity))
        case dt.datetime() if value.year >= 1900:
            has_time = value.time() != dt.time()
            shown = formats.of(severity, "dd/mm/yyyy hh:mm" if has_time else "dd/mm/yyyy")
            worksheet.write_datetime(row, column, value, shown)
        case dt.date() if value.year >= 1900:
            worksheet.write_datetime(row, column, value, formats.of(severity, "dd/mm/yyyy"))
        case dt.time() | dt.timedelta():
            worksheet.write_datetime(row, column, value, formats.of(severity, "[hh]:mm"))
        case _:
            worksheet.write_string(row, column, str(value)[:_LONGEST_TEXT], formats.of(severity, "@"))


def _looks(workbook: xlsxwriter.Workbook) -> dict[str, Format]:
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9D1D8", "num_format": "@"}
    looks = {
        "title": {"bold": True, "font_size": 16},
        "verdict": {"bold": True, "font_size": 12},
        "section": {"bold": True, "font_size": 13},
        "fact": {"num_format": "@"},
        "hint": {"font_color": "#51606E"},
        "heading": {**cell, "bold": True, "bg_color": "#E6ECF0"},
        "text": cell,
        "link": {**cell, "font_color": "#0B5394", "underline": 1},
    }
    looks |= {severity: {**cell, "bold": True, "bg_color": f"#{colour[2:]}"} for severity, colour in COLOURS.items()}
    return {name: workbook.add_format(properties) for name, properties in looks.items()}


def _write_answer(
    worksheet: Worksheet, rows: Iterator[AnswerRow], names: Mapping[str, str], looks: Mapping[str, Format]
) -> None:
    worksheet.hide_gridlines(2)
    _fit_for_print(worksheet)
    worksheet.set_tab_color("#0F4C5C")
    for column, width in enumerate(WIDTHS):
        worksheet.set_column(column, column, width)
    worksheet.set_column(len(WIDTHS), len(WIDTHS), 9, None, {"hidden": True})
    for row, cells in enumerate(rows):
        for column, cell in enumerate(sealed_row(cells)):
            text = cell.text[:_LONGEST_TEXT]
            if cell.link:
                sheet, target = cell.link
                address = f"internal:'{names[sheet].replace(chr(39), chr(39) * 2)}'!{target}"
                worksheet.write_url(row, column, address, looks["link"], text)
            elif text:
                worksheet.write_string(row, column, text, looks[cell.style])
