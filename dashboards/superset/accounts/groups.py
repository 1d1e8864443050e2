"""What the groups of an identity provider give here: the widest role that one of them opens, and nothing by default.

Belongs here: reading groups out of claims, choosing a role. Does not: the sign-in itself (accounts/oidc.py), what a
role may do (accounts/roles.py).
"""

from dataclasses import dataclass, field

from dashboards.superset.accounts.roles import (
    ADMIN_ROLE,
    DEPOSITOR_ROLE,
    ESTABLISHMENT_ROLE,
    EVERY_PAGE_ROLES,
    READER_ROLE,
)

WIDEST_FIRST = (ADMIN_ROLE, *reversed(EVERY_PAGE_ROLES))


@dataclass(frozen=True)
class GroupMapping:
    """Groups of the provider by what they open: `roles` role → groups, the others group → establishments."""

    roles: dict[str, list[str]]
    readers: dict[str, list[str]]
    depositors: dict[str, list[str]] = field(default_factory=dict)

    def role_names(self, groups: set[str]) -> list[str]:
        """Names of the roles that `groups` give, none where none is known.

        One wide role alone: a role of an establishment beside it would hide the rows of all others. Who sends for some
        establishments has those alone: a role of one that is only read would let it be answered for.
        """
        for role in WIDEST_FIRST:
            if groups.intersection(self.roles.get(role, ())):
                return [role]
        sends_for = {code for group in groups for code in self.depositors.get(group, ())}
        codes = sends_for or {code for group in groups for code in self.readers.get(group, ())}
        own_roles = [READER_ROLE, DEPOSITOR_ROLE] if sends_for else [READER_ROLE]
        return [*own_roles, *(ESTABLISHMENT_ROLE.format(code) for code in sorted(codes))] if codes else []


def groups_in(claims: dict, path: str) -> set[str] | None:
    """The groups at `path` of the claims (`groups`, `realm_access.roles`); None where the claim is missing."""
    found = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return None
    return {str(group) for group in (found if isinstance(found, list | tuple) else [found])}
