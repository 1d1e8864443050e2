"""The cookie of the session is written for persons alone, never in answer to what a page asks by itself.

The page to log in fetches its texts and sends its timings as anybody. Answered late, on a slow server, such a request
would take back the cookie that the login has just written, and a person would be asked for the password again.

A session, and a token of the API, is over with the password, the account or the logout that it began with: it carries
a mark of what it was opened with, held against what stands now.
"""

import hashlib
import hmac
import secrets
from typing import Any

from flask import current_app, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user, logout_user, user_logged_in, user_logged_out

from dashboards.superset.accounts.login import security_manager
from dashboards.superset.accounts.store import end_session, has_ended

TIMINGS = "Superset.log"
OPENED_WITH, NUMBER = "cartographie_opened_with", "cartographie_session"
ASKED_BY_PAGES = {TIMINGS, "Superset.language_pack"}


class SessionsOfPersons(SecureCookieSessionInterface):
    """Flask's own, which leaves the cookie alone where no person asked."""

    def should_set_cookie(self, app: Any, session: SessionMixin) -> bool:
        return request.endpoint not in ASKED_BY_PAGES and super().should_set_cookie(app, session)


def drop_timings() -> tuple[str, int] | None:
    """Take what a browser tells of its speed, and keep nothing: Superset would send anybody on to the login page."""
    return ("", 204) if request.endpoint == TIMINGS else None


def keep_sessions_to_their_login(app: Any) -> None:
    """Mark sessions and tokens when they begin, and look at the mark each time they are used."""
    user_logged_in.connect(_mark, app, weak=False)
    user_logged_out.connect(_end, app, weak=False)
    tokens = app.appbuilder.sm.jwt_manager
    tokens.additional_claims_loader(lambda identity: {OPENED_WITH: _opened_with(_account(identity))})
    tokens.token_in_blocklist_loader(_is_outdated)


def end_outdated_sessions() -> None:
    """Log out whose password or account changed since, and whoever comes with the cookie of a session that ended."""
    if "_user_id" not in session or not current_user.is_authenticated:
        return
    same = hmac.compare_digest(str(session.get(OPENED_WITH)), _opened_with(current_user))
    if not same or has_ended(str(session.get(NUMBER))):
        logout_user()
        session.clear()


def _mark(_app: object, user: Any, **_: Any) -> None:
    session[OPENED_WITH], session[NUMBER] = _opened_with(user), secrets.token_hex(16)
    # Under it Superset finds what a window chose before. Flask-Login's own is the address and the browser's name, which
    # two persons of one hospital share: each would have read and replaced the other's choice.
    session["_id"] = session[NUMBER]


def _end(_app: object, **_: Any) -> None:
    if number := session.pop(NUMBER, None):
        end_session(number, current_app.permanent_session_lifetime.total_seconds())


def _is_outdated(_header: object, claims: dict[str, Any]) -> bool:
    """Whether a token was given for another password, to an account that is closed, or without a mark."""
    account = _account(claims.get("sub"))
    known = account is not None and account.is_active
    return not known or not hmac.compare_digest(str(claims.get(OPENED_WITH)), _opened_with(account))


def _account(identity: Any) -> Any:
    return security_manager().get_user_by_id(int(identity)) if str(identity).isdigit() else None


def _opened_with(user: Any) -> str:
    """A mark of the password that an account has now; nothing of it can be worked out from the mark."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{user.id} {user.password}".encode(), hashlib.sha256).hexdigest()
