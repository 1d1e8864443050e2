"""The dashboards onto the Superset of a home, with its account.

Belongs here: the calls that the asset, ``up`` and the command line share, and which organisations may have readers.
Does not: the publisher (``dashboards``).
"""

from __future__ import annotations

from collections.abc import Callable

from dashboards.publisher import PublishReport, compare, publish
from dashboards.pull import PulledFile, pull
from dashboards.server import ADMIN, read_accounts
from sources.home import Home
from sources.referential.loader import load_referential

SUPERSET_URL_VARIABLE = "CARTOGRAPHIE_SUPERSET_URL"
"""How ``up`` tells Dagster's processes where Superset answers."""


def publish_dashboards(
    home: Home, url: str, say: Callable[[str], None], force: bool = False, prove: bool = False
) -> PublishReport:
    """Bring the project's dashboards onto the server at ``url``; nothing is imported when they are there already.

    Raises the publisher's ``PublicationError`` and the server's ``ServerFailure``, with French sentences.
    """
    password = read_accounts(home.superset)[ADMIN]
    establishments = reader_establishments(home)
    return publish(url, ADMIN, password, establishments=establishments, force=force, prove=prove, report=say)


def compare_dashboards(home: Home, url: str) -> tuple[bool, list[str]]:
    """Whether the server at ``url`` shows the project's pages, and what was changed in the browser since.

    Raises as ``publish_dashboards``.
    """
    return compare(url, ADMIN, read_accounts(home.superset)[ADMIN])


def pull_dashboards(home: Home, url: str) -> list[PulledFile]:
    """Write into the project what was changed in the browser; raises as ``publish_dashboards``."""
    return pull(url, ADMIN, read_accounts(home.superset)[ADMIN])


def reader_establishments(home: Home) -> list[str]:
    """Codes of the organisations whose accounts read their own rows: those of the referential that are French."""
    organisations = load_referential(home.referential).table("organisations")
    return list(organisations.filter(organisations["country_code"] == "FR").get_column("code"))
