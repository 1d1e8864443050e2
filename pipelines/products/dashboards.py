"""The dashboards onto the Superset of a home, with its account.

Belongs here: the calls that the asset, ``up`` and the command line share, which organisations may have readers, and
whether the published data are fit for the pages. Does not: the publisher (``dashboards``).
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from dashboards.files.bundle import read_bundle
from dashboards.publishing.publisher import PublishReport, compare, publish
from dashboards.publishing.pull import PulledFile, pull
from dashboards.publishing.release import UnfitRelease, check_release
from dashboards.serving.server import ADMIN, read_accounts
from pipelines.warehouse.publication import current_release, is_whole
from sources.home.configuration import configuration
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import load_referential

SUPERSET_URL_VARIABLE = "CARTOGRAPHIE_SUPERSET_URL"
"""How ``up`` tells Dagster's processes where Superset answers."""

_HERE = (
    "« cartographie doctor --repair », puis « cartographie run ».",
    "Lancez « cartographie run ».",
    "Si les données sont plus anciennes que le programme, lancez « cartographie run » ; sinon corrigez le modèle ou la "
    "page (« cartographie dashboards check »).",
)
_ELSEWHERE = (
    "Sur la machine qui publie, supprimez cette copie, puis « cartographie release copy ».",
    "Montez le dossier partagé, ou lancez « cartographie release copy » sur la machine qui publie ; les pages suivent "
    "d'elles-mêmes.",
    "Les deux machines ont deux versions du programme : mettez-les à la même, puis « cartographie release copy ».",
)
"""What mends a damaged release, makes one where none is, and brings one that lacks something: here, or where
``published/`` is filled from elsewhere."""


def publish_dashboards(
    home: Home, url: str, say: Callable[[str], None], force: bool = False, prove: bool = False
) -> PublishReport:
    """Bring the project's dashboards onto the server at ``url``; nothing is imported when they are there already.

    Raises the publisher's ``PublicationError`` (``UnfitRelease`` before anything is sent) and the server's
    ``ServerFailure``, with French sentences.
    """
    password = read_accounts(home.superset)[ADMIN]
    refuse_unfit_release(home)
    return publish(
        url,
        ADMIN,
        password,
        establishments=reader_establishments(home),
        force=force,
        prove=prove,
        is_filled=holds_the_demonstration(home),
        report=say,
    )


def refuse_unfit_release(home: Home) -> None:
    """Raise ``UnfitRelease`` where the published data are missing, damaged or of another version than the pages."""
    stays = "Les pages en place restent."
    mends, makes, newer = _ELSEWHERE if configuration(home).servers.pages_only else _HERE
    try:
        release = current_release(home)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UnfitRelease(
            f"La publication des données est illisible ou d'un autre format ({home.published / 'current'}). {stays} "
            f"{mends}"
        ) from problem
    if release is None:
        raise UnfitRelease(
            f"Aucune publication des données n'est en place ({home.published / 'current'}). {stays} {makes}"
        )
    if not is_whole(home, release):
        raise UnfitRelease(f"La publication des données {release.name} est abîmée ou incomplète. {stays} {mends}")
    if problems := check_release(read_bundle(), home.current_release.resolve()):
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise UnfitRelease(
            f"La publication des données {release.name} n'a pas tout ce que les pages montrent :\n{listed}\n{stays} "
            f"{newer}"
        )


def compare_dashboards(home: Home, url: str) -> tuple[bool, list[str]]:
    """Whether the server at ``url`` shows the project's pages, and what was changed in the browser since.

    Raises as ``publish_dashboards``.
    """
    return compare(url, ADMIN, read_accounts(home.superset)[ADMIN])


def pull_dashboards(home: Home, url: str) -> list[PulledFile]:
    """Write into the project what was changed in the browser; raises as ``publish_dashboards``."""
    return pull(url, ADMIN, read_accounts(home.superset)[ADMIN])


def holds_the_demonstration(home: Home) -> bool:
    """Whether every chart has something to show. What establishments send fills them one by one, none at first."""
    campaigns = load_referential(home.referential).table("campaigns")
    shown = set(campaigns.filter(campaigns["is_demonstration"])["code"])
    return not shown.isdisjoint(lake.read(home.lake, "submissions")["campaign_code"].to_list())


def reader_establishments(home: Home) -> list[str]:
    """Codes of the organisations whose accounts read their own rows: those of the referential that are French.

    Where pages alone are served the site's referential is on the other host: those of the release, none before one.
    """
    if configuration(home).servers.pages_only:
        return _published_establishments(home)
    organisations = load_referential(home.referential).table("organisations")
    return list(organisations.filter(organisations["country_code"] == "FR").get_column("code"))


def _published_establishments(home: Home) -> list[str]:
    asked = "select organisation_code from dim_establishment where country_code = 'FR' order by all"
    try:
        with duckdb.connect(str(home.current_release.resolve()), read_only=True) as connection:
            return [code for (code,) in connection.execute(asked).fetchall()]
    except duckdb.Error:
        return []
