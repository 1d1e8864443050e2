"""What the tests of the intake share: the shipped referential, an empty home, workbooks written from the template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.template import write_template

LYON = "690781810"
GRENOBLE = "380780080"
CAMPAIGN = "Campagne 2026"

Rows = dict[str, list[dict[str, Any]]]


def submission(organisation: str = LYON, campaign: str = CAMPAIGN, **sheets: Any) -> Rows:
    """The rows of a small, well-formed submission; ``sheets`` replaces or adds sheets."""
    rows: Rows = {
        "etablissement": [{"organisation": organisation, "campagne": campaign}],
        "cas_usage": [
            {"cas_usage": "CAT-001", "nom": "Détection de lésions sur images radiologiques"},
            {
                "cas_usage": f"{organisation}-1",
                "nom": "Tri des courriers",
                "besoin": "Lire moins",
                "fonctions": "Générative",
            },
        ],
        "evaluations": [
            {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort", "EFF_1_1": "Faible"},
            {"evaluateur": "MED-01", "role": "Médecin", "cas_usage": f"{organisation}-1", "IMP_1_1": "Moyen"},
        ],
    }
    return rows | sheets


@pytest.fixture(scope="session")
def referential() -> Referential:
    return load_referential()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def drop(home: Home, referential: Referential) -> Callable[..., Path]:
    """Write a workbook into an intake folder, as an establishment would drop it."""

    def drop_one(rows: Rows, name: str = "envoi.xlsx", folder: str = LYON) -> Path:
        target = home.intake / folder
        target.mkdir(parents=True, exist_ok=True)
        return write_template(target / name, referential, rows)

    return drop_one
