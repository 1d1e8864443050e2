"""What committees decided on the older campaign of the demonstration: invented, like everything it says.

Belongs here: the decisions' workbook. Does not: what is computed beside them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sources.demonstration.portfolio import DemonstrationWorkbook, demonstration_campaigns
from sources.home.home import COORDINATORS_FOLDER
from sources.referential.loader import Referential
from sources.workbook.template.decisions_layout import DECISIONS, decisions_layout

_AFTER_THE_DEADLINE = dt.timedelta(days=51)
_SENT_LATER = dt.timedelta(days=8)
_SOON, _LATER = dt.timedelta(days=120), dt.timedelta(days=1500)
_OWN_PERIMETER = "690781810"

_DECISIONS: tuple[tuple[str, str, str, str, str, dt.timedelta | None], ...] = (
    ("gcs", "CAT-001", "retenu", "Gain montré sur des indicateurs cliniques", "comite_gcs", _SOON),
    ("gcs", "CAT-002", "reporte", "Données à réunir", "comite_gcs", _SOON),
    ("gcs", "CAT-005", "ecarte", "Effort trop élevé cette année", "comite_gcs", None),
    ("gcs", "CAT-010", "reporte", "À reprendre avec les secrétariats", "comite_gcs", _LATER),
    ("gcs", "CAT-012", "a_completer", "Deux établissements sur quatre ont répondu", "comite_gcs", _SOON),
    ("gcs", "CAT-013", "retenu", "Besoin partagé par les quatre CHU", "comite_gcs", _LATER),
    ("tous", "CAT-016", "retenu", "Gain rapide pour les plateaux techniques", "comite_gcs", _LATER),
    (_OWN_PERIMETER, "CAT-010", "retenu", "Expérimentation concluante dans un service", "comite_ia", _SOON),
)
"""Perimeter, use case, outcome, reason, who decided, how long until the next review."""


def committee_decisions(referential: Referential) -> Iterator[DemonstrationWorkbook]:
    """One workbook, of the committee that met after the older campaign's deadline; none with a single campaign."""
    campaigns = demonstration_campaigns(referential)
    if campaigns.height < 2:
        return
    day = campaigns.row(-2, named=True)["deadline"] + _AFTER_THE_DEADLINE
    [sheet] = decisions_layout(referential)
    perimeters = sheet.column("perimetre").choices
    outcomes, roles = referential.labels("decision_outcomes"), referential.labels("decider_roles")
    rows = [
        {
            "cas_usage": use_case,
            "perimetre": perimeters[perimeter],
            "date_comite": day,
            "decision": outcomes[outcome],
            "motif": reason,
            "role": roles[role],
            "prochaine_revue": day + review if review else None,
        }
        for perimeter, use_case, outcome, reason, role, review in _DECISIONS
    ]
    name = "demonstration-decisions.xlsx"
    yield DemonstrationWorkbook(COORDINATORS_FOLDER, name, {DECISIONS: rows}, day + _SENT_LATER)
