"""Who may open Dagster's page: who is signed in to Superset as engineer or administrator, or came with a ticket.

Belongs here: asking Superset who a browser is, and remembering the answer briefly. Does not: accounts and passwords,
which are Superset's alone (local or OpenID Connect): no password passes through here.

Cookies know no port: on one machine a browser sends Superset's session to Dagster's page too. It is shown to Superset
at the configured address and to nobody else.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock

import requests

from dashboards.serving.access import ADMIN_ROLE, ENGINEER_ROLE, SESSION_COOKIE

ALLOWED_ROLES = frozenset({ENGINEER_ROLE, ADMIN_ROLE})
REMEMBERED_SECONDS = 20.0
"""How long an answer of Superset holds: a closed account or an ended session is refused after this."""
OPENED_SECONDS = 8 * 3600.0
_MOST_REMEMBERED = 1_000
_TIMEOUT_SECONDS = 5.0
_MOST_AT_ONCE = 4
"""Questions to Superset at a time: a flood of unknown cookies leaves the page's other threads to who is known."""


@dataclass
class _Brief:
    """Fingerprint of a secret → until when (monotonic seconds) the answer holds, and the answer; the oldest go."""

    answers: OrderedDict[str, tuple[float, bool]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def known(self, secret: str) -> bool | None:
        with self.lock:
            until, answer = self.answers.get(_fingerprint(secret), (0.0, False))
        return answer if time.monotonic() < until else None

    def remember(self, secret: str, answer: bool, seconds: float) -> None:
        with self.lock:
            self.answers[_fingerprint(secret)] = (time.monotonic() + seconds, answer)
            self.answers.move_to_end(_fingerprint(secret))
            while len(self.answers) > _MOST_REMEMBERED:
                self.answers.popitem(last=False)


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class SignIn:
    """Judges the cookies of a request; ``superset_url`` is where this machine reaches Superset."""

    def __init__(self, superset_url: str) -> None:
        self.superset_url = superset_url
        self._opened = _Brief()
        self._sessions = _Brief()
        self._asking = BoundedSemaphore(_MOST_AT_ONCE)

    def open_for_ticket(self) -> str:
        """The value of a new cookie, for a browser that came with a good ticket."""
        token = secrets.token_urlsafe(32)
        self._opened.remember(token, True, OPENED_SECONDS)
        return token

    def is_opened(self, token: str) -> bool:
        """Whether the cookie is one that was given for a ticket."""
        return self._opened.known(token) is True

    def is_signed_in(self, session: str) -> bool:
        """Whether Superset says that the session is an engineer's or an administrator's; blocks while it is asked."""
        known = self._sessions.known(session)
        if known is not None:
            return known
        if not self._asking.acquire(timeout=_TIMEOUT_SECONDS):
            return False
        try:
            known = self._ask(session)
        finally:
            self._asking.release()
        self._sessions.remember(session, known, REMEMBERED_SECONDS)
        return known

    def _ask(self, session: str) -> bool:
        try:
            answer = requests.get(
                f"{self.superset_url}/api/v1/me/roles/",
                headers={"Cookie": f"{SESSION_COOKIE}={session}"},
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            roles = answer.json()["result"]["roles"] if answer.status_code == 200 else {}
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return False
        return not ALLOWED_ROLES.isdisjoint(roles)
