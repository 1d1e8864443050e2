"""The checks, as pandera schemas built from the layout and the referential, one for each sheet.

Belongs here: what each column asks by its kind, and the schema of a sheet. Does not: what a row asks (``row_checks``),
words (``rules``), typing (``typed``), what follows from a failure (``validation``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandera.polars as pa
import polars as pl

from quality.cell_check import CellCheck
from quality.committee.checks import decision_checks
from quality.person_names import is_name
from quality.row_checks import row_checks
from quality.typed import value
from sources.referential.loader import Referential
from sources.workbook.decisions_layout import DECISIONS
from sources.workbook.layout import Column, Kind, Sheet

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


def sheet_checks(sheet: Sheet, referential: Referential) -> list[CellCheck]:
    """The checks of a sheet: what each column asks by its kind (syntax), then what the sheet asks of a row (logic)."""
    checks = [
        CellCheck(column.code, "E0201", pl.col(column.code).is_not_null())
        for column in sheet.columns
        if column.required
    ]
    checks += [check for column in sheet.columns if column.kind in _RULE_OF_KIND for check in _checks_of_kind(column)]
    return checks + (decision_checks(referential) if sheet.code == DECISIONS else row_checks(sheet.code, referential))


def _checks_of_kind(column: Column) -> list[CellCheck]:
    """That the text means something; where it can be told what was written instead, a rule of its own says it."""
    text, means_nothing = pl.col(column.code), value(column.code).is_null()
    unread = pl.when(means_nothing).then(text)
    if column.kind in ("number", "integer"):
        instead, rule = unread.str.ends_with("%").fill_null(False), "E0211"
    elif column.stands_for_person:
        instead, rule = is_name(unread), "E0212"
    else:
        return [CellCheck(column.code, _RULE_OF_KIND[column.kind], text.is_null() | ~means_nothing)]
    return [
        CellCheck(column.code, _RULE_OF_KIND[column.kind], text.is_null() | ~means_nothing | instead),
        CellCheck(column.code, rule, ~instead),
    ]
