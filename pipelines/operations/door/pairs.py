"""The duplicates of an establishment's use cases, and what it suggests of them.

Belongs here: reading the published pairs that it may know, taking a suggestion in. Does not: finding pairs
(``quality.duplicates``), deciding, which pairs it may know (``mart_reader_duplicate_pair``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import duckdb

from quality.answers.answer import PARIS
from quality.duplicates import suggestions
from quality.duplicates.decisions import DECISION_LABELS
from quality.duplicates.suggestions import KINDS, Suggestion
from quality.privacy.guard import mask_text
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.text.characters import composed

LONGEST_REASON = 500
MOST_SHOWN = 100
MOST_OF_A_DAY = 5
"""Of one pair and establishment: the archive keeps each, and nothing of it is ever taken out."""
CHANGED_OFTEN = "Vous avez changé d'avis cinq fois aujourd'hui sur ces deux cas : la dernière proposition est gardée."
SUGGESTED = {code: DECISION_LABELS[code] for code in KINDS}

_QUERY = """
select use_case_code, use_case_label, other_code, other_label, other_owner_label, state_label
from mart_reader_duplicate_pair
where reader_organisation_code = ?
order by state_rank, likeness_score desc, use_case_code, other_code
limit ?
"""


class UnfitSuggestion(Exception):
    """A suggestion that cannot be taken; the message is French."""


def known_pairs(home: Home, establishment: str) -> list[dict[str, Any]]:
    """The published pairs, those that wait first, each with what this establishment suggested of it last."""
    if not home.current_release.exists():
        return []
    try:
        with duckdb.connect(str(home.current_release.resolve()), read_only=True, config={"threads": "1"}) as release:
            cursor = release.execute(_QUERY, [establishment, MOST_SHOWN])
            names = [column[0] for column in cursor.description or ()]
            pairs = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.CatalogException:  # published by a program that did not have it
        return []
    said = suggestions.current_suggestions(home)
    for pair in pairs:
        own = [one for one in said.get(_codes(pair), ()) if one.organisation_code == establishment]
        pair["suggested"] = suggestions.said_by_one(own[-1]) if own else ""
    return pairs


def suggest(home: Home, establishment: str, asked: dict[str, Any]) -> None:
    """Archive what an establishment suggests of a pair that it may know; what waits to be decided is not said twice.

    Raises LookupError for a pair that is none of its own, UnfitSuggestion.
    """
    wanted = _codes({name: str(asked[name]) for name in ("use_case_code", "other_code")})
    if wanted not in {_codes(pair) for pair in known_pairs(home, establishment)}:
        raise LookupError(wanted)
    if asked["suggestion"] not in SUGGESTED:
        raise UnfitSuggestion("Choisissez ce que vous proposez : le même cas d'usage, ou deux cas différents.")
    today = dt.datetime.now(PARIS).date()
    suggestion = Suggestion(establishment, *wanted, asked["suggestion"], _reason(str(asked["reason"])), today)
    waiting_ones = [replace(one, suggested_on=today) for one in suggestions.waiting_suggestions(home)]
    if suggestion not in waiting_ones:
        if suggestions.count_of_day(home, suggestion) >= MOST_OF_A_DAY:
            raise UnfitSuggestion(CHANGED_OFTEN)
        suggestions.record(home, suggestion, str(asked["sent_by"]))


def waiting(home: Home, referential: Referential) -> list[str]:
    """For coordinators: each suggestion on whose pair nothing was decided since, in a sentence."""
    names = referential.labels("organisations")
    return [
        f"{one.use_case_code} et {one.other_code}, {suggestions.said([one], names)}"
        for one in suggestions.waiting_suggestions(home)
    ]


def _codes(pair: dict[str, Any]) -> tuple[str, str]:
    first, second = sorted((pair["use_case_code"], pair["other_code"]))
    return first, second


def _reason(written: str) -> str:
    """One line, composed; refused where it is long or names somebody."""
    reason = " ".join("".join(letter if letter.isprintable() else " " for letter in composed(written)).split())
    if len(reason) > LONGEST_REASON:
        raise UnfitSuggestion(f"Le motif est trop long : {LONGEST_REASON} caractères au plus.")
    if mask_text(reason)[1]:
        raise UnfitSuggestion(
            "Le motif semble contenir une donnée personnelle (adresse, téléphone, numéro…) : retirez-la."
        )
    return reason
