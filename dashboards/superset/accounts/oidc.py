"""Signing in through an OpenID Connect provider, where the installation names one.

Belongs here: the provider as Superset is told it, what a token must prove, the addresses of the sign-in, the sentence
for whom it does not let in. Does not: which groups give which role (accounts/groups.py), accounts and their roles
(accounts/manager.py). Settings come from pipelines/operations/sign_in.py in CARTOGRAPHIE_SUPERSET_OIDC, as JSON.
"""

import json
import logging
import os
import time
from html import escape
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_client import FlaskOAuth2App
from flask import make_response, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.views import AuthOAuthView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_login import current_user, login_user, logout_user
from requests import RequestException
from werkzeug.wrappers import Response

from dashboards.superset.accounts.groups import GroupMapping, groups_in

SETTINGS = json.loads(os.environ.get("CARTOGRAPHIE_SUPERSET_OIDC") or "null")
MAPPING = GroupMapping(SETTINGS["roles"], SETTINGS["readers"], SETTINGS.get("depositors", {})) if SETTINGS else None
SIGNED_IN_AT, NEXT_PAGE = "cartographie_signed_in_at", "cartographie_next_page"
# Whoever signs in here has rights that were read once: they are read again at least this often.
LONGEST_SESSION_SECONDS = 8 * 3600
# How long the provider's addresses and keys are taken as they were read.
METADATA_SECONDS = 900
# Signatures that only the provider can make; never "none", nor one made with the secret that both know.
SIGNATURES = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
_JOURNAL = logging.getLogger(__name__)

UNREACHABLE = (
    "Le service de connexion de votre organisation ne répond pas comme attendu. Réessayez dans quelques minutes ; si "
    "cela dure, prévenez l’administrateur de la cartographie."
)
NOT_PROVEN = (
    "Votre identité n’a pas pu être vérifiée : la connexion a expiré, a été interrompue, ou la réponse du service de "
    "connexion n’est pas authentique. Recommencez ; si cela se répète, prévenez l’administrateur de la cartographie."
)
DECLINED = "Le service de connexion de votre organisation n’a pas accordé l’accès à la cartographie."
NO_GROUP = (
    "Vous êtes bien identifié, mais aucun de vos groupes n’ouvre la cartographie. Demandez à l’administrateur de votre "
    "organisation de vous ajouter au groupe qui convient, puis reconnectez-vous."
)
CLOSED = "Votre compte de la cartographie a été fermé. Demandez à son administrateur de le rouvrir."


class SignInRefused(Exception):
    """Nobody is signed in; the message is the French sentence that the person reads."""


class UntrustedProvider(Exception):
    """What the provider says of itself is not what the installation expects; for the journal."""


class Provider(FlaskOAuth2App):
    """Authlib's client, which also holds what the provider says of itself against the settings."""

    def load_server_metadata(self) -> dict[str, Any]:
        # Authlib keeps both until the process ends, and so would refuse everybody once a key without a name is changed.
        if time.time() - self.server_metadata.get("_loaded_at", 0) > METADATA_SECONDS:
            for outdated in ("_loaded_at", "jwks"):
                self.server_metadata.pop(outdated, None)
        metadata = super().load_server_metadata()
        check_metadata(metadata, SETTINGS["issuer"])
        announced = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = sorted(SIGNATURES.intersection(announced)) or ["RS256"]
        return metadata


def check_metadata(metadata: dict[str, Any], issuer: str) -> None:
    """Raise UntrustedProvider where the discovered document is another issuer's or leads where nothing is encrypted."""
    if metadata.get("issuer") != issuer:
        raise UntrustedProvider(f"the issuer calls itself {metadata.get('issuer')!r}, {issuer!r} is expected")
    for name in _ENDPOINTS:
        if name in metadata and not (is_secure(metadata[name]) or not is_secure(issuer)):
            raise UntrustedProvider(f"{name} is not https")


def is_secure(address: object) -> bool:
    return urlsplit(str(address)).scheme == "https"


def superset_settings() -> dict:
    """What Superset's own settings are completed with: nothing where accounts are local."""
    if not SETTINGS:
        return {}
    from flask_appbuilder.security.manager import AUTH_OAUTH

    remote = {
        "client_cls": Provider,
        "client_id": SETTINGS["client_id"],
        "client_secret": SETTINGS["client_secret"],
        "server_metadata_url": f"{SETTINGS['issuer'].rstrip('/')}/.well-known/openid-configuration",
        "client_kwargs": {
            "scope": " ".join(SETTINGS["scopes"]),
            "code_challenge_method": "S256",
            "default_timeout": 10,
        },
    }
    provider = {"name": SETTINGS["name"], "icon": "fa-key", "token_key": "access_token", "remote_app": remote}
    return {
        "AUTH_TYPE": AUTH_OAUTH,
        "OAUTH_PROVIDERS": [provider],
        # Passwords on the API, where accounts/manager.py admits administrators alone: the publisher is one.
        "AUTH_API_LOGIN_ALLOW_MULTIPLE_PROVIDERS": True,
    }


