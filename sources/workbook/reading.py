"""Reading a workbook's cells as text, sheet by sheet, with the cells that hold an error found apart.

Belongs here: getting text out of bytes. Does not: knowing which sheets and columns matter (``quality.structure``).

Everything is read as text: a date as ``2026-03-15``, a whole number without its ``.0``, a boolean as ``oui``/``non``.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO, StringIO

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

from sources.workbook.cell_errors import cell_errors
from sources.workbook.filetype import UnreadableFileError, file_type
from sources.workbook.template_sheets import UNREAD_SHEETS

MAX_CELLS = 6_000_000
CSV_SHEET = "csv"

_CSV_DELIMITERS = ";,\t|"
_CSV_FIELD_LIMIT = 1_000_000


@dataclass(frozen=True)
class RawSheet:
    """One sheet: ``rows[r][c]`` is the text of the cell at row ``r + 1`` and column ``c`` (0 is A), "" when empty.

    ``errors`` maps (row, column), counted likewise, to what a spreadsheet shows there (``#N/A``…).
    """

    name: str
    rows: list[list[str]]
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def read_workbook(content: bytes) -> list[RawSheet]:
    """The sheets of the workbook in ``content`` (xlsx, xlsm, xlsb, xls, ods or CSV, told by the bytes).

    The template's own explanations are left out.

    Raises:
        UnreadableFileError: empty, too large, protected, damaged, or not a workbook.
    """
    kind, archive = file_type(content)
    if kind == "csv":
        return [_read_csv(content)]
    errors = cell_errors(archive) if archive and kind == "xlsx" else {}
    try:
        return _read_sheets(content, errors)
    except PasswordError as error:
        raise UnreadableFileError("E0003", "classeur protégé par un mot de passe") from error
    except UnreadableFileError:
        raise
    except BaseException as error:
        # calamine's Rust core raises PanicException, which is not an Exception, on some damaged files.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise UnreadableFileError("E0004", "fichier incomplet ou abîmé") from error


def _read_sheets(content: bytes, errors: dict[str, dict[tuple[int, int], str]]) -> list[RawSheet]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = []
    cell_count = 0
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet or metadata.name in UNREAD_SHEETS:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        cell_count += sheet.total_height * sheet.total_width
        if cell_count > MAX_CELLS:
            raise UnreadableFileError("E0006", f"plus de {MAX_CELLS // 10**6} millions de cellules")
        rows = [_texts(row) for row in sheet.to_python(skip_empty_area=False)]
        sheets.append(RawSheet(metadata.name, rows, errors.get(metadata.name, {})))
    return sheets


def _texts(row: Iterable[object]) -> list[str]:
    return [value if isinstance(value, str) else _text(value) for value in row]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)


def _read_csv(content: bytes) -> RawSheet:
    text = _decode(content)
    csv.field_size_limit(_CSV_FIELD_LIMIT)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise UnreadableFileError("E0004", "un texte qui n'est pas un tableau CSV") from error
    return RawSheet(CSV_SHEET, rows)


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(_CSV_DELIMITERS, key=heading.count)
