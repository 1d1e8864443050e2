"""Validating a batch: pandera collects every broken rule at once; a row with an error is set aside, the others taken.

Belongs here: running the schemas and giving each failure its cell and its words. Does not: the rules themselves
(``rules``, ``schemas``), nor the decision on a whole file (``verdicts``).
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrorReason, SchemaErrors

from quality.checks.schemas import sheet_checks, sheet_schema, that_may_fail
from quality.reading import telling
from quality.reading.grids.turning import is_as_offered, told_beside_grids
from quality.reading.normalise import as_shown, label_key, says_no_answer, says_no_code
from quality.reading.readings import readings
from quality.reading.sheets.structure import FoundWorkbook
from quality.reading.tables import LINEAGE, cell_error_problems, text_tables
from quality.reading.values.naming import file_names
from quality.reading.values.shifted_dates import CONSEQUENCES, shifted_files
from quality.reading.values.suggestions import nearest_name, suggester
from quality.reading.values.typed import unknown_pieces
from quality.rules.cell_check import CellCheck
from quality.rules.rules import RULES, Problem, RuleBugError
from quality.verdicts.preparation import prepared
from sources.lake import lake
from sources.referential.loader import Referential
from sources.text.characters import strange_in
from sources.workbook.template.layout import ENVELOPE, Column, Sheet

_LONGEST_QUOTE = 200

Failure = tuple[str, str, int]
"""Column code, rule code, index of the row in its sheet's frame."""

Suggest = Callable[[Column, str], str | None]
NamesOf = Callable[[int], Mapping[str, str]]
"""Reception number → key of each name that its file gives to a use case → « code (name) », which can be typed back."""


@dataclass(frozen=True)
class ValidatedBatch:
    """``frames``: sheet code → rows with text, values and ``is_taken``; ``problems``: reception number → problems.

    ``refused``: reception number → the problems for which a file is refused whole, whatever its rows. ``untold``: rows
    of the lake's problems, for those that no answer tells one by one.
    """

    frames: dict[str, pl.DataFrame]
    positions: pl.DataFrame
    problems: dict[int, list[Problem]]
    refused: dict[int, list[Problem]] = field(default_factory=dict)
    untold: pl.DataFrame = field(default_factory=lambda: lake.empty("problems"))

    @cached_property
    def taken_counts(self) -> dict[tuple[int, str, str], int]:
        """(Reception number, sheet code, name of the sheet) → rows taken."""
        return {
            (number, code, name): count
            for code, frame in self.frames.items()
            for number, name, count in frame.group_by("reception_number", "sheet")
            .agg(pl.col("is_taken").sum())
            .iter_rows()
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
    received: Mapping[int, dt.date] | None = None,
) -> ValidatedBatch:
    """Validate the recognised workbooks, by reception number, as one batch.

    ``folders`` gives the organisation whose folder held each file, where there is one: a CSV need not repeat it.
    ``received`` gives the day on which each was received; one that is only checked arrives today.

    Raises:
        RuleBugError: a check failed to run; nothing is said of the data.
    """
    text = text_tables(found, layout)
    frames = prepared(text, layout, referential, folders, received or {})
    problems = {
        number: [*workbook.problems, *workbook.row_problems, *cell_error_problems(workbook)]
        for number, workbook in found.items()
    }
    suggest = suggester(referential)
    names_of = _named_in_file(frames, referential)
    judged, untold = {}, []
    for sheet in layout:
        frame = frames[sheet.code]
        checks = that_may_fail(sheet_checks(sheet, referential), frame)
        in_error = _cells_in_error(frame, found, sheet)
        failures = _without_consequences(_failures(frame, sheet, checks), checks, in_error)
        numbers = frame["reception_number"]
        first, others, more = telling.split(failures, numbers)
        untold.append(telling.rows_of(others, frame, sheet, found))
        for index, problem in _problems(frame, sheet, first, checks, found, suggest, names_of):
            more_of_it = more.pop((numbers[index], problem.rule_code), 0)
            problems[numbers[index]].append(replace(problem, more=more_of_it) if more_of_it else problem)
        for number, reading in readings(frame, sheet, referential, text.refolded[sheet.code], found):
            problems[number].append(reading)
        rejected = {index for index, _ in in_error}
        rejected |= {index for _, rule, index in failures if RULES[rule].severity == "erreur"}
        judged[sheet.code] = frame.with_columns(is_taken=~pl.int_range(pl.len()).is_in(sorted(rejected)))
    shifted = shifted_files(judged, layout, found)
    for number in shifted:
        problems[number] = [one for one in problems[number] if one.rule_code not in CONSEQUENCES]
    for number, workbook in found.items():
        if grids := {part.name for part in workbook.every_sheet() if part.is_turned}:
            heard = (one for one in problems[number] if not (one.sheet in grids and is_as_offered(one)))
            problems[number] = [told_beside_grids(one, grids) for one in heard]
    is_consequence = pl.col("reception_number").is_in(list(shifted)) & pl.col("rule_code").is_in(list(CONSEQUENCES))
    return ValidatedBatch(judged, text.positions, problems, shifted, pl.concat(untold).filter(~is_consequence))


