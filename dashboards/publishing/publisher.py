"""Publishes the dashboards of the repository onto a Superset server: the same result however often it runs.

Proves closure, imports, removes what left the repository, grants what dashboards/serving/access.py says, queries every
chart. Touches only what carries our mark; what others made on the server stays, and what a person changed in the
browser is not overwritten before it was pulled.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.files.bundle import FOLDER, Bundle, is_ours, mark_of, ownership_mark, read_bundle, zip_bundle
from dashboards.files.check import check_closure
from dashboards.publishing.client import PublicationError, Session, UnpulledChanges
from dashboards.publishing.failures import plain_failures
from dashboards.publishing.grants import apply_grants
from dashboards.publishing.proving import query_every_chart, refuse_empty
from dashboards.publishing.remote import Standing, changed_in_browser, title

_KINDS = ("dashboard", "chart", "dataset")


@dataclass(frozen=True)
class PublishReport:
    """What a publication did. `removed` names what left; `queried` counts the charts proved to answer."""

    changed: bool
    dashboards: list[str]
    removed: list[str]
    queried: int
    grants_changed: int = 0


def _silent(_line: str) -> None:
    return


def publish(
    url: str,
    user: str,
    password: str,
    *,
    establishments: Iterable[str] | None = None,
    force: bool = False,
    prove: bool = False,
    is_filled: bool = True,
    verify: bool | str = True,
    folder: Path = FOLDER,
    report: Callable[[str], None] = _silent,
) -> PublishReport:
    """Bring the dashboards of `folder` onto the server at `url`.

    Nothing is imported when the server already shows this very bundle. Changes made in the browser and not yet pulled
    are refused, unless `force`, which imports whatever stands there. `establishments` are the codes whose readers see
    their own rows; None leaves those that the server knows. `prove` queries each chart even when nothing changed;
    one that shows nothing is a fault where `is_filled`, as a demonstration fills all of them, and else only told.
    `verify` as in requests.
    Raises PublicationError; a failed import leaves the pages as they were.
    """
    bundle = read_bundle(folder)
    _prove_closure(bundle)
    addresses = [f"{url.rstrip('/')}/superset/dashboard/{page.content['slug']}/" for page in bundle.dashboards]
    with plain_failures(url, user):
        session = Session(url, user, password, verify)
        changed, removed = force or not _is_published(session, bundle), []
        if changed:
            if not force:
                _refuse_unpulled(session, bundle)
            report("Importation des tableaux de bord…")
            session.assets.import_archive(zip_bundle(bundle))
            removed = _prune(session, bundle)
        elif unpulled := changed_in_browser(session, bundle):
            report(
                f"{_told(unpulled)}\nReprenez-le avec « cartographie dashboards pull », ou défaites-le avec --force."
            )
        granted = apply_grants(session, bundle, establishments)
        queried = 0
        if changed or prove:
            report("Interrogation de chaque graphique…")
            empty = query_every_chart(session, bundle)
            queried = len(bundle.charts)
            if is_filled:
                refuse_empty(empty)
            elif empty:
                report(f"Sur {queried} graphiques, {len(empty)} sans rien à montrer pour l'instant.")
    return PublishReport(changed, addresses, removed, queried, granted)


def compare(url: str, user: str, password: str, folder: Path = FOLDER) -> tuple[bool, list[str]]:
    """Whether the server shows the bundle of `folder`, and the titles of what was changed in the browser since.

    Raises PublicationError when the server does not answer.
    """
    bundle = read_bundle(folder)
    with plain_failures(url, user):
        session = Session(url, user, password)
        return _is_published(session, bundle), [title(thing) for thing in changed_in_browser(session, bundle)]


def _prove_closure(bundle: Bundle) -> None:
    problems = check_closure(bundle)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise PublicationError(f"Rien n'a été publié, les tableaux de bord sont incomplets :\n{listed}")


def _is_published(session: Session, bundle: Bundle) -> bool:
    """Whether the server holds every page and every chart as they are in the repository, as far as the marks tell."""
    pages = [mark_of("dashboard", page) for page in session.every("dashboard")]
    wanted = [ownership_mark(page.uuid, bundle.checksum) for page in bundle.dashboards]
    if not all(any(mark.startswith(f"{page}:") for mark in pages) for page in wanted):
        return False
    charts = {chart["uuid"] for chart in session.every("chart") if is_ours("chart", chart)}
    return {chart.uuid for chart in bundle.charts} <= charts


def _refuse_unpulled(session: Session, bundle: Bundle) -> None:
    changed = changed_in_browser(session, bundle)
    if changed:
        raise UnpulledChanges(
            f"Rien n'a été publié. {_told(changed)}\n"
            "Reprenez-le avec « cartographie dashboards pull », ou écrasez-le avec --force."
        )


def _told(changed: list[Standing]) -> str:
    listed = "\n".join(f"  {title(thing)}" for thing in changed)
    return f"Changé dans le navigateur et pas encore repris dans le projet :\n{listed}"


def _prune(session: Session, bundle: Bundle) -> list[str]:
    """Remove what carries our mark and is no longer in the bundle; return its names."""
    kept = {document.uuid for document in bundle.documents}
    removed = []
    for kind in _KINDS:
        for found in list(session.every(kind)):
            if is_ours(kind, found) and found["uuid"] not in kept:
                session.call("DELETE", f"{kind}/{found['id']}")
                removed.append(f"{kind} {_name(found)}")
    return removed


def _name(found: dict[str, Any]) -> str:
    return str(found.get("dashboard_title") or found.get("slice_name") or found.get("table_name"))
