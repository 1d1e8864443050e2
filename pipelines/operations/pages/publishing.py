"""The pages onto the Superset of ``up``: at its start, and, where pages alone are served, as releases come.

Belongs here: when, and what is said of what fails. Does not: publishing (``products.dashboards``), copying a release
(``warehouse.release_copy``). Readers see a new release without any of this: what may have to be brought along are the
pages that the one before was not fit for, and the rows of a new establishment.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable

from dashboards.publishing.client import PublicationError, UnpulledChanges
from dashboards.publishing.release import UnfitRelease
from dashboards.serving.server import ServerFailure
from pipelines.operations.incidents.failures import explain_error
from pipelines.operations.incidents.incidents import incident_of
from pipelines.operations.ports import Ports
from pipelines.products import dashboards_event
from pipelines.products.dashboards import publish_dashboards
from sources.home.configuration import configuration
from sources.home.home import Home

Say = Callable[[str], None]

LOOK_SECONDS = 2.0


def publish_pages(home: Home, ports: Ports, say: Say) -> None:
    """Publish the pages. What a coordinator changed in the browser stays, and a page that fails stops no drop."""
    is_alone = configuration(home).servers.pages_only
    try:
        report = publish_dashboards(home, ports.superset_url, say)
        if report.changed and not is_alone:
            subprocess.run(dashboards_event.command(home, report), check=False, capture_output=True)
    except UnpulledChanges as reason:
        say(str(reason))
    except UnfitRelease as reason:
        say(f"[{incident_of(reason).code}] {reason}")
    except (PublicationError, ServerFailure) as failure:
        say(f"[{incident_of(failure).code}] {failure}")
        if not is_alone:
            say("Les dépôts sont pris et les données publiées.")
        say("Corrigez, puis lancez « cartographie dashboards publish ».")


def seen_release(home: Home) -> str | None:
    """The name of the release that readers see; None where there is none, or its folder is not there."""
    try:
        return home.current_release.resolve(strict=True).parent.name
    except OSError:
        return None


def follow_releases(home: Home, ports: Ports, say: Say, seen: str | None, is_over: Callable[[], bool]) -> None:
    """From now on, beside what goes on here, bring the pages along with each release after ``seen``."""

    def follow(seen: str | None) -> None:
        while not is_over():
            before, seen = seen, seen_release(home)
            if seen != before:
                say(f"Version publiée ailleurs, vue ici : {seen}" if seen else "La version publiée n'est plus là.")
                _publish_whatever_happens(home, ports, say)
            time.sleep(LOOK_SECONDS)

    threading.Thread(target=follow, args=(seen,), daemon=True).start()


def _publish_whatever_happens(home: Home, ports: Ports, say: Say) -> None:
    """A folder may go away at any line: what is said then is said, and the next release is looked for all the same."""
    try:
        publish_pages(home, ports, say)
    except Exception as error:
        say(explain_error(error))
