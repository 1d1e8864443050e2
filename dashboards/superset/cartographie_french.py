"""How Superset writes numbers, dates and words in French. No security and no database here."""

# Runs in the Superset environment, whose libraries the project's type checker does not see.
# mypy: ignore-errors

import json

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

LANGUAGE_PACK = "/superset/language_pack/fr/"
# What Superset's own French lacks or gets wrong on the pages that readers see.
MENDED_WORDS = {
    "%s record": ["%s ligne", "%s lignes"],
    "%s record...": ["%s ligne…", "%s lignes…"],
    "Search %s records": ["Rechercher parmi %s lignes"],
    "Modified %s": ["Modifié %s"],
    "Draft": ["Brouillon"],
    "N/A": ["—"],
    "Username:": ["Nom d'utilisateur"],
    "Filters and controls": ["Filtres"],
    "Select all": ["Tout sélectionner"],
    "Waiting on %s": ["Réponse attendue : %s"],
    "Data error": ["Les données ne répondent pas"],
    "Unable to load dashboard": ["La page ne peut pas s'afficher"],
    "No results were returned for this query": ["Rien à montrer"],
    # Of charts that have no sentence of their own for it (dashboards/sentences.py).
    "There is currently no information to display.": [
        "Aucune donnée ne répond à tous les filtres à la fois, ou il n'y en a pas encore."
    ],
}
# « 1-6 of 6 » below a list: written in the code, where no translation reaches it.
HIDDEN_ENGLISH = "<style>.ant-pagination-total-text, .row-count-container { display: none !important; }</style>"


def mend_french(response, path):
    """Say in the page that it is in French, complete the words that the pages load, hide what stays English."""
    if path == LANGUAGE_PACK and response.status_code == 200:
        response.direct_passthrough = False
        pack = json.loads(response.get_data(as_text=True))
        pack["locale_data"]["superset"].update(MENDED_WORDS)
        response.set_data(json.dumps(pack))
        for outdated in ("ETag", "Last-Modified"):
            response.headers.pop(outdated, None)
    elif response.mimetype == "text/html" and not response.direct_passthrough:
        page = response.get_data(as_text=True)
        page = page.replace("<html>", '<html lang="fr">', 1)
        response.set_data(page.replace("</head>", f"{HIDDEN_ENGLISH}</head>", 1))
    return response
