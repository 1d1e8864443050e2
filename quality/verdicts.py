"""What becomes of a whole file: taken, taken in part, refused, a withdrawal, or nothing new.

Belongs here: the identity of a submission and the decision on it. Does not: cells (``validation``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from quality.rules import Problem
from quality.structure import FoundWorkbook
from quality.validation import ValidatedBatch
from sources.workbook.layout import ENVELOPE
from sources.workbook.reading import CSV_SHEET

TAKEN = "prise"
PARTIAL = "partielle"
REFUSED = "refusee"
WITHDRAWN = "retrait"
UNCHANGED = "sans_changement"
SET_ASIDE = "mise_de_cote"
FORM_EXPORT = "formulaire"
BUNDLE = "archive"
PURGED = "purgee"

VERDICT_LABELS = {
    TAKEN: "Pris en entier",
    PARTIAL: "Pris en partie",
    REFUSED: "Refusé en entier",
    WITHDRAWN: "Retrait enregistré",
    UNCHANGED: "Sans changement",
    SET_ASIDE: "Mis de côté",
    FORM_EXPORT: "Export de formulaire",
    BUNDLE: "Archive de plusieurs classeurs",
    PURGED: "Purgé",
}

DEFAULT_DOSSIER = "principal"


@dataclass(frozen=True)
class Submission:
    """Who answers what: the key that a later file replaces."""

    organisation_code: str
    campaign_code: str
    dossier_code: str
    submitted_on: dt.date | None
    is_withdrawal: bool

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


def decide(number: int, found: FoundWorkbook, batch: ValidatedBatch, folder: str | None) -> FileVerdict:
    """The verdict on one file of a validated batch.

    ``folder`` is the organisation whose intake folder held the file, or None when the file stands alone.
    """
    problems = list(batch.problems[number])
    submission, troubles = _identify(number, found, batch, folder)
    problems += troubles
    counts = _sheet_counts(number, found, batch)
    if submission is None or found.is_refused or troubles:
        because = [*_errors(found.problems), *troubles] or _errors_of_envelope(found, problems)
        return _refused(submission, _all_rejected(counts), problems, because)
    if submission.is_withdrawal:
        return FileVerdict(WITHDRAWN, submission, counts, _in_order(problems, counts))
    return _by_its_rows(found, submission, counts, problems)


def decide_without_sender(number: int, found: FoundWorkbook, batch: ValidatedBatch) -> FileVerdict:
    """The verdict on one file that is no submission of an organisation: a workbook of decisions."""
    problems = list(batch.problems[number])
    counts = _sheet_counts(number, found, batch)
    if found.is_refused:
        return _refused(None, _all_rejected(counts), problems, _errors(found.problems))
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
    return FileVerdict(PARTIAL if is_partial else TAKEN, submission, counts, _in_order(problems, counts))


def _refused(
    submission: Submission | None, counts: list[SheetCount], problems: list[Problem], because: list[Problem]
) -> FileVerdict:
    return FileVerdict(REFUSED, submission, counts, _in_order(problems, counts), refused_by=because)


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
    if len(rows) != 1:
        second = rows[1]["row_number"] if rows else None
        said = f"{len(rows)} lignes" if rows else "aucune ligne"
        return None, [Problem("E0103", sheet=envelope.name, row=second, found=said, expected="une seule ligne")]
    row = rows[0]
    if not row["is_taken"]:
        return None, []
    default = f"csv-{_csv_sheet(found)}" if envelope.name == CSV_SHEET else DEFAULT_DOSSIER
    submission = Submission(
        row["organisation__value"],
        row["campagne__value"],
        (row["dossier__value"] or default).lower(),
        row["date__value"],
        bool(row["retrait__value"]),
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
    return next((code for code, part in found.sheets.items() if part.name == name), None)


def _sheet_counts(number: int, found: FoundWorkbook, batch: ValidatedBatch) -> list[SheetCount]:
    counts = []
    for code, part in found.sheets.items():
        if code == ENVELOPE and part.name == CSV_SHEET:
            continue  # A CSV's own rows carry the submission: they are counted once.
        taken = batch.taken_counts.get((number, code), 0)
        read, ignored = len(part.rows), part.ignored_row_count
        counts.append(SheetCount(part.name, read + ignored, taken, read - taken, ignored))
    return counts + [SheetCount(name, rows, 0, 0, rows) for name, rows in found.ignored.items()]


def _all_rejected(counts: list[SheetCount]) -> list[SheetCount]:
    return [SheetCount(count.sheet, count.read, 0, count.read - count.ignored, count.ignored) for count in counts]


def _in_order(problems: list[Problem], counts: list[SheetCount]) -> list[Problem]:
    """Errors first, then sheet by sheet as the template shows them, from top to bottom."""
    names = [None, *(count.sheet for count in counts), *(problem.sheet for problem in problems)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return sorted(problems, key=lambda p: (p.rule_code[0] != "E", places[p.sheet], p.row or 0))
