"""Superset against the repository: the pages are there, and nobody changed them without it being pulled."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.client import PublicationError
from pipelines.dashboards import compare_dashboards
from pipelines.doctor.finding import Finding, error, warning, well
from pipelines.status import up_since
from sources.configuration import configuration
from sources.home import Home


def examine_pages(home: Home) -> Iterator[Finding]:
    if up_since(home) is None:
        yield well("D0601", "Superset non comparé au projet : « up » ne tourne pas")
        return
    servers = configuration(home).servers
    host = "127.0.0.1" if servers.host in {"0.0.0.0", "::"} else servers.host
    try:
        is_there, changed = compare_dashboards(home, f"http://{host}:{servers.superset_port}")
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
