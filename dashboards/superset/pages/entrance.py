"""Where everybody lands after login and at the logo: the entrance of all pages, or an establishment's own.

Superset's welcome page, to which its login and its root lead, offers to make charts, which a reader cannot.
Belongs here: who lands where. Does not: what an entrance shows (dashboards/accueil), who may open it (grants).
"""

from flask import g, redirect, request
from werkzeug.wrappers import Response

from dashboards.superset.accounts.roles import ADMIN_ROLE, EVERY_PAGE_ROLES, READER_ROLE

WELCOME = "/superset/welcome/"
LIST_OF_PAGES = "/dashboard/list/"
ENTRANCE, ENTRANCE_OF_ONE = "accueil", "accueil-etablissement"


def lead_to_entrance() -> Response | None:
    """Lead from Superset's welcome page to the entrance of who asks; nobody yet: to the login."""
    if request.path != WELCOME or not getattr(g.user, "is_authenticated", False):
        return None
    slug = entrance_of({role.name for role in g.user.roles})
    return redirect(f"/superset/dashboard/{slug}/" if slug and _is_published(slug) else LIST_OF_PAGES)


def entrance_of(roles: set[str]) -> str | None:
    """The entrance that an account with these roles can open; None when there is none."""
    if roles & {ADMIN_ROLE, *EVERY_PAGE_ROLES}:
        return ENTRANCE
    return ENTRANCE_OF_ONE if READER_ROLE in roles else None


def _is_published(slug: str) -> bool:
    """Before the first publication of pages, and where somebody took one away, there is still their list."""
    from superset import db
    from superset.models.dashboard import Dashboard

    return db.session.query(Dashboard.id).filter(Dashboard.slug == slug).first() is not None
