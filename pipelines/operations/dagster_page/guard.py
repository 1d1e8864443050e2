"""The guard in front of Dagster's page: proof of origin first, then who asks, for HTTP and WebSockets alike.

Belongs here: the ASGI middleware, its cookie and the headers that forbid framing. Does not: the two judgements
themselves (``origin``, ``sign_in``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, Template
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.serving.access import SESSION_COOKIE
from pipelines.operations.dagster_page.origin import Asked, refusal
from pipelines.operations.dagster_page.sign_in import OPENED_SECONDS, SignIn
from pipelines.operations.dagster_page.standing import Standing

COOKIE = "cartographie_dagster"
TICKET_PATH = "/ouvrir"
PROBE_PATH = "/server_info"
"""What tells that the page answers, and versions: open, since supervision asks it."""

_HEADERS = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_NO_FRAME = "frame-ancestors 'none'"
_CLOSED_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Guard:
    """Lets through to ``app`` what comes from the page itself and from who may.

    ``take_ticket``: whether a ticket was good (it is none afterwards); ``superset_public_url``: where people sign in;
    ``is_https``: whether people reach the page by TLS, so that the cookie never travels without.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str],
        sign_in: SignIn,
        take_ticket: Callable[[str], bool],
        superset_public_url: str,
        is_https: bool = False,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.sign_in = sign_in
        self.take_ticket = take_ticket
        self.superset_public_url = superset_public_url
        self.is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request on; as ASGI asks."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        send = send if scope["type"] == "websocket" else _with_headers(send)
        answer = await self._answer(scope)
        if answer is None and scope["type"] == "websocket":
            cookies = Headers(scope=scope).get("cookie", "")
            await Standing(receive, send, lambda: run_in_threadpool(self._may, cookies)).serve(self.app, scope)
        elif answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Closed before it is accepted: the browser gets 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        """The answer to a request that does not reach Dagster; None for one that does."""
        headers = Headers(scope=scope)
        asked = Asked(scope["type"], scope.get("method", "GET"), scope["path"], dict(headers.items()))
        if refused := refusal(asked, self.hosts):
            return PlainTextResponse(refused.sentence, refused.status)
        if asked.path == PROBE_PATH and asked.is_reading:
            return None
        if asked.path == TICKET_PATH and asked.method == "GET":
            return await run_in_threadpool(self._opened, scope.get("query_string", b""))
        if await run_in_threadpool(self._may, headers.get("cookie", "")):
            return None
        page = _page().render(superset_url=self.superset_public_url)
        return HTMLResponse(page, 401, {"Cache-Control": "no-store", "Content-Security-Policy": _CLOSED_POLICY})

    def _opened(self, query: bytes) -> Response:
        (ticket,) = parse_qs(query.decode("latin-1")).get("jeton", [""])[:1]
        if not self.take_ticket(ticket):
            return PlainTextResponse(
                "Cette adresse a déjà servi ou n'est plus valable : « cartographie dagster » en donne une autre.", 403
            )
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            self.sign_in.open_for_ticket(),
            max_age=int(OPENED_SECONDS),
            httponly=True,
            samesite="strict",
            secure=self.is_https,
        )
        return answer

    def _may(self, cookies: str) -> bool:
        try:
            jar = SimpleCookie(cookies)
        except CookieError:
            return False
        if COOKIE in jar and self.sign_in.is_opened(jar[COOKIE].value):
            return True
        return SESSION_COOKIE in jar and self.sign_in.is_signed_in(jar[SESSION_COOKIE].value)


def _with_headers(send: Send) -> Send:
    """Every answer forbids framing; Dagster's own policy of contents stays beside, and both hold."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.append("Content-Security-Policy", _NO_FRAME)
        await send(message)

    return sending


@cache
def _page() -> Template:
    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("closed.html.j2")
