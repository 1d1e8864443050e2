"""What becomes of a whole file: taken, taken in part, refused, a withdrawal, or nothing new.

Belongs here: the identity of a submission and the decision on it. Does not: cells (``validation``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from quality.reading.sheets.structure import FoundWorkbook
from quality.rules.rules import Problem
from quality.verdicts.validation import ValidatedBatch
from sources.workbook.reading import CSV_SHEET
from sources.workbook.template.layout import ENVELOPE

TAKEN = "prise"
PARTIAL = "partielle"
REFUSED = "refusee"
WITHDRAWN = "retrait"
UNCHANGED = "sans_changement"
SET_ASIDE = "mise_de_cote"
FORM_EXPORT = "formulaire"
BUNDLE = "archive"
DIVIDED = "envois"
PURGED = "purgee"
HELD = "en_attente"

VERDICT_LABELS = {
    TAKEN: "Pris en entier",
    PARTIAL: "Pris en partie",
    REFUSED: "Refusé en entier",
    WITHDRAWN: "Retrait enregistré",
    UNCHANGED: "Sans changement",
    SET_ASIDE: "Mis de côté",
    FORM_EXPORT: "Export de formulaire",
    BUNDLE: "Archive de plusieurs classeurs",
    DIVIDED: "Fichier de plusieurs envois",
    PURGED: "Purgé",
    HELD: "En attente de confirmation",
}

DEFAULT_DOSSIER = "principal"
_CSV_DOSSIER = "csv-"


@dataclass(frozen=True)
class Submission:
    """Who answers what: the key that a later file replaces.

    ``is_replacement``: the sender says that the file may lose much of the earlier one. ``is_unnamed``: a CSV that names
    no dossier, which every CSV of that sheet then shares.
    """

    organisation_code: str
    campaign_code: str
    dossier_code: str
    submitted_on: dt.date | None
    is_withdrawal: bool
    is_replacement: bool = False
    is_unnamed: bool = False

    @property
    def key(self) -> str:
        return f"{self.organisation_code}|{self.campaign_code}|{self.dossier_code}"


@dataclass(frozen=True)
class SheetCount:
    """Rows of one sheet; read = taken + rejected + ignored."""

    sheet: str
    read: int
    taken: int
    rejected: int
    ignored: int


@dataclass(frozen=True)
class MaskedCell:
    """A cell whose text held personal data: ``text`` is what stands in its place everywhere beyond the archive.

    ``row`` is the spreadsheet's own number, ``column`` 0-based (0 is A).
    """

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class FileVerdict:
    """The answer to one file; ``problems`` in the order in which the file shows them.

    ``refused_by``: those of them for which a file is refused whole, the others being told beside.
    """

    code: str
    submission: Submission | None
    counts: list[SheetCount] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    masked: list[MaskedCell] = field(default_factory=list)
    refused_by: list[Problem] = field(default_factory=list)

    @property
    def label(self) -> str:
        return VERDICT_LABELS[self.code]


def refused(*problems: Problem) -> FileVerdict:
    """The verdict on a file that could not be opened at all."""
    return FileVerdict(REFUSED, None, [], list(problems), refused_by=list(problems))


def refused_instead(verdict: FileVerdict, because: Problem) -> FileVerdict:
    """The verdict on a file that would be taken, were it not for this."""
    counts = _all_rejected(verdict.counts)
    return _refused(verdict.submission, counts, [*verdict.problems, because], [because])


def held(verdict: FileVerdict, because: Problem) -> FileVerdict:
    """The verdict on a file that would be taken, and waits until its sender confirms it."""
    counts = _all_rejected(verdict.counts)
    return replace(verdict, code=HELD, counts=counts, problems=[because, *verdict.problems], refused_by=[because])


def decide(number: int, found: FoundWorkbook, batch: ValidatedBatch, folder: str | None) -> FileVerdict:
    """The verdict on one file of a validated batch.

    ``folder`` is the organisation whose intake folder held the file, or None when the file stands alone.
    """
    problems = list(batch.problems[number])
    submission, troubles = _identify(number, found, batch, folder)
    troubles += batch.refused.get(number, [])
    problems += troubles
    counts = _sheet_counts(number, found, batch)
    if submission is None and not found.is_refused and not batch.envelopes.get(number):
        return _by_its_rows(found, None, counts, problems)
    if submission is None or found.is_refused or troubles:
        because = [*_errors(found.problems), *troubles] or _errors_of_envelope(found, problems)
        return _refused(submission, _all_rejected(counts), problems, because)
    if submission.is_withdrawal:
        return FileVerdict(WITHDRAWN, submission, counts, in_order(problems, counts))
    return _by_its_rows(found, submission, counts, problems)


def decide_without_sender(number: int, found: FoundWorkbook, batch: ValidatedBatch) -> FileVerdict:
    """The verdict on one file that is no submission of an organisation: a workbook of decisions."""
    problems = list(batch.problems[number])
    counts = _sheet_counts(number, found, batch)
    troubles = batch.refused.get(number, [])
    problems += troubles
    if found.is_refused or troubles:
        return _refused(None, _all_rejected(counts), problems, [*_errors(found.problems), *troubles])
    return _by_its_rows(found, None, counts, problems)


def _by_its_rows(
    found: FoundWorkbook, submission: Submission | None, counts: list[SheetCount], problems: list[Problem]
) -> FileVerdict:
    rows = [count for count in counts if count.read > count.ignored]
    data_rows = [count for count in rows if _sheet_code(found, count.sheet) != ENVELOPE]
    if not data_rows:
        empty = Problem("E0105")
        return _refused(submission, _all_rejected(counts), [*problems, empty], [empty])
    if not any(count.taken for count in data_rows):
        nothing = Problem("E0106")
        return _refused(submission, counts, [*problems, nothing], [nothing])
    is_partial = any(count.rejected for count in counts)
    return FileVerdict(PARTIAL if is_partial else TAKEN, submission, counts, in_order(problems, counts))


def _refused(
    submission: Submission | None, counts: list[SheetCount], problems: list[Problem], because: list[Problem]
) -> FileVerdict:
    return FileVerdict(REFUSED, submission, counts, in_order(problems, counts), refused_by=because)


def _errors(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.rule.severity == "erreur"]


def _errors_of_envelope(found: FoundWorkbook, problems: list[Problem]) -> list[Problem]:
    """What is wrong in the row that says who sends the file; in a CSV it is the first row of the answers."""
    envelope = found.sheets[ENVELOPE]
    labels = {column.label for column in envelope.sheet.columns}
    return [each for each in _errors(problems) if each.sheet == envelope.name and each.column in labels]


def _identify(
    number: int, found: FoundWorkbook, batch: ValidatedBatch, folder: str | None
) -> tuple[Submission | None, list[Problem]]:
    envelope = found.sheets.get(ENVELOPE)
    if envelope is None:
        return None, []
    rows = batch.envelopes.get(number, [])
    if not rows and envelope.name == CSV_SHEET:
        return None, []  # A CSV's own rows say who sends it: none could be taken, which is told of each.
    if len(rows) != 1:
        second = rows[1]["row_number"] if rows else None
        said = f"{len(rows)} lignes" if rows else "aucune ligne"
        return None, [Problem("E0103", sheet=envelope.name, row=second, found=said, expected="une seule ligne")]
    row = rows[0]
    if not row["is_taken"]:
        return None, []
    is_csv = envelope.name == CSV_SHEET
    default = f"{_CSV_DOSSIER}{_csv_sheet(found)}" if is_csv else DEFAULT_DOSSIER
    submission = Submission(
        row["organisation__value"],
        row["campagne__value"],
        (row["dossier__value"] or default).lower(),
        row["date__value"] if row["date__value"] and row["date__value"] <= row["_received_on"] else None,
        bool(row["retrait__value"]),
        bool(row["remplacement__value"]),
        is_csv and not row["dossier__value"],
    )
    if folder is not None and submission.organisation_code != folder:
        where = envelope.cell(row["row_number"], "organisation")
        column = envelope.sheet.column("organisation").label
        problem = Problem(
            "E0104", envelope.name, row["row_number"], column, where, row["organisation"], f"« {folder} »"
        )
        return submission, [problem]
    return submission, []


def _csv_sheet(found: FoundWorkbook) -> str:
    return next(code for code in found.sheets if code != ENVELOPE)


def _sheet_code(found: FoundWorkbook, name: str) -> str | None:
    return next((part.sheet.code for part in found.every_sheet() if part.name == name), None)


def _sheet_counts(number: int, found: FoundWorkbook, batch: ValidatedBatch) -> list[SheetCount]:
    counts = []
    for part in found.every_sheet():
        if part.sheet.code == ENVELOPE and part.name == CSV_SHEET:
            continue  # A CSV's own rows carry the submission: they are counted once.
        taken = batch.taken_counts.get((number, part.sheet.code, part.name), 0)
        read, ignored = len(part.rows) + len(part.refused), part.ignored_row_count
        counts.append(SheetCount(part.name, read + ignored, taken, read - taken, ignored))
    return counts + [SheetCount(name, rows, 0, 0, rows) for name, rows in found.ignored.items()]


def _all_rejected(counts: list[SheetCount]) -> list[SheetCount]:
    return [SheetCount(count.sheet, count.read, 0, count.read - count.ignored, count.ignored) for count in counts]


def in_order(problems: list[Problem], counts: list[SheetCount]) -> list[Problem]:
    """Errors first, then sheet by sheet as the template shows them, from top to bottom."""
    names = [None, *(count.sheet for count in counts), *(problem.sheet for problem in problems)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return sorted(problems, key=lambda p: (p.rule_code[0] != "E", places[p.sheet], p.row or 0))
