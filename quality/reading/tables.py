"""A batch of recognised workbooks as one table of text a sheet, each row with its reception, sheet and row number.

Belongs here: laying files side by side, so that a batch is validated once. Does not: typing or judging (``typing_``,
``schemas``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

import polars as pl

from quality.reading.grids.turning import IN_GRID
from quality.reading.normalise import clean, is_quoted, is_unclean, unquoted, value_key
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.sheets.structure import FoundWorkbook
from quality.reading.values.column_values import NUMBER_KINDS
from quality.rules.rules import Problem
from sources.text.characters import folded_code
from sources.workbook.door import LOST_CHARACTER
from sources.workbook.formats.marks import WRITTEN_TWICE
from sources.workbook.template.layout import CHOICE_SEPARATOR, Column, Sheet
from sources.workbook.xlsx.cell_errors import column_letters

_TYPED_BY_HAND = ("code", "use_case", "organisation", "number", "integer", "date", "boolean")
"""The kinds of columns whose texts are made of the signs of a keyboard, whatever a word processor made of them."""
_TWO_LINES = r"(\d)[^\S\r\n]*[\r\n]+\s*(\d)"
_MOST_DECORATION = 6
"""Characters that a bullet, quotes and a full stop may add to a label."""

LINEAGE = {"reception_number": pl.Int64, "sheet": pl.String, "row_number": pl.Int32}


_POSITIONS = {
    "reception_number": pl.Int64,
    "sheet": pl.String,
    "sheet_code": pl.String,
    "column_code": pl.String,
    "letters": pl.String,
}


class Refolded(NamedTuple):
    """A text put in one shape: its column's code, the index of its row, and the whole where it began with « ' ».

    ``missing``: what was written, of a text read as the column's label for no answer.
    """

    column_code: str
    row_index: int
    quoted: str | None
    missing: str | None = None


@dataclass(frozen=True)
class TextTables:
    """``tables``: sheet code → lineage and one text column for each column of the layout (null when blank).

    ``positions``: where each column stands in each file (reception_number, sheet, sheet_code, column_code,
    letters; in a grid, its line after ``IN_GRID``).
    ``refolded``: sheet code → each text whose blanks or apostrophes were put in one shape.
    ``versions``: reception number → version of the template which the file comes from, None where it says none.
    ``numbers``: (sheet code, column code) → the rows whose cell is a number of the workbook, where texts do not tell.
    """

    tables: dict[str, pl.DataFrame]
    positions: pl.DataFrame
    refolded: dict[str, list[Refolded]]
    versions: dict[int, int | None]
    numbers: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def text_tables(found: dict[int, FoundWorkbook], layout: tuple[Sheet, ...]) -> TextTables:
    """Lay the workbooks, by reception number, into one table a sheet of the layout."""
    tables = {}
    refolded = {}
    positions = []
    numbers: dict[tuple[str, str], list[int]] = {}
    for sheet in layout:
        parts = [(number, part) for number, workbook in found.items() for part in workbook.all_of(sheet.code)]
        raw = _one_table(sheet, parts)
        distinct = {column.code: raw[column.code].unique().drop_nulls() for column in sheet.columns}
        unclean = {column.code for column in sheet.columns if _needs_folding(distinct[column.code], column)}
        tables[sheet.code] = raw.with_columns(
            _text(distinct[column.code], column, column.code in unclean) for column in sheet.columns
        )
        changed = [column for column in sheet.columns if column.code in unclean]
        refolded[sheet.code] = [
            *(each for column in changed for each in _refolded(raw, tables[sheet.code], column)),
            *(each for column in sheet.columns for each in _read_as_missing(raw, distinct[column.code], column)),
        ]
        positions.append(_positions(sheet, parts))
        numbers |= _numbers(sheet, parts, raw)
    versions = {number: workbook.version for number, workbook in found.items()}
    return TextTables(tables, pl.concat(positions), refolded, versions, numbers)


_RULES_OF_ERRORS = {LOST_CHARACTER: "E0290", WRITTEN_TWICE: "E0247"}
"""By how what the cell shows begins; any other is an error that the spreadsheet shows."""


def cell_error_problems(found: FoundWorkbook) -> list[Problem]:
    """One problem for each recognised cell that shows an error instead of a value, whose text lost a character, or that
    the file gives twice."""
    return [
        Problem(
            next((rule for words, rule in _RULES_OF_ERRORS.items() if shown.startswith(words)), "E0207"),
            part.name,
            row,
            part.sheet.column(code).label,
            part.cell(row, code),
            shown,
            part.sheet.column(code).expected,
        )
        for part in found.every_sheet()
        for (row, code), shown in part.errors.items()
    ]


def _one_table(sheet: Sheet, parts: list[tuple[int, FoundSheet]]) -> pl.DataFrame:
    lineage: dict[str, list[int | str]] = {name: [] for name in LINEAGE}
    columns: dict[str, list[str | None]] = {column.code: [] for column in sheet.columns}
    for number, part in parts:
        if not part.rows:
            continue
        count = len(part.rows)
        lineage["reception_number"] += [number] * count
        lineage["sheet"] += [part.name] * count
        lineage["row_number"] += [row for row, _ in part.rows]
        written = list(zip_longest(*(cells for _, cells in part.rows)))
        for code, values in columns.items():
            position = part.positions.get(code, len(written))
            values += written[position] if position < len(written) else [None] * count
    return pl.DataFrame(lineage | columns, schema=LINEAGE | dict.fromkeys(columns, pl.String))


def _numbers(
    sheet: Sheet, parts: list[tuple[int, FoundSheet]], frame: pl.DataFrame
) -> dict[tuple[str, str], list[int]]:
    """The rows of each column that hold a number of the workbook itself, of the files that mark them."""
    marked = {(number, part.name, row, code) for number, part in parts for row, code in part.numbers}
    if not marked:
        return {}
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    index_of = {line: index for index, line in enumerate(frame.select(list(LINEAGE)).iter_rows())}
    for *line, code in marked:
        if (place := tuple(line)) in index_of:
            found[sheet.code, code].append(index_of[place])
    return found


def missing_texts(distinct: Iterable[str | None], label: str) -> list[str]:
    """Those of the texts that are the label which means that there is no answer, whatever its case and accents."""
    key = value_key(label)
    most = len(label) + _MOST_DECORATION
    return [text for text in distinct if text and len(text) <= most and value_key(text) == key]


def _read_as_missing(raw: pl.DataFrame, distinct: pl.Series, column: Column) -> Iterator[Refolded]:
    """The cells that mean no answer in another spelling than the list's."""
    label = column.missing_label
    odd = [text for text in missing_texts(distinct, label) if text.lower() != label.lower()] if label else []
    if odd:
        for index in raw[column.code].is_in(odd).fill_null(False).arg_true():
            yield Refolded(column.code, index, None, raw[column.code][index].strip())


