"""Invented projects: how far each organisation has come with each use case, told again from campaign to campaign."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sources.demonstration.known import DemonstrationUseCase
from sources.referential.loader import Referential
from sources.workbook.template.layout import status_column

_SEED = 506
_FIRST_DAY = dt.date(2023, 1, 9)
_PROJECT_SHARE = 0.62
_ENDED_SHARE = 0.08
_REASONS = (
    "Financement non reconduit",
    "Résultats de l'expérimentation insuffisants",
    "Priorités revues par la direction",
)
_HOSTINGS = ("Hébergement local", "Hébergeur HDS externe", "Informatique en nuage HDS")


def project_rows(
    referential: Referential, organisation: str, chosen: list[DemonstrationUseCase], day: dt.date
) -> list[dict[str, Any]]:
    """The organisation's projects as they stand on ``day``: statuses reached later are not told yet."""
    rows: list[dict[str, Any]] = []
    for use_case in chosen:
        rng = random.Random(f"{_SEED}/{organisation}/{use_case.code}")
        if rng.random() > _PROJECT_SHARE:
            continue
        dates = {column: reached for column, reached in _life(referential, rng).items() if reached <= day}
        if not dates:
            continue
        row: dict[str, Any] = {"cas_usage": use_case.code, "solution": f"SOL-{len(rows) + 1:02d}", **dates}
        if any(status_column(code) in dates for code in _codes(referential, "is_deployed")):
            row["preuve"] = rng.choice(list(referential.labels("evidence_levels").values()))
            row["suivi"] = "Surveillance trimestrielle" if rng.random() < 0.6 else None
        if any(status_column(code) in dates for code in _codes(referential, "needs_reason")):
            row["motif_fin"] = rng.choice(_REASONS)
        rows.append(row)
    return rows


def solution_rows(referential: Referential, organisation: str, projects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One invented solution for each project."""
    ways, kinds = (list(referential.labels(table).values()) for table in ("ways", "kinds"))
    rows = []
    for project in projects:
        rng = random.Random(f"{_SEED}/{organisation}/{project['solution']}")
        rows.append(
            {
                "solution": project["solution"],
                "nom": f"Solution fictive {project['solution'][-2:]}",
                "fournisseur": rng.choice(("Éditeur fictif A", "Éditeur fictif B", "Équipe interne")),
                "modalite": rng.choice(ways),
                "nature": rng.choice(kinds),
                "hebergement": rng.choice(_HOSTINGS),
                "capacite_machine": rng.choice(("Serveur GPU", "Serveur standard", None)),
                "donnees": rng.choice(("Comptes rendus du DPI", "Images du PACS", "Données d'activité", None)),
                "interoperabilite": rng.choice(("HL7 v2", "FHIR", "DICOM", None)),
                "marquage_ce": rng.random() < 0.4,
                "classe_ai_act": rng.choice(("Risque élevé", "Risque limité", "Risque minimal")),
                "hds": rng.random() < 0.7,
            }
        )
    return rows


def _life(referential: Referential, rng: random.Random) -> dict[str, dt.date]:
    """Column of each status that the project ever reaches → the day."""
    on_the_way = [code for code in referential.codes("project_statuses") if code not in _codes(referential, "is_ended")]
    last = rng.randint(1, len(on_the_way))
    day = _FIRST_DAY + dt.timedelta(days=rng.randint(0, 800))
    life = {}
    for code in on_the_way[:last]:
        life[status_column(code)] = day
        day += dt.timedelta(days=rng.randint(40, 260))
    ended = _codes(referential, "is_ended")
    if ended and rng.random() < _ENDED_SHARE:
        life[status_column(rng.choice(ended))] = day
    return life


def _codes(referential: Referential, flag: str) -> list[str]:
    return referential.table("project_statuses").filter(flag)["code"].to_list()
