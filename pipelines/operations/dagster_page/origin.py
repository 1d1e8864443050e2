"""Where a request to Dagster's page comes from: it must come from that page itself, at an address that is its own.

Belongs here: what is refused by the request's own words. Does not: who asks (``sign_in``).

Dagster's ``/graphql`` runs mutations by GET and by any content type, from any origin and under any host name: any web
page that an engineer opens could start a run. The rules are those of OWASP's *Cross-Site Request Forgery Prevention*
(fetch metadata, origin, content types that a form cannot send) and, for the host, of DNS rebinding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

READING = frozenset({"GET", "HEAD"})
JSON = "application/json"
MOST_BODY_BYTES = 8 * 2**20
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class Refusal:
    """The status of HTTP and the French sentence that answer a request which is not let through."""

    status: int
    sentence: str


@dataclass(frozen=True)
class Asked:
    """What a request says of itself; ``headers`` by lower-case name, ``kind`` is ``http`` or ``websocket``."""

    kind: str
    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def is_reading(self) -> bool:
        return self.kind == "http" and self.method in READING

    @property
    def is_opening_a_page(self) -> bool:
        """Whether a person follows a link to it or types its address, in a window of its own."""
        return self.is_reading and (
            self.headers.get("sec-fetch-mode"),
            self.headers.get("sec-fetch-dest"),
        ) == ("navigate", "document")


def refusal(asked: Asked, own_hosts: frozenset[str]) -> Refusal | None:
    """Why the request is not let through; None where nothing speaks against it.

    ``own_hosts``: the names (``127.0.0.1:3000``) under which the page is served.
    """
    host = asked.headers.get("host", "").lower()
    if host not in own_hosts:
        return Refusal(421, "Cette page n'est pas servie sous cette adresse : réglez [servers] dagster_url.")
    if not _is_from_the_page(asked, host):
        return Refusal(403, "Cette demande vient d'une autre page : ouvrez Dagster à son adresse.")
    return _method_refusal(asked)


def _is_from_the_page(asked: Asked, host: str) -> bool:
    origin = asked.headers.get("origin")
    if origin is not None and _host_of(origin) != host:
        return False
    site = asked.headers.get("sec-fetch-site", "none" if asked.is_reading else "same-origin")
    if site == "same-origin" or asked.is_opening_a_page:
        return True
    return site == "none" and asked.is_reading


def _method_refusal(asked: Asked) -> Refusal | None:
    if asked.kind == "websocket":
        return None if "origin" in asked.headers else Refusal(403, "Cette connexion ne dit pas d'où elle vient.")
    if asked.path.rstrip("/").endswith("/graphql") and asked.method != "POST":
        return Refusal(405, "Les questions à Dagster se posent par POST.")
    if asked.is_reading:
        return None
    if asked.method != "POST":
        return Refusal(405, "Cette méthode n'est pas admise.")
    if asked.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return Refusal(415, f"Une demande qui change quelque chose est de type {JSON}.")
    if not _is_short(asked.headers.get("content-length", "")):
        return Refusal(413, "Cette demande est trop longue, ou ne dit pas sa longueur.")
    return None


def _is_short(length: str) -> bool:
    return length.isascii() and length.isdigit() and int(length) <= MOST_BODY_BYTES


def _host_of(origin: str) -> str | None:
    """The host of an origin as browsers write it in ``Host``; None for ``null`` and what is no origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc or parts.path not in {"", "/"}:
        return None
    return parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme])


def own_hosts(port: int, listening: str, public_url: str | None) -> frozenset[str]:
    """The names under which a page is reached: on this machine, where it listens, and as people are told."""
    names = {"127.0.0.1", "localhost", "[::1]"}
    if listening not in {"0.0.0.0", "::"}:
        names.add(f"[{listening}]" if ":" in listening else listening.lower())
    public = _host_of("{0.scheme}://{0.netloc}".format(urlsplit(public_url))) if public_url else None
    return frozenset({f"{name}:{port}" for name in names} | ({public} if public else set()))
