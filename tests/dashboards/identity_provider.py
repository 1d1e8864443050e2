"""An OpenID Connect provider on loopback: oidc-provider-mock's, whose tokens a test may have forged on their way.

Belongs here: people, their groups, and what a forger would do. Does not: what Superset makes of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from flask import Flask, Response, g, request
from joserfc import jwe, jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

Answer = dict[str, Any]
Forger = Callable[[Answer, RSAKey], Answer]

CLIENT_ID = "cartographie"
SOMEBODY_ELSES_KEY = RSAKey.generate_key(2048, {"kid": "forged"}, private=True)


@dataclass
class IdentityProvider:
    """A running provider. `forger`, where set, rewrites what the token endpoint answers, the provider's key at hand."""

    url: str
    forger: Forger | None = None

    def person(self, subject: str, **claims: Any) -> None:
        """Make somebody known, or change what is said of them."""
        answer = requests.put(f"{self.url}/users/{subject}", json=claims, timeout=10)
        answer.raise_for_status()


@contextmanager
def running_provider(port: int = 0) -> Iterator[IdentityProvider]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # authlib's own deprecations
        import oidc_provider_mock

        app: Flask = oidc_provider_mock.app(require_nonce=True)
    server = make_server("127.0.0.1", port, app, threaded=True)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")

    @app.after_request
    def forge(answer: Response) -> Response:
        if provider.forger and request.path == "/oauth2/token" and answer.status_code == 200:
            key = RSAKey.import_key(g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
            answer.set_data(json.dumps(provider.forger(answer.get_json(), key)))
        return answer

    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(timeout=10)


def with_claims(**changed: Any) -> Forger:
    """A token that the provider signed, and that says something else; None takes a claim away."""

    def forge(answer: Answer, key: RSAKey) -> Answer:
        claims = {name: value for name, value in (_claims(answer) | changed).items() if value is not None}
        return _with_token(answer, jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key))

    return forge


def of_another_key(answer: Answer, key: RSAKey) -> Answer:
    """What the provider says, under the name of its key and signed with another."""
    return _with_token(answer, jwt.encode({"alg": "RS256", "kid": key.kid}, _claims(answer), SOMEBODY_ELSES_KEY))


def unsigned(answer: Answer, _key: RSAKey) -> Answer:
    """The same claims with `alg: none` and no signature."""
    header, claims = (_encoded(part) for part in ({"alg": "none"}, _claims(answer)))
    return _with_token(answer, f"{header}.{claims}.")


def signed_with_what_is_public(answer: Answer, key: RSAKey) -> Answer:
    """`alg: HS256`, the provider's public key taken for a secret that both know."""
    return _with_token(answer, _signed_by_secret(answer, key.as_pem(private=False)))


def signed_with_the_clients_secret(secret: str) -> Forger:
    """`alg: HS256` under a secret that the client itself knows, and that its configuration may leak."""
    return lambda answer, _key: _with_token(answer, _signed_by_secret(answer, secret.encode()))


def with_its_own_key(answer: Answer, _key: RSAKey) -> Answer:
    """The key that proves the token stands in the token."""
    header = {"alg": "RS256", "jwk": SOMEBODY_ELSES_KEY.as_dict(private=False)}
    return _with_token(answer, jwt.encode(header, _claims(answer), SOMEBODY_ELSES_KEY))


def encrypted(answer: Answer, key: RSAKey) -> Answer:
    """Five parts, which anybody can make with the public key."""
    header = {"alg": "RSA-OAEP", "enc": "A128CBC-HS256", "kid": key.kid}
    return _with_token(answer, jwe.encrypt_compact(header, json.dumps(_claims(answer)).encode(), key))


def tampered(answer: Answer, _key: RSAKey) -> Answer:
    """The provider's own signature under the claims of an administrator."""
    header, _, signature = answer["id_token"].split(".")
    claims = _encoded(_claims(answer) | {"groups": ["ia-admin"]})
    return _with_token(answer, f"{header}.{claims}.{signature}")


def without_token(answer: Answer, _key: RSAKey) -> Answer:
    """An OAuth answer that proves nobody's identity."""
    return {name: value for name, value in answer.items() if name != "id_token"}


def long_ago() -> int:
    return int(time.time()) - 86_400


def _signed_by_secret(answer: Answer, secret: bytes) -> str:
    said = f"{_encoded({'alg': 'HS256'})}.{_encoded(_claims(answer))}"
    made = hmac.new(secret, said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def _with_token(answer: Answer, token: str) -> Answer:
    return answer | {"id_token": token}


def _claims(answer: Answer) -> dict[str, Any]:
    body = answer["id_token"].split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
