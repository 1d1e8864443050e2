"""Text tables: CSV and TSV of any usual encoding and delimiter, both told by the content.

Belongs here: bytes to rows of text, and the errors that a spreadsheet wrote out as text. Does not: meaning.
"""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice

from sources.workbook.filetype import UnreadableFileError, unmarked_utf16

_DELIMITERS = ";,\t|"
_FIELD_LIMIT = 1_000_000
_SAMPLE_CHARACTERS = 64 * 2**10
_SAMPLE_ROWS = 40
_SHOWN_ERRORS = {
    *("#N/A", "#N/D", "#REF!", "#DIV/0!", "#VALUE!", "#VALEUR!", "#NAME?", "#NOM?", "#NULL!", "#NUL!", "#NUM!"),
    *("#NOMBRE!", "#SPILL!", "#CALC!", "#PROPAGATION!"),
}  # fmt: skip


def read_csv(content: bytes) -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """The rows, and (row, column) → the error shown there (its text is "" in the rows).

    Raises:
        UnreadableFileError: the text is no table.
    """
    text = _decode(content)
    delimiter, text = _stated_delimiter(text)
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter or _delimiter(text)))
    except csv.Error as error:
        raise UnreadableFileError("E0004", "un texte qui n'est pas un tableau CSV") from error
    if delimiter:
        rows.insert(0, [])  # The line that states the delimiter is a row of the file: rows keep their numbers.
    errors = _take_errors(rows) if "#" in text or "Err:" in text else {}
    return rows, errors


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if encoding := unmarked_utf16(content):
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _stated_delimiter(text: str) -> tuple[str | None, str]:
    """The delimiter that a first line ``sep=;`` states, as Excel writes it, and the text below."""
    first, _, rest = text.partition("\n")
    stated = first.strip().strip('"').lower()
    if stated.startswith("sep=") and len(stated) == 5:
        return stated[4], rest
    return ("\t", rest) if first.rstrip("\r\n").lower() == "sep=\t" else (None, text)


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most rows into the same number of columns, two at least."""
    sample = text[:_SAMPLE_CHARACTERS]
    return max(_DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[int, int]:
    """Cells in rows of the most usual width, and that width; (0, 0) when the delimiter cuts nothing."""
    try:
        rows = islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        widths = Counter(len(row) for row in rows if len(row) > 1)
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[0] * item[1], item[0]))
    return width * count, width


def _take_errors(rows: list[list[str]]) -> dict[tuple[int, int], str]:
    errors = {}
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if text.startswith(("#", "Err:")) and is_shown_error(text):
                errors[row, column] = text.strip()
                cells[column] = ""
    return errors


def is_shown_error(text: str) -> bool:
    """Whether the text is what a spreadsheet shows in place of a value (``#N/A``, ``#VALEUR !``, ``Err:502``)."""
    bare = "".join(text.split()).upper()
    return bare in _SHOWN_ERRORS or (bare.startswith("ERR:") and bare[4:].isdigit())
