"""Which score is meant: the use case as a person names it, and the campaign, profile and perimeter where not said.

Belongs here: looking names up in a release, and the sentences for those that are not there. Does not: the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from rapidfuzz import fuzz, process

from quality.reading.normalise import label_key

_NEAR_ENOUGH = 75
_NEAR_COUNT = 4
_SHARED_PERIMETERS = ("gcs", "tous")
DEFAULT_PROFILE = "equilibre"


class UnknownChoice(Exception):
    """The release holds no such use case, campaign, profile or perimeter; the message is French and names near ones."""


class NotPublished(Exception):
    """Nothing is published yet; the message is French and names the remedy."""

    def __init__(self) -> None:
        super().__init__("Rien n'est publié : lancez « cartographie up » ou « cartographie run ».")


@dataclass(frozen=True)
class Choice:
    """Codes of one score of the matrix."""

    campaign: str
    profile: str
    perimeter: str
    use_case: str

    def parameters(self) -> dict[str, str]:
        """For queries that name ``$campaign``, ``$profile``, ``$perimeter`` and ``$use_case``."""
        return dict(vars(self))


def choose(
    connection: duckdb.DuckDBPyConnection,
    use_case: str,
    campaign: str | None = None,
    profile: str | None = None,
    perimeter: str | None = None,
) -> Choice:
    """The score meant. By default the profile ``equilibre``, the perimeter ``gcs`` or else ``tous``, and the newest
    campaign in which the use case stands there. Raises ``UnknownChoice``.
    """
    code = _use_case(connection, use_case)
    profile = _known(connection, "profile", "le profil", profile or DEFAULT_PROFILE)
    campaign = campaign and _known(connection, "campaign", "la campagne", campaign)
    perimeter = perimeter and _known(connection, "perimeter", "le périmètre", perimeter)
    places = connection.execute(
        "select campaign_code, perimeter_code from mart_portfolio_matrix where use_case_code = ? and profile_code = ? "
        "order by campaign_rank desc, perimeter_rank, perimeter_code",
        [code, profile],
    ).fetchall()
    wanted = (perimeter,) if perimeter else _SHARED_PERIMETERS
    for found_campaign, found_perimeter in places:
        if campaign in (None, found_campaign) and found_perimeter in wanted:
            return Choice(found_campaign, profile, found_perimeter, code)
    raise UnknownChoice(_absent(code, places))


def _use_case(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """The code of the use case with this code or name, whatever the case and the accents."""
    known = connection.execute("select use_case_code, use_case_title from dim_use_case order by all").fetchall()
    by_name: dict[str, str] = {}
    for code, title in known:
        by_name.setdefault(label_key(title), code)
    by_name |= {label_key(code): code for code, _ in known}
    found = by_name.get(label_key(text))
    if found is not None:
        return found
    raise UnknownChoice(f"Cas d'usage inconnu : « {text} ». {_near(text, by_name, dict(known))}")


def _near(text: str, by_name: Mapping[str, str], titles: Mapping[str, str]) -> str:
    near = process.extract(label_key(text), by_name.keys(), scorer=fuzz.WRatio, score_cutoff=_NEAR_ENOUGH, limit=20)
    codes = list(dict.fromkeys(by_name[name] for name, _, _ in near))[:_NEAR_COUNT]
    if not codes:
        return "Aucun nom ne lui ressemble ; la page Cartographie les liste tous."
    return "Vouliez-vous dire " + ", ".join(f"{code} ({titles[code]})" for code in codes) + " ?"


def _known(connection: duckdb.DuckDBPyConnection, kind: str, article: str, text: str) -> str:
    """The code of a campaign, profile or perimeter given by its code or its label."""
    rows: list[tuple[Any, ...]] = connection.execute(
        f"select distinct {kind}_code, {kind}_label, {kind}_rank from mart_portfolio_matrix order by 3, 1"
    ).fetchall()
    for code, label, _ in rows:
        if label_key(text) in (label_key(code), label_key(label)):
            return str(code)
    known = ", ".join(f"{code} ({label})" for code, label, _ in rows)
    raise UnknownChoice(f"La version publiée n'a pas {article} « {text} ». Elle a : {known or 'rien'}.")


def _absent(code: str, places: list[tuple[Any, ...]]) -> str:
    if not places:
        return f"{code} n'est dans la matrice d'aucune campagne : aucun établissement ne l'a déclaré ni évalué."
    listed = ", ".join(f"{campaign} / {perimeter}" for campaign, perimeter in places[:8])
    more = f" et {len(places) - 8} autres" if len(places) > 8 else ""
    return f"{code} n'est pas dans la matrice demandée. Il est dans (campagne / périmètre) : {listed}{more}."
