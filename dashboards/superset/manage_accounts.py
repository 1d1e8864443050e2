"""Create, list and close local accounts, straight in Superset's metadata: the server need not run.

Run by dashboards/serving/accounts.py with the Superset environment's python; reads one request in JSON, answers in
JSON.
"""

import json
import logging
import secrets
import sys
from typing import Any

from superset.app import create_app

from dashboards.superset.accounts.roles import ESTABLISHMENT_ROLE, PROVIDER_ACCOUNT


def listed(security_manager: Any, _request: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": user.username, "roles": sorted(role.name for role in user.roles), "is_active": bool(user.active)}
        for user in sorted(security_manager.get_all_users(), key=lambda user: user.username)
    ]


def added(security_manager: Any, request: dict[str, Any]) -> dict[str, str]:
    """Create an account; raises ValueError when its name is taken."""
    if security_manager.find_user(request["name"]):
        raise ValueError("taken")
    roles = [security_manager.find_role(role) for role in request["roles"]]
    roles += [security_manager.add_role(ESTABLISHMENT_ROLE.format(code)) for code in request["establishments"]]
    password = secrets.token_urlsafe(15)
    user = security_manager.add_user(
        request["name"], request["name"], "Cartographie", f"{request['name']}@cartographie.invalid", roles, password
    )
    if not user:
        raise RuntimeError("not created")
    return {"password": password}


def renewed(security_manager: Any, request: dict[str, Any]) -> dict[str, str | None]:
    """Open an account again with a new password; an account of the provider has none."""
    user = known(security_manager, request)
    user.active = True
    if user.username.startswith(PROVIDER_ACCOUNT):
        return {"password": None}
    password = secrets.token_urlsafe(15)
    security_manager.reset_password(user.id, password)
    return {"password": password}


def closed(security_manager: Any, request: dict[str, Any]) -> dict[str, str]:
    """Let nobody in with this account; what it had open is over, and stays so when it is opened again."""
    user = known(security_manager, request)
    user.active = False
    security_manager.reset_password(user.id, secrets.token_urlsafe(30))
    return {}


def known(security_manager: Any, request: dict[str, Any]) -> Any:
    user = security_manager.find_user(request["name"])
    if user is None:
        raise LookupError(request["name"])
    return user


ACTIONS = {"list": listed, "add": added, "renew": renewed, "close": closed}


def main() -> None:
    logging.disable(logging.WARNING)
    request = json.load(sys.stdin)
    app = create_app()
    with app.app_context():
        from superset.extensions import db, security_manager

        try:
            answer = {"result": ACTIONS[request["action"]](security_manager, request)}
            db.session.commit()
        except LookupError:
            answer = {"refused": "unknown"}
        except ValueError as reason:
            answer = {"refused": str(reason)}
        db.session.remove()
        db.engine.dispose()
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


if __name__ == "__main__":
    main()
