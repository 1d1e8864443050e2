"""What is said of a form's export beside its responses: rows that are not handed over, columns that are not read.

Belongs here: one problem for each of these. Does not: what is found (``sources.forms.account``), the verdict
(``form_exports``).
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.rules.grouping import said_rows
from quality.rules.rules import Problem
from quality.rules.wording import counted
from sources.forms.account import MOST_RESPONSES, FormExport, Place
from sources.workbook.xlsx.cell_errors import column_letters

_ROWS = (("E0601", "without_id"), ("E0602", "orphans"), ("E0603", "flattened"), ("W0611", "repeated"))
_CELLS = (
    ("E0610", "contradicted"),
    ("E0613", "unknown_states"),
    ("W0610", "set_aside"),
    ("W0612", "foreign_choices"),
    ("W0613", "unread"),
)
_UNNAMED = "(sans titre)"


def said_beside_responses(export: FormExport) -> Iterator[Problem]:
    if export.lacks_repeats and export.responses:
        yield Problem("E0612", found=counted(len(export.responses), "réponse"))
    if export.beyond:
        sheet, first = export.beyond[0]
        rows = said_rows(row for _, row in export.beyond)
        yield Problem("E0611", sheet=sheet, row=first, found=rows, expected=f"{MOST_RESPONSES} réponses au plus")
    for rule, name in _ROWS:
        for sheet, row in getattr(export, name):
            yield Problem(rule, sheet=sheet, row=row)
    for rule, name in _CELLS:
        for place in getattr(export, name):
            yield _at(rule, place)
    yield from _said_of_what_is_not_read(export)


def _said_of_what_is_not_read(export: FormExport) -> Iterator[Problem]:
    """The sheets and the columns in which no answer is looked for."""
    for sheet, (_, _, ignored) in export.sheets.items():
        if ignored:
            yield Problem("I0403", sheet=sheet, found=counted(ignored, "ligne"))
    for sheet, at, heading in export.unknown:
        shown = heading or _UNNAMED
        yield Problem("I0402", sheet=sheet, row=1, column=shown, cell=f"{column_letters(at)}1", found=shown)
    if own := dict.fromkeys(heading for headings in export.tool_columns.values() for heading in headings):
        yield Problem("I0610", found=", ".join(own))


def _at(rule: str, place: Place) -> Problem:
    cell = f"{column_letters(place.at)}{place.row}"
    return Problem(rule, place.sheet, place.row, place.heading or _UNNAMED, cell, place.text)
