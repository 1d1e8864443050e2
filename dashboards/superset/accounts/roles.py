"""The roles there are, and what each may do on the server, permission by permission; least first.

The one list: dashboards/serving/access.py reads it too, and says which pages, rows and owners go with a role.
`Administrateur` is Superset's own `Admin`, whose name its front end looks for.
"""

READER_ROLE = "Lecteur établissement"
# Given beside the reader's: tries and sends for its establishments, by « Mes envois ».
DEPOSITOR_ROLE = "Déposant"
GCS_READER_ROLE = "Lecteur GCS"
COORDINATOR_ROLE = "Coordinateur GCS"
EDITOR_ROLE = "Éditeur"
ENGINEER_ROLE = "Ingénieur données"
ADMIN_ROLE = "Admin"
# Whoever sees every page and every row, least first; and those of them who change pages.
EVERY_PAGE_ROLES = (GCS_READER_ROLE, COORDINATOR_ROLE, EDITOR_ROLE, ENGINEER_ROLE)
EDITING_ROLES = (EDITOR_ROLE, ENGINEER_ROLE)
# Who runs statements of SQL, and may draw what one gave.
STATEMENT_ROLES = (ENGINEER_ROLE,)
# A role without any permission, which row-level security compares: "Établissement 690781810".
ESTABLISHMENT_ROLE = "Établissement {}"
# How the names of accounts begin that an OpenID Connect provider vouches for; a local account's has no colon.
PROVIDER_ACCOUNT = "oidc:"
# What accounts of earlier versions had: it saw every page.
RETIRED_ROLES = {"Lecteur": GCS_READER_ROLE}

# Reading the pages that carry the role (DASHBOARD_RBAC): nothing that writes a chart, samples a dataset or runs SQL.
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
    ("resetmypassword", "UserDBModelView"),
    ("can_this_form_get", "ResetMyPasswordView"),
    ("can_this_form_post", "ResetMyPasswordView"),
}

# The establishments' door (door/views.py), which checks the establishment besides.
DEPOSITOR_PERMISSIONS = {("can_read", "Envois"), ("can_send", "Envois"), ("menu_access", "Mes envois")}

# Reading every page over every mart, and sending what is read to a colleague; nothing that is changed or drawn anew.
GCS_READER_PERMISSIONS = READER_PERMISSIONS | {
    # The map of departments still asks for its data in Superset's older way.
    ("can_explore_json", "Superset"),
    ("can_share_chart", "Superset"),
    ("can_share_dashboard", "Superset"),
    ("all_datasource_access", "all_datasource_access"),
}

# Decides and sends for others, by workbooks and by the door: on the pages, a coordinator reads.
COORDINATOR_PERMISSIONS = GCS_READER_PERMISSIONS | DEPOSITOR_PERMISSIONS

# Changing charts and pages in the browser; no SQL, no dataset, no account.
EDITOR_PERMISSIONS = GCS_READER_PERMISSIONS | {
    ("can_write", "Dashboard"),
    ("can_export", "Dashboard"),
    ("can_write", "Chart"),
    ("can_export", "Chart"),
    ("menu_access", "Charts"),
    ("can_explore", "Superset"),
    ("can_read", "Explore"),
    ("can_read", "ExploreFormDataRestApi"),
    ("can_write", "ExploreFormDataRestApi"),
    ("can_read", "ExplorePermalinkRestApi"),
    ("can_write", "ExplorePermalinkRestApi"),
    ("can_read", "Dataset"),
    ("can_get", "Datasource"),
    ("can_read", "Tag"),
}

# Datasets and SQL besides, on a warehouse that is read-only and locked down (statements/warehouse.py).
ENGINEER_PERMISSIONS = EDITOR_PERMISSIONS | {
    ("can_write", "Dataset"),
    ("can_export", "Dataset"),
    ("can_get_drill_info", "Dataset"),
    ("can_samples", "Datasource"),
    ("can_external_metadata", "Datasource"),
    ("can_external_metadata_by_name", "Datasource"),
    ("can_view_query", "Dashboard"),
    ("menu_access", "Datasets"),
    ("can_read", "Database"),
    ("can_read", "Query"),
    ("can_read", "SavedQuery"),
    ("can_write", "SavedQuery"),
    ("can_execute_sql_query", "SQLLab"),
    ("can_read", "SQLLab"),
    ("can_format_sql", "SQLLab"),
    ("can_get_results", "SQLLab"),
    ("can_export_csv", "SQLLab"),
    ("can_sqllab", "Superset"),
    ("can_sqllab_history", "Superset"),
    ("can_activate", "TabStateView"),
    ("can_delete", "TabStateView"),
    ("can_delete_query", "TabStateView"),
    ("can_get", "TabStateView"),
    ("can_post", "TabStateView"),
    ("can_put", "TabStateView"),
    ("can_expanded", "TableSchemaView"),
    ("can_post", "TableSchemaView"),
    ("can_delete", "TableSchemaView"),
    ("menu_access", "SQL Lab"),
    ("menu_access", "SQL Editor"),
    ("menu_access", "Saved Queries"),
    ("menu_access", "Query Search"),
    ("all_database_access", "all_database_access"),
}

PERMISSIONS = {
    READER_ROLE: READER_PERMISSIONS,
    DEPOSITOR_ROLE: DEPOSITOR_PERMISSIONS,
    GCS_READER_ROLE: GCS_READER_PERMISSIONS,
    COORDINATOR_ROLE: COORDINATOR_PERMISSIONS,
    EDITOR_ROLE: EDITOR_PERMISSIONS,
    ENGINEER_ROLE: ENGINEER_PERMISSIONS,
}

LOGIN_PAGE_PERMISSIONS = {("can_language_pack", "Superset")}
