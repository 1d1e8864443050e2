"""What a day must be beside the day on which the file arrived, by what happened on it.

Belongs here: the checks of one date. Does not: dates of a row in order (``row_checks``), a whole file whose dates are
shifted (``shifted_dates``).

What has been done cannot be ahead of the reception; a status may, and is then planned: it counts nowhere as reached.
"""

from __future__ import annotations

import polars as pl

from quality.reading.values.plausible_days import ASSESSMENT_DAYS_BEFORE, YEARS_AHEAD
from quality.rules.cell_check import CellCheck
from sources.workbook.template.layout import Column

DONE = ("assessment", "observation", "decision")
RECEIVED, OPENS = pl.col("_received_on"), pl.col("_opens_on")


def is_ahead(column_code: str) -> pl.Expr:
    """Whether the day comes after the reception; null where there is none."""
    return pl.col(f"{column_code}__value") > RECEIVED


def date_checks(column: Column) -> list[CellCheck]:
    """The checks of a column of dates."""
    day, code = pl.col(f"{column.code}__value"), column.code
    is_well = (~is_ahead(code)).fill_null(True)
    checks = []
    if column.date_of in DONE:
        checks.append(CellCheck(code, "E0231", is_well, expected=_said("une date jusqu'au {}, jour de la réception")))
    if column.date_of == "assessment":
        old = day < OPENS.dt.offset_by(f"-{ASSESSMENT_DAYS_BEFORE}d")
        said = pl.format("une date proche de la campagne, qui ouvre le {}", OPENS.dt.strftime("%d/%m/%Y"))
        checks.append(CellCheck(code, "W0332", (~old).fill_null(True), expected=said))
    if column.date_of == "sending":
        checks.append(CellCheck(code, "W0331", is_well, expected=_said("une date jusqu'au {}, jour de la réception")))
    if column.date_of == "status":
        far = day > RECEIVED.dt.offset_by(f"{YEARS_AHEAD}y")
        checks += [
            CellCheck(code, "I0432", is_well, expected=_said("compté comme prévu : le fichier a été reçu le {}")),
            CellCheck(code, "W0333", (~far).fill_null(True), expected=f"une date dans les {YEARS_AHEAD} ans"),
        ]
    return checks


def _said(sentence: str) -> pl.Expr:
    return pl.format(sentence, RECEIVED.dt.strftime("%d/%m/%Y"))
