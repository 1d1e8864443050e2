"""Settings of the Superset server. Read by Superset itself (SUPERSET_CONFIG_PATH), never imported by the project.

Places come from the environment, set by dashboards/serving/server.py, and with them the folder of these modules:
    CARTOGRAPHIE_SUPERSET_HOME  metadata, secret key (the home's superset/ folder)
    CARTOGRAPHIE_PUBLISHED      the folder whose `current` names the newest release
    CARTOGRAPHIE_SUPERSET_POSTGRES  address of a PostgreSQL for the metadata; absent: SQLite in Superset's folder
    CARTOGRAPHIE_HTTPS          "1" behind a TLS proxy: cookies are then for https only
    CARTOGRAPHIE_SUPERSET_OIDC  the OpenID Connect provider that signs people in, as JSON; absent: local accounts
"""

import logging
import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import request
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.security import generate_password_hash

from dashboards.superset.accounts.login import check_password, slow_down_guessing
from dashboards.superset.accounts.manager import CartographieSecurityManager
from dashboards.superset.accounts.oidc import end_old_sessions, superset_settings
from dashboards.superset.accounts.sessions import (
    SessionsOfPersons,
    drop_timings,
    end_outdated_sessions,
    keep_sessions_to_their_login,
)
from dashboards.superset.accounts.store import URI
from dashboards.superset.front.guards import (
    answer_unknown_links,
    check_related,
    keep_the_newest,
    keep_to_one,
    leave_people_out,
    look_first,
    related_people,
    related_roles,
)
from dashboards.superset.pages.entrance import WELCOME, lead_to_entrance
from dashboards.superset.pages.french import DATES, NUMBERS, mend_french
from dashboards.superset.pages.looks import CATEGORICAL_COLORS, CHARTS, NAME, SEQUENTIAL_COLORS, THEME
from dashboards.superset.pages.quadrants import bubble_options
from dashboards.superset.statements.asking import judge_questions
from dashboards.superset.statements.journal import JournalOfActions
from dashboards.superset.statements.log import LogWithoutStatements
from dashboards.superset.statements.warehouse import open_newest_release
from dashboards.superset.statements.watch import watch_statements

HOME = Path(os.environ["CARTOGRAPHIE_SUPERSET_HOME"])
BEHIND_TLS = os.environ.get("CARTOGRAPHIE_HTTPS") == "1"

# --- Identity and language ---------------------------------------------------------------------
APP_NAME = NAME
LANGUAGES = {"fr": {"flag": "fr", "name": "Français"}}
BABEL_DEFAULT_LOCALE = "fr"
D3_FORMAT = NUMBERS
D3_TIME_FORMAT = DATES
CURRENCIES = ["EUR"]
CSV_EXPORT = {"encoding": "utf-8-sig", "sep": ";", "decimal": ","}
# Never: a file that is written while it is read has commas, no mark of UTF-8, and formulas (pages/exports.py).
CSV_STREAMING_ROW_THRESHOLD = 10**12

# --- Journal: what goes wrong, never the queries, which carry the values of filters --------------
LOG_LEVEL = logging.WARNING
# It finds a metric with a window function unexpected, at each query, and then uses it as it should.
logging.getLogger("superset.utils.core").setLevel(logging.ERROR)
EVENT_LOGGER = JournalOfActions()
LOGGING_CONFIGURATOR = LogWithoutStatements()

# --- Secrets and sessions ----------------------------------------------------------------------
SECRET_KEY = (HOME / "secret_key").read_text(encoding="ascii").strip()
GUEST_TOKEN_JWT_SECRET = GLOBAL_ASYNC_QUERIES_JWT_SECRET = SECRET_KEY
# Cookies ignore ports: a name of its own, so that Dagster beside it cannot clash.
SESSION_COOKIE_NAME = "cartographie_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
# Its identifier of a session is ours (accounts/sessions.py), and nothing here asks whether a login is fresh.
SESSION_PROTECTION = None
# Tokens of the API: a publication takes a minute, and a working day is the longest that anybody stays signed in.
JWT_ACCESS_TOKEN_EXPIRES = timedelta(minutes=15)
JWT_REFRESH_TOKEN_EXPIRES = timedelta(hours=8)
FAB_PASSWORD_COMPLEXITY_ENABLED = True
FAB_PASSWORD_COMPLEXITY_VALIDATOR = check_password
EXTRA_RELATED_QUERY_FILTERS = {"user": related_people, "role": related_roles}
ENABLE_PROXY_FIX = BEHIND_TLS
# What both of our proxies write themselves, and nothing that a client could send through them.
PROXY_FIX_CONFIG = {"x_for": 1, "x_proto": 1, "x_host": 0, "x_port": 0, "x_prefix": 0}

