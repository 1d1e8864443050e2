"""Slows down who tries passwords, on the login page and on the API alike.

Only failures count, by address and account, and by address alone: the people of a hospital share one address. Counted
for all processes together (accounts/store.py), and for an account however its name is spelt. Who came in from an
address before is not kept out by what others fail there: of theirs, only their own failures count.
"""

import ipaddress
import os
import re
import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, current_app, has_request_context, request
from flask_login import current_user

from dashboards.superset.accounts.store import is_known, keep_known

FAILURES_OF_ONE_ACCOUNT = os.environ.get("CARTOGRAPHIE_LOGIN_FAILURES", "10 per 5 minutes")
FAILURES_OF_ONE_ADDRESS = os.environ.get("CARTOGRAPHIE_ADDRESS_FAILURES", "500 per 5 minutes")
KNOWN_SECONDS = 30 * 24 * 3600
"""How long an account is known at an address after it came in from there."""
LOGIN_ENDPOINTS = ("AuthDBView.login", "SecurityApi.login")


def security_manager() -> Any:
    """The one of the application under way, of which Flask's own types say nothing."""
    return cast(Any, current_app).appbuilder.sm


def slow_down_guessing(app: Any) -> None:
    """Put the limits around the two ways to log in with a password."""
    limiter = app.appbuilder.sm.limiter
    for endpoint in LOGIN_ENDPOINTS:
        view = app.view_functions.get(endpoint)
        if view is None:
            continue
        view = remembering(view)
        for limit, key, exempt in (
            (FAILURES_OF_ONE_ACCOUNT, address_and_account, None),
            (FAILURES_OF_ONE_ADDRESS, address, is_known_here),
        ):
            counted = {"key_func": key, "methods": ["POST"], "deduct_when": has_failed, "exempt_when": exempt}
            view = limiter.limit(limit, **counted)(view)
        app.view_functions[endpoint] = view


def remembering(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep that an account came in from an address."""

    @wraps(view)
    def seen(*arguments: Any, **named: Any) -> Response:
        response = current_app.make_response(view(*arguments, **named))
        if request.method == "POST" and not has_failed(response):
            # On the page whoever is signed in, whatever name was sent: a session may be there already.
            is_api = request.path.startswith("/api/")
            keep_known(address_and_account() if is_api else f"{address()} account {current_user.id}", KNOWN_SECONDS)
        return response

    return seen


def is_known_here() -> bool:
    return is_known(address_and_account())


def address_and_account() -> str:
    return f"{address()} {account_named(sent_name())}"


def address() -> str:
    return network_of(request.remote_addr or "")


def network_of(told: str) -> str:
    """Where a request comes from; of an IPv6 address its network, of which one machine has all."""
    try:
        parsed = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def sent_name() -> str:
    sent = request.get_json(silent=True)
    found = (sent if isinstance(sent, dict) else request.form).get("username", "")
    return str(found)[:200]


def account_named(name: str) -> str:
    """The account that a name leads to, as Flask-AppBuilder looks for it (an e-mail address too); else the name."""
    security = security_manager()
    user = (security.find_user(username=name) or security.find_user(email=name)) if name else None
    return f"account {user.id}" if user else f"name {unicodedata.normalize('NFKC', name).strip().casefold()}"


# --- Passwords ----------------------------------------------------------------------------------
SHORTEST_PASSWORD, FEWEST_SIGNS, SHORTEST_NAME = 12, 6, 4
PASSWORD_RULE = (
    "Un mot de passe a au moins 12 signes, dont 6 différents, et ne contient ni mot trop courant, ni le nom du compte."
)
_COMMON = re.compile(r"passw|motdepasse|azerty|qwerty|123456|cartographie|houraa|bonjour|soleil", re.IGNORECASE)


def check_password(password: str) -> None:
    """Raise what Flask-AppBuilder expects of a password that could be guessed."""
    from flask_appbuilder.exceptions import PasswordComplexityValidationError

    plain = _letters(password)
    is_guessed = _COMMON.search(plain) or any(name in plain for name in _names_of_account())
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < FEWEST_SIGNS or is_guessed:
        raise PasswordComplexityValidationError(PASSWORD_RULE)


def _names_of_account() -> list[str]:
    """Of the account that a password is for, as far as the request says: who is signed in, or whom it names."""
    names = [str(getattr(current_user, "username", "")), sent_name()] if has_request_context() else []
    return [letters for name in names if len(letters := _letters(name)) >= SHORTEST_NAME]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKD", text)).casefold()


def has_failed(response: Response) -> bool:
    """Whether nobody is logged in by this answer: a refusal of the API, or the page shown again."""
    if request.path.startswith("/api/"):
        return response.status_code != 200
    return not current_user.is_authenticated
