"""The checks, as pandera schemas built from the layout and the referential, one for each sheet.

Belongs here: which rule holds for which column, as an expression that is true where the row is well. Does not: words
(``rules``), typing (``typed``), what follows from a failure (``validation``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl

from quality.typed import value
from sources.referential.loader import Referential
from sources.workbook.layout import Kind, Sheet, question_codes, status_column

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


@dataclass(frozen=True)
class CellCheck:
    """``is_well`` is true for each row where the cell of ``column`` obeys the rule."""

    column: str
    rule_code: str
    is_well: pl.Expr


def sheet_schema(sheet: Sheet, referential: Referential) -> pa.DataFrameSchema:
    """The pandera schema of one sheet over a batch: each check is named by its rule's code."""
    checks: dict[str, list[pa.Check]] = {column.code: [] for column in sheet.columns}
    for check in cell_checks(sheet, referential):
        checks[check.column].append(pa.Check(_test(check.is_well), name=check.rule_code, ignore_na=False))
    return pa.DataFrameSchema(
        {code: pa.Column(pl.String, nullable=True, checks=listed) for code, listed in checks.items()}, strict=False
    )


def _test(is_well: pl.Expr) -> Callable[[pa.PolarsData], pl.LazyFrame]:
    return lambda data: data.lazyframe.select(is_well)


def cell_checks(sheet: Sheet, referential: Referential) -> list[CellCheck]:
    """The checks of a sheet: what each column asks by its kind, then what the sheet asks of a row among others."""
    checks = [
        CellCheck(column.code, "E0201", pl.col(column.code).is_not_null())
        for column in sheet.columns
        if column.required
    ]
    checks += [
        CellCheck(
            column.code, _RULE_OF_KIND[column.kind], pl.col(column.code).is_null() | value(column.code).is_not_null()
        )
        for column in sheet.columns
        if column.kind in _RULE_OF_KIND
    ]
    return checks + _ROW_CHECKS.get(sheet.code, lambda _: [])(referential)


def _use_case_checks(referential: Referential) -> list[CellCheck]:
    segment_axis = dict(referential.table("segments").select("code", "axis_code").iter_rows())
    axis_of_segment = value("segment").replace_strict(segment_axis, default=None, return_dtype=pl.String)
    code, axis = value("cas_usage"), value("axe")
    is_own = code.str.starts_with(pl.col("_organisation") + "-") | code.is_in(referential.codes("use_cases"))
    return [
        CellCheck("cas_usage", "E0301", code.is_null() | pl.col("_organisation").is_null() | is_own),
        CellCheck("cas_usage", "E0302", code.is_null() | pl.struct("reception_number", code).is_first_distinct()),
        CellCheck("segment", "E0303", axis_of_segment.is_null() | axis.is_null() | (axis_of_segment == axis)),
        CellCheck("besoin", "W0307", pl.col("besoin").is_not_null() | code.is_in(referential.codes("use_cases"))),
        CellCheck("fonctions", "I0401", pl.col("fonctions").is_not_null() | code.is_in(referential.codes("use_cases"))),
    ]


def _solution_checks(_: Referential) -> list[CellCheck]:
    code = value("solution")
    return [CellCheck("solution", "E0302", code.is_null() | pl.struct("reception_number", code).is_first_distinct())]


def _is_declared() -> CellCheck:
    return CellCheck("cas_usage", "W0301", value("cas_usage").is_null() | pl.col("_is_declared"))


def _objective_checks(_: Referential) -> list[CellCheck]:
    return [_is_declared()]


def _project_checks(referential: Referential) -> list[CellCheck]:
    statuses = referential.table("project_statuses").sort("rank")
    dates = [status_column(code) for code in statuses["code"]]
    on_the_way = [status_column(code) for code in statuses.filter(~pl.col("is_ended"))["code"]]
    deployed = [value(status_column(code)) for code in statuses.filter("is_deployed")["code"]]
    ended = [value(status_column(code)) for code in statuses.filter("needs_reason")["code"]]
    checks = [
        _is_declared(),
        CellCheck("solution", "W0302", value("solution").is_null() | pl.col("_is_solution_declared")),
        CellCheck("cas_usage", "W0303", pl.any_horizontal(pl.col(dates).is_not_null())),
    ]
    for index, column in enumerate(on_the_way[1:], start=1):
        before = pl.max_horizontal(value(earlier) for earlier in on_the_way[:index])
        checks.append(
            CellCheck(column, "W0304", value(column).is_null() | before.is_null() | (value(column) >= before))
        )
    if ended:
        is_ended = pl.any_horizontal(date.is_not_null() for date in ended)
        checks.append(CellCheck("motif_fin", "W0305", pl.col("motif_fin").is_not_null() | ~is_ended))
    if deployed:
        is_deployed = pl.any_horizontal(date.is_not_null() for date in deployed)
        checks.append(CellCheck("preuve", "W0306", pl.col("preuve").is_not_null() | ~is_deployed))
    return checks


def _assessment_checks(referential: Referential) -> list[CellCheck]:
    key = pl.struct("reception_number", value("evaluateur"), value("cas_usage"))
    is_keyed = value("evaluateur").is_not_null() & value("cas_usage").is_not_null()
    return [
        _is_declared(),
        CellCheck("cas_usage", "W0309", ~is_keyed | key.is_last_distinct()),
        CellCheck("evaluateur", "W0308", pl.any_horizontal(pl.col(question_codes(referential)).is_not_null())),
    ]


_ROW_CHECKS: dict[str, Callable[[Referential], list[CellCheck]]] = {
    "cas_usage": _use_case_checks,
    "objectifs": _objective_checks,
    "solutions": _solution_checks,
    "projets": _project_checks,
    "evaluations": _assessment_checks,
}