# --- Who sees what -----------------------------------------------------------------------------
FEATURE_FLAGS = {
    "DASHBOARD_RBAC": True,
    # A page that draws what is near the screen alone cannot be printed, nor searched, nor saved whole.
    "DASHBOARD_VIRTUALIZATION": False,
    "DRILL_BY": False,
    "DRILL_TO_DETAIL": False,
    "EMBEDDABLE_CHARTS": False,
    "CSS_TEMPLATES": False,
    # Cards cut the names of pages.
    "LISTVIEWS_DEFAULT_CARD_VIEW": False,
}
CUSTOM_SECURITY_MANAGER = CartographieSecurityManager
# The limits of Flask-AppBuilder count every login and leave the API out: ours stand in accounts/login.py.
RATELIMIT_ENABLED = True
RATELIMIT_APPLICATION = None
RATELIMIT_STORAGE_URI = URI
AUTH_RATE_LIMITED = False
AUTH_ROLE_PUBLIC = "Public"
AUTH_USER_REGISTRATION = False
# Compared where no account has the name that was sent: as long as the comparison with a password takes.
AUTH_DB_FAKE_PASSWORD_HASH_CHECK = generate_password_hash("", method="scrypt")
globals().update(superset_settings())
FAB_API_SWAGGER_UI = False
ENABLE_UI_THEME_ADMINISTRATION = False
WTF_CSRF_ENABLED = True

# --- Nothing is called outside -----------------------------------------------------------------
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        # Superset's front end carries a telemetry pixel: images from here only.
        "img-src": ["'self'", "blob:", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "object-src": "'none'",
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": BEHIND_TLS,
    "strict_transport_security": BEHIND_TLS,
}
CONTENT_SECURITY_POLICY_WARNING = False
ENABLE_CORS = False
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []

# --- Data --------------------------------------------------------------------------------------
if POSTGRES := os.environ.get("CARTOGRAPHIE_SUPERSET_POSTGRES"):
    # A schema of its own: Dagster keeps its tables in the same base, and both have one called alembic_version.
    in_schema = f"{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3Dsuperset"
    SQLALCHEMY_DATABASE_URI = POSTGRES + in_schema
    # A connection that a restart of the base cut is made again instead of failing a page.
    SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
else:
    SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ.get('CARTOGRAPHIE_SUPERSET_METADATA') or HOME / 'metadata.db'}"
    SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": {"timeout": 30}}
DATA_DIR = str(HOME)
UPLOAD_FOLDER = str(HOME / "uploads") + "/"
DB_CONNECTION_MUTATOR = open_newest_release
watch_statements()
# No data cache: a publication is done when readers see it, and the queries take a fifth of a second.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
ROW_LIMIT = 10_000
TALISMAN_DEV_CONFIG = TALISMAN_CONFIG


@event.listens_for(Engine, "connect")
def tune_metadata(connection: object, _record: object) -> None:
    """Let readers and a writer of the SQLite metadata go on side by side."""
    if not isinstance(connection, sqlite3.Connection):
        return
    if os.environ.get("CARTOGRAPHIE_PREPARING") == "1":
        # A draft that is thrown away when it fails: no need to wait for the disk at each of 300 migrations.
        connection.execute("pragma journal_mode = memory")
        connection.execute("pragma synchronous = off")
    else:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")


def FLASK_APP_MUTATOR(app: Any) -> None:
    """Hook of Superset, called with the Flask application when it starts."""
    slow_down_guessing(app)
    app.session_interface = SessionsOfPersons()
    keep_sessions_to_their_login(app)
    for look in (look_first, drop_timings, end_old_sessions, end_outdated_sessions, check_related):
        app.before_request(look)
    # Imports Superset itself, which reads these settings first.
    from dashboards.superset.door.views import open_the_door
    from dashboards.superset.pages.choices import await_no_missing_choice
    from dashboards.superset.pages.exports import mark_as_utf8, write_files_as_they_are_read, write_no_file_otherwise
    from dashboards.superset.pages.text import show_text_as_text

    write_files_as_they_are_read()
    write_no_file_otherwise()
    show_text_as_text()
    app.before_request(lead_to_entrance)
    app.after_request(mark_as_utf8)
    app.after_request(keep_the_newest)
    app.after_request(keep_to_one)
    app.after_request(leave_people_out)
    app.after_request(lambda response: await_no_missing_choice(response, request))
    app.after_request(lambda response: mend_french(response, request))
    # Before the page is put in French, which says in general what these say in particular: the last named looks first.
    open_the_door(app)
    answer_unknown_links(app)
    judge_questions(app)


# --- Looks -------------------------------------------------------------------------------------
LOGO_TARGET_PATH = WELCOME
THEME_DARK = None
EXTRA_CATEGORICAL_COLOR_SCHEMES = CATEGORICAL_COLORS
EXTRA_SEQUENTIAL_COLOR_SCHEMES = SEQUENTIAL_COLORS


def THEME_DEFAULT() -> dict[str, Any]:
    """Asked for by Superset at each page: the quadrants follow the thresholds of the newest release."""
    return {
        **THEME,
        # A page sent to a printer is drawn again for the paper: bars that grow would be printed before they have.
        "echartsOptionsOverrides": {"animation": False},
        "echartsOptionsOverridesByChartType": {"bubble_v2": bubble_options(), **CHARTS},
    }
