"""Settings of the Superset server. Read by Superset itself (SUPERSET_CONFIG_PATH), never imported by the project.

Places come from the environment, set by dashboards/serving/server.py, and with them the folder of these modules:
    CARTOGRAPHIE_SUPERSET_HOME  metadata, secret key (the home's superset/ folder)
    CARTOGRAPHIE_PUBLISHED      the folder whose `current` names the newest release
    CARTOGRAPHIE_SUPERSET_POSTGRES  address of a PostgreSQL for the metadata; absent: SQLite in Superset's folder
    CARTOGRAPHIE_HTTPS          "1" behind a TLS proxy: cookies are then for https only
    CARTOGRAPHIE_SUPERSET_OIDC  the OpenID Connect provider that signs people in, as JSON; absent: local accounts
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

import base64
import logging
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

from flask import request
from sqlalchemy import event
from sqlalchemy.engine import Engine

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
    check_host,
    check_length,
    check_related,
    keep_the_newest,
    leave_people_out,
    related_people,
    related_roles,
)
from dashboards.superset.pages.entrance import WELCOME, lead_to_entrance
from dashboards.superset.pages.french import DATES, NUMBERS, mend_french
from dashboards.superset.pages.quadrants import bubble_options
from dashboards.superset.pages.tree import TREE_OPTIONS
from dashboards.superset.statements.journal import JournalOfActions
from dashboards.superset.statements.log import LogWithoutStatements
from dashboards.superset.statements.warehouse import open_newest_release
from dashboards.superset.statements.watch import watch_statements

HOME = Path(os.environ["CARTOGRAPHIE_SUPERSET_HOME"])
BEHIND_TLS = os.environ.get("CARTOGRAPHIE_HTTPS") == "1"

# --- Identity and language ---------------------------------------------------------------------
APP_NAME = "Cartographie IA – GCS HOURAA"
LANGUAGES = {"fr": {"flag": "fr", "name": "Français"}}
BABEL_DEFAULT_LOCALE = "fr"
D3_FORMAT = NUMBERS
D3_TIME_FORMAT = DATES
CURRENCIES = ["EUR"]
CSV_EXPORT = {"encoding": "utf-8-sig", "sep": ";", "decimal": ","}

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
def tune_metadata(connection, _record):
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


def FLASK_APP_MUTATOR(app):
    """Hook of Superset, called with the Flask application when it starts."""
    slow_down_guessing(app)
    app.session_interface = SessionsOfPersons()
    keep_sessions_to_their_login(app)
    for look in (check_host, check_length, drop_timings, end_old_sessions, end_outdated_sessions, check_related):
        app.before_request(look)
    # Imports Superset itself, which reads these settings first.
    from dashboards.superset.door.views import open_the_door
    from dashboards.superset.pages.exports import mark_as_utf8, write_files_as_they_are_read
    from dashboards.superset.pages.text import show_text_as_text

    write_files_as_they_are_read()
    show_text_as_text()
    app.before_request(lead_to_entrance)
    open_the_door(app)
    app.after_request(mark_as_utf8)
    app.after_request(keep_the_newest)
    app.after_request(leave_people_out)
    app.after_request(lambda response: mend_french(response, request.path))
    answer_unknown_links(app)  # Before the page is put in French: the last that is named looks first.


# --- Looks -------------------------------------------------------------------------------------
_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 268 40" width="268" height="40">
<rect x="2" y="4" width="32" height="32" rx="6" fill="#0b5394"/>
<path d="M18 8v24M6 20h24" stroke="#fff" stroke-width="1.5" stroke-dasharray="3 2"/>
<circle cx="11.5" cy="13" r="4.2" fill="#fff"/><circle cx="25" cy="14" r="3" fill="#f6b26b"/>
<circle cx="12" cy="27" r="2.6" fill="#9fc5e8"/>
<g font-family="Helvetica,Arial,sans-serif"><text x="44" y="18" font-size="17" font-weight="700" fill="#12324f">
Cartographie IA</text><text x="44" y="34" font-size="12.5" fill="#4a5b6c">GCS HOURAA</text></g></svg>"""


def _as_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


LOGO_TARGET_PATH = WELCOME
_THEME = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": _as_address(_LOGO),
        "brandLogoHref": WELCOME,
        "brandLogoMargin": "6px 0",
        "brandLogoHeight": "36px",
        "brandIconMaxWidth": 268,
        "colorPrimary": "#0b5394",
        "colorLink": "#0b5394",
        "colorError": "#b3261e",
        "colorWarning": "#8a5a00",
        "colorSuccess": "#14613b",
        "colorSuccessBg": "#eef7f2",
        "colorInfo": "#0b5394",
        "fontFamily": "Inter, Helvetica, Arial, sans-serif",
        "fontSizeXS": "12",
        # Superset's own greys are too pale to be read by everybody (WCAG AA asks for 4.5 to 1).
        "colorTextPlaceholder": "#5a6675",
        "colorTextDescription": "#5a6675",
        "colorTextTertiary": "#5a6675",
        "colorTextQuaternary": "#5a6675",
    },
    "algorithm": "default",
}


def THEME_DEFAULT() -> dict:
    """Asked for by Superset at each page: the quadrants follow the thresholds of the newest release."""
    return {
        **_THEME,
        # A page sent to a printer is drawn again for the paper: bars that grow would be printed before they have.
        "echartsOptionsOverrides": {"animation": False},
        "echartsOptionsOverridesByChartType": {
            "bubble_v2": bubble_options(),
            # The buttons « Tout » and « Inverse » stood beyond the edge of a chart with many roles or quadrants.
            # One value alone would be drawn as a slab, and a click on a lying bar would filter the page by its length:
            # it is a name, in a table, that filters. A plain object reaches each series.
            # A name as long as a sentence goes on in a second line: on a tablet it left the bars no room. Its lines are
            # as close as thirty use cases under each other ask.
            "echarts_timeseries_bar": {
                "legend": {"selector": False},
                "series": {"barMaxWidth": 26, "silent": True},
                "yAxis": {"axisLabel": {"width": 240, "overflow": "break", "lineHeight": 13}},
            },
            # The numbers of a narrow chart ran into each other.
            "echarts_timeseries_line": {"xAxis": {"splitNumber": 3}},
            "tree_chart": TREE_OPTIONS,
        },
    }


THEME_DARK = None

# The colours of Okabe and Ito, told apart by the colour-blind and in grey print.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "cartographie",
        "description": "Couleurs distinguées par les daltoniens (Okabe et Ito)",
        "label": "Cartographie",
        "isDefault": True,
        "colors": ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#333F4D", "#F0E442"],
    }
]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "cartographie_bleus",
        "description": "Du presque blanc au bleu profond",
        "label": "Bleus",
        "isDefault": True,
        "isDiverging": False,
        "colors": ["#eef4fa", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c"],
    },
    {
        "id": "cartographie_bleus_francs",
        "description": "Du bleu clair au bleu profond : le moindre se distingue du blanc, qui est l'absence",
        "label": "Bleus francs",
        "isDefault": False,
        "isDiverging": False,
        "colors": ["#b3d3ea", "#7fb4d9", "#4a90c4", "#1f6aa8", "#08477f"],
    },
]
