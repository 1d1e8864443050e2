"""The names of the template's sheets that explain and are not read back."""

READ_ME_SHEET = "Lisez-moi"
CATALOGUE_SHEET = "Catalogue"
CRITERIA_SHEET = "Critères"
LISTS_SHEET = "_listes"
MODEL_SHEET = "_modele"

UNREAD_SHEETS = (READ_ME_SHEET, CATALOGUE_SHEET, CRITERIA_SHEET, LISTS_SHEET, MODEL_SHEET)
