"""Whose door an account may open: its own establishments', or all of them for coordinators.

Belongs here: reading the roles that the account has now, at each request. Does not: what a role may do
(accounts/roles.py).
"""

from flask import abort, g

from dashboards.superset.accounts.roles import ADMIN_ROLE, COORDINATOR_ROLE, DEPOSITOR_ROLE, ESTABLISHMENT_ROLE

_PREFIX = ESTABLISHMENT_ROLE.format("")


def role_names() -> set[str]:
    return {role.name for role in getattr(g.user, "roles", ())}


def sees_all() -> bool:
    return bool(role_names() & {ADMIN_ROLE, COORDINATOR_ROLE})


def own_establishments() -> list[str]:
    """The establishments of a depositor; none for anybody else."""
    names = role_names()
    return (
        sorted(name.removeprefix(_PREFIX) for name in names if name.startswith(_PREFIX))
        if DEPOSITOR_ROLE in names
        else []
    )


def check_establishment(code: str) -> None:
    """Answer « not found » unless the account may open this establishment's door, as if there were none."""
    if not (sees_all() or code in own_establishments()):
        abort(404)


def account() -> str:
    return g.user.username


def sender() -> str:
    """Who sends, as the record will say it."""
    return f"{account()} (GCS)" if sees_all() else account()