class OpenIdView(AuthOAuthView):
    """The way to the provider, the way back, and the way out."""

    @expose("/login/")
    @expose("/login/<provider>")
    @no_cache
    def login(self, provider: str | None = None) -> Response:
        if current_user.is_authenticated:
            return redirect(self._get_safe_next_url())
        session[NEXT_PAGE] = self._get_safe_next_url()
        try:
            return self._remote(provider or SETTINGS["name"]).authorize_redirect(self._way_back())
        except SignInRefused as refusal:
            return refusal_page(refusal)
        except Exception as problem:
            return refusal_page(refused(problem, UNREACHABLE))

    @expose("/oauth-authorized/<provider>")
    @no_cache
    def oauth_authorized(self, provider: str) -> Response:
        try:
            claims = proven_claims(self._remote(provider))
            user = self.appbuilder.sm.admit(claims, groups_in(claims, SETTINGS["groups_claim"]) or set())
        except SignInRefused as refusal:
            logout_user()
            return refusal_page(refusal)
        next_page = session.get(NEXT_PAGE)
        # A session of its own: nothing of who sat here before comes along.
        session.clear()
        login_user(user)
        session[SIGNED_IN_AT] = int(time.time())
        return redirect(get_safe_redirect(next_page))

    @expose("/logout/")
    def logout(self) -> Response:
        """Out of the provider too, where it offers that: the computer of a ward has many users."""
        answer = super().logout()
        session.clear()
        try:
            remote = self._remote(SETTINGS["name"])
            if "end_session_endpoint" in remote.load_server_metadata():
                home = SETTINGS["home_url"] or request.host_url
                return remote.logout_redirect(post_logout_redirect_uri=home, client_id=SETTINGS["client_id"])
        except Exception as problem:
            refused(problem, UNREACHABLE)
        return answer

    def _remote(self, provider: str) -> Any:
        remote = self.appbuilder.sm.oauth_remotes.get(provider)
        if remote is None:
            raise SignInRefused(NOT_PROVEN)
        return remote

    @staticmethod
    def _way_back() -> str:
        path = url_for(".oauth_authorized", provider=SETTINGS["name"])
        return f"{(SETTINGS['home_url'] or request.host_url).rstrip('/')}{path}"


def proven_claims(remote: Any) -> dict:
    """The claims of a token that the provider signed for us and for this very sign-in, its groups included.

    Raises SignInRefused.
    """
    if request.args.get("iss", SETTINGS["issuer"]) != SETTINGS["issuer"]:  # RFC 9207
        raise refused(UntrustedProvider("the answer is another issuer's"), NOT_PROVEN)
    if request.args.get("error"):
        _JOURNAL.warning("sign-in declined by the provider: %s", request.args["error"][:80])
        raise SignInRefused(DECLINED)
    expected = {
        "iss": {"essential": True, "value": SETTINGS["issuer"]},
        "aud": {"essential": True, "values": [SETTINGS["client_id"]]},
    }
    try:
        token = remote.authorize_access_token(claims_options=expected)
        claims = dict(token["userinfo"])
        check_subject(claims["sub"])
        if groups_in(claims, SETTINGS["groups_claim"]) is None and "userinfo_endpoint" in remote.server_metadata:
            more = remote.userinfo(token=token)
            if more["sub"] != claims["sub"]:
                raise UntrustedProvider("the userinfo is somebody else's")
            claims = {**more, **claims}
    except Exception as problem:
        raise refused(problem, NOT_PROVEN) from problem
    return claims


def check_subject(subject: object) -> None:
    """Raise UntrustedProvider where what names a person names nobody, or not to whoever reads it."""
    if not isinstance(subject, str) or subject != subject.strip() or not subject or not subject.isprintable():
        raise UntrustedProvider("the subject is empty, or holds what does not show")


def refused(problem: Exception, sentence: str) -> SignInRefused:
    """The refusal, once the journal has its reason: the kind and the words of the error, never a token."""
    _JOURNAL.warning("sign-in failed: %s: %s", type(problem).__name__, " ".join(str(problem).split())[:300])
    return SignInRefused(UNREACHABLE if isinstance(problem, RequestException) else sentence)


def end_old_sessions() -> None:
    """Have whoever signed in long ago sign in again, so that a group taken away counts.

    A session that a password opened before the provider was switched on is over.
    """
    if "_user_id" not in session:
        return
    began = session.get(SIGNED_IN_AT, 0 if SETTINGS else None)
    if began is not None and time.time() - began > LONGEST_SESSION_SECONDS:
        logout_user()
        session.clear()


def refusal_page(refusal: SignInRefused) -> Response:
    """A page of its own: a message that fades after some seconds explains nothing."""
    page = _REFUSAL.format(sentence=escape(str(refusal)), again=escape(url_for("OpenIdView.login")))
    return make_response(page, 403)


_REFUSAL = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Connexion refusée – Cartographie IA</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 16px/1.5 Inter, Helvetica, Arial, sans-serif; color: #12324f; background: #f4f7fa; margin: 0 }}
main {{ max-width: 34rem; margin: 15vh auto; background: #fff; border-top: 6px solid #0b5394; padding: 1.5rem 2rem }}
h1 {{ font-size: 1.3rem }} a {{ color: #0b5394 }}</style></head>
<body><main><h1>Connexion refusée</h1><p role="alert">{sentence}</p>
<p><a href="{again}">Recommencer</a> · <a href="/logout/">Se connecter avec un autre compte</a></p></main></body></html>
"""
