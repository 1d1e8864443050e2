"""What was read otherwise than it was written: the stated normalisations, told where they changed something.

Belongs here: finding those cells, cheaply on clean files. Does not: the normalisations themselves (``normalise``,
``typed``).

One problem (of severity information) a cell; beyond ``MOST_CELLS`` for one text of one column, one for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from quality.grouping import said_rows
from quality.normalise import label_key
from quality.rules import Problem
from quality.structure import FoundWorkbook
from quality.tables import Refolded
from quality.typed import LIST_SEPARATOR, value
from sources.referential.loader import Referential
from sources.workbook.layout import CHOICE_SEPARATOR, Column, Sheet

MOST_CELLS = 50

_BLANKS, _APOSTROPHE = "I0411", "I0418"
_PLAIN_NUMBER = r"^\d+([.,]\d+)?$"
_PLAIN_DATE = r"^(\d{4}-\d{2}-\d{2}|\d{2}/\d{2}/\d{4})$"


class _Reread(NamedTuple):
    """A rule of reading, the column's code, the row's index, what was written (where it is told) and understood."""

    rule: str
    code: str
    row_index: int
    written: str | None
    word: str


def readings(
    frame: pl.DataFrame,
    sheet: Sheet,
    referential: Referential,
    refolded: list[Refolded],
    found: dict[int, FoundWorkbook],
) -> Iterator[tuple[int, Problem]]:
    """(Reception number, problem) for each cell of the sheet that was understood by a normalisation."""
    if frame.is_empty():
        return
    cells = [
        _Reread(_APOSTROPHE, code, index, quoted, frame[code][index])
        if quoted
        else _Reread(_BLANKS, code, index, None, "")
        for code, index, quoted in refolded
    ]
    for column in sheet.columns:
        rule = _RULE_OF_KIND.get(column.kind)
        is_reread = _is_reread(frame, column, referential) if rule else None
        if rule and is_reread is not None:
            indices = frame.select(is_reread.fill_null(False).arg_true()).to_series().to_list()
            words = _words(frame[indices], column, referential)
            cells += [
                _Reread(_rule(rule, text), column.code, index, text, word)
                for index, text, word in zip(indices, frame[column.code][indices], words, strict=True)
            ]
    yield from _told(cells, frame, sheet, found)


def _is_reread(frame: pl.DataFrame, column: Column, referential: Referential) -> pl.Expr | None:
    """True where the text has a value and is not its usual writing; None when no text of the column is."""
    text, has_value = pl.col(column.code), value(column.code).is_not_null()
    match column.kind:
        case "number" | "integer":
            return has_value & ~text.str.contains(_PLAIN_NUMBER)
        case "date":
            return has_value & ~text.str.contains(_PLAIN_DATE)
        case "boolean":
            return has_value & ~text.is_in(["oui", "non"])
        case "choice" | "choices" | "use_case" | "organisation":
            usual = _usual(column, referential)
            unusual = [one for one in frame[column.code].unique().drop_nulls() if not usual(one)]
            return has_value & text.is_in(unusual) if unusual else None
        case _:
            return None


def _usual(column: Column, referential: Referential) -> Callable[[str], bool]:
    """Whether a text is written as the template writes it."""
    if column.kind == "use_case":
        return lambda text: text == text.upper() and " " not in text and not _has_padded_number(text)
    if column.kind == "organisation":
        rows = referential.table("organisations").select("code", "ej_finess").iter_rows()
        names = {name for row in rows for name in row if name}
        return names.__contains__
    names = {_folded(label) for label in column.offered} | set(column.choices)
    if column.kind == "choice":
        return names.__contains__
    return lambda text: all(piece.strip() in names for piece in text.split(CHOICE_SEPARATOR))


def _has_padded_number(text: str) -> bool:
    number = text.rpartition("-")[2]
    return "-" in text and number.startswith("0") and not text.startswith("CAT-")


def _folded(label: str) -> str:
    return " ".join(label.replace("’", "'").replace("ʼ", "'").split())


def _words(rows: pl.DataFrame, column: Column, referential: Referential) -> list[str]:
    """What each text was understood as, in the words of the template."""
    values = rows[f"{column.code}__value"].to_list()
    match column.kind:
        case "choice" | "choices":
            separator = f" {CHOICE_SEPARATOR} "
            return [separator.join(column.choices[code] for code in one.split(LIST_SEPARATOR)) for one in values]
        case "number" | "integer":
            return [f"{one:.15g}".replace(".", ",") for one in values]
        case "date":
            return [f"{one:%d/%m/%Y}" for one in values]
        case "boolean":
            return ["oui" if one else "non" for one in values]
        case "organisation":
            labels = referential.labels("organisations")
            return [f"{one} ({labels[one]})" for one in values]
        case _:
            return list(values)


_RULE_OF_KIND = {
    "choice": "I0412",
    "choices": "I0412",
    "number": "I0413",
    "integer": "I0413",
    "date": "I0414",
    "boolean": "I0415",
    "use_case": "I0416",
    "organisation": "I0417",
}


def _rule(rule: str, text: str) -> str:
    """A code of organisation in another case is a code like another; a FINESS number is a number."""
    return "I0416" if rule == "I0417" and label_key(text).isalpha() else rule


def _told(
    cells: list[_Reread], frame: pl.DataFrame, sheet: Sheet, found: dict[int, FoundWorkbook]
) -> Iterator[tuple[int, Problem]]:
    numbers, rows = frame["reception_number"], frame["row_number"]
    groups: defaultdict[tuple[int, str, str, str], list[Problem]] = defaultdict(list)
    for rule, code, index, written, word in cells:
        number, row = numbers[index], rows[index]
        part = found[number].sheets[sheet.code]
        problem = Problem(
            rule,
            sheet=part.name,
            row=row,
            column=sheet.column(code).label,
            cell=part.cell(row, code),
            found=written,
            expected=f"lu comme « {word} »" if word else None,
        )
        groups[number, rule, code, problem.found or ""].append(problem)
    for (number, *_), group in groups.items():
        if len(group) <= MOST_CELLS:
            yield from ((number, problem) for problem in group)
        else:
            where = f"{len(group)} cellules, {said_rows(problem.row for problem in group if problem.row)}"
            expected = ", ".join(part for part in (group[0].expected, where) if part)
            yield number, replace(group[0], row=None, cell=None, expected=expected)
