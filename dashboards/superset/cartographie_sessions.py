"""The cookie of the session is written for persons alone, never in answer to what a page asks by itself.

The page to log in fetches its texts and sends its timings as anybody. Answered late, on a slow server, such a request
would take back the cookie that the login has just written, and a person would be asked for the password again.
"""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

from flask import request
from flask.sessions import SecureCookieSessionInterface

TIMINGS = "Superset.log"
ASKED_BY_PAGES = {TIMINGS, "Superset.language_pack"}


class SessionsOfPersons(SecureCookieSessionInterface):
    """Flask's own, which leaves the cookie alone where no person asked."""

    def should_set_cookie(self, app, session) -> bool:
        return request.endpoint not in ASKED_BY_PAGES and super().should_set_cookie(app, session)


def drop_timings():
    """Take what a browser tells of its speed, and keep nothing: Superset would send anybody on to the login page."""
    return ("", 204) if request.endpoint == TIMINGS else None
