"""The nested feed FINESS+ in a few words, for tests: its parts and names are those of the published schema.

Belongs here: one legal entity, one site, a whole feed. Does not: what is made of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

PLACE = {"coordonneeX": "6570414.61", "coordonneeY": "873766.07", "directionLatitude": "46.2",
         "directionLongitude": "5.25"}  # fmt: skip


def site(number: str, **said: Any) -> dict[str, Any]:
    general = {
        "egeId": "799",
        "dateOuverture": "1956-11-16",
        "nomEgeCourt": f"SITE {number}",
        "numFinessEge": number,
        "espic": ["1"],
        "siret": "77220148900022",
    }
    address = {
        "usageAdresse": "03", "cogCommune": "01053", "ligneAcheminement": "BOURG EN BRESSE", "codePostal": "01000",
        "coordonneesGeographique": PLACE,
    }  # fmt: skip
    return {
        "informationsGeneralesEGE": {**general, **said.pop("general", {})},
        "categorieentiteGeographiqueExercice": "355",
        "adresse": [{**address, "usageAdresse": "01", "cogCommune": "75056"}, address],
        "etatObjet": "A",
        **said,
    }


def entity(number: str, sites: Sequence[dict[str, Any]] = (), **said: Any) -> dict[str, Any]:
    general = {
        "pmSmsseId": "2",
        "dateCreation": "2001-01-01",
        "denominationPm": f"EJ {number}  ",
        "numFinessPm": number,
        "siren": "772201489",
        "statutJuridique": "13",
    }
    return {
        "informationsGeneralesPMEJ": {**general, **said.pop("general", {})},
        "adresse": [{"usageAdresse": "02", "cogCommune": "97101", "codePostal": "97139"}],
        "ege": list(sites),
        "etatObjet": "A",
        **said,
    }


def feed(*entities: dict[str, Any]) -> bytes:
    whole = {"schemaVersion": "v1.0.0", "generatedAt": "2026-03-09T15:49:37Z", "gcc": [{"gccId": "1"}],
             "gco": [], "pmej": list(entities)}  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()
