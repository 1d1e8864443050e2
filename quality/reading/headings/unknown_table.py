"""What is said of a text of which no table is recognised: its headings, beside those of the sheet that is nearest.

Belongs here: those words. Does not: recognising tables (``structure``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from quality.reading.headings.headings import heading_keys
from quality.reading.normalise import label_key
from quality.rules.rules import Problem
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet

_UNKNOWN = "E0107"
_SHOWN, _LONGEST_SHOWN = 6, 40
_ALIKE = 70
"""Below, two headings share letters and no word."""


def unknown_table(raw: Iterable[RawSheet], layout: Sequence[Sheet]) -> Problem:
    """The refusal of a text; without a heading that looks like one of ours, any sheet's are asked."""
    rows = [next((row for row in text.rows if any(cell.strip() for cell in row)), []) for text in raw]
    headings = [cell.strip() for row in rows for cell in row if cell.strip()]
    shown = [f"« {heading[:_LONGEST_SHOWN]} »" for heading in headings[:_SHOWN]]
    more = len(headings) - len(shown)
    found = f"première ligne : {', '.join(shown)}" + (f" et {more} de plus" if more else "") if shown else None
    sheets = [sheet for sheet in layout if sheet.code != ENVELOPE]
    nearest = max(sheets, key=lambda sheet: _likeness(headings, sheet))
    if not _likeness(headings, nearest):
        return Problem(_UNKNOWN, found=found, expected="les titres de colonnes d'une feuille du modèle")
    columns = sorted(nearest.columns, key=lambda column: not column.required)[:_SHOWN]
    asked = ", ".join(f"« {column.label} »" for column in columns)
    return Problem(_UNKNOWN, found=found, expected=f"les titres de la feuille « {nearest.label} » : {asked}…")


def _likeness(headings: Iterable[str], sheet: Sheet) -> float:
    """How near the headings are to the names of the sheet's columns, all together; 0 where none is."""
    names = list(heading_keys(sheet))
    best = (
        process.extractOne(label_key(heading), names, scorer=fuzz.ratio, score_cutoff=_ALIKE) for heading in headings
    )
    return sum(found[1] for found in best if found)
