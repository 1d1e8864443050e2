"""What a reader may do on the server, permission by permission: nothing that writes a chart or runs SQL.

Data are not granted here: a reader sees the charts of the dashboards that carry the role (DASHBOARD_RBAC).
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

READER_ROLE = "Lecteur"

READER_PERMISSIONS = {
    ("can_read", "Dashboard"),
    ("can_dashboard", "Superset"),
    ("can_read", "Chart"),
    ("can_read", "CurrentUserRestApi"),
    # The token against forged requests, nothing else.
    ("can_read", "SecurityRestApi"),
    ("can_read", "DashboardFilterStateRestApi"),
    ("can_write", "DashboardFilterStateRestApi"),
    ("can_read", "DashboardPermalinkRestApi"),
    ("can_write", "DashboardPermalinkRestApi"),
    ("can_dashboard_permalink", "Superset"),
    ("can_time_range", "Api"),
    ("can_language_pack", "Superset"),
    ("can_view_chart_as_table", "Dashboard"),
    ("can_csv", "Superset"),
    ("can_log", "Superset"),
    ("can_read", "Theme"),
    ("menu_access", "Dashboards"),
    ("can_userinfo", "UserDBModelView"),
}

LOGIN_PAGE_PERMISSIONS = {("can_language_pack", "Superset")}
