"""Gives pages, rows and ownership to roles on a server, as dashboards/serving/access.py says; the same however often it
runs.

Only differences are sent. Rules and roles that others made stay; a rule of ours that is no longer wanted goes.
"""

from collections.abc import Iterable
from typing import Any

from dashboards.files.bundle import Bundle
from dashboards.publishing.client import PublicationError, Session
from dashboards.serving.access import (
    ADMIN_ROLE,
    EDITING_ROLES,
    ESTABLISHMENT_ROLE,
    EVERY_PAGE_ROLES,
    RowRule,
    is_our_rule,
    page_roles,
    row_rules,
)


def apply_grants(session: Session, bundle: Bundle, establishments: Iterable[str] | None) -> int:
    """Set roles of pages, row-level security and owners; return how many things were changed.

    `establishments` are the codes whose accounts read their own rows; None leaves those that the server knows.
    Rows come first: a page must never be open to readers before its rows are closed.
    Raises PublicationError where the server was not prepared.
    """
    roles = {role["name"]: int(role["id"]) for role in session.every("security/roles")}
    codes = _known_establishments(roles) if establishments is None else sorted(set(establishments))
    _complete_roles(session, roles, codes)
    changed = _set_row_rules(session, bundle, row_rules(bundle, codes), roles)
    changed += _set_page_roles(session, bundle, roles)
    return changed + _set_owners(session, bundle)


def _known_establishments(roles: dict[str, int]) -> list[str]:
    prefix = ESTABLISHMENT_ROLE.format("")
    return sorted(name.removeprefix(prefix) for name in roles if name.startswith(prefix))


def _complete_roles(session: Session, roles: dict[str, int], codes: list[str]) -> None:
    """Make the roles of establishments that are missing in `roles`, numbers by name."""
    for role in EVERY_PAGE_ROLES:
        if role not in roles:
            raise PublicationError(
                f"Le rôle « {role} » manque sur le serveur : préparez-le (cartographie up), puis publiez de nouveau."
            )
    for name in (ESTABLISHMENT_ROLE.format(code) for code in codes):
        if name not in roles:
            roles[name] = int(session.call("POST", "security/roles/", json={"name": name})["id"])


def _set_page_roles(session: Session, bundle: Bundle, roles: dict[str, int]) -> int:
    pages = {page.uuid: page for page in bundle.dashboards}
    changed = 0
    for found in list(session.every("dashboard")):
        page = pages.get(found["uuid"])
        if page is None:
            continue
        wanted = page_roles(bundle, page)
        if {role["name"] for role in found["roles"]} != wanted:
            session.call("PUT", f"dashboard/{found['id']}", json={"roles": [roles[name] for name in sorted(wanted)]})
            changed += 1
    return changed


def _set_row_rules(session: Session, bundle: Bundle, wanted: list[RowRule], roles: dict[str, int]) -> int:
    ours = {dataset.uuid for dataset in bundle.datasets}
    tables = {item["table_name"]: int(item["id"]) for item in session.every("dataset") if item["uuid"] in ours}
    standing = {rule["name"]: rule for rule in session.every("rowlevelsecurity") if is_our_rule(rule)}
    changed = 0
    for rule in wanted:
        found = standing.pop(rule.name, None)
        body = {
            "name": rule.name,
            "filter_type": rule.filter_type,
            "clause": rule.clause,
            "group_key": rule.group_key,
            "roles": sorted(roles[name] for name in rule.roles),
            "tables": sorted(tables[name] for name in rule.tables),
        }
        if found is None:
            session.call("POST", "rowlevelsecurity/", json=body)
        elif _body_of(found) != body:
            session.call("PUT", f"rowlevelsecurity/{found['id']}", json=body)
        else:
            continue
        changed += 1
    for left in standing.values():
        session.call("DELETE", f"rowlevelsecurity/{left['id']}")
    return changed + len(standing)


def _body_of(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": rule["name"],
        "filter_type": rule["filter_type"],
        "clause": rule["clause"],
        "group_key": rule["group_key"] or "",
        "roles": sorted(role["id"] for role in rule["roles"]),
        "tables": sorted(table["id"] for table in rule["tables"]),
    }


def _set_owners(session: Session, bundle: Bundle) -> int:
    """Let each editor and engineer save what they change: Superset's front end asks for ownership."""
    editors = {
        int(user["id"])
        for user in session.every("security/users")
        if {role["name"] for role in user["roles"]} & {*EDITING_ROLES, ADMIN_ROLE}
    }
    ours = {document.uuid for document in [*bundle.dashboards, *bundle.charts]}
    changed = 0
    for kind in ("dashboard", "chart"):
        for found in list(session.every(kind)):
            if found["uuid"] in ours and {owner["id"] for owner in found["owners"]} != editors:
                session.call("PUT", f"{kind}/{found['id']}", json={"owners": sorted(editors)})
                changed += 1
    return changed
