"""Text tables: CSV and TSV of any usual encoding, delimiter and quoting, all told by the content.

Belongs here: bytes to rows of text, and the errors that a spreadsheet wrote out as text. Does not: encodings
(``encodings``), quotes that cannot be trusted (``csv_records``), meaning.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.text.csv_records import read_records
from sources.workbook.text.encodings import LOST, Remark, decode

_DELIMITERS = ";,\t|^:~¦"
_OTHER_LINE_ENDS = "\u2028\u2029\x0b\x0c"
"""Of word processors: the separators of lines and paragraphs, vertical tabulation, new page."""
_FIELD_LIMIT = 1_000_000
_SAMPLE_CHARACTERS = 64 * 2**10
_SAMPLE_ROWS = 40
_LONGEST_SHOWN = 60
_UNREADABLE = "E0240"
_WRAPPED = re.compile(r'"((?:[^"]|"")*)"[;,\t]*')
_SHOWN_ERRORS = {
    *("#N/A", "#N/D", "#REF!", "#DIV/0!", "#VALUE!", "#VALEUR!", "#NAME?", "#NOM?", "#NULL!", "#NUL!", "#NUM!"),
    *("#NOMBRE!", "#SPILL!", "#CALC!", "#PROPAGATION!"),
}  # fmt: skip


@dataclass
class TextTable:
    """The rows of a text; ``errors``: (row, column) → the error shown there, whose text is "" in the rows.

    ``torn``: index of a row that cannot be read with certainty, blank in ``rows`` → rule and what was found there.
    ``remarks``: what must be said of the whole file.
    """

    rows: list[list[str]]
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    torn: dict[int, tuple[str, str]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def read_csv(content: bytes) -> TextTable:
    """The table that the bytes hold.

    Raises:
        UnreadableFileError: the text is no table, or its encoding is uncertain throughout.
    """
    if b"\n" not in content and b"\r" not in content:
        content = content.replace(b"\xc2\x85", b"\n")  # NEL, before it is looked at as an accent written twice.
    decoded = decode(content)
    text = decoded.text.replace("\r\r\n", "\r\n")
    text = _with_usual_line_ends(text)
    delimiter, text = _stated_delimiter(text)
    text, was_wrapped = _unwrapped(text)
    csv.field_size_limit(_FIELD_LIMIT)
    table = _table(text, delimiter or _delimiter(text))
    table.remarks[:0] = decoded.remarks
    if was_wrapped:
        table.remarks.append(("I0444", "des lignes entières entre guillemets", "chaque ligne lue sans ses guillemets"))
    if LOST in text:
        _lose_rows(table)
    if text and not text.endswith(("\n", "\r")) and "\n" in text.replace("\r", "\n"):
        table.remarks.append(("I0441", "fin du fichier sans retour à la ligne", ""))
    if delimiter:
        _below_statement(table)
    table.errors |= _take_errors(table.rows) if "#" in text or "Err:" in text else {}
    return table


def _with_usual_line_ends(text: str) -> str:
    """The text, where no line ends as everywhere: one that some other sign cuts into lines, or the text as it is."""
    if "\n" in text or "\r" in text:
        return text
    sign = max(_OTHER_LINE_ENDS, key=text.count)
    return text.replace(sign, "\n")


def _table(text: str, delimiter: str) -> TextTable:
    """The rows at once where no quote can mislead; record by record otherwise."""
    quote = _quote(text, delimiter)
    if quote not in text:
        return TextTable(_plain_rows(text, delimiter))
    if quote == '"':
        try:
            rows = _plain_rows(text, delimiter, strict=True)
        except UnreadableFileError:
            rows = None
        if rows is not None and not any(_needs_care("".join(row)) for row in rows):
            return TextTable(rows)
    return _careful_table(text, delimiter, quote)


def _careful_table(text: str, delimiter: str, quote: str) -> TextTable:
    records = read_records(text, delimiter, quote)
    remarks: list[Remark] = []
    if records.torn and '\\"' in text:
        unescaped = read_records(text.replace('\\"', '""'), delimiter, quote)
        if not unescaped.torn:
            records = unescaped
            remarks.append(("I0443", 'guillemets écrits \\"', "lus comme des guillemets"))
    if any(len(cell) > _FIELD_LIMIT for row in records.rows for cell in row):
        raise _no_table()
    table = TextTable(records.rows, torn=records.torn, remarks=remarks)
    for row in records.stray:
        cell = next(cell for cell in records.rows[row] if quote in cell)
        table.remarks.append(("I0442", cell.strip()[:_LONGEST_SHOWN], f"ligne {row + 1}, lue telle quelle"))
    return table


def _needs_care(row: str) -> bool:
    """Whether cells of the row hold a quote or several lines: what a quote left open leaves, among honest others."""
    return '"' in row or "\n" in row or "\r" in row


def _plain_rows(text: str, delimiter: str, *, strict: bool = False) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=strict))
    except csv.Error as error:
        raise _no_table() from error


def _no_table() -> UnreadableFileError:
    return UnreadableFileError("E0004", "un texte qui n'est pas un tableau CSV")


def _quote(text: str, delimiter: str) -> str:
    """The sign that quotes: ``'`` where each heading stands between two of them."""
    first = next((line for line in text[:_SAMPLE_CHARACTERS].splitlines() if line.strip()), "")
    cells = first.split(delimiter)
    quoted = [cell for cell in cells if len(cell) > 2 and cell[0] == cell[-1] == "'"]
    return "'" if len(cells) > 1 and len(quoted) == len(cells) else '"'


