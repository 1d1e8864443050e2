"""What a row of decisions asks beyond its cells: whole decisions, one a key, reviews after their committee.

Belongs here: rules that the file alone decides. Does not: whether the use case is known (``judging``).
"""

from __future__ import annotations

import polars as pl

from quality.reading.values.typed import value
from quality.rules.cell_check import CellCheck
from sources.referential.loader import Referential


def decision_checks(referential: Referential) -> list[CellCheck]:
    """The logic rules of the sheet of decisions; a withdrawal needs its key only."""
    is_withdrawal = value("retrait").fill_null(False)
    whole = [
        CellCheck(code, "E0702", is_withdrawal | pl.col(code).is_not_null(), ("retrait",))
        for code in ("decision", "motif", "role")
    ]
    key = pl.struct("reception_number", value("cas_usage"), value("perimetre"), value("date_comite"))
    is_keyed = pl.all_horizontal(value(code).is_not_null() for code in ("cas_usage", "perimetre", "date_comite"))
    review, committee = value("prochaine_revue"), value("date_comite")
    outcomes = referential.table("decision_outcomes")
    unsettled = outcomes.filter(~pl.col("is_selected") & ~pl.col("is_rejected"))["code"].to_list()
    is_unsettled = value("decision").is_in(unsettled).fill_null(False)
    return [
        *whole,
        CellCheck(
            "cas_usage",
            "E0703",
            ~is_keyed | key.is_unique(),
            ("perimetre", "date_comite"),
            "une seule ligne par décision",
        ),
        CellCheck(
            "prochaine_revue",
            "E0704",
            review.is_null() | committee.is_null() | (review > committee),
            ("date_comite",),
            pl.format("une date après le {}", committee.dt.strftime("%d/%m/%Y")),
        ),
        CellCheck(
            "prochaine_revue",
            "W0702",
            is_withdrawal | pl.col("prochaine_revue").is_not_null() | ~is_unsettled,
            ("decision", "retrait"),
            "la date à laquelle le comité y reviendra",
        ),
    ]
