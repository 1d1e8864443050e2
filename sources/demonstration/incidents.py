"""What goes otherwise than expected in the demonstration, as it does in life.

Belongs here: cells to mend, a file in another's folder, one withdrawn, a use case named twice. Does not: plain answers
(``portfolio``).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace

from sources.demonstration.known import DemonstrationUseCase, known_use_cases
from sources.demonstration.portfolio import (
    SEED,
    DemonstrationWorkbook,
    chosen_by,
    demonstration_campaigns,
    members_of_gcs,
    submission,
)
from sources.referential.loader import Referential

NAMED_FIRST, NAMED_AGAIN = "690781810-3", "420784878-8"
"""Fractures in emergency radiographs, by the Hospices Civils de Lyon and again by Saint-Étienne."""

_SECOND_NAME = "Repérage des fractures aux urgences"


def incidents(referential: Referential) -> Iterator[DemonstrationWorkbook]:
    """Workbooks of the newest campaign, in the order in which they are dropped."""
    campaign = demonstration_campaigns(referential).row(-1, named=True)
    day = campaign["deadline"] - dt.timedelta(days=5)
    yield from _faulty(referential, campaign["code"], day)
    yield _named_again(referential, campaign["code"], day)
    yield from _withdrawn(referential, campaign["code"], day)


def _faulty(referential: Referential, campaign: str, day: dt.date) -> Iterator[DemonstrationWorkbook]:
    """Two plausible failures: cells to mend in one, a file laid in another establishment's folder for the other."""
    members, use_cases = members_of_gcs(referential), known_use_cases()
    rng = random.Random(f"{SEED}/faulty")
    rows = submission(referential, members[-1], campaign, day, chosen_by(members[-1], use_cases), rng)
    rows["etablissement"][0]["dossier"] = "imagerie"
    rows["evaluations"] = rows["evaluations"][:6]
    for assessment in rows["evaluations"]:
        assessment["evaluateur"] = assessment["evaluateur"].replace("-", "-IMG-")
    rows["evaluations"][1]["IMP_1_1"] = "Très fort"
    rows["evaluations"][3]["cas_usage"] = "Détection de lésions"
    rows["cas_usage"] = rows["cas_usage"][:3]
    rows["cas_usage"][0]["minutes_jour"] = "une demi-heure"
    rows["projets"] = [{"cas_usage": rows["cas_usage"][1]["cas_usage"], "date_poc": "printemps 2026"}]
    rows["solutions"] = rows["objectifs"] = []
    yield DemonstrationWorkbook(members[-1], "demonstration-imagerie.xlsx", rows)
    misplaced = submission(referential, members[1], campaign, day, chosen_by(members[1], use_cases), rng)
    yield DemonstrationWorkbook(members[0], "demonstration-autre-dossier.xlsx", misplaced)


def _named_again(referential: Referential, campaign: str, day: dt.date) -> DemonstrationWorkbook:
    """What another establishment has named already, under a name of its own: two bubbles until somebody decides."""
    [first] = [one for one in known_use_cases() if one.code == NAMED_FIRST]
    organisation = NAMED_AGAIN.partition("-")[0]
    again = replace(first, code=NAMED_AGAIN, organisation=organisation, label=_SECOND_NAME)
    rows = _own_dossier(referential, organisation, campaign, day, again, "urgences")
    return DemonstrationWorkbook(organisation, "demonstration-urgences.xlsx", rows)


def _withdrawn(referential: Referential, campaign: str, day: dt.date) -> Iterator[DemonstrationWorkbook]:
    """A dossier sent to try, and taken back."""
    organisation = members_of_gcs(referential)[0]
    tried = chosen_by(organisation, known_use_cases())[0]
    rows = _own_dossier(referential, organisation, campaign, day, tried, "essai")
    yield DemonstrationWorkbook(organisation, "demonstration-essai.xlsx", rows)
    taken_back = {"etablissement": [{**rows["etablissement"][0], "retrait": True}]}
    yield DemonstrationWorkbook(organisation, "demonstration-essai-retire.xlsx", taken_back)


def _own_dossier(
    referential: Referential, organisation: str, campaign: str, day: dt.date, use_case: DemonstrationUseCase, name: str
) -> dict[str, list[dict[str, object]]]:
    """One use case, assessed under codes of its own, in a dossier of its own."""
    rng = random.Random(f"{SEED}/{organisation}/{name}")
    rows = submission(referential, organisation, campaign, day, [use_case], rng)
    rows["etablissement"][0]["dossier"] = name
    for assessment in rows["evaluations"]:
        assessment["evaluateur"] = assessment["evaluateur"].replace("-", f"-{name[:3].upper()}-")
    rows["projets"] = rows["solutions"] = rows["objectifs"] = []
    return rows
