"""The answer to a file: one French page, fit for print and e-mail, and the same facts as JSON.

Belongs here: what an answer says and where it stands. Does not: what is judged (``verdicts``). The page needs no
network and every text from a file is escaped.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape

from quality.rules import Problem
from quality.verdicts import REFUSED, SET_ASIDE, UNCHANGED, WITHDRAWN, FileVerdict
from sources.archive import Reception
from sources.durable import write_whole
from sources.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential

RECEIPT_VERSION = 1
PARIS = ZoneInfo("Europe/Paris")

_SEVERITIES = (
    ("erreur", "À corriger", "Ces lignes ne sont pas prises tant que la cellule n'est pas corrigée."),
    ("avertissement", "À vérifier", "Ces lignes sont prises ; regardez-les."),
    ("information", "Pour information", "Rien à faire, sauf si ce n'est pas ce que vous vouliez."),
)


def write_receipt(home: Home, reception: Reception, verdict: FileVerdict, referential: Referential) -> Path:
    """Write the receipt of one reception (HTML and JSON, same name) and return the page's path."""
    folder = home.receipts / receipt_folder(reception, referential)
    page = folder / f"{reception.number:06d}_{_safe_stem(reception.file_name)}.html"
    write_whole(page.with_suffix(".json"), receipt_json(reception, verdict).encode(), mode=0o640)
    write_whole(page, receipt_html(reception, verdict, referential).encode(), mode=0o640)
    return page


def receipt_folder(reception: Reception, referential: Referential) -> str:
    """The organisation's own folder; the coordinators' when the drop's folder is nobody's."""
    return reception.folder if reception.folder in referential.codes("organisations") else COORDINATORS_FOLDER


def receipt_json(reception: Reception | None, verdict: FileVerdict) -> str:
    """Everything that the answer says, for machines; ``version`` is that of this layout."""
    submission = verdict.submission
    content = {
        "version": RECEIPT_VERSION,
        "reception": reception and {**vars(reception), "received_at": reception.received_at.isoformat()},
        "verdict": verdict.code,
        "submission": submission and {**vars(submission), "key": submission.key},
        "sheets": [vars(count) for count in verdict.counts],
        "problems": [
            {
                **vars(problem),
                "severity": problem.rule.severity,
                "sentence": problem.rule.sentence,
                "remedy": problem.rule.remedy,
            }
            for problem in verdict.problems
        ],
    }
    return json.dumps(content, ensure_ascii=False, default=str)


def receipt_html(
    reception: Reception | None, verdict: FileVerdict, referential: Referential, file_name: str = ""
) -> str:
    """The page that an establishment reads."""
    organisations = referential.labels("organisations")
    submission = verdict.submission
    return _template().render(
        file_name=reception.file_name if reception else file_name,
        number=reception.number if reception else None,
        received=reception.received_at.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M") if reception else None,
        verdict=verdict,
        summary=summary(verdict),
        organisation=submission and organisations.get(submission.organisation_code, submission.organisation_code),
        campaign=submission and referential.labels("campaigns").get(submission.campaign_code, submission.campaign_code),
        groups=_groups(verdict.problems),
    )


def summary(verdict: FileVerdict) -> str:
    """The answer in one or two sentences."""
    taken = sum(count.taken for count in verdict.counts)
    rejected = sum(count.rejected for count in verdict.counts)
    match verdict.code:
        case c if c == REFUSED:
            return "Rien n'a été pris de ce fichier ; l'envoi précédent, s'il existe, reste en place."
        case c if c == UNCHANGED:
            return "Ce fichier est identique à l'envoi déjà pris : rien ne change."
        case c if c == WITHDRAWN:
            return "L'envoi précédent de ce dossier ne compte plus."
        case c if c == SET_ASIDE:
            return (
                "Le fichier est conservé, mais il ne compte pas : il contredit une règle de l'entrepôt. "
                "Le GCS s'en occupe."
            )
        case _ if rejected:
            return f"{_rows(taken)} {_plural(taken, 'prise')}, {_rows(rejected)} à corriger : {_what_next(rejected)}"
        case _:
            return f"{_rows(taken)} {_plural(taken, 'prise')}. Merci : il n'y a rien à corriger."


def _what_next(rejected: int) -> str:
    this = "cette ligne" if rejected == 1 else "ces lignes"
    return f"corrigez {this} dans votre classeur, puis déposez-le à nouveau en entier."


def _unbroken(text: str | None) -> str:
    """French spacing: no line begins with « : ; ? ! » » nor ends with an opening guillemet."""
    return re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", text or "")


def _rows(count: int) -> str:
    return f"{count:,} {_plural(count, 'ligne')}".replace(",", "\u202f")


def _plural(count: int, word: str) -> str:
    return word if count < 2 else f"{word}s"


def _groups(problems: list[Problem]) -> list[dict[str, object]]:
    """The problems by severity, as the page lists them."""
    return [
        {"title": title, "hint": hint, "severity": severity, "problems": listed}
        for severity, title, hint in _SEVERITIES
        if (listed := [problem for problem in problems if problem.rule.severity == severity])
    ]


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["unbroken"] = _unbroken
    return environment.get_template("receipt.html.j2")


def _safe_stem(file_name: str) -> str:
    """A part of a file name that any system takes: letters, digits, dots, dashes."""
    plain = unicodedata.normalize("NFC", file_name.rsplit(".", 1)[0])
    return re.sub(r"[^\w.-]+", "_", plain).strip("._")[:80] or "fichier"
