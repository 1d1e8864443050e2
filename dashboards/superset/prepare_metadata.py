"""Prepare Superset's metadata in one process: schema, permissions, roles, first accounts.

Run by dashboards/serving/server.py with the Superset environment's python; never imported by the project.
One process, since importing Superset costs more than what is done with it. Prints nothing but errors.
"""

import logging
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import superset
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from superset.app import create_app

from dashboards.superset.accounts.narrowed import narrow_accounts
from dashboards.superset.accounts.roles import (
    ADMIN_ROLE,
    GCS_READER_ROLE,
    LOGIN_PAGE_PERMISSIONS,
    PERMISSIONS,
    RETIRED_ROLES,
)

ACCOUNTS = {
    "admin": ("Administration", "Cartographie", ADMIN_ROLE),
    "lecture": ("Lecture", "Cartographie", GCS_READER_ROLE),
}


def grant(security_manager: Any, role: Any, wanted: set[tuple[str, str]], *, exactly: bool) -> None:
    """Give `role` the wanted permissions; with `exactly`, take away the others, those on data included."""
    permissions = [security_manager.add_permission_view_menu(action, subject) for action, subject in sorted(wanted)]
    if exactly:
        role.permissions = permissions
    else:
        role.permissions = [*role.permissions, *(p for p in permissions if p not in role.permissions)]


def define_roles(security_manager: Any) -> None:
    for role, permissions in PERMISSIONS.items():
        grant(security_manager, security_manager.add_role(role), permissions, exactly=True)
    # Without this the login page cannot load its French.
    grant(security_manager, security_manager.find_role("Public"), LOGIN_PAGE_PERMISSIONS, exactly=True)


def retire_roles(security_manager: Any, session: Any) -> None:
    """Give the accounts of a role of an earlier version the one that took its place, and remove it."""
    for retired, successor in RETIRED_ROLES.items():
        role = security_manager.find_role(retired)
        if role is None:
            continue
        for user in role.user:
            user.roles = [*(kept for kept in user.roles if kept != role), security_manager.find_role(successor)]
        role.permissions = []
        session.flush()
        session.delete(role)


def create_accounts(security_manager: Any) -> dict[str, str]:
    """Create the accounts that do not exist yet; return their names with their new random passwords."""
    created = {}
    for name, (first, last, role) in ACCOUNTS.items():
        if security_manager.find_user(name):
            continue
        password = secrets.token_urlsafe(15)
        user = security_manager.add_user(
            name, first, last, f"{name}@cartographie.invalid", security_manager.find_role(role), password
        )
        if not user:
            raise RuntimeError(f"account {name} could not be created")
        created[name] = password
    return created


def write_accounts(path: Path, created: dict[str, str]) -> None:
    """Add the new accounts to the file of accounts, which its owner alone can read."""
    if not created:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.writelines(f"{name} : {password}\n" for name, password in created.items())


def ensure_schema() -> None:
    """Make the schema of the metadata, where they are in PostgreSQL."""
    if url := os.environ.get("CARTOGRAPHIE_SUPERSET_POSTGRES"):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("create schema if not exists superset"))
        engine.dispose()


def main() -> None:
    logging.disable(logging.INFO)
    ensure_schema()
    app = create_app()
    with app.app_context():
        from superset.extensions import appbuilder, db, security_manager

        upgrade(str(Path(superset.__file__).parent / "migrations"))
        logging.disable(logging.INFO)
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        define_roles(security_manager)
        retire_roles(security_manager, db.session)
        narrow_accounts(security_manager)
        created = create_accounts(security_manager)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    write_accounts(Path(sys.argv[1]), created)


if __name__ == "__main__":
    main()
