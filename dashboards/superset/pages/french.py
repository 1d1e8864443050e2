"""How Superset writes numbers, dates and words in French. No security and no database here."""

import json

from flask import Request, Response

from dashboards.superset.pages.failures import failure_page
from dashboards.superset.pages.words import MENDED_WORDS

NARROW_SPACE = "\u202f"

NUMBERS = {
    "decimal": ",",
    "thousands": NARROW_SPACE,
    "grouping": [3],
    "currency": ["", f"{NARROW_SPACE}€"],
    "percent": f"{NARROW_SPACE}%",
    "minus": "−",
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
# « 1-6 of 6 » below a list: written in the code, where no translation reaches it.
HIDDEN_ENGLISH = "<style>.ant-pagination-total-text, .row-count-container { display: none !important; }</style>"


def mend_french(response: Response, request: Request) -> Response:
    """Say in the page that it is in French, complete the words that the pages load, hide what stays English."""
    if request.path == LANGUAGE_PACK and response.status_code == 200:
        pack = json.loads(_text_of(response))
        pack["locale_data"]["superset"].update(MENDED_WORDS)
        _replace(response, json.dumps(pack))
    elif (failure := failure_page(request, response)) is not None:
        _text_of(response)  # Superset's file is closed when it was read.
        response.mimetype = "text/html"
        _replace(response, failure)
    elif response.mimetype == "text/html" and not response.direct_passthrough:
        page = response.get_data(as_text=True).replace("<html>", '<html lang="fr">', 1)
        response.set_data(page.replace("</head>", f"{HIDDEN_ENGLISH}</head>", 1))
    return response


def _text_of(response: Response) -> str:
    """What stands in a file that would be sent as it is."""
    response.direct_passthrough = False
    return response.get_data(as_text=True)


def _replace(response: Response, text: str) -> None:
    response.set_data(text)
    for outdated in ("ETag", "Last-Modified"):
        response.headers.pop(outdated, None)
