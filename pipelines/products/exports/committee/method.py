"""The sheet « Méthode »: what the numbers mean, the thresholds and criteria with their origin, the release.

Belongs here: the words. Does not: the definition of a score (``dbt_project/models/intermediate/scores``).
"""

from __future__ import annotations

from pipelines.products.exports.committee.details import Details
from pipelines.products.exports.committee.sheets import Book
from pipelines.products.exports.release import OpenRelease
from pipelines.products.report.figures import Figures

_ORIGINS = {"seed": "webinaire du GCS", "public": "document public", "proposed": "proposé, à confirmer par le GCS"}
_DEFINITIONS = (
    (
        "Réponse",
        "De 0 (la plus basse) à 100 (la plus haute), à l'envers quand elle retranche. Sans réponse : non évalué, et "
        "non « Faible ».",
    ),
    ("Critère", "Moyenne de ses réponses données."),
    (
        "Impact, effort",
        "Moyenne des critères, pondérée par le profil ; puis des évaluateurs d'un établissement ; puis des "
        "établissements du périmètre, chacun comptant une fois.",
    ),
    ("Bas, haut", "Entre quoi le score se tiendrait si toutes les réponses manquantes étaient 0, ou 100."),
    ("Complétude", "Poids des réponses données sur poids des questions posées."),
    ("Certain", "Aucune réponse manquante ne pourrait changer le quadrant ; rien n'est dit des pondérations."),
    ("À compléter", "Complétude sous le seuil sur un versant, ou aucune évaluation."),
    ("Indice de priorité", "(impact + 100 − effort) / 2 ; à égalité, le meilleur rang est partagé."),
    ("Rang de Pareto", "1 : aucun autre cas d'usage ne fait mieux à la fois sur l'impact et sur l'effort."),
    (
        "Critères montrés",
        "Quand des réponses manquent, l'impact n'est pas la moyenne pondérée des critères montrés : chacun est la "
        "moyenne de ceux qui l'ont. Les diapositives annoncent cinq critères et en codent huit : les huit comptent.",
    ),
)
_LONG, _TWO_LINES = 100, 28


def write_method(book: Book, release: OpenRelease, figures: Figures, details: Details, subtitle: str) -> None:
    """Write the sheet."""
    sheet = book.sheet("Méthode", [34, 96, 34])
    row = book.head(sheet, "Méthode, définitions et origine", subtitle, 2)
    for number, (_, words) in enumerate(_DEFINITIONS, start=row + 1):
        sheet.set_row(number, _TWO_LINES if len(words) > _LONG else None)
    row = book.table(sheet, row, 0, ["Terme", "Définition"], list(_DEFINITIONS)) + 1
    thresholds = release.rows(
        "select threshold_label, threshold_value, origin_code from dim_threshold order by threshold_code"
    )
    row = book.table(
        sheet, row, 0, ["Valeur", "Seuil", "Origine"],
        [
            [_number(one["threshold_value"]), one["threshold_label"], _ORIGINS.get(one["origin_code"])]
            for one in thresholds
        ],
    ) + 1  # fmt: skip
    row = book.table(
        sheet, row, 0, ["Versant", "Critère", "Origine"],
        [[one["side_label"], one["criterion_label"], _ORIGINS.get(one["origin_code"])] for one in figures.criteria],
    ) + 1  # fmt: skip
    row = book.table(
        sheet, row, 0, ["Source", "Licence, adresse", "Origine"],
        [
            [one["source_label"], " · ".join(filter(None, (one["licence"], one["url"]))),
             _ORIGINS.get(one["origin_code"])]
            for one in details.sources
        ],
    ) + 1  # fmt: skip
    stamp = f"Version publiée {release.name}, le {release.published_at:%d/%m/%Y à %H:%M} (heure de Paris). "
    sheet.write_string(row, 0, stamp + "Pour suivre un score jusqu'à ses cellules : cartographie explain CODE.",
                       book.look("text"))  # fmt: skip


def _number(value: object) -> str:
    text = f"{value}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
