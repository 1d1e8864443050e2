"""What is answered to one file: the facts that the page, the JSON and the annotated workbook all tell.

Belongs here: the facts and the French sentences that say them. Does not: how each of the three is laid out
(``receipts``, ``annotated``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from quality.answers.refusal import why_refused
from quality.privacy.guard import shown_name
from quality.reading.telling import told
from quality.rules.rules import Problem, Rule
from quality.rules.wording import counted
from quality.verdicts.lost_rows import GONE
from quality.verdicts.verdicts import (
    BUNDLE,
    DIVIDED,
    FORM_EXPORT,
    HELD,
    REFUSED,
    SET_ASIDE,
    UNCHANGED,
    WITHDRAWN,
    FileVerdict,
)
from sources.archive.archive import Reception
from sources.referential.loader import Referential

PARIS = ZoneInfo("Europe/Paris")

SEVERITIES = (
    ("erreur", "À corriger", "Ces lignes ne sont pas prises tant que la cellule n'est pas corrigée."),
    ("avertissement", "À vérifier", "Ces points n'empêchent pas de prendre une ligne ; regardez-les."),
    (
        "information",
        "Ce qui a été compris ou laissé de côté",
        "Rien à faire, sauf si ce n'est pas ce que vous vouliez.",
    ),
)
"""Severity, title of its list, what it means for the reader; the gravest first."""


_ALWAYS_SAID = {
    FORM_EXPORT: "Cet export de formulaire a été lu : chaque réponse nouvelle ou changée est reçue comme un envoi à "
    "part, avec son numéro et sa page.",
    BUNDLE: "Cette archive a été ouverte : chaque fichier est reçu comme un envoi à part, avec son numéro et sa propre "
    "réponse.",
    HELD: "Rien n'a encore été pris de ce fichier : il contient beaucoup moins d'évaluations que l'envoi précédent, "
    "qui reste celui qui compte. Si c'est voulu, écrivez « oui » dans « Remplacement » (feuille « Établissement ») "
    "et déposez-le à nouveau ; sinon, déposez le fichier complet.",
    UNCHANGED: "Ce fichier est identique à l'envoi déjà pris : rien ne change.",
    WITHDRAWN: "L'envoi précédent de ce dossier ne compte plus.",
    SET_ASIDE: "Le fichier est conservé, mais il ne compte pas : il contredit une règle de l'entrepôt. Le GCS s'en "
    "occupe.",
}
"""Verdict → the answer in one or two sentences, where it does not depend on what was found in the file."""


@dataclass(frozen=True)
class AnnotatedWorkbook:
    """The workbook sent back: ``is_original`` when it is the sender's own file, else a copy of its values.

    ``how`` says in French what it is, and what was left out of it.
    """

    content: bytes
    is_original: bool
    how: str


@dataclass(frozen=True)
class Answer:
    """The answer to one file.

    ``mended`` holds the problems of the previous file of the same key that this one no longer has; ``mended_since``
    is that file's reception number. ``not_checked`` lists the rules that were not applied.
    """

    verdict: FileVerdict
    file_name: str
    reception: Reception | None = None
    organisation: str | None = None
    campaign: str | None = None
    mended: list[Problem] = field(default_factory=list)
    mended_since: int | None = None
    not_checked: list[Rule] = field(default_factory=list)
    deadline: date | None = None

    @property
    def deadline_sentence(self) -> str:
        """Until when the campaign takes answers."""
        if self.deadline is None or not self.campaign:
            return ""
        return f"{self.campaign} : les envois et leurs corrections sont attendus jusqu'au {self.deadline:%d/%m/%Y}."

    @property
    def summary(self) -> str:
        """The answer in one or two sentences."""
        return summary(self.verdict)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What identifies the file: name of the fact, value."""
        submission = self.verdict.submission
        named = [
            ("Numéro de réception", str(self.reception.number) if self.reception else None),
            ("Tiré de la réception", _parent(self.reception)),
            ("Reçu le", _said_time(self.reception.received_at) if self.reception else None),
            ("Envoyé par", self.reception.sent_by if self.reception else None),
            ("Établissement", self.organisation),
            ("Campagne", self.campaign),
            ("Dossier", submission.dossier_code if submission else None),
        ]
        return [(name, value) for name, value in named if value]

    @property
    def masked_sentence(self) -> str:
        """What is said of personal data that were found; nothing where none were."""
        count = len(self.verdict.masked)
        if not count:
            return ""
        if count == 1:
            what = "Une cellule contient une donnée personnelle : elle est masquée dans nos réponses et n'entre pas"
        else:
            what = (
                f"{counted(count, 'cellule')} contiennent des données personnelles : elles sont masquées dans nos "
                "réponses et n'entrent pas"
            )
        return (
            f"{what} dans l'entrepôt. Déposez un fichier sans donnée personnelle, puis demandez au GCS de supprimer "
            "celui-ci."
        )


