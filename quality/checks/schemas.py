"""The checks, as pandera schemas built from the layout and the referential, one for each sheet.

Belongs here: what each column asks by its kind, and the schema of a sheet. Does not: what a row asks (``row_checks``),
words (``rules``), typing (``typed``), what follows from a failure (``validation``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandera.polars as pa
import polars as pl

from quality.checks.committee_checks import decision_checks
from quality.checks.date_checks import date_checks
from quality.checks.person_names import is_name
from quality.checks.row_checks import row_checks
from quality.checks.series_checks import series_checks
from quality.reading.normalise import is_ditto
from quality.reading.values.column_values import NUMBER_KINDS
from quality.reading.values.measures import is_date_like, measure_checks, number_behind_date
from quality.reading.values.naming import NAMED_KINDS, contradiction
from quality.reading.values.typed import value
from quality.rules.cell_check import CellCheck
from sources.referential.loader import Referential
from sources.workbook.template.decisions_layout import DECISIONS
from sources.workbook.template.layout import Column, Kind, Sheet

_DITTO = "E0213"
_REMARK = "commentaire"
"""A remark may say « idem »: nothing counts it."""

_RULE_OF_KIND: dict[Kind, str] = {
    "choice": "E0202",
    "choices": "E0202",
    "number": "E0203",
    "integer": "E0204",
    "date": "E0205",
    "boolean": "E0206",
    "code": "E0208",
    "use_case": "E0209",
    "organisation": "E0210",
}


def sheet_schema(sheet: Sheet, listed: Sequence[CellCheck]) -> pa.DataFrameSchema:
    """The pandera schema of one sheet over a batch: each check is named by its rule's code."""
    checks: dict[str, list[pa.Check]] = {column.code: [] for column in sheet.columns}
    for check in listed:
        checks[check.column].append(pa.Check(_test(check.is_well), name=check.rule_code, ignore_na=False))
    return pa.DataFrameSchema(
        {code: pa.Column(pl.String, nullable=True, checks=own) for code, own in checks.items()}, strict=False
    )


def _test(is_well: pl.Expr) -> Callable[[pa.PolarsData], pl.LazyFrame]:
    return lambda data: data.lazyframe.select(is_well)


def that_may_fail(checks: list[CellCheck], frame: pl.DataFrame) -> list[CellCheck]:
    """The checks but those of ditto marks in columns that hold none: they are asked of every column, and hold nearly
    always."""
    columns = [check.column for check in checks if check.rule_code == _DITTO]
    held = frame.select(is_ditto(pl.col(code)).any() for code in columns).row(0) if columns else ()
    silent = {code for code, is_held in zip(columns, held, strict=True) if not is_held}
    return [check for check in checks if check.rule_code != _DITTO or check.column not in silent]


def sheet_checks(sheet: Sheet, referential: Referential) -> list[CellCheck]:
    """The checks of a sheet: what each column asks by its kind (syntax), then what the sheet asks of a row (logic)."""
    checks = [
        CellCheck(column.code, "E0201", pl.col(column.code).is_not_null())
        for column in sheet.columns
        if column.required
    ]
    checks += [check for column in sheet.columns if column.kind in _RULE_OF_KIND for check in _checks_of_kind(column)]
    checks += [check for column in sheet.columns if column.kind == "date" for check in date_checks(column)]
    checks += [check for column in sheet.columns if column.kind == "measure" for check in measure_checks(column)]
    checks += [check for column in sheet.columns for check in series_checks(column)]
    checks += [
        CellCheck(column.code, _DITTO, ~is_ditto(pl.col(column.code)).fill_null(False))
        for column in sheet.columns
        if column.code != _REMARK
    ]
    return checks + (decision_checks(referential) if sheet.code == DECISIONS else row_checks(sheet.code, referential))


def _checks_of_kind(column: Column) -> list[CellCheck]:
    """That the text means something; where it can be told what was written instead, a rule of its own says it."""
    text, means_nothing = pl.col(column.code), value(column.code).is_null()
    unread = pl.when(means_nothing).then(text)
    instead: list[tuple[str, pl.Expr, pl.Expr | None]] = []
    hint = None
    if column.kind in NUMBER_KINDS:
        doubt, hint = pl.col(f"{column.code}__doubt"), pl.col(f"{column.code}__hint")
        instead = [
            ("E0211", unread.str.ends_with("%"), None),
            ("E0232", is_date_like(unread), number_behind_date(text)),
            ("E0233", means_nothing & doubt.is_not_null(), doubt),
        ]
    elif column.kind == "date":
        doubt = pl.col(f"{column.code}__doubt")
        instead = [("E0234", doubt.is_not_null(), doubt)]
    elif column.stands_for_person:
        instead = [("E0212", is_name(unread), None)]
    elif column.kind in NAMED_KINDS:
        contradicted = contradiction(column.code)
        instead = [("E0291", contradicted.is_not_null(), contradicted)]
    is_said = pl.any_horizontal(
        [is_ditto(unread).fill_null(False), *(is_so.fill_null(False) for _, is_so, _ in instead)]
    )
    is_well = text.is_null() | ~means_nothing | is_said
    return [
        CellCheck(column.code, _RULE_OF_KIND[column.kind], is_well, expected=hint),
        *(CellCheck(column.code, rule, ~is_so.fill_null(False), expected=said) for rule, is_so, said in instead),
    ]
