"""Superset against the repository: the pages are there, and nobody changed them without it being pulled.

Where pages alone are served, also what they show: a release that another installation copied there.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.publishing.client import PublicationError
from dashboards.publishing.release import UnfitRelease
from pipelines.operations.doctor.finding import Finding, error, warning, well
from pipelines.operations.ports import running_up
from pipelines.products.dashboards import compare_dashboards, refuse_unfit_release
from pipelines.warehouse.dbt_manifest import DBT_PROJECT, project_checksum
from pipelines.warehouse.publication import current_release
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


def examine_followed_release(home: Home) -> Iterator[Finding]:
    """Whether the pages can show it, and whether this program's models made it."""
    try:
        refuse_unfit_release(home)
    except UnfitRelease as problem:
        yield error("O0113", str(problem), "lancez « cartographie release copy » sur la machine qui publie")
        return
    release = current_release(home)
    assert release is not None, "looked at just now"
    if release.build.models_checksum != project_checksum(DBT_PROJECT):
        said = f"la version {release.name} vient d'une autre version du programme ; les pages la montrent"
        yield warning("D0505", said, "mettez les deux machines à la même version")
    else:
        yield well("O0113", f"version publiée ailleurs, entière et faite pour ces pages : {release.name}")
