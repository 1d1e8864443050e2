"""Validating a batch: pandera collects every broken rule at once; a row with an error is set aside, the others taken.

Belongs here: running the schemas and giving each failure its cell and its words. Does not: the rules themselves
(``rules``, ``schemas``), nor the decision on a whole file (``verdicts``).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrorReason, SchemaErrors
from rapidfuzz import fuzz, process

from quality.normalise import label_key
from quality.rules import Problem, RuleBugError
from quality.schemas import sheet_schema
from quality.structure import FoundSheet, FoundWorkbook
from quality.tables import TextTables, cell_error_problems, text_tables
from quality.typed import value, with_values
from sources.referential.loader import Referential
from sources.workbook.layout import ENVELOPE, Column, Sheet

_CLOSE_ENOUGH = 70
_LONGEST_QUOTE = 200


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
    frames = _prepared(text, layout, referential, folders)
    problems = {number: [*workbook.problems, *cell_error_problems(workbook)] for number, workbook in found.items()}
    shown_errors = {
        (number, problem.sheet, problem.cell)
        for number, listed in problems.items()
        for problem in listed
        if problem.rule_code == "E0207"
    }
    taken = {}
    for sheet in layout:
        frame = frames[sheet.code]
        failures = _failures(frame, sheet, referential)
        rejected: set[int] = set()
        for column, rule_code, index in failures:
            number = frame["reception_number"][index]
            problem = _problem(frame, index, found[number].sheets[sheet.code], sheet.column(column), rule_code)
            if (number, problem.sheet, problem.cell) in shown_errors:
                continue  # The cell shows an error: that it seems empty is no second problem.
            problems[number].append(problem)
            if problem.rule.severity == "erreur":
                rejected.add(index)
        rejected |= _rows_showing_errors(frame, found, sheet)
        taken[sheet.code] = frame.with_columns(is_taken=~pl.int_range(pl.len()).is_in(sorted(rejected)))
    return ValidatedBatch(taken, text.positions, problems)


def _prepared(
    text: TextTables, layout: tuple[Sheet, ...], referential: Referential, folders: dict[int, str]
) -> dict[str, pl.DataFrame]:
    """Values beside texts, and beside each row what its checks must know of the rest of its file."""
    frames = {sheet.code: with_values(text.tables[sheet.code], sheet, referential) for sheet in layout}
    organisation = value("organisation")
    folder = pl.col("reception_number").replace_strict(folders, default=None, return_dtype=pl.String)
    from_folder = (pl.col("sheet") == "csv") & pl.col("organisation").is_null()
    frames[ENVELOPE] = frames[ENVELOPE].with_columns(
        organisation=pl.when(from_folder).then(folder).otherwise(pl.col("organisation")),
        organisation__value=pl.when(from_folder).then(folder).otherwise(organisation),
    )
    owners = frames[ENVELOPE].group_by("reception_number").agg(organisation.first().alias("_organisation"))
    declared = _declared(frames["cas_usage"], "cas_usage", "_is_declared")
    solutions = _declared(frames["solutions"], "solution", "_is_solution_declared")
    is_in_catalogue = value("cas_usage").is_in(referential.codes("use_cases"))
    for code, frame in frames.items():
        frame = frame.join(owners, on="reception_number", how="left", maintain_order="left")
        if code != "cas_usage" and "cas_usage" in frame.columns:
            frame = _marked(frame, declared).with_columns(_is_declared=pl.col("_is_declared") | is_in_catalogue)
        if code == "projets":
            frame = _marked(frame, solutions)
        frames[code] = frame
    return frames


def _declared(frame: pl.DataFrame, code: str, mark: str) -> pl.DataFrame:
    """The codes that each file declares, with ``mark`` true."""
    return frame.select("reception_number", value(code)).unique().with_columns(pl.lit(True).alias(mark))


def _marked(frame: pl.DataFrame, declared: pl.DataFrame) -> pl.DataFrame:
    *keys, mark = declared.columns
    return frame.join(declared, on=keys, how="left", maintain_order="left").with_columns(pl.col(mark).fill_null(False))


def _failures(frame: pl.DataFrame, sheet: Sheet, referential: Referential) -> list[tuple[str, str, int]]:
    """(column, rule code, row index) of each failure, in the order of rows."""
    if frame.is_empty():
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet_schema(sheet, referential).validate(frame, lazy=True)
    except SchemaErrors as errors:
        _raise_bugs(errors, sheet)
        cases = errors.failure_cases.select("index", "column", "check").sort("index", maintain_order=True)
        return [(column, rule, index) for index, column, rule in cases.iter_rows()]
    except pa.errors.SchemaError as error:
        raise RuleBugError(f"le contrôle de la feuille {sheet.code} n'a pas pu s'exécuter") from error
    return []


def _raise_bugs(errors: SchemaErrors, sheet: Sheet) -> None:
    for error in errors.schema_errors:
        if error.reason_code != SchemaErrorReason.DATAFRAME_CHECK:
            name = getattr(error.check, "name", None) or error.reason_code
            raise RuleBugError(f"le contrôle {name} de la feuille {sheet.code} n'a pas pu s'exécuter") from None


def _problem(frame: pl.DataFrame, index: int, part: FoundSheet, column: Column, rule_code: str) -> Problem:
    row_number = frame["row_number"][index]
    text = frame[column.code][index]
    return Problem(
        rule_code,
        sheet=part.name,
        row=row_number,
        column=column.label,
        cell=part.cell(row_number, column.code),
        found=text[:_LONGEST_QUOTE] if text else None,
        expected=expected(column, rule_code, text),
    )


def expected(column: Column, rule_code: str, text: str | None) -> str | None:
    """What the column accepts, with the nearest label first where the text looks like one."""
    if not rule_code.startswith("E02"):
        return None
    nearest = nearest_label(column, text) if text and column.choices else None
    return f"« {nearest} » peut-être ? Sinon {column.expected}" if nearest else column.expected


def nearest_label(column: Column, text: str) -> str | None:
    """The label of the column's list that the text most looks like, if any is near."""
    keys = {label_key(label): label for label in column.choices.values()}
    best = process.extractOne(label_key(text), keys.keys(), scorer=fuzz.WRatio, score_cutoff=_CLOSE_ENOUGH)
    return keys[best[0]] if best else None


def _rows_showing_errors(frame: pl.DataFrame, found: dict[int, FoundWorkbook], sheet: Sheet) -> set[int]:
    rows = {
        (number, row)
        for number, workbook in found.items()
        if sheet.code in workbook.sheets
        for row, _ in workbook.sheets[sheet.code].errors
    }
    if not rows:
        return set()
    lines = frame.select("reception_number", "row_number").iter_rows()
    return {index for index, line in enumerate(lines) if line in rows}
