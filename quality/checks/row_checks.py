"""What each sheet asks of a row beyond its own cells: keys, lists that depend on one another, dates, scales.

Belongs here: the logic rules, as expressions true where the row is well. Does not: what a column asks by its kind
(``schemas``), words (``rules``), figures (``limits``).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from quality.checks import limits
from quality.checks.catalogue_checks import catalogue_checks
from quality.checks.date_checks import is_ahead
from quality.checks.named_technology import technology_named
from quality.checks.person_names import resembles_name
from quality.checks.repeated_rows import repeated_assessment_check, repeated_row_check
from quality.checks.scale_checks import scale_checks
from quality.checks.series_checks import dragged_assessors_check
from quality.reading.values.typed import value
from quality.rules.cell_check import CellCheck
from sources.referential.loader import Referential
from sources.workbook.template.layout import ENVELOPE, question_codes, status_column

_ADDRESS = r"^\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|www\.|\\\\)|[\w-]\.[a-z]{2,}(?:/|$)"
"""Of a page or a file: « Rapport » that can be clicked has its address elsewhere than in its text."""


def row_checks(sheet_code: str, referential: Referential) -> list[CellCheck]:
    """The logic rules of one sheet."""
    return _ROW_CHECKS.get(sheet_code, lambda _: [])(referential)


def _submission_checks(referential: Referential) -> list[CellCheck]:
    """The demonstration's campaigns are answered in a demonstration alone."""
    invented = referential.invented_campaigns
    open_ones = [f"« {label} »" for code, label in referential.labels("campaigns").items() if code not in invented]
    is_real = ~value("campagne").is_in(list(invented)).fill_null(False)
    return [CellCheck("campagne", "E0292", is_real, expected=f"une campagne du GCS : {', '.join(open_ones)}")]


def _use_case_checks(referential: Referential) -> list[CellCheck]:
    axis_of = referential.by_code("segments", "axis_code")
    axis_of_segment = value("segment").replace_strict(axis_of, default=None, return_dtype=pl.String)
    axis_label = axis_of_segment.replace_strict(referential.labels("axes"), default=None, return_dtype=pl.String)
    code, axis = value("cas_usage"), value("axe")
    is_listed = code.is_in(referential.codes("use_cases"))
    is_own = code.str.starts_with(pl.col("_organisation") + "-") | is_listed
    return [
        CellCheck(
            "cas_usage",
            "E0301",
            code.is_null() | pl.col("_organisation").is_null() | is_own,
            expected=pl.format("un code du catalogue, ou {} suivi d'un tiret et d'un numéro", "_organisation"),
        ),
        repeated_row_check("cas_usage"),
        CellCheck(
            "segment",
            "E0303",
            axis_of_segment.is_null() | axis.is_null() | (axis_of_segment == axis),
            ("axe",),
            pl.format("un segment de cet axe ; celui-ci appartient à l'axe « {} »", axis_label),
        ),
        CellCheck(
            "besoin", "W0307", pl.col("besoin").is_not_null() | is_listed, ("cas_usage",), "le problème à résoudre"
        ),
        CellCheck(
            "fonctions",
            "I0401",
            pl.col("fonctions").is_not_null() | is_listed,
            ("cas_usage",),
            "une fonction de l'IA, ou rien si le cas d'usage n'en mobilise pas",
        ),
        CellCheck(
            "cas_usage",
            "W0317",
            code.is_null() | pl.col("_has_objective") | is_listed,
            expected="une ligne de la feuille « Objectifs » avec une valeur cible",
        ),
        CellCheck(
            "nom",
            "W0316",
            technology_named(pl.col("nom"), referential).is_null() | is_listed,
            ("cas_usage",),
            pl.format("un scénario concret, sans « {} »", technology_named(pl.col("nom"), referential)),
        ),
        *scale_checks(),
        *catalogue_checks(referential),
    ]


def _solution_checks(_: Referential) -> list[CellCheck]:
    return [repeated_row_check("solutions")]


def _objective_checks(_: Referential) -> list[CellCheck]:
    return [_is_declared(), repeated_row_check("objectifs")]


