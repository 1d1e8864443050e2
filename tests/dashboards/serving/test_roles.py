"""What each role may do, on the server: who reads changes nothing, who edits changes pages, and old accounts follow."""

from itertools import pairwise
from types import SimpleNamespace

import pytest

from dashboards.publishing.client import Session
from dashboards.superset.accounts import roles
from dashboards.superset.accounts.narrowed import narrow_accounts
from tests.dashboards.conftest import Server

CHANGES = [("can_write", "Dashboard"), ("can_write", "Chart"), ("can_export", "Dashboard"), ("can_export", "Chart")]
SHOWS_A_BUTTON = [("menu_access", "Charts"), ("can_explore", "Superset"), ("can_view_query", "Dashboard")]


@pytest.mark.parametrize("role", [roles.READER_ROLE, roles.GCS_READER_ROLE, roles.COORDINATOR_ROLE])
def test_who_reads_has_no_permission_that_changes_or_offers_to(role: str) -> None:
    assert not {*CHANGES, *SHOWS_A_BUTTON} & roles.PERMISSIONS[role]
    keeps_what_is_looked_at = {"DashboardFilterStateRestApi", "DashboardPermalinkRestApi"}
    assert {name for action, name in roles.PERMISSIONS[role] if "write" in action} == keeps_what_is_looked_at


def test_each_wider_role_may_do_all_that_the_narrower_one_may() -> None:
    in_order = [roles.READER_ROLE, *roles.EVERY_PAGE_ROLES]
    # The establishments' door is the coordinators' alone: who changes pages sends nothing.
    on_pages = {role: roles.PERMISSIONS[role] - roles.DEPOSITOR_PERMISSIONS for role in in_order}
    assert all(on_pages[less] <= on_pages[more] for less, more in pairwise(in_order))
    doors = [role for role in roles.PERMISSIONS if roles.DEPOSITOR_PERMISSIONS & roles.PERMISSIONS[role]]
    assert doors == [roles.DEPOSITOR_ROLE, roles.COORDINATOR_ROLE]
    assert all(set(CHANGES) <= roles.PERMISSIONS[role] for role in roles.EDITING_ROLES)


@pytest.mark.parametrize(
    ("had", "has"),
    [
        (["Coordinateur GCS"], ["Lecteur GCS"]),
        (["Lecteur GCS"], ["Lecteur GCS"]),
        (["Éditeur"], ["Éditeur"]),
        (["Coordinateur GCS", "Éditeur"], ["Coordinateur GCS", "Éditeur"]),
    ],
)
def test_the_account_that_up_prints_is_a_readers_unless_somebody_gave_it_more(had: list[str], has: list[str]) -> None:
    user = SimpleNamespace(roles=[SimpleNamespace(name=name) for name in had])
    manager = SimpleNamespace(
        find_user=lambda name: user if name == "lecture" else None, find_role=lambda name: SimpleNamespace(name=name)
    )
    narrow_accounts(manager)
    assert [role.name for role in user.roles] == has


@pytest.mark.superset
@pytest.mark.parametrize("account", ["lecture", "coordination"])
def test_who_reads_the_whole_gcs_is_refused_every_change(server: Server, account: str) -> None:
    reader = Session(server.url, account, server.password(account))
    [chart, *_], [page, *_] = reader.every("chart"), reader.every("dashboard")
    for method, path, body in (
        ("PUT", f"chart/{chart['id']}", {"slice_name": "À moi"}),
        ("DELETE", f"chart/{chart['id']}", None),
        ("POST", "chart/", {"slice_name": "Un de plus", "datasource_id": 1, "datasource_type": "table"}),
        ("PUT", f"dashboard/{page['id']}", {"dashboard_title": "À moi"}),
        ("DELETE", f"dashboard/{page['id']}", None),
        ("POST", "dashboard/", {"dashboard_title": "Une de plus"}),
        ("GET", f"dashboard/export/?q=!({page['id']})", None),
        ("POST", "explore/form_data", {"datasource_id": 1, "datasource_type": "table", "form_data": "{}"}),
        ("GET", "database/", None),
        ("GET", "security/users/", None),
    ):
        response = reader.session.request(method, f"{reader.base_url}/{path}", json=body, timeout=60)
        assert response.status_code in {401, 403, 404}, (path, response.status_code)
