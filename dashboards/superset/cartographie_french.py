"""How Superset writes numbers, dates and its own name in French. No security and no database here."""

NARROW_SPACE = "\u202f"

NUMBERS = {
    "decimal": ",",
    "thousands": NARROW_SPACE,
    "grouping": [3],
    "currency": ["", f"{NARROW_SPACE}€"],
    "percent": f"{NARROW_SPACE}%",
}

DATES = {
    "dateTime": "%d/%m/%Y %H:%M",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    "months": [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
    "shortMonths": [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ],
}  # fmt: skip


def declare_language(response):
    """Say in the page itself that it is in French: Superset's template leaves `<html>` without a language."""
    if response.mimetype == "text/html" and not response.direct_passthrough:
        page = response.get_data(as_text=True)
        response.set_data(page.replace("<html>", '<html lang="fr">', 1))
    return response
