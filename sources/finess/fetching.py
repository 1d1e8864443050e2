"""A register's file brought here from where it is published: an address or a path.

Belongs here: downloading, whole and within bounds. Does not: what a good register is (``loader``), when it is brought
(``pipelines``).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import requests

from sources.finess.files import FinessError
from sources.home.system_errors import system_reason

MOST_BYTES = 2 * 2**30
"""The nested feed has some 50 MiB packed, 750 MiB unpacked."""

_ANSWER_SECONDS = (10, 60)
_BLOCK = 2**20


class RegisterUnreachable(Exception):
    """The address does not answer, or not to the end: that may pass. The message is French."""


def bring(place: str, target: Path) -> Path:
    """The file at ``place`` (``https://…`` or a path), copied to ``target``, which is returned.

    Raises ``RegisterUnreachable`` for what may pass, ``FinessError`` for what will not by itself.
    """
    if place.startswith(("http://", "https://")):
        _download(place, target)
    else:
        try:
            shutil.copyfile(Path(place).expanduser(), target)
        except OSError as error:
            reason = system_reason(error.errno)
            raise FinessError(f"{place} ne peut pas être lu ({reason}) : corrigez le chemin.") from error
    return target


def _download(address: str, target: Path) -> None:
    try:
        with requests.get(address, stream=True, timeout=_ANSWER_SECONDS) as answer:
            _refuse_what_is_not_there(address, answer)
            received = 0
            with target.open("wb") as file:
                for block in answer.iter_content(_BLOCK):
                    received += len(block)
                    if received > MOST_BYTES:
                        raise FinessError(f"{address} dépasse {MOST_BYTES // 2**20} Mio : ce n'est pas le répertoire.")
                    file.write(block)
    except requests.RequestException as error:
        raise RegisterUnreachable(
            f"{address} ne répond pas, ou pas jusqu'au bout ({type(error).__name__}) : le répertoire déjà chargé reste."
        ) from error


def _refuse_what_is_not_there(address: str, answer: requests.Response) -> None:
    """A server's own trouble may pass; an address that is not there, or not for us, will not."""
    if answer.status_code >= 500 or answer.status_code == 429:
        raise RegisterUnreachable(f"{address} répond {answer.status_code} : le répertoire déjà chargé reste.")
    if not answer.ok:
        raise FinessError(f"{address} répond {answer.status_code} : corrigez [finess] dans la configuration.")
