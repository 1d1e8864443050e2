"""Publishes the dashboards of the repository onto a Superset server: the same result however often it runs.

Proves closure, imports, removes what left the repository, grants the reader's role, queries every chart.
Touches only what carries our mark; what others made on the server stays.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from dashboards.bundle import FOLDER, Bundle, ownership_mark, read_bundle, zip_bundle
from dashboards.check import check_closure
from dashboards.client import PublicationError, Session
from dashboards.queries import chart_query

READER_ROLE = "Lecteur"
_KINDS = ("dashboard", "chart", "dataset")


@dataclass(frozen=True)
class PublishReport:
    """What a publication did. `removed` names what left; `queried` counts the charts proved to answer."""

    changed: bool
    dashboards: list[str]
    removed: list[str]
    queried: int


def _silent(_line: str) -> None:
    return


def publish(
    url: str,
    user: str,
    password: str,
    *,
    force: bool = False,
    verify: bool | str = True,
    folder: Path = FOLDER,
    report: Callable[[str], None] = _silent,
) -> PublishReport:
    """Bring the dashboards of `folder` onto the server at `url`.

    Nothing is imported when the server already shows this very bundle, unless `force`.
    `verify` as in requests. Raises PublicationError; a failed import leaves the pages as they were.
    """
    bundle = read_bundle(folder)
    _prove_closure(bundle)
    addresses = [f"{url.rstrip('/')}/superset/dashboard/{page.content['slug']}/" for page in bundle.dashboards]
    with _plain_failures(url, user):
        session = Session(url, user, password, verify)
        if not force and _is_published(session, bundle):
            return PublishReport(changed=False, dashboards=addresses, removed=[], queried=0)
        report("Importation des tableaux de bord…")
        session.assets.import_archive(zip_bundle(bundle))
        removed = _prune(session, bundle)
        _grant_reading(session, bundle)
        report("Interrogation de chaque graphique…")
        queried = _query_every_chart(session, bundle)
    return PublishReport(changed=True, dashboards=addresses, removed=removed, queried=queried)


def _prove_closure(bundle: Bundle) -> None:
    problems = check_closure(bundle)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise PublicationError(f"Rien n'a été publié, les tableaux de bord sont incomplets :\n{listed}")


def _is_published(session: Session, bundle: Bundle) -> bool:
    """Whether the server holds every page at this checksum, every chart, and the reader's role on each page."""
    pages = {_mark("dashboard", page): page for page in session.every("dashboard")}
    for dashboard in bundle.dashboards:
        page = pages.get(ownership_mark(dashboard.uuid, bundle.checksum))
        if page is None or READER_ROLE not in {role["name"] for role in page["roles"]}:
            return False
    charts = {_mark("chart", chart) for chart in session.every("chart")}
    return {ownership_mark(chart.uuid) for chart in bundle.charts} <= charts


def _prune(session: Session, bundle: Bundle) -> list[str]:
    """Remove what carries our mark and is no longer in the bundle; return its names."""
    kept = {document.uuid for document in bundle.documents}
    removed = []
    for kind in _KINDS:
        for found in list(session.every(kind)):
            if _is_ours(kind, found) and found["uuid"] not in kept:
                session.call("DELETE", f"{kind}/{found['id']}")
                removed.append(f"{kind} {_name(found)}")
    return removed


def _is_ours(kind: str, found: dict[str, Any]) -> bool:
    """Whether it carries our mark with its own UUID: somebody's copy of ours carries another's."""
    return f"{_mark(kind, found)}:".startswith(f"{ownership_mark(str(found['uuid']))}:")


def _mark(kind: str, found: dict[str, Any]) -> str:
    if kind == "dataset":
        return str(json.loads(found.get("extra") or "{}").get("owner_mark", ""))
    return str(found.get("certification_details") or "")


def _name(found: dict[str, Any]) -> str:
    return str(found.get("dashboard_title") or found.get("slice_name") or found.get("table_name"))


def _grant_reading(session: Session, bundle: Bundle) -> None:
    found = session.call("GET", "dashboard/related/roles", params={"q": f"(filter:{READER_ROLE},page_size:100)"})
    role = next((item["value"] for item in found["result"] if item["text"] == READER_ROLE), None)
    if role is None:
        raise PublicationError(
            f"Le rôle « {READER_ROLE} » manque sur le serveur : préparez-le (cartographie up), puis publiez de nouveau."
        )
    published = {dashboard.uuid for dashboard in bundle.dashboards}
    for page in list(session.every("dashboard")):
        if page["uuid"] in published:
            session.call("PUT", f"dashboard/{page['id']}", json={"roles": [role]})


def _query_every_chart(session: Session, bundle: Bundle) -> int:
    """Query each chart as its page would, one call a dataset; an import says OK over an unreadable database."""
    numbers = {dataset["uuid"]: dataset["id"] for dataset in session.every("dataset")}
    for dataset in bundle.datasets:
        charts = [chart for chart in bundle.charts if chart.content["dataset_uuid"] == dataset.uuid]
        source = {"id": numbers[dataset.uuid], "type": "table"}
        queries = [chart_query(chart.content["params"]) for chart in charts]
        try:
            _chart_data(session, source, queries)
        except requests.HTTPError:
            _blame(
                session, source, [(chart.content["slice_name"], q) for chart, q in zip(charts, queries, strict=True)]
            )
            raise
    return len(bundle.charts)


def _chart_data(session: Session, source: dict[str, Any], queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    payload = {"datasource": source, "queries": queries, "result_format": "json", "result_type": "full", "force": True}
    return list(session.call("POST", "chart/data", json=payload)["result"])


def _blame(session: Session, source: dict[str, Any], queries: list[tuple[str, dict[str, Any]]]) -> None:
    """Find the chart that does not answer, and say so."""
    for title, query in queries:
        try:
            _chart_data(session, source, [query])
        except requests.HTTPError as problem:
            raise PublicationError(
                f"Le graphique « {title} » est publié mais ne répond pas : {explain(problem)} "
                "Une publication des données existe-t-elle, avec toutes les colonnes (cartographie dashboards check) ?"
            ) from problem


@contextmanager
def _plain_failures(url: str, user: str) -> Iterator[None]:
    """Turn what a network or a server says into one sentence that names what to do."""
    try:
        yield
    except requests.exceptions.SSLError as problem:
        raise PublicationError(f"Le certificat de {url} n'est pas reconnu : donnez celui de son autorité.") from problem
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