def _project_checks(referential: Referential) -> list[CellCheck]:
    statuses = referential.table("project_statuses").sort("rank")
    dates = [status_column(code) for code in statuses["code"]]
    on_the_way = [status_column(code) for code in statuses.filter(~pl.col("is_ended"))["code"]]
    deployed = [status_column(code) for code in statuses.filter("is_deployed")["code"]]
    ended = [status_column(code) for code in statuses.filter("needs_reason")["code"]]
    checks = [
        _is_declared(),
        repeated_row_check("projets"),
        CellCheck(
            "solution",
            "W0302",
            value("solution").is_null() | pl.col("_is_solution_declared"),
            expected="un code de la feuille « Solutions »",
        ),
        CellCheck(
            "solution", "W0314", pl.col("solution").is_not_null(), expected="un code de la feuille « Solutions »"
        ),
        CellCheck(
            "lien_preuve",
            "W0399",
            pl.col("lien_preuve").is_null() | pl.col("lien_preuve").str.contains(_ADDRESS),
            expected="une adresse entière, qui commence par https:// ou \\\\",
        ),
        CellCheck(
            "cas_usage", "W0303", pl.any_horizontal(pl.col(dates).is_not_null()), tuple(dates), "au moins une date"
        ),
    ]
    for index, column in enumerate(on_the_way[1:], start=1):
        before = pl.max_horizontal(value(name) for name in on_the_way[:index])
        checks.append(
            CellCheck(
                column,
                "W0304",
                value(column).is_null() | before.is_null() | (value(column) >= before),
                tuple(on_the_way[:index]),
                pl.format("une date à partir du {}, date d'un statut précédent", before.dt.strftime("%d/%m/%Y")),
            )
        )
    checks += [_is_last(status_column(code), on_the_way) for code in statuses.filter("is_ended")["code"]]
    if ended:
        is_ended = pl.any_horizontal((~is_ahead(date)).fill_null(False) for date in ended)
        well = pl.col("motif_fin").is_not_null() | ~is_ended
        checks.append(CellCheck("motif_fin", "W0305", well, tuple(ended), "le motif de la fin"))
    if deployed:
        is_deployed = pl.any_horizontal((~is_ahead(date)).fill_null(False) for date in deployed)
        levels = ", ".join(referential.labels("evidence_levels").values())
        well = pl.col("preuve").is_not_null() | ~is_deployed
        checks.append(CellCheck("preuve", "W0306", well, tuple(deployed), f"l'une des valeurs : {levels}"))
    return checks


def _is_last(end: str, on_the_way: list[str]) -> CellCheck:
    """That nothing on the way comes after an end: a project that began again is one, and so is a date mistyped."""
    later = pl.max_horizontal(value(column) for column in on_the_way)
    said = pl.format(
        "une date à partir du {}, ou rien à changer si le projet a repris : son statut est celui de cette date",
        later.dt.strftime("%d/%m/%Y"),
    )
    is_well = value(end).is_null() | later.is_null() | (value(end) >= later)
    return CellCheck(end, "W0304", is_well, tuple(on_the_way), said)


def _assessment_checks(referential: Referential) -> list[CellCheck]:
    questions = question_codes(referential)
    return [
        _is_declared(),
        repeated_assessment_check(),
        dragged_assessors_check(),
        CellCheck(
            "evaluateur",
            "W0308",
            pl.any_horizontal(pl.col(questions).is_not_null()),
            tuple(questions),
            "une réponse au moins",
        ),
        CellCheck(
            "evaluateur",
            "W0324",
            ~resembles_name(value("evaluateur")),
            expected="un code qui ne nomme personne (MED-01)",
        ),
        CellCheck(
            "evaluateur",
            "W0315",
            ~_answers_all_alike(questions, referential),
            expected="des réponses qui distinguent les cas d'usage et les questions",
        ),
    ]


def _answers_all_alike(questions: list[str], referential: Referential) -> pl.Expr:
    """True on the first row of an assessor whose every answer, over all rows, has one and the same rank."""
    ranks = referential.by_code("scale_levels", "rank")
    answers = [value(code).replace_strict(ranks, default=None, return_dtype=pl.Int32) for code in questions]
    assessor = pl.struct("reception_number", value("evaluateur"))
    lowest = pl.min_horizontal(answers).min().over(assessor)
    highest = pl.max_horizontal(answers).max().over(assessor)
    count = pl.sum_horizontal(answer.is_not_null() for answer in answers).sum().over(assessor)
    is_first = value("evaluateur").is_not_null() & assessor.is_first_distinct()
    return (is_first & (lowest == highest) & (count >= limits.ANSWERS_TO_COMPARE)).fill_null(False)


def _is_declared() -> CellCheck:
    return CellCheck(
        "cas_usage",
        "W0301",
        value("cas_usage").is_null() | pl.col("_is_declared"),
        expected="un code du catalogue ou de la feuille « Cas d'usage »",
    )


_ROW_CHECKS: dict[str, Callable[[Referential], list[CellCheck]]] = {
    ENVELOPE: _submission_checks,
    "cas_usage": _use_case_checks,
    "objectifs": _objective_checks,
    "solutions": _solution_checks,
    "projets": _project_checks,
    "evaluations": _assessment_checks,
}
