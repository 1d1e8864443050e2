"""Validating a batch: pandera collects every broken rule at once; a row with an error is set aside, the others taken.

Belongs here: running the schemas and giving each failure its cell and its words. Does not: the rules themselves
(``rules``, ``schemas``), nor the decision on a whole file (``verdicts``).
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrorReason, SchemaErrors

from quality.cell_check import CellCheck
from quality.normalise import as_shown
from quality.preparation import prepared
from quality.readings import readings
from quality.rules import RULES, Problem, RuleBugError
from quality.schemas import sheet_checks, sheet_schema
from quality.structure import FoundWorkbook
from quality.suggestions import nearest_name, suggester
from quality.tables import cell_error_problems, text_tables
from quality.typed import unknown_pieces
from sources.referential.loader import Referential
from sources.workbook.layout import ENVELOPE, Column, Sheet

_LONGEST_QUOTE = 200

Failure = tuple[str, str, int]
"""Column code, rule code, index of the row in its sheet's frame."""

Suggest = Callable[[Column, str], str | None]


@dataclass(frozen=True)
class ValidatedBatch:
    """``frames``: sheet code → rows with text, values and ``is_taken``; ``problems``: reception number → problems."""

    frames: dict[str, pl.DataFrame]
    positions: pl.DataFrame
    problems: dict[int, list[Problem]]

    @cached_property
    def taken_counts(self) -> dict[tuple[int, str], int]:
        """(Reception number, sheet code) → rows taken."""
        return {
            (number, code): count
            for code, frame in self.frames.items()
            for number, count in frame.group_by("reception_number").agg(pl.col("is_taken").sum()).iter_rows()
        }

    @cached_property
    def envelopes(self) -> dict[int, list[dict[str, Any]]]:
        """Reception number → the rows that say who sends what."""
        rows: dict[int, list[dict[str, Any]]] = {}
        for row in self.frames[ENVELOPE].iter_rows(named=True):
            rows.setdefault(row["reception_number"], []).append(row)
        return rows


def validate(
    found: dict[int, FoundWorkbook],
    layout: tuple[Sheet, ...],
    referential: Referential,
    folders: dict[int, str],
) -> ValidatedBatch:
    """Validate the recognised workbooks, by reception number, as one batch.

    ``folders`` gives the organisation whose folder held each file, where there is one: a CSV need not repeat it.

    Raises:
        RuleBugError: a check failed to run; nothing is said of the data.
    """
    text = text_tables(found, layout)
    frames = prepared(text, layout, referential, folders)
    problems = {number: [*workbook.problems, *cell_error_problems(workbook)] for number, workbook in found.items()}
    suggest = suggester(referential)
    judged = {}
    for sheet in layout:
        frame = frames[sheet.code]
        checks = sheet_checks(sheet, referential)
        in_error = _cells_in_error(frame, found, sheet)
        failures = _without_consequences(_failures(frame, sheet, checks), checks, in_error)
        numbers = frame["reception_number"]
        for index, problem in _problems(frame, sheet, failures, checks, found, suggest):
            problems[numbers[index]].append(problem)
        for number, reading in readings(frame, sheet, referential, text.refolded[sheet.code], found):
            problems[number].append(reading)
        rejected = {index for index, _ in in_error}
        rejected |= {index for _, rule, index in failures if RULES[rule].severity == "erreur"}
        judged[sheet.code] = frame.with_columns(is_taken=~pl.int_range(pl.len()).is_in(sorted(rejected)))
    return ValidatedBatch(judged, text.positions, problems)


def _failures(frame: pl.DataFrame, sheet: Sheet, checks: Sequence[CellCheck]) -> list[Failure]:
    """Each failure of a check, in the order of rows."""
    if frame.is_empty():
        return []
    judged, broken = _judged(frame, checks)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet_schema(sheet, broken).validate(judged, lazy=True)
    except SchemaErrors as errors:
        _raise_bugs(errors, sheet)
        cases = errors.failure_cases.select("index", "column", "check").sort("index", maintain_order=True)
        return [(column, rule, index) for index, column, rule in cases.iter_rows()]
    except pa.errors.SchemaError as error:
        raise RuleBugError(f"le contrôle de la feuille {sheet.code} n'a pas pu s'exécuter") from error
    return []


def _judged(frame: pl.DataFrame, checks: Sequence[CellCheck]) -> tuple[pl.DataFrame, list[CellCheck]]:
    """The frame with the answer of each check that some row breaks, and these checks, which read their answer there.

    All are computed at once, so that they share their parts, and those that every row obeys cost nothing more. A check
    that cannot run is left as it is, for pandera to find.
    """
    names = [f"_check_{index}" for index in range(len(checks))]
    try:
        answers = frame.select(check.is_well.alias(name) for check, name in zip(checks, names, strict=True))
    except pl.exceptions.PolarsError:
        return frame, list(checks)
    obeyed = answers.select(pl.all().all(ignore_nulls=False)).row(0, named=True)
    broken = [
        replace(check, is_well=pl.col(name)) for check, name in zip(checks, names, strict=True) if not obeyed[name]
    ]
    return frame.with_columns(answers.select(name for name in names if not obeyed[name])), broken


