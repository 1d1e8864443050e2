"""Notes and text boxes that lie over a sheet: nobody reads them here, so that what they hold is not lost unsaid.

Belongs here: those words. Does not: finding them (``sources.workbook``); what they say stays in the sender's file.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.workbook.formats.marks import BOX, NOTE
from sources.workbook.reading import RawSheet
from sources.workbook.xlsx.cell_errors import column_letters

_RULES = {NOTE: "I0423", BOX: "I0424"}
_MOST_NAMED = 20


def said_of_notes(raw: RawSheet, first: int) -> Iterator[Problem]:
    """One problem for the notes, one for the boxes; ``first``: index of the row below the titles, whose notes are the
    template's."""
    for kind, rule in _RULES.items():
        places = sorted(
            place for place, what in raw.notes.items() if what == kind and (kind == BOX or place[0] >= first)
        )
        if places:
            names = [f"{column_letters(column)}{row + 1}" for row, column in places[:_MOST_NAMED]]
            left = len(places) - len(names)
            more = f" et {counted(left, 'autre')}" if left else ""
            yield Problem(rule, sheet=raw.name, found=", ".join(names) + more)
