"""Superset against the repository: the pages are there, and nobody changed them without it being pulled."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.publishing.client import PublicationError
from pipelines.operations.doctor.finding import Finding, error, warning, well
from pipelines.operations.ports import running_up
from pipelines.products.dashboards import compare_dashboards
from sources.home.home import Home


def examine_pages(home: Home) -> Iterator[Finding]:
    running = running_up(home)
    if running is None:
        yield well("D0601", "Superset non comparé au projet : « up » ne tourne pas")
        return
    try:
        is_there, changed = compare_dashboards(home, running.ports.superset_url)
    except PublicationError as problem:
        yield error("D0601", f"Superset ne peut pas être interrogé : {problem}", "lisez logs/superset.log")
        return
    if not is_there:
        remedy = "lancez « cartographie dashboards publish »"
        yield warning("D0601", "Superset ne montre pas les pages du projet", remedy)
    if changed:
        said = f"changé dans le navigateur et pas repris dans le projet : {', '.join(changed)}"
        yield warning("D0602", said, "« cartographie dashboards pull », ou « dashboards publish --force »")
    if is_there and not changed:
        yield well("D0601", "Superset montre les pages du projet")
