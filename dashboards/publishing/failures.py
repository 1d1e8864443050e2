"""What a network or a server says, as one French sentence that names what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests

from dashboards.publishing.client import PublicationError


@contextmanager
def plain_failures(url: str, user: str) -> Iterator[None]:
    """Turn the failures of requests into PublicationError."""
    try:
        yield
    except requests.exceptions.SSLError as problem:
        raise PublicationError(
            f"Le certificat de {url} n'est pas reconnu : donnez celui de son autorité (variable REQUESTS_CA_BUNDLE), "
            "ou l'adresse qu'il nomme."
        ) from problem
    except requests.exceptions.Timeout as problem:
        raise PublicationError(f"Superset ne répond pas à temps à l'adresse {url} : regardez son journal.") from problem
    except requests.exceptions.ConnectionError as problem:
        raise PublicationError(f"Superset ne répond pas à l'adresse {url} : est-il démarré ?") from problem
    except requests.HTTPError as problem:
        if problem.response is not None and problem.response.status_code == requests.codes.unauthorized:
            raise PublicationError(
                f"Superset refuse le compte « {user} » : vérifiez le mot de passe (superset/comptes.txt du dossier)."
            ) from problem
        raise PublicationError(f"Superset refuse la publication : {explain(problem)}") from problem
    except requests.exceptions.RequestException as problem:
        raise PublicationError(f"L'adresse {url} ne répond pas comme un serveur Superset.") from problem


def explain(problem: requests.HTTPError) -> str:
    """What the server says of a refusal, in one line."""
    said = getattr(problem, "message", None) or getattr(problem, "errors", None) or str(problem)
    return " ".join(str(said).split())[:600]
