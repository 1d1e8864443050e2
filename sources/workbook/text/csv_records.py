"""The records of a CSV whose quotes cannot be trusted: each is read by the letter, or named with the lines it took.

Belongs here: quotes left open, closed too early, escaped otherwise. Does not: encodings, delimiters (``csv_reading``).

A cell of several lines is kept as it is, unless its lines are themselves rows of the table: then a quote was left open.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO

OPEN, TEXT_AFTER = "E0241", "E0242"
"""The rules of a quote left open, and of text behind a closed one."""

_FEWEST_CELLS = 3
_LONGEST_SHOWN = 40


@dataclass
class Records:
    """``rows``: one list of cells a record; a record whose quotes are wrong is a blank row for each line it took.

    ``torn``: index of a row → rule and what was found there, in French. ``stray``: rows with a lone quote in a cell.
    """

    rows: list[list[str]] = field(default_factory=list)
    torn: dict[int, tuple[str, str]] = field(default_factory=dict)
    stray: list[int] = field(default_factory=list)


@dataclass
class _Record:
    """One record, its last line, and what is wrong: the rule, and the cell where the quote opens."""

    cells: list[str]
    last_line: int
    is_stray: bool = False
    trouble: str | None = None
    opened_at: int = 0


def read_records(text: str, delimiter: str, quote: str = '"') -> Records:
    """The records of a text, quotes looked at one by one."""
    lines = list(StringIO(text, newline=""))
    width = _usual_width(lines, delimiter, quote)
    records = Records()
    at = 0
    while at < len(lines):
        record = _read(lines, at, delimiter, quote)
        if record.trouble is None and record.last_line > at and _takes_rows(lines, at, record, delimiter, quote, width):
            record.trouble = OPEN
        if record.trouble is None:
            if record.is_stray:
                records.stray.append(len(records.rows))
            records.rows.append(record.cells)
        else:
            _tear(records, record, at, lines, quote)
        at = record.last_line + 1
    return records


def _tear(records: Records, record: _Record, first: int, lines: list[str], quote: str) -> None:
    """Leave each line of the record blank, all named at the first one."""
    row = len(records.rows)
    taken = record.last_line - first
    beginning = lines[first].rstrip("\r\n")
    shown = beginning[beginning.rfind(quote) :][:_LONGEST_SHOWN] if record.trouble == OPEN else quote
    rule = OPEN if taken else record.trouble or OPEN
    found = f"{shown}" + (f" … jusqu'à la ligne {row + 1 + taken}" if taken else "")
    for offset in range(taken + 1):
        records.torn[row + offset] = rule, found
        records.rows.append([])


def _read(lines: list[str], first: int, delimiter: str, quote: str) -> _Record:
    """The record that begins on a line."""
    line, at = lines[first], 0
    record = _Record([], first)
    while True:
        if line[at : at + 1] != quote:
            end = _end_of_bare(line, at, delimiter)
            cell = line[at:end]
            record.is_stray |= quote in cell
            record.cells.append(cell)
        else:
            record.opened_at = len(record.cells)
            cell, line, end = _quoted(lines, record, line, at + 1, quote)
            if record.trouble:
                return record
            record.cells.append(cell)
            rest = _end_of_bare(line, end, delimiter)
            if line[end:rest].strip(" "):
                record.trouble = TEXT_AFTER
                return record
            end = rest
        if line[end : end + 1] != delimiter:
            return record
        at = end + 1


def _end_of_bare(line: str, at: int, delimiter: str) -> int:
    end = line.find(delimiter, at)
    return len(line.rstrip("\r\n")) if end < 0 else end


def _quoted(lines: list[str], record: _Record, line: str, at: int, quote: str) -> tuple[str, str, int]:
    """The text of a quoted cell, the line where it ends, and where its closing quote is passed there."""
    pieces: list[str] = []
    while True:
        end = line.find(quote, at)
        if end < 0:
            pieces.append(line[at:])
            if record.last_line + 1 >= len(lines):
                record.trouble = OPEN
                return "", line, at
            record.last_line += 1
            line, at = lines[record.last_line], 0
        elif line[end + 1 : end + 2] == quote:
            pieces.append(line[at : end + 1])
            at = end + 2
        else:
            pieces.append(line[at:end])
            return "".join(pieces), line, end + 1


def _width(line: str, delimiter: str, quote: str) -> int:
    """The cells of one line by itself."""
    return len(_read([line], 0, delimiter, quote).cells) if quote not in line else _width_of_quoted(line, delimiter)


def _width_of_quoted(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0


def _usual_width(lines: list[str], delimiter: str, quote: str) -> int:
    widths = Counter(_width(line, delimiter, quote) for line in lines if line.strip())
    widths.pop(1, None)
    return widths.most_common(1)[0][0] if widths else 1


def _takes_rows(lines: list[str], first: int, record: _Record, delimiter: str, quote: str, width: int) -> bool:
    """Whether the lines of a record are rows by themselves: all of them, or most of those between its ends."""
    if width < 2:
        return False
    whole = [width in _bare_widths(line, delimiter, quote) for line in lines[first : record.last_line + 1]]
    between = whole[1:-1]
    return all(whole) or (width >= _FEWEST_CELLS and bool(between) and 2 * sum(between) > len(between))


def _bare_widths(line: str, delimiter: str, quote: str) -> set[int]:
    """The cells of a line by itself: with its quotes, and as if an open one counted for nothing."""
    return {_width(line, delimiter, quote), line.count(delimiter) + 1}
