"""One sheet a service: several sheets of one kind in a file, read together where nothing says that one is not meant.

Belongs here: what makes such a sheet doubtful, and the words for it. Does not: which sheet is which (``structure``),
rows that say the same thing twice (``repeated_rows``).

A hidden sheet, one of another year, a copy, a draft or one that repeats a row of another would count what its sender
keeps for himself: it is asked for, never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from quality.reading.grids.turning import place_of
from quality.reading.headings.headings import find_headings
from quality.reading.identities import IDENTITIES
from quality.reading.normalise import label_key
from quality.reading.sheets.sheet_rows import FoundSheet, find_sheet, row_count
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)\d\d(?!\d)")
_RECENT = 6
"""Years before the campaign's that two digits of a sheet's name may mean."""
_OF_A_COPY = re.compile(r"\(\d+\)\s*$|\bcop(?:ie|y|ia)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"[\s_-]*\d+\s*$")
_UNNAMED = re.compile(r"(?:feuil(?:le)?|sheet|tab(?:elle|leau)?|onglet|hoja|foglio) ?\d*")
_NOT_MEANT = re.compile(
    r"\b(anciens?|anciennes?|old|vieux|vieilles?|archive[es]*|sauvegardes?|backup|bak|brouillons?|draft|essais?|tests?"
    r"|exemples?|modeles?|template|vierges?|obsoletes?|perimee?s?|annulee?s?|supprimee?s?|supprimer|corbeille|poubelle"
    r"|precedente?s?|avant|historique|version|v\d|bis|ter|tri|triee?s?|filtre|filtree?s?|extraits?|extraction|syntheses?"
    r"|recap|recapitulatif|total|totaux|consolidee?s?|consolidation|ensemble|tous|toutes|globale?s?|finale?s?|definitif"
    r"|definitives?|corrigee?s?|corrections?|provisoires?|temp|tmp|nouveau|nouvelles?|new|ne pas|n 1|a verifier"
    r"|a reprendre|en attente)\b"
)
"""Words of a name, without accents, which say that the sheet is another state of the answers, or a sum of them."""


class ServiceSheets(NamedTuple):
    """By index: the sheets to read beside those that are, and those to ask for, with why in French."""

    read: dict[int, Sheet]
    asked: dict[int, tuple[Sheet, str]]


class NameDoubts:
    """What the look of a sheet says against it, beside the names of the others and the year of the campaign."""

    def __init__(self, raw: Iterable[RawSheet], years: set[str]) -> None:
        self._names = {label_key(sheet.name) for sheet in raw}
        self._years = years

    def of(self, sheet: RawSheet) -> str:
        """Why the sheet may not be meant; "" where nothing says so."""
        if sheet.is_hidden:
            return "elle est masquée"
        key = label_key(sheet.name)
        if said := _NOT_MEANT.search(key):
            return f"son nom dit « {said[1]} »"
        if _OF_A_COPY.search(sheet.name) or self._numbers_another(key):
            return "son nom est celui d'une copie"
        if _UNNAMED.fullmatch(key):
            return "son nom ne dit pas ce qu'elle est"
        if other := self._other_years([sheet.name, *_above(sheet)]):
            return f"elle porte une autre année ({other[0]})"
        return ""

    def _numbers_another(self, key: str) -> bool:
        bare = _NUMBERED.sub("", key)
        return bare != key and bare in self._names

    def _other_years(self, texts: list[str]) -> list[str]:
        found = [year for text in texts for year in _YEAR.findall(text) if year not in self._years]
        short = {f"{year % 100:02}" for said in self._years for year in range(int(said) - _RECENT, int(said))}
        short -= {said[2:] for said in self._years}
        return found + [year for year in _SHORT_YEAR.findall(texts[0]) if year in short]


def _above(sheet: RawSheet) -> list[str]:
    """The texts of the first rows up to the one that fills most columns: what a title says."""
    first = sheet.rows[:10]
    widest = max(range(len(first)), key=lambda index: sum(map(bool, first[index])), default=0)
    return [text for row in first[:widest] for text in row if text]


def campaign_years(raw: list[RawSheet], which: Mapping[int, Sheet]) -> set[str]:
    """The years that the campaign's cell names."""
    years: set[str] = set()
    for index, sheet in which.items():
        if sheet.code == ENVELOPE:
            headings = find_headings(raw[index], sheet)
            if (at := headings.positions.get("campagne")) is not None:
                below = raw[index].rows[headings.last_row + 1 :]
                years.update(year for row in below for text in row[at : at + 1] for year in _YEAR.findall(text))
    return years


