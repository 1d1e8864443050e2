"""The dashboards onto the Superset of a home, with its account.

Belongs here: the one call that the asset, ``up`` and the command line share. Does not: the publisher (``dashboards``).
"""

from __future__ import annotations

from collections.abc import Callable

from dashboards.publisher import PublishReport, publish
from dashboards.server import ADMIN, read_accounts
from sources.home import Home

SUPERSET_URL_VARIABLE = "CARTOGRAPHIE_SUPERSET_URL"
"""How ``up`` tells Dagster's processes where Superset answers."""


def publish_dashboards(home: Home, url: str, say: Callable[[str], None], force: bool = False) -> PublishReport:
    """Bring the project's dashboards onto the server at ``url``; nothing is imported when they are there already.

    Raises the publisher's ``PublicationError`` and the server's ``ServerFailure``, with French sentences.
    """
    return publish(url, ADMIN, read_accounts(home.superset)[ADMIN], force=force, report=say)
