"""Slows down who tries passwords, on the login page and on the API alike.

Only failures count, by address and account name, and by address alone: the people of a hospital share one address.
Counted in the memory of each server process.
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

import os

from flask import request
from flask_limiter.util import get_remote_address
from flask_login import current_user

FAILURES_OF_ONE_ACCOUNT = os.environ.get("CARTOGRAPHIE_LOGIN_FAILURES", "10 per 5 minutes")
FAILURES_OF_ONE_ADDRESS = "100 per 5 minutes"
LOGIN_ENDPOINTS = ("AuthDBView.login", "SecurityApi.login")


def slow_down_guessing(app):
    """Put the limits around the two ways to log in with a password."""
    limiter = app.appbuilder.sm.limiter
    for endpoint in LOGIN_ENDPOINTS:
        view = app.view_functions.get(endpoint)
        if view is None:
            continue
        for limit, key in (
            (FAILURES_OF_ONE_ACCOUNT, address_and_account),
            (FAILURES_OF_ONE_ADDRESS, get_remote_address),
        ):
            view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=has_failed)(view)
        app.view_functions[endpoint] = view


def address_and_account() -> str:
    sent = request.get_json(silent=True) or request.form
    return f"{get_remote_address()} {str(sent.get('username', ''))[:80].lower()}"


def has_failed(response) -> bool:
    """Whether nobody is logged in by this answer: a refusal of the API, or the page shown again."""
    if request.path.startswith("/api/"):
        return response.status_code != 200
    return not current_user.is_authenticated
