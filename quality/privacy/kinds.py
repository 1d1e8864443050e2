"""The kinds of personal data that are looked for, their rule and the words that stand in their place.

Belongs here: what is looked for, as data. Does not: how it is found (``detectors``) or masked (``guard``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonalKind:
    """``label`` is French, without article; ``mask`` replaces the text found, wherever it would be shown."""

    rule_code: str
    label: str
    mask: str


NIR = PersonalKind("W0501", "numéro de sécurité sociale", "[numéro de sécurité sociale masqué]")
INS = PersonalKind("W0502", "identifiant national de santé", "[identifiant national de santé masqué]")
EMAIL = PersonalKind("W0503", "adresse électronique", "[adresse électronique masquée]")
PHONE = PersonalKind("W0504", "numéro de téléphone", "[numéro de téléphone masqué]")
BIRTH_DATE = PersonalKind("W0505", "date de naissance", "[date de naissance masquée]")

KINDS = (NIR, INS, EMAIL, PHONE, BIRTH_DATE)

IN_A_NAME = "W0506"
"""The rule broken by personal data in the name of a file, a folder or a sheet."""

PERSONAL_RULES = frozenset({*(kind.rule_code for kind in KINDS), IN_A_NAME})
