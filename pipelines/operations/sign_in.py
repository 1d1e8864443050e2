"""Who signs in to Superset, and how: local accounts, or the OpenID Connect provider that the configuration names.

Belongs here: the settings of ``[oidc]`` as Superset's process takes them, held against the referential, and whether the
provider answers. Does not: the settings themselves (``sources.home.configuration``), the sign-in
(``dashboards/superset``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import requests

from dashboards.serving.access import ADMIN_ROLE, COORDINATOR_ROLE, EDITOR_ROLE, ENGINEER_ROLE, GCS_READER_ROLE
from pipelines.products.dashboards import reader_establishments
from sources.home.configuration import FILE_NAME, configuration
from sources.home.configuration_errors import ConfigurationError
from sources.home.home import Home

OIDC_VARIABLE = "CARTOGRAPHIE_SUPERSET_OIDC"
"""How Superset's process is told the provider: in its environment, since the secret goes into no file of the home."""

_SECONDS = 10


def sign_in_variables(home: Home) -> dict[str, str]:
    """What Superset's process finds the provider in; nothing where accounts are local.

    Raises ``ConfigurationError`` with every group that opens the rows of an organisation that is not there.
    """
    settings = configuration(home)
    oidc = settings.oidc
    if not oidc.is_on:
        return {}
    if problems := list(_unknown_establishments(home)):
        raise ConfigurationError(problems)
    assert oidc.client_secret is not None
    told = {
        "issuer": oidc.issuer,
        "client_id": oidc.client_id,
        "client_secret": oidc.client_secret.get_secret_value(),
        "name": oidc.name,
        "scopes": oidc.scopes,
        "groups_claim": oidc.groups_claim,
        "roles": {
            ADMIN_ROLE: oidc.admin_groups,
            ENGINEER_ROLE: oidc.engineer_groups,
            EDITOR_ROLE: oidc.editor_groups,
            COORDINATOR_ROLE: oidc.coordinator_groups,
            GCS_READER_ROLE: oidc.gcs_reader_groups,
        },
        "readers": oidc.reader_groups,
        "depositors": oidc.depositor_groups,
        "home_url": settings.servers.superset_url,
    }
    return {OIDC_VARIABLE: json.dumps(told)}


def provider_problem(home: Home) -> str | None:
    """Why nobody could sign in through the provider now, in a French sentence; None where all is well or not asked."""
    oidc = configuration(home).oidc
    if not oidc.is_on or oidc.issuer is None:
        return None
    address = f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=_SECONDS)
        answer.raise_for_status()
        found = answer.json().get("issuer")
    except requests.exceptions.SSLError:
        return f"le certificat de {oidc.issuer} n'est pas reconnu"
    except (requests.RequestException, AttributeError) as error:
        return f"{address} ne répond pas comme un fournisseur OpenID Connect ({type(error).__name__})"
    if found != oidc.issuer:
        return f"le fournisseur se nomme « {found} », et non « {oidc.issuer} » comme dans [oidc] issuer"
    return None


def _unknown_establishments(home: Home) -> Iterator[str]:
    known = set(reader_establishments(home))
    if not known:
        return  # pages alone, before the first release: a group's rows open with it
    oidc = configuration(home).oidc
    for name, groups in (("reader_groups", oidc.reader_groups), ("depositor_groups", oidc.depositor_groups)):
        for group, codes in groups.items():
            for code in sorted(set(codes) - known):
                yield (
                    f"{home.root / FILE_NAME}, [oidc] {name}.{group} : « {code} » n'est pas une organisation "
                    "française du référentiel. Corrigez le code, ou ajoutez l'organisation dans referential/."
                )