def _positions(sheet: Sheet, parts: list[tuple[int, FoundSheet]]) -> pl.DataFrame:
    """Where each column of the sheet stands in each file; most files have them where the template does."""
    alike: defaultdict[tuple[bool, tuple[tuple[str, int], ...]], list[tuple[int, str]]] = defaultdict(list)
    for number, part in parts:
        alike[part.is_turned, tuple(part.positions.items())].append((number, part.name))
    tables = [pl.DataFrame(schema=_POSITIONS)]
    for (is_turned, positions), places in alike.items():
        columns = pl.DataFrame(
            {
                "column_code": [code for code, _ in positions],
                "letters": [
                    f"{IN_GRID}{position + 1}" if is_turned else column_letters(position) for _, position in positions
                ],
            },
            schema={"column_code": pl.String, "letters": pl.String},
        )
        schema = {"reception_number": pl.Int64, "sheet": pl.String}
        files = pl.DataFrame(places, schema=schema, orient="row")
        tables.append(files.join(columns, how="cross").select(pl.lit(sheet.code).alias("sheet_code"), pl.all()))
    return pl.concat(table.select(list(_POSITIONS)) for table in tables)


def _needs_folding(distinct: pl.Series, column: Column) -> bool:
    if is_unclean(distinct).any() or (column.kind != "text" and is_quoted(distinct).any()):
        return True
    return column.kind in _TYPED_BY_HAND and distinct.str.contains(r"[^\x00-\x7f]").any()


def _refolded(raw: pl.DataFrame, text: pl.DataFrame, column: Column) -> Iterator[Refolded]:
    before = raw[column.code]
    quoted = is_quoted(before) if column.kind != "text" else pl.repeat(False, len(before), eager=True)
    for index in (before != text[column.code]).fill_null(False).arg_true():
        yield Refolded(column.code, index, before[index].strip() if quoted[index] else None)


def _folded(text: pl.Expr, column: Column, distinct: pl.Series) -> pl.Expr:
    """In one shape; lines of a cell that holds several values are values, and only a text may begin with « ' »."""
    if column.kind == "choices":
        text = text.str.replace_all(r"[\r\n]+", CHOICE_SEPARATOR)
    if column.kind in NUMBER_KINDS:
        text = text.str.replace_all(_TWO_LINES, "${1} / ${2}")  # two numbers, and no thousands
    if column.kind in _TYPED_BY_HAND:
        text = text.replace(_folded_codes(distinct))
    return clean(text if column.kind == "text" else unquoted(text))


def _folded_codes(distinct: pl.Series) -> dict[str, str]:
    """Each text that is written otherwise than a keyboard writes it → that writing."""
    unusual = distinct.filter(distinct.str.contains(r"[^\x00-\x7f]"))
    return {text: folded for text in unusual if (folded := folded_code(text)) != text}


def _text(distinct: pl.Series, column: Column, needs_cleaning: bool) -> pl.Expr:
    """The column with blanks in one shape, "" and ``missing_label`` as null; most hold few ``distinct`` texts."""
    text = pl.col(column.code)
    if needs_cleaning:
        text = _folded(text, column, distinct)
        distinct = distinct.to_frame().select(text).to_series().drop_nulls()
    missing = ["", *(missing_texts(distinct, column.missing_label) if column.missing_label else [])]
    return pl.when(~text.is_in(missing)).then(text).alias(column.code)