def _raise_bugs(errors: SchemaErrors, sheet: Sheet) -> None:
    for error in errors.schema_errors:
        if error.reason_code != SchemaErrorReason.DATAFRAME_CHECK:
            name = getattr(error.check, "name", None) or error.reason_code
            raise RuleBugError(f"le contrôle {name} de la feuille {sheet.code} n'a pas pu s'exécuter") from None


def _cells_in_error(frame: pl.DataFrame, found: dict[int, FoundWorkbook], sheet: Sheet) -> set[tuple[int, str]]:
    """(Row index, column code) of the cells that show an error instead of a value."""
    shown = {
        (number, row, column)
        for number, workbook in found.items()
        if sheet.code in workbook.sheets
        for row, column in workbook.sheets[sheet.code].errors
    }
    if not shown:
        return set()
    lines = frame.select("reception_number", "row_number").iter_rows()
    index_of = {line: index for index, line in enumerate(lines)}
    return {(index_of[number, row], column) for number, row, column in shown if (number, row) in index_of}


def _without_consequences(
    failures: list[Failure], checks: Sequence[CellCheck], in_error: set[tuple[int, str]]
) -> list[Failure]:
    """Leave out what is said of a cell that shows an error, and what logic says of a cell whose syntax is wrong."""
    wrong = in_error | {(index, column) for column, rule, index in failures if RULES[rule].is_syntax}
    reads = {(check.column, check.rule_code): (check.column, *check.reads) for check in checks}

    def follows(column: str, rule: str, index: int) -> bool:
        if RULES[rule].is_syntax:
            return (index, column) in in_error
        return any((index, read) in wrong for read in reads[column, rule])

    return [failure for failure in failures if not follows(*failure)]


def _problems(
    frame: pl.DataFrame,
    sheet: Sheet,
    failures: list[Failure],
    checks: Sequence[CellCheck],
    found: dict[int, FoundWorkbook],
    suggest: Suggest,
) -> Iterable[tuple[int, Problem]]:
    """Each failure as a problem with its place and words, in the order of rows, a rule's rows looked up at once."""
    by_check: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for code, rule, index in failures:
        by_check[code, rule].append(index)
    told = []
    for check in checks:
        indices = by_check.pop((check.column, check.rule_code), [])
        if indices:
            column = sheet.column(check.column)
            rows = frame[indices].select("reception_number", "row_number", check.column, expected=_expected(check))
            for index, row in zip(indices, rows.iter_rows(), strict=True):
                told.append((index, _problem(row, column, check, found, sheet, suggest)))
    return sorted(told, key=lambda one: one[0])


def _expected(check: CellCheck) -> pl.Expr:
    return check.expected if isinstance(check.expected, pl.Expr) else pl.lit(check.expected, dtype=pl.String)


def _problem(
    row: tuple[Any, ...],
    column: Column,
    check: CellCheck,
    found: dict[int, FoundWorkbook],
    sheet: Sheet,
    suggest: Suggest,
) -> Problem:
    number, row_number, text, expected = row
    part = found[number].sheets[sheet.code]
    return Problem(
        check.rule_code,
        sheet=part.name,
        row=row_number,
        column=column.label,
        cell=part.cell(row_number, column.code),
        found=as_shown(text, column)[:_LONGEST_QUOTE] if text else None,
        expected=_with_suggestion(column, text, suggest, found[number])
        if RULES[check.rule_code].is_syntax
        else expected,
    )


def _with_suggestion(column: Column, text: str | None, suggest: Suggest, workbook: FoundWorkbook) -> str:
    """What the column accepts, after the nearest label where the text looks like one; the file's own names go first."""
    own = workbook.use_case_names if text and column.kind == "use_case" else {}
    nearest = (nearest_name(own, text) or suggest(column, text)) if text else None
    expected = _in_place_of(column, text) + column.expected
    return f"Vouliez-vous dire « {nearest} » ? Sinon {expected}" if nearest else expected


def _in_place_of(column: Column, text: str | None) -> str:
    """Of several values written in one cell, those that are wrong."""
    unknown = unknown_pieces(column, text) if text and column.kind == "choices" else []
    if not unknown or unknown == [text]:
        return ""
    return f"à la place de {', '.join(f'« {piece} »' for piece in unknown)}, "[:_LONGEST_QUOTE]
