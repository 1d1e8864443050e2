"""The sheet in which coordinators write the decisions of committees, derived from the referential.

Belongs here: for whom a decision holds; what the workbook asks is in ``sheets.yaml``. Does not: how it is drawn
(``decisions_template``), what a submission asks (``layout``), judging.
"""

from __future__ import annotations

from sources.referential.loader import Referential
from sources.workbook.template.layout import Sheet, sheet

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
    return (sheet(DECISIONS, referential, choices={"perimeters": SHARED_PERIMETERS | organisations}),)
