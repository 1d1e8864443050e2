"""Reading a workbook's cells as text, sheet by sheet, with the cells that hold an error found apart.

Belongs here: getting text out of bytes. Does not: knowing which sheets and columns matter
(``quality.reading.sheets.structure``).

Everything is read as text: a date as ``2026-03-15``, a whole number without its ``.0``, a boolean as ``oui``/``non``.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from sources.forms.response import RESPONSE_MARK, read_response, response_grid
from sources.workbook.door import admitted, needs_nothing
from sources.workbook.filetype import FileType, UnreadableFileError, file_type, unpacked_gzip
from sources.workbook.formats.marks import MergedRange, SheetMarks
from sources.workbook.formats.number_texts import in_hundredths, is_doubtful_number
from sources.workbook.formats.old_excel import read_old_excel
from sources.workbook.formats.xml_spreadsheet import read_xml_spreadsheet
from sources.workbook.mending import read_by_parser, readable
from sources.workbook.seals import is_of_ours, written_beside
from sources.workbook.template.template_sheets import LISTS_SHEET
from sources.workbook.text.csv_reading import read_csv
from sources.workbook.text.encodings import Remark
from sources.workbook.unwrapping import unwrapped
from sources.workbook.zipped import LEFT_OUT, content_in, files_in, left_out, looked_over

MAX_CELLS = 6_000_000
CSV_SHEET = "csv"

Places = frozenset[tuple[int, int]]
"""(row, column) of cells, both 0-based."""

_LONG_DURATION = re.compile(r"PT([0-9]+)H0?(-?[0-9]{1,2})M([0-9]{1,2}(?:[.,][0-9]+)?)S")
"""As an ods writes a duration of a day and more, which it shows as « 30:00:00 »; LibreOffice may write 1,234 hours as
``PT1234H0-1M59.999999999S``."""

Values = Callable[[], Iterator[list[Any]]]
"""The values of a sheet, row by row, as often as they are asked for."""

_OWN_READERS = {"old_xls": read_old_excel, "xml": read_xml_spreadsheet}
"""Of the workbooks that calamine does not read."""

_LEFT_OUT = frozenset({LISTS_SHEET})
"""What spreadsheets alone look at, hidden as the template has it."""


@dataclass(frozen=True)
class RawSheet:
    """One sheet: ``rows[r][c]`` is the text of the cell at row ``r + 1`` and column ``c`` (0 is A), "" when empty.

    ``errors`` maps (row, column), counted likewise, to what a spreadsheet shows there (``#N/A``…); ``merged`` holds its
    merged ranges, as in ``SheetMarks``. ``is_text`` is true of a CSV, whose ``name`` is ``csv``, or the file's own
    without its suffix when it came in a zip; ``torn`` is then that of ``csv_reading.TextTable``.
    ``remarks``: what must be said of the whole file (rule, found, expected).
    ``empty_formulas``: as in ``SheetMarks``. ``percentages``: the cells whose number is shown in hundredths, and stands
    so in ``rows`` (« 40 % »). ``numbers``: in a sheet where a text
    could be taken for one of them, or the reverse (1.234), the cells that are a number with decimals. ``unseen`` maps
    (row, column) to the French names of the invisible characters that were taken out there. ``is_plain``: the reader
    found nothing for the door to do among the texts of the rows. ``misread``: the cells that show accents which another
    program took for other signs (« Ã© »), and which nothing proves. ``looks``,
    ``notes``: as in ``SheetMarks``.
    ``is_turned``: its rows are the columns of a grid (``quality.reading.grids``), whose lines bear the ``titles``.
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
    torn: dict[int, tuple[str, str]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    percentages: frozenset[tuple[int, int]] = frozenset()
    unseen: dict[tuple[int, int], str] = field(default_factory=dict)
    is_plain: bool = False
    numbers: frozenset[tuple[int, int]] = frozenset()
    misread: frozenset[tuple[int, int]] = frozenset()
    looks: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    is_turned: bool = False
    titles: tuple[str, ...] = ()


def read_workbook(content: bytes) -> list[RawSheet]:
    """The sheets of the workbook in ``content`` (xlsx, xlsm, xlsb, xls, ods, CSV, or a zip of them, told by the bytes).

    The template's own lists are left out, and an earlier answer in which nobody wrote. Every text is as the door lets
    it in: composed (NFC), without what does not show.

    Raises:
        UnreadableFileError: empty, too large, protected, damaged, or not a workbook; a zip of several workbooks, with
            the rule ``zipped.SEVERAL_WORKBOOKS``.
    """
    return admitted([sheet for sheet in _sheets_in(content) if not _is_ours_alone(sheet)])


def _is_ours_alone(sheet: RawSheet) -> bool:
    """Whether it is the answer to an earlier sending, or the count of the grid's answers, as we wrote it."""
    return is_of_ours(sheet.name, sheet.rows) and next(written_beside(sheet.name, sheet.rows), None) is None


def _sheets_in(content: bytes) -> list[RawSheet]:
    if content.startswith(RESPONSE_MARK):
        return _read_response(content)
    content = unwrapped(unpacked_gzip(content))
    kind, archive = file_type(content)
    if kind == "csv":
        table = read_csv(content)
        return [RawSheet(CSV_SHEET, **vars(table), is_text=True)]
    if kind == "zip" and archive:
        return _read_zip(archive)
    try:
        if kind in _OWN_READERS:
            return [
                _raw_sheet(name, values.__iter__, mark, is_hidden)
                for name, values, mark, is_hidden in _OWN_READERS[kind](content)
                if not (is_hidden and name in _LEFT_OUT)
            ]
        return _read_as_is_or_rewritten(kind, content, archive)
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


def _read_as_is_or_rewritten(kind: FileType, content: bytes, archive: zipfile.ZipFile | None) -> list[RawSheet]:
    try:
        return _read_sheets(*readable(kind, content, archive))
    except CalamineError:
        if kind != "xlsx" or archive is None:
            raise
        return _read_sheets(*read_by_parser(archive))


def _read_sheets(content: bytes, marks: dict[str, SheetMarks]) -> list[RawSheet]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = []
    cell_count = 0
    names = [metadata.name for metadata in workbook.sheets_metadata]
    if len(set(names)) < len(names):
        raise UnreadableFileError("E0004", "deux feuilles portent le même nom")
    for metadata in workbook.sheets_metadata:
        is_hidden = metadata.visible != SheetVisibleEnum.Visible
        if metadata.typ != SheetTypeEnum.WorkSheet or (is_hidden and metadata.name in _LEFT_OUT):
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        cell_count += sheet.total_height * sheet.total_width
        if cell_count > MAX_CELLS:
            raise UnreadableFileError("E0006", f"plus de {MAX_CELLS // 10**6} millions de cellules")
        mark = marks.get(metadata.name, SheetMarks())
        left = sheet.start[1] if sheet.start else 0
        sheets.append(_raw_sheet(metadata.name, sheet.iter_rows, mark, is_hidden, left))
    return sheets


def _raw_sheet(name: str, values: Values, mark: SheetMarks, is_hidden: bool, left: int = 0) -> RawSheet:
    rows, is_plain, numbers = _rows(values, left, mark.percentages)
    return RawSheet(
        name, rows, mark.errors, is_hidden, mark.hidden_rows, mark.hidden_columns, mark.merged,
        empty_formulas=mark.empty_formulas, percentages=mark.percentages, is_plain=is_plain, numbers=numbers,
        looks=mark.looks, notes=mark.notes,
    )  # fmt: skip


class _Texts(dict[object, str]):
    """The text of each value, one object for equal texts: a sheet repeats few labels many times.

    Only texts are remembered: among other values ``True`` is equal to 1. ``has_doubtful_number``: one of them could be
    a number with three decimals as well as thousands.
    """

    has_doubtful_number = False

    def __missing__(self, value: object) -> str:
        if isinstance(value, str):
            if value.startswith("PT") and (found := _LONG_DURATION.fullmatch(value)):
                return self.setdefault(value, _text(_duration(*found.groups())))
            self[value] = value
            if ("." in value or "," in value) and is_doubtful_number(value):
                self.has_doubtful_number = True
            return value
        text = _text(value)
        if text[-4:-3] == "." and isinstance(value, float) and is_doubtful_number(text):
            self.has_doubtful_number = True
        return self.setdefault(text, text)


def _rows(values: Values, left: int, percentages: Places) -> tuple[list[list[str]], bool, Places]:
    """All rows from the first, and whether their texts show all that they hold.

    With them, where a number cannot be told by its text, the cells that hold a number with decimals.
    ``iter_rows`` gives the blank rows above the cells, not the columns on their left.
    """
    texts = _Texts()
    text_of = texts.__getitem__
    before = [""] * left
    rows = [[*before, *map(text_of, row)] for row in values()]
    is_plain = needs_nothing(" ".join(texts.values()))
    if not percentages and not texts.has_doubtful_number:
        return rows, is_plain, frozenset()
    numbers = _numbers(values, left)
    in_hundredths(rows, numbers & percentages)
    return rows, is_plain, frozenset(place for place in numbers if "." in rows[place[0]][place[1]])


def _numbers(values: Values, left: int) -> Places:
    """The cells that hold a number, and not a text that looks like one."""
    return frozenset(
        (index, position)
        for index, row in enumerate(values())
        for position, value in enumerate(row, start=left)
        if isinstance(value, int | float) and not isinstance(value, bool)
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _duration(hours: str, minutes: str, seconds: str) -> dt.timedelta:
    return dt.timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds.replace(",", ".")))


def _read_zip(archive: zipfile.ZipFile) -> list[RawSheet]:
    """The sheets of a zip: those of its one workbook, and each of its text tables as a sheet named after its file."""
    inner_files = files_in(archive)
    looked_over(archive, inner_files)
    sheets: list[RawSheet] = []
    for inner in inner_files:
        sheets += [
            replace(sheet, name=inner.stem if len(inner_files) > 1 else CSV_SHEET) if sheet.is_text else sheet
            for sheet in _sheets_in(content_in(archive, inner))
        ]
    if sheets and (others := left_out(archive)):
        sheets[0] = replace(sheets[0], remarks=[*sheets[0].remarks, (LEFT_OUT, ", ".join(others), "")])
    return sheets