def _named_in_file(frames: Mapping[str, pl.DataFrame], referential: Referential) -> NamesOf:
    """Looked for when a first code is not understood: most batches have none."""

    @cache
    def by_file() -> dict[int, dict[str, str]]:
        return {
            number: {label_key(name): f"{code} ({name})" for code, said in names.items() for name in said}
            for number, names in file_names(frames, referential).items()
        }

    return lambda number: by_file().get(number, {})


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
        (number, part.name, row, column)
        for number, workbook in found.items()
        for part in workbook.all_of(sheet.code)
        for row, column in part.errors
    }
    if not shown:
        return set()
    index_of = {line: index for index, line in enumerate(frame.select(list(LINEAGE)).iter_rows())}
    return {(index_of[place], column) for *line, column in shown if (place := tuple(line)) in index_of}


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
    names_of: NamesOf,
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
            rows = frame[indices].select(*LINEAGE, check.column, expected=_expected(check))
            for index, row in zip(indices, rows.iter_rows(), strict=True):
                told.append((index, _problem(row, column, check, found, sheet, suggest, names_of)))
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
    names_of: NamesOf,
) -> Problem:
    number, name, row_number, text, expected = row
    part = found[number].part_of(sheet.code, name)
    return Problem(
        check.rule_code,
        sheet=part.name,
        row=row_number,
        column=column.label,
        cell=part.cell(row_number, column.code),
        found=as_shown(text, column)[:_LONGEST_QUOTE] if text else None,
        expected=_with_suggestion(column, text, suggest, partial(names_of, number))
        if RULES[check.rule_code].is_syntax and expected is None
        else expected,
    )


def _with_suggestion(
    column: Column, text: str | None, suggest: Suggest, own_names: Callable[[], Mapping[str, str]]
) -> str:
    """What the column accepts, after the nearest label where the text looks like one; the file's own names go first."""
    own = own_names() if text and column.kind == "use_case" else {}
    nearest = (nearest_name(own, text) or suggest(column, text)) if text else None
    expected = _in_place_of(column, text) + column.expected + _strange_in(column, text)
    says_nothing = says_no_code if column.kind == "code" else says_no_answer
    if text and not nearest and not column.required and says_nothing(text):
        return f"une cellule vide, si vous n'avez pas la réponse ; sinon {expected}"
    return f"Vouliez-vous dire « {nearest} » ? Sinon {expected}" if nearest else expected


def _strange_in(column: Column, text: str | None) -> str:
    """That a code holds characters which pass for others, by name."""
    names = strange_in(text) if text and column.kind in ("code", "use_case", "organisation") else []
    return f" ; la cellule contient {', '.join(names)}"[:_LONGEST_QUOTE] if names else ""


def _in_place_of(column: Column, text: str | None) -> str:
    """Of several values written in one cell, those that are wrong."""
    unknown = unknown_pieces(column, text) if text and column.kind == "choices" else []
    if not unknown or unknown == [text]:
        return ""
    return f"à la place de {', '.join(f'« {piece} »' for piece in unknown)}, "[:_LONGEST_QUOTE]
