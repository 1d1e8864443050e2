"""A session with a Superset server: superset-client with its defects mended. Knows nothing of dashboards.

Mended: the login ignored `verify`; a replay after an expired token turned verification off; `import_file`
opened the file's bare name, relative to the working directory; nothing ever timed out.
"""

import contextlib
import ipaddress
import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
import requests_oauthlib  # type: ignore[import-untyped]
from supersetapiclient.assets import Assets  # type: ignore[import-untyped]
from supersetapiclient.base import raise_for_status  # type: ignore[import-untyped]
from supersetapiclient.client import SupersetClient  # type: ignore[import-untyped]

_SECONDS = 120
_PAGE = 100


class PublicationError(Exception):
    """A publication did not take place or is not sound; the message is a French sentence that names what to do."""


class UnpulledChanges(PublicationError):
    """Somebody changed a page in the browser and nobody pulled it: nothing was published, the pages stay."""


class ArchiveAssets(Assets):
    """Imports an archive from memory."""

    def import_archive(self, archive: bytes) -> None:
        """Import the zip; raises requests.HTTPError with the server's explanation."""
        files = {"bundle": ("bundle.zip", archive, "application/zip"), "passwords": (None, json.dumps({}))}
        raise_for_status(self.client.post(self.import_url, files=files, timeout=_SECONDS))


class Session(SupersetClient):
    """One account's session. `verify` is what requests takes: True, or the path of a certificate bundle."""

    assets_cls = ArchiveAssets

    def __init__(self, url: str, user: str, password: str, verify: bool | str = True) -> None:
        self.verify = verify
        super().__init__(url, user, password)
        _allow_http_on_loopback(url)

    def authenticate(self) -> dict[str, Any]:
        login = {"username": self.username, "password": self._password, "provider": "db", "refresh": True}
        response = requests.post(self.login_endpoint, json=login, verify=self.verify, timeout=_SECONDS)
        raise_for_status(response)
        return dict(response.json())

    @property
    def session(self) -> requests_oauthlib.OAuth2Session:
        if "_opened" not in self.__dict__:
            opened = requests_oauthlib.OAuth2Session(token=self._token)
            opened.verify = self.verify
            opened.headers["Referer"] = self.base_url
            opened.headers["X-CSRFToken"] = str(self.csrf_token(opened))
            self._opened = opened
        return self._opened

    def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One call below /api/v1/; logs in again once if the token has expired. Raises requests.HTTPError."""
        response = self._send(method, path, arguments)
        if response.status_code == requests.codes.unauthorized:
            self._forget_token()
            response = self._send(method, path, arguments)
        raise_for_status(response)
        return dict(response.json())

    def download(self, path: str, query: str) -> bytes:
        """The bytes behind a GET below /api/v1/, an archive for example. Raises requests.HTTPError."""
        response = self._send("GET", path, {"params": {"q": query}})
        raise_for_status(response)
        return bytes(response.content)

    def every(self, kind: str) -> Iterator[dict[str, Any]]:
        """Each object of a kind ('chart', 'dataset', 'dashboard') that the account sees, page by page."""
        page = 0
        while True:
            query = f"(page:{page},page_size:{_PAGE},order_column:{_ORDER.get(kind, 'changed_on')},order_direction:asc)"
            found = self.call("GET", f"{kind}/", params={"q": query})["result"]
            yield from found
            if len(found) < _PAGE:
                return
            page += 1

    def _send(self, method: str, path: str, arguments: dict[str, Any]) -> requests.Response:
        address = self.join_urls(self.base_url, path)
        return self.session.request(method, address, timeout=_SECONDS, **arguments)

    def _forget_token(self) -> None:
        for kept in ("_token", "_opened"):
            self.__dict__.pop(kept, None)


_ORDER = {
    "chart": "slice_name",
    "dataset": "table_name",
    "dashboard": "dashboard_title",
    "security/roles": "name",
    "security/users": "username",
    "rowlevelsecurity": "name",
}


def _allow_http_on_loopback(url: str) -> None:
    """oauthlib refuses http; on loopback there is no network to protect from."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return
    if not _is_loopback(parts.hostname or ""):
        raise PublicationError(
            f"L'adresse {url} n'est pas chiffrée : le mot de passe y passerait en clair. Mettez https."
        )
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
