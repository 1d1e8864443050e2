"""« Vouliez-vous dire … ? »: what a text that was not understood most looks like.

Belongs here: looking for the nearest known label. A suggestion is only ever said, never applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from quality.normalise import label_key
from sources.referential.loader import Referential
from sources.workbook.layout import Column

_CLOSE_ENOUGH = 70
_SURELY_MEANT = 85


def suggester(referential: Referential) -> Callable[[Column, str], str | None]:
    """(column, text) → the nearest label, or ``code (label)`` where a code is asked; each text is looked up once."""
    by_name = {
        kind: {label_key(label): f"{code} ({label})" for code, label in referential.labels(table).items()}
        for kind, table in (("use_case", "use_cases"), ("organisation", "organisations"))
    }

    @lru_cache(maxsize=20_000)
    def nearest(column: Column, text: str) -> str | None:
        if column.choices:
            return nearest_of({label_key(label): label for label in column.offered}, text, _CLOSE_ENOUGH)
        names = by_name.get(column.kind)
        return nearest_of(names, text, _SURELY_MEANT) if names else None

    return nearest


def nearest_of(names: Mapping[str, str], text: str, close_enough: float) -> str | None:
    """The value of the key that the text most looks like, if any is near."""
    best = process.extractOne(label_key(text), names.keys(), scorer=fuzz.WRatio, score_cutoff=close_enough)
    return names[best[0]] if best else None
