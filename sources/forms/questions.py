"""The names of a form's questions, which its exports carry back.

Belongs here: what the form and the reading of its exports must agree on. Does not: either of them.
"""

from __future__ import annotations

from sources.workbook.template.layout import ENVELOPE, Column, Sheet

OTHER_CHOICE = "autre"
OTHER_SUFFIX = "_autre"
OTHER_LABEL = "Code de votre cas d'usage"
"""A use case is chosen from the catalogue, or « autre » is, and its own code is written in a question beside."""

DOSSIER = "dossier"

NOTE_SUFFIX = "_note"
"""A sentence shown at the head of a group; exports give it an empty column."""

NOT_ASSESSED_CHOICE = "NON_EVALUE"


def note(sheet: Sheet) -> str:
    """The sentence at the head of a group; an export with labels makes it a heading."""
    return f"Vous décrivez ici {sheet.row_means}."


def question_name(sheet: Sheet, column: Column) -> str:
    """Unique in the whole form, since expressions name a question without its group."""
    return f"{sheet.code}_{column.code}"


def is_asked(sheet: Sheet, column: Column) -> bool:
    """Whether a form asks for the column: the form's own identifier of the response takes the place of the dossier."""
    return (sheet.code, column.code) != (ENVELOPE, DOSSIER)
