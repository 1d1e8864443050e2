"""The scales of the figures of a use case: minutes, hours, people, amounts.

Belongs here: comparing a figure with its limits and with the other figures of its row. Does not: the limits
(``limits``).
"""

from __future__ import annotations

import polars as pl

from quality.checks import limits
from quality.reading.values.typed import value
from quality.rules.cell_check import CellCheck


def scale_checks() -> list[CellCheck]:
    """The checks of the sheet of use cases on its figures."""
    minutes, people = value("minutes_jour"), value("personnes")
    hours = minutes * people / 60
    amounts = ("cout_eur", "gain_annuel_eur")
    return [
        CellCheck(
            "minutes_jour",
            "E0304",
            (minutes <= limits.MINUTES_IN_A_DAY).fill_null(True),
            expected=f"{limits.MINUTES_IN_A_DAY} minutes au plus : une journée n'en compte pas davantage",
        ),
        CellCheck(
            "minutes_jour",
            "W0312",
            (~minutes.is_between(limits.MINUTES_OF_A_WORKDAY, limits.MINUTES_IN_A_DAY, closed="right")).fill_null(True),
            expected=_hours_saved(minutes, people),
        ),
        CellCheck(
            "minutes_jour",
            "W0323",
            ((minutes == 0) | (minutes >= 1)).fill_null(True),
            expected="un nombre de minutes : 0, ou 1 au moins",
        ),
        CellCheck(
            "heures_jour",
            "W0319",
            (((value("heures_jour") - hours).abs() <= limits.HOURS_ROUNDING).fill_null(True)),
            ("minutes_jour", "personnes"),
            pl.format("{} heures par jour (minutes × personnes / 60)", _in_french(hours.round(1))),
        ),
        CellCheck(
            "personnes",
            "W0318",
            (people <= limits.MOST_PEOPLE).fill_null(True),
            expected=f"{limits.MOST_PEOPLE} personnes au plus".replace("000 ", "\u202f000 "),
        ),
        *(
            CellCheck(
                column,
                "W0313",
                (
                    value(column).is_between(limits.LOWEST_AMOUNT, limits.HIGHEST_AMOUNT) | (value(column) == 0)
                ).fill_null(True),
                expected="un montant en euros, entre 100 et 50 000 000".replace(" 000", "\u202f000"),
            )
            for column in amounts
        ),
    ]


def _in_french(figure: pl.Expr) -> pl.Expr:
    return figure.cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)


def _hours_saved(minutes: pl.Expr, people: pl.Expr) -> pl.Expr:
    """The limit, and what the figures come to where the number of people is known."""
    limit = f"{limits.MINUTES_OF_A_WORKDAY} minutes au plus par personne et par jour"
    hours = (minutes * people / 60).round(0).cast(pl.Int64)
    return pl.coalesce(pl.format(limit + " (ici : {} heures par jour en tout)", hours), pl.lit(limit))
