"""Accounts that cannot be are refused in a sentence before Superset is asked; a password stays its owner's alone."""

from pathlib import Path

import pytest

from dashboards.serving.accounts import AccountFailure, add_account, list_accounts
from dashboards.serving.server import accounts_file, read_accounts
from tests.dashboards.conftest import OWN, Server

KNOWN = [OWN, "420784878"]


@pytest.mark.parametrize(
    ("name", "role", "establishments", "sentence"),
    [
        ("Dr Dupont", "lecteur", [OWN], "ne convient pas"),
        ("admin : x", "lecteur", [OWN], "ne convient pas"),
        ("dim-lyon", "chef", [OWN], "n'existe pas ; il y a : lecteur"),
        ("dim-lyon", "lecteur", [], "donnez-le avec --establishment"),
        ("dim-lyon", "lecteur-gcs", [OWN], "retirez --establishment"),
        ("dim-lyon", "coordinateur", [OWN], "retirez --establishment"),
        ("dim-lyon", "editeur", [OWN], "retirez --establishment"),
        ("dim-lyon", "lecteur", ["999999999"], "inconnu du référentiel : 999999999"),
        ("dim-lyon", "lecteur", [OWN], "pas encore préparé"),
    ],
)
def test_an_unsound_account_is_refused(
    tmp_path: Path, name: str, role: str, establishments: list[str], sentence: str
) -> None:
    with pytest.raises(AccountFailure, match=sentence):
        add_account(tmp_path / "superset", tmp_path / "published", name, role, establishments, KNOWN)
    assert not (tmp_path / "superset").exists()


@pytest.mark.superset
def test_a_reader_has_its_role_its_establishment_and_a_password_that_only_the_owner_of_the_file_reads(
    server: Server,
) -> None:
    home = server.superset_home
    accounts = {account.name: account for account in list_accounts(home, home.parent / "published")}
    assert accounts["lecteur-hcl"].roles == ("Lecteur établissement", f"Établissement {OWN}")
    assert accounts["lecture"].roles == ("Lecteur GCS",)
    assert len(read_accounts(home)["lecteur-hcl"]) >= 20
    assert accounts_file(home).stat().st_mode & 0o777 == 0o600
    with pytest.raises(AccountFailure, match="existe déjà"):
        add_account(home, home.parent / "published", "lecteur-hcl", "lecteur", [OWN], KNOWN)
