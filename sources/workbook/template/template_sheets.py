"""What the template holds to explain and is not read back: whole sheets, and rows that begin with a word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

READ_ME_SHEET = "Lisez-moi"
CATALOGUE_SHEET = "Catalogue"
CRITERIA_SHEET = "Critères"
LISTS_SHEET = "_listes"
MODEL_SHEET = "_modele"
ANSWER_SHEET = "Réponse"
"""The first sheet of a workbook sent back annotated: it comes back with the corrected workbook."""

ANSWER_TITLE = "Réponse à votre classeur"
"""Its first cell: another sheet of that name is somebody's own."""

SUMMARY_SHEET = "Avancement"
SUMMARY_TITLE = "Où en sont les évaluations : rien n'est à remplir ici"
"""Formulas that count the answers of the grid: for whoever fills it, never read back."""

EXPLAINING_SHEETS = (READ_ME_SHEET, CATALOGUE_SHEET, CRITERIA_SHEET, LISTS_SHEET, MODEL_SHEET)
UNREAD_SHEETS = (*EXPLAINING_SHEETS, ANSWER_SHEET, SUMMARY_SHEET)

EXAMPLE = "Exemple"
PREVIOUS = "Précédent"

IGNORED_ROW_PREFIXES = (EXAMPLE, PREVIOUS)
"""A row whose first cell begins with one of these is shown greyed by the template and is no answer."""

_NAMED_OTHERWISE = "cas_usage"
"""A row shows a use case by its code, the grid by its name. Marks of before held it too, and are still read."""

_MARK = re.compile(r", réf\. ([0-9a-f]{6})\)")


def previous_title(campaign: str, answers: Mapping[str, str | None]) -> str:
    """What the first cell of a row of earlier answers says: their campaign, and a mark of what the row holds beside."""
    return f"{PREVIOUS} ({campaign}, réf. {_mark(answers)})"


def is_written_over(title: str, answers: Mapping[str, str | None]) -> bool:
    """Whether a row of earlier answers holds something else than was written there; one without a mark does not say."""
    found = _MARK.search(title)
    return found is not None and found[1] not in (_mark(answers), _mark(answers, left_out=""))


def _mark(answers: Mapping[str, str | None], left_out: str = _NAMED_OTHERWISE) -> str:
    """The same for the same texts of the same columns, in any order and whatever their blanks."""
    kept = {code: text for code, text in answers.items() if text and text.strip() and code != left_out}
    said = sorted((code, " ".join(text.split())) for code, text in kept.items())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:6]
