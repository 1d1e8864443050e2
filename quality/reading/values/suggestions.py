"""« Vouliez-vous dire … ? »: what a text that was not understood most looks like.

Belongs here: looking for the nearest known label. A suggestion is only ever said, never applied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from quality.reading.headings.heading_meaning import negations
from quality.reading.normalise import label_key, says_no_answer
from quality.reading.values.typed import LISTING
from sources.finess.sites import legal_entity_of_site
from sources.referential.loader import Referential
from sources.workbook.template.layout import CHOICE_SEPARATOR, Column

_CLOSE_ENOUGH = 70
_SURELY_MEANT = 85
_ONE_SLIP = 1
_OTHER_ANSWERS = frozenset({"oui", "non", "vrai", "faux"})
_CHANGES_THE_SENSE = re.compile(r"[≠<>!]")
_SHORTEST_MISSPELT = 3


def suggester(referential: Referential) -> Callable[[Column, str], str | None]:
    """(column, text) → the nearest label, or ``code (label)`` where a code is asked; each text is looked up once.

    Of an organisation, the number of one of its sites leads to it too.
    """
    by_name = {
        kind: {label_key(label): f"{code} ({label})" for code, label in referential.labels(table).items()}
        for kind, table in (("use_case", "use_cases"), ("organisation", "organisations"))
    }

    @lru_cache(maxsize=20_000)
    def nearest(column: Column, text: str) -> str | None:
        if column.kind == "choices":
            return _nearest_of_each(column, text)
        if column.choices:
            return _nearest_choice(column, text)
        names = by_name.get(column.kind)
        if not names:
            return None
        return nearest_code(names.values(), _of_site(column, text)) or nearest_name(names, text)

    return nearest


def _nearest_choice(column: Column, text: str) -> str | None:
    """The label that the text surely means: none where it names two, or the contrary of one (« Pas fort »)."""
    key = label_key(text)
    if column.missing_label and says_no_answer(text):
        return column.missing_label
    if not key or key in _OTHER_ANSWERS or _CHANGES_THE_SENSE.search(text):
        return None
    labels = {label_key(label): label for label in column.offered}
    words = set(key.split())
    if len(key) < _SHORTEST_MISSPELT:
        begun = [label for name, label in labels.items() if name.startswith(key)]
        return begun[0] if len(begun) == 1 else None
    holding = [label for name, label in labels.items() if words <= set(name.split())]
    if len(holding) == 1:
        return holding[0]
    named = _named_in(words, labels)
    if len(named) > 1:
        return None
    near = named[0] if named else nearest_of(labels, text, _CLOSE_ENOUGH)
    return near if near and negations(near) == negations(text) else None


def _named_in(words: set[str], labels: Mapping[str, str]) -> list[str]:
    """The labels that the text names in full, but for those that are a part of another one."""
    named = {label: own for name, label in labels.items() if (own := set(name.split())) <= words}
    return [label for label, own in named.items() if not any(own < other for other in named.values())]


def _nearest_of_each(column: Column, text: str) -> str | None:
    """A label for each of the pieces of a list, or none at all: to name some would drop the others."""
    pieces = [piece for piece in LISTING.split(text) if piece.strip()]
    labels = [_nearest_choice(column, piece) for piece in pieces]
    known = list(dict.fromkeys(label for label in labels if label))
    return f" {CHOICE_SEPARATOR} ".join(known) if known and None not in labels else None


def nearest_code(named: Iterable[str], text: str) -> str | None:
    """Of ``code (label)`` texts, the one whose code is a single slip away from the text (a digit, or two swapped)."""
    written = "".join(text.upper().split())
    slips = {one: OSA.distance(_bare(one.split(" (")[0]), _bare(written)) for one in named}
    fewest = min(slips.values(), default=_ONE_SLIP + 1)
    near = [one for one, count in slips.items() if count == fewest]
    return near[0] if fewest <= _ONE_SLIP and len(near) == 1 else None


def _bare(code: str) -> str:
    """A code without its dashes and the zeros that pad its number: ``CAT-001`` as ``CAT1``."""
    head, _, tail = code.rpartition("-")
    return head.replace("-", "") + (tail.lstrip("0") if head else tail)


def _of_site(column: Column, text: str) -> str:
    """The number of the legal entity to which a site belongs, where the shipped register knows it; else the text."""
    return legal_entity_of_site("".join(text.split())) or text if column.kind == "organisation" else text


def nearest_of(names: Mapping[str, str], text: str, close_enough: float) -> str | None:
    """The value of the key that the text most looks like, if any is near."""
    best = process.extractOne(label_key(text), names.keys(), scorer=fuzz.WRatio, score_cutoff=close_enough)
    return names[best[0]] if best else None


def nearest_name(names: Mapping[str, str], text: str) -> str | None:
    """The value of the name that the text surely means: most of its words, in any order, slips included."""
    best = process.extractOne(label_key(text), names.keys(), scorer=fuzz.token_set_ratio, score_cutoff=_SURELY_MEANT)
    return names[best[0]] if best else None
