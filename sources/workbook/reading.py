"""Reading a workbook's cells as text, sheet by sheet, with the cells that hold an error found apart.

Belongs here: getting text out of bytes. Does not: knowing which sheets and columns matter (``quality.structure``).

Everything is read as text: a date as ``2026-03-15``, a whole number without its ``.0``, a boolean as ``oui``/``non``.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass, field
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from sources.forms.response import RESPONSE_MARK, read_response, response_grid
from sources.workbook.cell_errors import MergedRange, SheetMarks, sheet_marks
from sources.workbook.csv_reading import read_csv
from sources.workbook.filetype import FileType, UnreadableFileError, file_type
from sources.workbook.mending import readable
from sources.workbook.ods_marks import ods_marks
from sources.workbook.template_sheets import MODEL_SHEET, UNREAD_SHEETS
from sources.workbook.xls_marks import xls_marks
from sources.workbook.xlsb_marks import xlsb_marks
from sources.workbook.zipped import content_in, files_in, looked_over

MAX_CELLS = 6_000_000
CSV_SHEET = "csv"

_LEFT_OUT = frozenset(UNREAD_SHEETS) - {MODEL_SHEET}


@dataclass(frozen=True)
class RawSheet:
    """One sheet: ``rows[r][c]`` is the text of the cell at row ``r + 1`` and column ``c`` (0 is A), "" when empty.

    ``errors`` maps (row, column), counted likewise, to what a spreadsheet shows there (``#N/A``…); ``merged`` holds its
    merged ranges, as in ``SheetMarks``. ``is_text`` is true of a CSV, whose ``name`` is ``csv``, or the file's own
    without its suffix when it came in a zip. ``empty_formulas``: as in ``SheetMarks``.
    """

    name: str
    rows: list[list[str]]
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[MergedRange, ...] = ()
    is_text: bool = False
    empty_formulas: frozenset[tuple[int, int]] = frozenset()


def read_workbook(content: bytes) -> list[RawSheet]:
    """The sheets of the workbook in ``content`` (xlsx, xlsm, xlsb, xls, ods, CSV, or a zip of them, told by the bytes).

    The template's own explanations are left out; the sheet that says its version is not.

    Raises:
        UnreadableFileError: empty, too large, protected, damaged, or not a workbook; a zip of several workbooks, with
            the rule ``zipped.SEVERAL_WORKBOOKS``.
    """
    if content.startswith(RESPONSE_MARK):
        return _read_response(content)
    kind, archive = file_type(content)
    if kind == "csv":
        rows, errors = read_csv(content)
        return [RawSheet(CSV_SHEET, rows, errors, is_text=True)]
    if kind == "zip" and archive:
        return _read_zip(archive)
    try:
        content, archive = readable(kind, content, archive)
        return _read_sheets(content, _marks(kind, content, archive))
    except PasswordError as error:
        raise UnreadableFileError("E0003", "classeur protégé par un mot de passe") from error
    except UnreadableFileError:
        raise
    except BaseException as error:
        # calamine's Rust core raises PanicException, which is not an Exception, on some damaged files.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé") from error


def _read_response(content: bytes) -> list[RawSheet]:
    """The sheets of one response of a form, as the archive keeps it."""
    try:
        return [RawSheet(sheet.name, response_grid(sheet)) for sheet in read_response(content)]
    except ValueError as error:
        raise UnreadableFileError("E0004", "réponse de formulaire incomplète ou abîmée") from error


def _marks(kind: FileType, content: bytes, archive: zipfile.ZipFile | None) -> dict[str, SheetMarks]:
    if kind == "xls":
        return xls_marks(content)
    if archive is None:
        return {}
    return {"xlsx": sheet_marks, "xlsb": xlsb_marks, "ods": ods_marks}[kind](archive)


def _read_sheets(content: bytes, marks: dict[str, SheetMarks]) -> list[RawSheet]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = []
    cell_count = 0
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet or metadata.name in _LEFT_OUT:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        cell_count += sheet.total_height * sheet.total_width
        if cell_count > MAX_CELLS:
            raise UnreadableFileError("E0006", f"plus de {MAX_CELLS // 10**6} millions de cellules")
        mark = marks.get(metadata.name, SheetMarks())
        is_hidden = metadata.visible != SheetVisibleEnum.Visible
        sheets.append(
            RawSheet(
                metadata.name, _rows(sheet), mark.errors, is_hidden, mark.hidden_rows, mark.hidden_columns, mark.merged,
                empty_formulas=mark.empty_formulas,
            )
        )  # fmt: skip
    return sheets


class _Texts(dict[object, str]):
    """The text of each value, one object for equal texts: a sheet repeats few labels many times.

    Only texts are remembered: among other values ``True`` is equal to 1.
    """

    def __missing__(self, value: object) -> str:
        if isinstance(value, str):
            self[value] = value
            return value
        text = _text(value)
        return self.setdefault(text, text)


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    """All rows from the first: ``iter_rows`` gives the blank ones above the cells, not the columns on their left."""
    text_of = _Texts().__getitem__
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return [[*before, *map(text_of, row)] for row in sheet.iter_rows()]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)


def _read_zip(archive: zipfile.ZipFile) -> list[RawSheet]:
    """The sheets of a zip: those of its one workbook, and each of its text tables as a sheet named after its file."""
    inner_files = files_in(archive)
    looked_over(archive, inner_files)
    sheets: list[RawSheet] = []
    for inner in inner_files:
        sheets += [
            RawSheet(inner.stem if len(inner_files) > 1 else CSV_SHEET, sheet.rows, sheet.errors, is_text=True)
            if sheet.is_text
            else sheet
            for sheet in read_workbook(content_in(archive, inner))
        ]
    return sheets
