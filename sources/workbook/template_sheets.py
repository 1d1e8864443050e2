"""What the template holds to explain and is not read back: whole sheets, and rows that begin with a word."""

READ_ME_SHEET = "Lisez-moi"
CATALOGUE_SHEET = "Catalogue"
CRITERIA_SHEET = "Critères"
LISTS_SHEET = "_listes"
MODEL_SHEET = "_modele"
ANSWER_SHEET = "Réponse"
"""The first sheet of a workbook sent back annotated: it comes back with the corrected workbook."""

UNREAD_SHEETS = (READ_ME_SHEET, CATALOGUE_SHEET, CRITERIA_SHEET, LISTS_SHEET, MODEL_SHEET, ANSWER_SHEET)

EXAMPLE = "Exemple"
PREVIOUS = "Précédent"

IGNORED_ROW_PREFIXES = (EXAMPLE, PREVIOUS)
"""A row whose first cell begins with one of these is shown greyed by the template and is no answer."""
