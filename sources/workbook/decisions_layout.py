"""The sheet in which coordinators write the decisions of committees, derived from the referential.

Belongs here: what the workbook of decisions asks. Does not: how it is drawn (``decisions_template``), what a
submission asks (``layout``), judging.
"""

from __future__ import annotations

from sources.referential.loader import Referential
from sources.workbook.layout import Column, Sheet

DECISIONS = "decisions"

DECIDING = ("date_comite", "decision", "motif", "role", "prochaine_revue", "retrait")
"""The columns that coordinators fill; a row where all of them are empty decides nothing and is left out."""

SHARED_PERIMETERS = {"gcs": "GCS (membres)", "tous": "Tous les établissements"}


def decisions_layout(referential: Referential) -> tuple[Sheet, ...]:
    """The sheets of a workbook of decisions: one."""
    organisations = {
        code: f"{label} ({code})"
        for code, label, country in referential.table("organisations").select("code", "label", "country_code").rows()
        if country == "FR"
    }
    return (
        Sheet(
            DECISIONS,
            "Décisions",
            "la décision d'un comité sur un cas d'usage",
            (
                Column(
                    "cas_usage",
                    "Cas d'usage",
                    "use_case",
                    required=True,
                    width=16,
                    help="Le code du cas d'usage : CAT-001, ou 690781810-1.",
                ),
                Column("nom", "Nom (rappel)", width=44, help="Pour mémoire : n'est pas relu."),
                Column("calcule", "Résultat calculé (rappel)", width=34, help="Pour mémoire : n'est pas relu."),
                Column(
                    "perimetre",
                    "Périmètre",
                    "choice",
                    required=True,
                    choices=SHARED_PERIMETERS | organisations,
                    width=30,
                    help="Pour qui vaut la décision : les membres du GCS, tous, ou un établissement.",
                ),
                Column(
                    "date_comite",
                    "Date du comité",
                    "date",
                    required=True,
                    help="La même date, le même cas d'usage et le même périmètre : la ligne remplace la précédente.",
                ),
                Column(
                    "decision",
                    "Décision",
                    "choice",
                    choices=referential.labels("decision_outcomes"),
                    help="Ce que le comité a décidé.",
                ),
                Column("motif", "Motif", width=44, help="Pourquoi, sans nom de personne."),
                Column(
                    "role",
                    "Rôle du décideur",
                    "choice",
                    choices=referential.labels("decider_roles"),
                    width=26,
                    help="Une instance ou une fonction, jamais un nom.",
                ),
                Column("prochaine_revue", "Prochaine revue", "date", help="Quand le comité y reviendra."),
                Column("retrait", "Retrait", "boolean", help="« oui » défait la décision de cette ligne."),
            ),
        ),
    )