def answer_to(
    reception: Reception | None, verdict: FileVerdict, referential: Referential, file_name: str = ""
) -> Answer:
    """The answer to a file received, or (``reception`` None) only checked, under the labels of the referential."""
    submission = verdict.submission
    organisation = campaign = deadline = None
    if submission is not None:
        code = submission.organisation_code
        label = referential.labels("organisations").get(code, code)
        organisation = label if label == code else f"{label} ({code})"
        campaign = referential.labels("campaigns").get(submission.campaign_code, submission.campaign_code)
        deadline = _deadline(submission.campaign_code, referential)
    verdict = replace(verdict, problems=told(verdict.problems))
    name, _ = shown_name(reception.file_name if reception else file_name)
    return Answer(verdict, name, reception, organisation, campaign, deadline=deadline)


def _deadline(campaign: str, referential: Referential) -> date | None:
    found: date | None = referential.by_code("campaigns", "deadline").get(campaign)
    return found


def mended_problems(before: Iterable[Problem], now: Iterable[Problem]) -> list[Problem]:
    """The errors and warnings of the previous file, decided by it alone, that this one no longer has.

    Rows move when a line is added, so two problems are the same by rule, sheet, column and found; of several, those
    still in the same cell are told apart first.
    """
    before, now = list(before), list(now)
    left: Counter[tuple[str | None, ...]] = Counter()
    cells: defaultdict[tuple[str | None, ...], set[str | None]] = defaultdict(set)
    for problem in now:
        left[_sameness(problem)] += 1
        cells[_sameness(problem)].add(problem.cell)
    counted_only = {p.rule_code for p in (*before, *now) if p.more}
    listed = [p for p in before if p.rule.severity != "information" and p.rule.scope == "file"]
    listed = [p for p in listed if p.rule_code not in counted_only]
    mended: set[int] = set()
    for problem in sorted(listed, key=lambda p: p.cell not in cells[_sameness(p)]):
        if left[_sameness(problem)]:
            left[_sameness(problem)] -= 1
        else:
            mended.add(id(problem))
    return [problem for problem in listed if id(problem) in mended]


def mended_title(answer: Answer) -> str:
    """« Corrigé depuis l'envoi précédent (n° 12) : 3 points »."""
    number = f" (n° {answer.mended_since})" if answer.mended_since else ""
    return f"Corrigé depuis l'envoi précédent{number} : {counted(len(answer.mended), 'point')}"


def summary(verdict: FileVerdict) -> str:
    """The answer in one or two sentences."""
    taken = sum(count.taken for count in verdict.counts)
    rejected = sum(count.rejected for count in verdict.counts)
    match verdict.code:
        case c if c == FORM_EXPORT and any(problem.rule_code == "E0612" for problem in verdict.problems):
            return (
                "Rien n'est pris de cet export de formulaire : les cas d'usage et les évaluations n'y sont pas. "
                "Exportez-le au format XLSX, puis déposez-le à nouveau."
            )
        case c if c == DIVIDED:
            apart = f" {counted(rejected, 'ligne')} à corriger : {_what_next(rejected)}" if rejected else ""
            return (
                "Ce fichier contient plusieurs envois : chacun est reçu à part, avec son numéro et sa propre réponse, "
                f"où ses lignes gardent leur numéro.{apart}"
            )
        case c if c == REFUSED:
            return f"{why_refused(verdict.refused_by)} L'envoi précédent, s'il existe, reste en place."
        case c if c in _ALWAYS_SAID:
            return _ALWAYS_SAID[c]
        case _ if rejected:
            to_mend = f"{counted(rejected, 'ligne')} à corriger"
            said = f"{counted(taken, 'ligne', 'prise')}, {to_mend} : {_what_next(rejected)}"
            return f"{said} {_warned(gone_rows(verdict))}".rstrip()
        case _:
            to_look_at = sum(1 + each.more for each in verdict.problems if each.rule.severity == "avertissement")
            rest = f" ; {counted(to_look_at, 'point')} à vérifier" if to_look_at else ""
            thanks = f"{counted(taken, 'ligne', 'prise')}. Merci : il n'y a rien à corriger{rest}."
            return f"{thanks} {_warned(gone_rows(verdict))}".rstrip()


def unbroken(text: str | None) -> str:
    """French spacing: no line begins with « : ; ? ! » » nor ends with « ; none cuts « déposez-le »."""
    spaced = re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", text or "")
    return re.sub(r"(?<=ez)-(?=les?\b|la\b)", "\u2011", spaced)


def _what_next(rejected: int) -> str:
    this = "cette ligne" if rejected == 1 else "ces lignes"
    return f"corrigez {this} dans votre classeur, puis déposez-le à nouveau en entier."


def gone_rows(verdict: FileVerdict) -> str:
    """« 12 lignes de l'envoi précédent n'y sont plus », or nothing: rows of the file whose place this one takes."""
    count = sum(1 + each.more for each in verdict.problems if each.rule_code == GONE)
    if not count:
        return ""
    verb = "n'y sont plus" if count > 1 else "n'y est plus"
    return f"{counted(count, 'ligne')} de l'envoi précédent {verb}"


def _warned(gone: str) -> str:
    return f"Attention : {gone}." if gone else ""


def _sameness(problem: Problem) -> tuple[str | None, ...]:
    return problem.rule_code, problem.sheet, problem.column, problem.found


def _parent(reception: Reception | None) -> str | None:
    """The number of the zip, text or form's export that brought it."""
    return str(reception.derived_from) if reception and reception.derived_from else None


def _said_time(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M")
