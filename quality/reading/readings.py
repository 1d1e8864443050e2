"""What was read otherwise than it was written: the stated normalisations, told where they changed something.

Belongs here: finding those cells, cheaply on clean files. Does not: the normalisations themselves (``normalise``,
``typed``).

One problem (of severity information) a cell; beyond ``MOST_CELLS`` for one text of one column, one for all of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from quality.reading.sheets.structure import FoundWorkbook
from quality.reading.tables import LINEAGE, Refolded
from quality.reading.values.column_values import NUMBER_KINDS
from quality.reading.values.dates import PLAIN_DATE
from quality.reading.values.numbers import PLAIN, TWO_WAYS
from quality.reading.values.typed import LIST_SEPARATOR, value
from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from sources.finess.number import mended_finess
from sources.referential.loader import Referential
from sources.workbook.template.layout import CHOICE_SEPARATOR, Column, Sheet

MOST_CELLS = 50
MOST_COLUMNS = 10
"""Columns of one sheet with blanks too many, beyond which they have one cause."""

_BLANKS, _APOSTROPHE, _PROVEN = "I0411", "I0418", "I0431"
_PLAIN_CODE = re.compile(r"[A-Z0-9_.-]+")
_WITH_ZONE = re.compile(r"[0-9]{2}:[0-9]{2}.*(?:z|utc|gmt|[+-][0-9:]+)$", re.IGNORECASE)


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
    cells = [_refolded(each, sheet.column(each.column_code), frame) for each in refolded]
    for column in sheet.columns:
        rule = _RULE_OF_KIND.get(column.kind)
        is_reread = _is_reread(frame, column, referential) if rule else None
        if rule and is_reread is not None:
            indices = frame.select(is_reread.fill_null(False).arg_true()).to_series().to_list()
            words = _words(frame[indices], column, referential)
            rules = _rules(rule, frame[indices], column)
            cells += [
                _Reread(rule, column.code, index, text, word)
                for rule, index, text, word in zip(rules, indices, frame[column.code][indices], words, strict=True)
            ]
    yield from _told(cells, frame, sheet, found)


def _refolded(each: Refolded, column: Column, frame: pl.DataFrame) -> _Reread:
    code, index, quoted, missing = each
    if missing:
        return _Reread(_RULE_OF_KIND[column.kind], code, index, missing, column.missing_label or "")
    if quoted:
        return _Reread(_APOSTROPHE, code, index, quoted, frame[code][index])
    return _Reread(_BLANKS, code, index, None, "")


def _is_reread(frame: pl.DataFrame, column: Column, referential: Referential) -> pl.Expr | None:
    """True where the text has a value and is not its usual writing; None when no text of the column is."""
    text, has_value = pl.col(column.code), value(column.code).is_not_null()
    match column.kind:
        case "number" | "integer":
            is_own_number = text.str.contains(TWO_WAYS) & ~pl.col(f"{column.code}__proven")
            return has_value & ~text.str.contains(PLAIN) & ~is_own_number
        case "date":
            return has_value & ~text.str.contains(PLAIN_DATE)
        case "measure":
            return text != value(column.code)
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
        return lambda text: bool(_PLAIN_CODE.fullmatch(text)) and not _has_padded_number(text)
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
            said = {True: " (le jour qu'il était à Paris)", False: ""}
            texts = rows[column.code].to_list()
            return [
                f"{day:%d/%m/%Y}{said[bool(_WITH_ZONE.search(text))]}" for day, text in zip(values, texts, strict=True)
            ]
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
    "measure": "I0430",
    "use_case": "I0416",
    "organisation": "I0417",
}


def _is_of_a_spreadsheet(text: str) -> bool:
    """Whether the text is a FINESS number that was turned into a number."""
    bare = "".join(text.upper().split())
    return mended_finess(bare) not in (None, bare)


def _rules(rule: str, rows: pl.DataFrame, column: Column) -> list[str]:
    """The rule of each row; a code of organisation in another case is a code like another, and no FINESS number."""
    if column.kind in NUMBER_KINDS:
        return [_PROVEN if is_proven else rule for is_proven in rows[f"{column.code}__proven"]]
    if rule == "I0417":
        return [rule if _is_of_a_spreadsheet(text) else "I0416" for text in rows[column.code]]
    return [rule] * len(rows)


_Groups = dict[tuple[int, str, str, str, str], list[Problem]]


def _blanks_everywhere(groups: _Groups) -> _Groups:
    """The groups, with the blanks of all columns of a sheet in one where a program put them around every cell."""
    columns: Counter[tuple[int, str]] = Counter((number, name) for number, name, rule, *_ in groups if rule == _BLANKS)
    told: _Groups = {}
    for (number, name, rule, code, found), group in groups.items():
        is_one = rule == _BLANKS and columns[number, name] > MOST_COLUMNS
        told.setdefault((number, name, rule, "" if is_one else code, found), []).extend(group)
    return told


def _told(
    cells: list[_Reread], frame: pl.DataFrame, sheet: Sheet, found: dict[int, FoundWorkbook]
) -> Iterator[tuple[int, Problem]]:
    numbers, names, rows = (frame[name] for name in LINEAGE)
    groups: _Groups = defaultdict(list)
    for rule, code, index, written, word in cells:
        number, row = numbers[index], rows[index]
        part = found[number].part_of(sheet.code, names[index])
        problem = Problem(
            rule,
            sheet=part.name,
            row=row,
            column=sheet.column(code).label,
            cell=part.cell(row, code),
            found=written,
            expected=f"lu comme « {word} »" if word else None,
        )
        groups[number, part.name, rule, code, problem.found or ""].append(problem)
    for (number, _, _, code, _), group in _blanks_everywhere(groups).items():
        if code and len(group) <= MOST_CELLS:
            yield from ((number, problem) for problem in group)
        else:
            where = f"{len(group)} cellules, {said_rows(problem.row for problem in group if problem.row)}"
            expected = ", ".join(part for part in (group[0].expected, where) if part)
            column = group[0].column if code else None
            yield number, replace(group[0], row=None, cell=None, column=column, expected=expected)
