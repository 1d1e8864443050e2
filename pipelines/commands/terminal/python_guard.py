"""The versions of Python that all parts install on. Imports nothing, so that any Python can say it."""

import sys

OLDEST, NEWEST = (3, 11), (3, 12)


def refusal(version: "tuple[int, int]") -> "str | None":
    """Why this version of Python will not do, and the remedy; None when it does."""
    if OLDEST <= version <= NEWEST:
        return None
    return (
        "cartographie fonctionne avec Python 3.11 ou 3.12 ; celui-ci est Python {}.{}. "
        "Installez l'une de ces versions (paquet python3.11 ou python3.12 de votre distribution), supprimez le dossier "
        ".venv, puis relancez la commande en commençant par « ./uvw ».".format(*version)
    )


def check_python() -> None:
    """Stop with that sentence, and exit code 2, on another version."""
    reason = refusal(sys.version_info[:2])
    if reason is not None:
        sys.stderr.write(reason + "\n")
        sys.exit(2)
