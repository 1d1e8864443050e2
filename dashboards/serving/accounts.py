"""Local accounts of a home's Superset: a name, a role, for a reader its establishments.

Passwords are random; each new one is written in the file of accounts, which its owner alone can read. Works on the
metadata, whether the server runs or not. Accounts of an OpenID Connect provider are made when people sign in; here
they are listed, closed and opened again.
"""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.serving.access import (
    ADMIN_ROLE,
    COORDINATOR_ROLE,
    DEPOSITOR_ROLE,
    EDITOR_ROLE,
    ENGINEER_ROLE,
    GCS_READER_ROLE,
    READER_ROLE,
)
from dashboards.serving.environment import PROJECT, environment_python
from dashboards.serving.server import accounts_file, server_environment

ROLES = {
    "lecteur": READER_ROLE,
    "deposant": DEPOSITOR_ROLE,
    "lecteur-gcs": GCS_READER_ROLE,
    "coordinateur": COORDINATOR_ROLE,
    "editeur": EDITOR_ROLE,
    "ingenieur": ENGINEER_ROLE,
    "administrateur": ADMIN_ROLE,
}
BESIDE = {"deposant": [READER_ROLE]}
"""Who sends reads the page of the establishment too."""
_OF_ESTABLISHMENTS = ("lecteur", "deposant")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class AccountFailure(Exception):
    """An account could not be made or changed; the message is a French sentence that names what to do."""


@dataclass(frozen=True)
class Account:
    """One account, with the French names of its roles."""

    name: str
    roles: tuple[str, ...]
    is_active: bool


def list_accounts(superset_home: Path, published: Path) -> list[Account]:
    """Every account, by name."""
    found = _ask(superset_home, published, {"action": "list"})
    return [Account(item["name"], tuple(item["roles"]), item["is_active"]) for item in found]


def add_account(
    superset_home: Path, published: Path, name: str, role: str, establishments: Sequence[str], known: Sequence[str]
) -> Path:
    """Create an account and return the file that holds its password.

    `role` is a key of ROLES; a reader has at least one establishment, all of them among `known`; nobody else has any.
    Raises AccountFailure.
    """
    _refuse_unsound(name, role, establishments, known)
    request = {"action": "add", "name": name, "roles": [*BESIDE.get(role, []), ROLES[role]]}
    request["establishments"] = list(establishments)
    answer = _ask(superset_home, published, request)
    return _write_password(superset_home, name, answer["password"])


def renew_password(superset_home: Path, published: Path, name: str) -> Path | None:
    """Open an account again with a new password and return the file that holds it; None where a provider holds it."""
    password = _ask(superset_home, published, {"action": "renew", "name": name})["password"]
    return _write_password(superset_home, name, password) if password else None


def close_account(superset_home: Path, published: Path, name: str) -> None:
    """Let nobody log in with this account any more; what it did keeps its name."""
    _ask(superset_home, published, {"action": "close", "name": name})


def _refuse_unsound(name: str, role: str, establishments: Sequence[str], known: Sequence[str]) -> None:
    if not _NAME.fullmatch(name):
        raise AccountFailure(
            f"Le nom de compte « {name} » ne convient pas : 2 à 40 lettres minuscules sans accent, chiffres, « . », "
            "« _ » ou « - »."
        )
    if role not in ROLES:
        raise AccountFailure(f"Le rôle « {role} » n'existe pas ; il y a : {', '.join(ROLES)}.")
    if role in _OF_ESTABLISHMENTS and not establishments:
        raise AccountFailure(f"Un compte « {role} » est celui d'un établissement : donnez-le avec --establishment.")
    if role not in _OF_ESTABLISHMENTS and establishments:
        raise AccountFailure(f"Un compte « {role} » n'a pas d'établissement : retirez --establishment.")
    if unknown := sorted(set(establishments) - set(known)):
        raise AccountFailure(f"Établissement inconnu du référentiel : {', '.join(unknown)}.")


def _ask(superset_home: Path, published: Path, request: dict[str, Any]) -> Any:
    if not (superset_home / "secret_key").exists():
        raise AccountFailure(f"Superset n'est pas encore préparé dans {superset_home} : lancez « cartographie up ».")
    command = [str(environment_python()), str(PROJECT / "manage_accounts.py")]
    done = subprocess.run(
        command,
        env=server_environment(superset_home, published),
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AccountFailure(f"Superset n'a pas pu changer ses comptes :\n{done.stderr.strip()[-2000:]}")
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    if "refused" in answer:
        raise AccountFailure(_REFUSALS[answer["refused"]].format(request.get("name")))
    return answer["result"]


_REFUSALS = {
    "unknown": "Le compte « {} » n'existe pas : « cartographie accounts list » les donne tous.",
    "taken": "Le compte « {} » existe déjà : « cartographie accounts renew » lui donne un nouveau mot de passe.",
}


def _write_password(superset_home: Path, name: str, password: str) -> Path:
    """Replace the account's line in the file of accounts, whole or not at all."""
    path = accounts_file(superset_home)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if not line.startswith(f"{name} : ")]
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*kept, f"{name} : {password}", ""]))
    draft.replace(path)
    return path