def sheets_of_services(
    raw: list[RawSheet],
    which: Mapping[int, Sheet],
    version: int | None,
    alike: Callable[[RawSheet], Sheet | None],
) -> ServiceSheets:
    """What becomes of the sheets that have the headings of one that is read already; ``alike``: of which."""
    found = ServiceSheets({}, {})
    doubts = NameDoubts(raw, campaign_years(raw, which))
    read: dict[str, list[RawSheet]] = {}
    for index, sheet in enumerate(raw):
        of = alike(sheet) if index not in which and row_count(sheet) else None
        if of is None:
            continue
        if of.code not in read:
            named = (raw[at] for at, known in which.items() if known.code == of.code)
            read[of.code] = [one for one in named if of.code in IDENTITIES and _keys(one, of, version)]
        others = read[of.code]
        why = _why_not(sheet, of, others, version, doubts)
        if why is None:
            found.read[index] = of
            others.append(sheet)
        else:
            found.asked[index] = (of, why)
    return found


def said_together(sheets: Mapping[str, FoundSheet], beside: Mapping[str, list[FoundSheet]]) -> Iterator[Problem]:
    """That several sheets of one kind are read together, with the rows of each."""
    for code, first in sheets.items():
        parts = [part for part in (first, *beside.get(code, ())) if part.rows]
        if len(parts) > 1:
            shown = ", ".join(
                f"« {part.name} » ({counted(len(part.rows), 'colonne' if part.is_turned else 'ligne')})"
                for part in parts
            )
            yield Problem("I0422", found=shown, expected=f"lues ensemble comme « {first.sheet.label} »")


def _why_not(sheet: RawSheet, of: Sheet, others: list[RawSheet], version: int | None, doubts: NameDoubts) -> str | None:
    """Why the sheet cannot be read beside the others of its kind; None where it can."""
    if of.code not in IDENTITIES or sheet.is_text:
        return ""
    if why := doubts.of(sheet):
        return why
    for other in others:
        if why := doubts.of(other):
            return f"« {other.name} » laisse un doute : {why}"
    return _shared(sheet, of, others, version)


def _shared(sheet: RawSheet, of: Sheet, others: list[RawSheet], version: int | None) -> str | None:
    """That a row of the sheet is one of another's too; None where none is."""
    own = _keys(sheet, of, version)
    for other in others:
        there = _keys(other, of, version)
        if (key := next((key for key in own if key in there), None)) is not None:
            return f"sa {place_of(sheet, own[key])} est aussi la {place_of(other, there[key])} de « {other.name} »"
    return None


def _keys(raw: RawSheet, sheet: Sheet, version: int | None) -> dict[tuple[str, ...], int]:
    """Key of each row → its number."""
    found, _ = find_sheet(raw, sheet, version)
    if found is None:
        return {}
    places = [found.positions.get(code) for code in IDENTITIES[sheet.code]]
    return {key: number for number, row in found.rows if any(key := _key(row, places))}


def _key(row: list[str], places: list[int | None]) -> tuple[str, ...]:
    """A row's key without case, accents, zeros that pad a number, nor what stands in brackets beside a code."""
    texts = (row[at] if at is not None and at < len(row) else "" for at in places)
    return tuple(re.sub(r"\b0+(?=\d)", "", label_key(text.partition("(")[0] or text)) for text in texts)
