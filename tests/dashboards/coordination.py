"""What coordinators and an establishment did before the pages are looked at, beside the demonstration.

The demonstration puts off no pair of names. Belongs here: files dropped as people drop them. Does not: taking them in.
"""

from __future__ import annotations

import datetime as dt

from quality.duplicates.decisions import LATER, Decision, record
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.template import write_template

SAINT_ETIENNE = "420784878"
EEG, SAME_EEG = "380780080-2", f"{SAINT_ETIENNE}-9"
CAMPAIGN = "DEMO-2026"


def act(home: Home, referential: Referential) -> None:
    """Drop a submission that names a use case again, and put the pair off."""
    _drop_name_again(home, referential)
    later = Decision(EEG, SAME_EEG, LATER, "Coordination", dt.date(2026, 11, 1), "Attendre la réponse de Grenoble")
    record(home, b"paires", "doublons.xlsx", [later])


def _drop_name_again(home: Home, referential: Referential) -> None:
    own = {"organisation": SAINT_ETIENNE, "campagne": referential.labels("campaigns")[CAMPAIGN], "dossier": "ajouts"}
    name = "Lecture automatisée d'électroencéphalogrammes"
    write_template(
        home.intake / SAINT_ETIENNE / "ajouts.xlsx",
        referential,
        {"etablissement": [own], "cas_usage": [{"cas_usage": SAME_EEG, "nom": name, "axe": "Innovation médicale"}]},
    )
