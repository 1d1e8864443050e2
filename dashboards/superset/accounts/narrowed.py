"""Our own accounts that an earlier version made with a wider role than they need.

Belongs here: giving them the narrower one. Does not: roles that are gone (prepare_metadata.py), accounts
of people, whose role is theirs to choose.
"""

from typing import Any

from dashboards.superset.accounts.roles import COORDINATOR_ROLE, GCS_READER_ROLE

NARROWED_ACCOUNTS = {"lecture": (COORDINATOR_ROLE, GCS_READER_ROLE)}
"""Account → the role it was made with, the one it needs: what `up` prints only ever read."""


def narrow_accounts(security_manager: Any) -> None:
    """Give each the role it needs, where it still has the wider one alone: one that somebody chose stays."""
    for name, (wider, needed) in NARROWED_ACCOUNTS.items():
        user = security_manager.find_user(name)
        if user and [role.name for role in user.roles] == [wider]:
            user.roles = [security_manager.find_role(needed)]