def _stated_delimiter(text: str) -> tuple[str | None, str]:
    """The delimiter that a first line ``sep=;`` states, as Excel writes it, and the text below."""
    first, _, rest = text.partition("\n")
    stated = first.strip("\r ").strip('"').lower()
    return (stated[4], rest) if stated.startswith("sep=") and len(stated) == 5 else (None, text)


def _below_statement(table: TextTable) -> None:
    """The line that states the delimiter is a row of the file: rows keep their numbers."""
    table.rows.insert(0, [])
    table.torn = {row + 1: what for row, what in table.torn.items()}


def _unwrapped(text: str) -> tuple[str, bool]:
    """The lines that a program took for one cell each and quoted whole, as they were."""
    first = next((line for line in text[:_SAMPLE_CHARACTERS].splitlines() if line.strip()), "")
    heading = _WRAPPED.fullmatch(first)
    if not heading or not any(sign in heading[1] for sign in _DELIMITERS):
        return text, False
    lines = [_unwrapped_line(line) for line in StringIO(text, newline="")]
    return "".join(lines), True


def _unwrapped_line(line: str) -> str:
    bare = line.rstrip("\r\n")
    wrapped = _WRAPPED.fullmatch(bare)
    return wrapped[1].replace('""', '"') + line[len(bare) :] if wrapped else line


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most rows into the same number of columns, two at least."""
    sample = text[:_SAMPLE_CHARACTERS]
    return max(_DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[int, int]:
    """Cells in rows of the most usual width, and these rows; (0, 0) when the delimiter cuts nothing."""
    try:
        rows = islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        widths = Counter(len(row) for row in rows if len(row) > 1)
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[0] * item[1], item[0]))
    return width * count, count


def _lose_rows(table: TextTable) -> None:
    """Name each row that holds a lost character, and let nothing of it go further."""
    for index, row in enumerate(table.rows):
        lost = next((cell for cell in row if LOST in cell), None)
        if lost is not None:
            at = row.index(lost)
            table.torn[index] = _UNREADABLE, f"colonne {at + 1} : {lost.replace(LOST, '·').strip()[:_LONGEST_SHOWN]}"
            table.rows[index] = []


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
