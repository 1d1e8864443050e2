"""What coordinators and an establishment did before the pages are looked at, beside the demonstration.

The demonstration decides nothing and names nothing twice: without this, the tables of decisions and of duplicates
would be compared empty with empty. Belongs here: files dropped as people drop them. Does not: taking them in.
"""

from __future__ import annotations

import datetime as dt

from quality.duplicates.decisions import LATER, Decision, record
from sources.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential
from sources.workbook.decisions_template import write_decisions_template
from sources.workbook.template import write_template

SAINT_ETIENNE = "420784878"
FRACTURES, SAME_FRACTURES = "690781810-3", f"{SAINT_ETIENNE}-8"
EEG, SAME_EEG = "380780080-2", f"{SAINT_ETIENNE}-9"
CAMPAIGN = "DEMO-2026"

_COMMITTEE, _PAST_REVIEW, _LATER_REVIEW = dt.date(2026, 3, 10), dt.date(2026, 6, 1), dt.date(2030, 6, 1)
_DECISIONS = (
    ("CAT-001", "Retenu", "Gain prouvé sur des indicateurs cliniques", _PAST_REVIEW),
    ("CAT-002", "Reporté", "Données à réunir", _PAST_REVIEW),
    ("CAT-005", "Écarté", "Effort trop élevé cette année", None),
    ("CAT-010", "Reporté", "À reprendre avec les secrétariats", _LATER_REVIEW),
    ("CAT-012", "À compléter", "Deux établissements sur quatre ont répondu", _PAST_REVIEW),
)


def act(home: Home, referential: Referential) -> None:
    """Drop a committee's decisions and a submission that names two use cases again; put one of the pairs off."""
    _drop_decisions(home, referential)
    _drop_names_again(home, referential)
    later = Decision(EEG, SAME_EEG, LATER, "Coordination", dt.date(2026, 11, 1), "Attendre la réponse de Grenoble")
    record(home, b"paires", "doublons.xlsx", [later])


def _drop_decisions(home: Home, referential: Referential) -> None:
    rows = [
        {
            "cas_usage": code,
            "perimetre": "GCS (membres)",
            "date_comite": _COMMITTEE,
            "decision": outcome,
            "motif": reason,
            "role": "Direction",
            "prochaine_revue": review,
        }
        for code, outcome, reason, review in _DECISIONS
    ]
    folder = home.intake / COORDINATORS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_decisions_template(folder / "decisions.xlsx", referential, rows)


def _drop_names_again(home: Home, referential: Referential) -> None:
    own = {"organisation": SAINT_ETIENNE, "campagne": referential.labels("campaigns")[CAMPAIGN], "dossier": "ajouts"}
    described = [
        {"cas_usage": SAME_FRACTURES, "nom": "Repérage des fractures aux urgences", "axe": "Innovation médicale"},
        {"cas_usage": SAME_EEG, "nom": "Lecture automatisée d'électroencéphalogrammes", "axe": "Innovation médicale"},
    ]
    write_template(
        home.intake / SAINT_ETIENNE / "ajouts.xlsx",
        referential,
        {"etablissement": [own], "cas_usage": described},
    )
